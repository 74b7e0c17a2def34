"""What the page of one lead shows: its whole way, its score, what goes with it, and what may be done with it now."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils.safestring import SafeString

from sameside.crm.models import Deal
from sameside.leads import lists, way, way_rows
from sameside.leads.batches import batch
from sameside.leads.handover import by_hand, panel, panel_rows, work_rows, work_views
from sameside.leads.handover.panel import Panel
from sameside.leads.models import Conversion, Lead
from sameside.leads.scoring import telling
from sameside.people.models import Person
from sameside.people.policies import can


def _conversion(lead: Lead, person: Person) -> Conversion | None:
    """The conversion that was made here and that the reader may take back."""
    if not lead.is_converted or not can(person, "convert_leads"):
        return None
    return lead.conversions.filter(undone_at=None).first()


def _may_see_deal(lead: Lead, person: Person) -> bool:
    """Who covers for somebody of another team sees the lead, but not the deal."""
    if lead.deal_id is None or not can(person, "see_crm"):
        return False
    return Deal.objects.visible_to(person).filter(pk=lead.deal_id).exists()


def _work(request: HttpRequest, lead: Lead, shown: Panel | None, judge: str) -> dict[str, SafeString]:
    """The clock of its hand-over, what can be done with it, what was promised and what was done."""
    if shown is None:
        return {}
    way, name = work_rows.Way.of(request, request.path), str(lead)
    return {
        "clock": work_rows.clock(shown.clock) if shown.clock else SafeString(),
        "actions": work_rows.actions(lead.pk, shown.handover.pk, name, shown.verbs, judge, way),
        "promises": panel_rows.promises(shown.promises),
        "happened": panel_rows.events(shown.events, way),
    }


def _judge(lead: Lead, handed_over_at: datetime) -> str:
    return batch.address_of_judging(lead.campaign_id, lead.lead_source, handed_over_at)


def context(request: HttpRequest, lead: Lead, person: Person, *, at: datetime) -> dict[str, Any]:
    whole = way.of(lead, person, at=at)
    may_see_deal = _may_see_deal(lead, person)
    done = whole.record
    last = done.last
    shown, judge = panel.of(done, person, at=at), _judge(lead, last.at) if last else ""
    return {
        "lead": lead,
        "badge": lists.badge(lead),
        "way": whole,
        "hours_to_touch": lists.hours_to_touch(lead),
        "may_see_deal": may_see_deal,
        "steps": way_rows.steps(whole.steps),
        "events": way_rows.events(whole.events, may_see_deal=may_see_deal),
        "may_convert": not lead.is_converted and can(person, "convert_leads"),
        "conversion": _conversion(lead, person),
        "told": telling.told(lead, at=at),
        "panel": shown,
        **_work(request, lead, shown, judge),
        "by_hand": by_hand.of(lead, done, person, at=at),
        "done": work_views.done(request, person, at=at),
        "here": request.path,
        "is_open": done.open is not None,
        "last": last,
        "batch": batch.of_lead(lead, last.at if last else None),
        "may_judge": last is not None and can(person, "work_leads"),
    }
