"""A lead's whole way on one page: where it came from, why it qualified, who had it and tried, what came of it.

What was done under the agreement tells `passing.py`. The rest comes from the rows that the CRM holds: the touch log,
the campaigns the lead joined, the activities with it and with the contact it became, the stages of its life cycle and
of its deal, and the content that was used. A touch that was made from an activity or a membership is that event already
and is not shown a second time.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from functools import lru_cache

from django.db.models import Q
from django.urls import reverse

from sameside.conversations.models import Conversation
from sameside.conversations.queries import for_deal
from sameside.crm.channels import CHANNELS
from sameside.crm.models import Activity, CampaignMember, StageChange, Touch
from sameside.kit.prepared import VALUE, Prepared, place
from sameside.leads import passing, pieces, record, steps
from sameside.leads.handover.carrying import OURS
from sameside.leads.models import HANDED_OVER, OWNED, PASSED_ON, UNOWNED, HandOver, Lead, LeadStage
from sameside.leads.passing import Event
from sameside.leads.pieces import Piece
from sameside.leads.record import Record
from sameside.leads.steps import Step
from sameside.library.models import USED, Usage
from sameside.people.models import Person
from sameside.ui.formats import gap, money

MOST = 200
CONVERTED = HandOver.Outcome.CONVERTED
_MADE_FROM = ("Task:", "Event:", "CampaignMember:", "Activity:")
_ICONS = {"call": "phone", "email": "mail", "meeting": "users", "task": "checks", "social": "message"}


@dataclass(frozen=True)
class Way:
    """`record`: what was done with it under the agreement."""

    steps: Sequence[Step]
    events: Sequence[Event]
    conversations: Sequence[Conversation]
    content: Sequence[Piece]
    record: Record
    is_cut: bool


@lru_cache(maxsize=1)
def _touched() -> Prepared[Touch]:
    rows = Touch.objects.filter(lead=VALUE, current=True).select_related("campaign", "asset")
    return Prepared(rows.order_by("occurred_at")[:MOST])


@lru_cache(maxsize=1)
def _joined() -> Prepared[CampaignMember]:
    rows = CampaignMember.objects.filter(lead=VALUE, deleted_in_source=False).select_related("campaign")
    return Prepared(rows.order_by("at")[:MOST])


@lru_cache(maxsize=1)
def _made() -> Prepared[Activity]:
    """With the lead, and until its conversion with the contact it became."""
    about = Q(lead=place("lead")) | Q(contact=place("contact"), lead=None, at__date__lte=place("until"))
    rows = Activity.objects.filter(about, is_done=True, deleted_in_source=False).select_related("owner")
    return Prepared(rows.order_by("at")[:MOST])


@lru_cache(maxsize=1)
def _entered() -> Prepared[LeadStage]:
    rows = LeadStage.objects.filter(lead=VALUE, deleted_in_source=False).exclude(stage__in=(OWNED, UNOWNED))
    return Prepared(rows.order_by("at", "pk")[:MOST])


@lru_cache(maxsize=1)
def _moved() -> Prepared[StageChange]:
    rows = StageChange.objects.filter(deal=VALUE, deleted_in_source=False).select_related("by")
    return Prepared(rows.order_by("at", "pk")[:MOST])


@lru_cache(maxsize=1)
def _used() -> Prepared[Usage]:
    about = Q(lead=place("lead")) | Q(deal=place("deal"))
    rows = Usage.objects.filter(about, action__in=USED).select_related("asset", "person")
    return Prepared(rows.order_by("at", "pk")[:MOST])


def _touches(rows: Sequence[Touch], by: Person) -> Iterator[Event]:
    for touch in rows:
        if not touch.external_id.startswith(_MADE_FROM):
            about = touch.asset.named_for(by) if touch.asset else touch.campaign
            label = CHANNELS.get(touch.channel, touch.channel)
            yield Event(touch.occurred_at, "hand-click", label, str(about) if about else "")


def _memberships(lead: Lead) -> Iterator[Event]:
    for member in _joined()(lead.pk):
        verb = "Answered" if member.responded else "Was added to"
        yield Event(
            member.at, "speakerphone", f"{verb} “{member.campaign}”", member.status,
            url=reverse("crm:campaign", args=[member.campaign_id]),
        )  # fmt: skip


def _activities(lead: Lead) -> Iterator[Event]:
    for one in _made()(lead=lead.pk, contact=lead.contact_id, until=lead.converted_on):
        by = f"by {one.owner.name}" if one.owner else ""
        label = one.get_kind_display()
        text = f"{label}: {one.subject}" if one.subject and not one.subject.startswith(label) else one.subject or label
        yield Event(one.at, _ICONS[one.kind], text, by, side="sales")


def _own(lead: Lead, handovers: Sequence[HandOver]) -> Iterator[Event]:
    yield Event(lead.created_at, "user-plus", "The lead was created", lead.lead_source)
    if lead.handed_over_at and lead.owner and not handovers:
        yield Event(lead.handed_over_at, "user-check", f"Handed over to {lead.owner.name}", side="sales")
    if lead.is_converted and lead.converted_on and not any(one.outcome == CONVERTED for one in handovers):
        became = "a contact and a deal" if lead.deal_id else "a contact"
        yield Event(
            datetime.combine(lead.converted_on, time(), UTC), "git-merge", f"Converted into {became}", side="sales"
        )


def _life(lead: Lead, handovers: Sequence[HandOver]) -> Iterator[Event]:
    """The stages of the source's life cycle, where it keeps them beside the lead itself."""
    told = (HANDED_OVER, PASSED_ON) if handovers else ()
    for entered in _entered()(lead.pk):
        if entered.stage not in told:
            yield Event(entered.at, "flag", f"Became: {entered.stage}")


def _deal(lead: Lead, conversations: Sequence[Conversation]) -> Iterator[Event]:
    """The stages of its deal with the conversations that they began and ended, and what came of it."""
    url = reverse("deals:deal", args=[lead.deal_id])
    for change in _moved()(lead.deal_id):
        ended = [
            f"{one.get_kind_display()} {one.get_state_display().lower()}"
            for one in conversations
            if one.ended_by_id == change.pk
        ]
        began = [f"{one.get_kind_display()} began" for one in conversations if one.opened_by_id == change.pk]
        by = [f"by {change.by.name}"] if change.by else []
        yield Event(
            change.at, "route", f"Deal entered “{change.stage}”", " · ".join([*ended, *began, *by]), "deal", url
        )
    deal = lead.deal
    if deal and deal.is_closed and deal.closed_at:
        text = f"{'Won' if deal.is_won else 'Lost'}: {money(deal.amount)}"
        icon, tone = ("trophy", "good") if deal.is_won else ("circle-x", "bad")
        yield Event(deal.closed_at, icon, text, deal.lost_reason, "deal", url, tone)


def _content(used: Sequence[Usage], reader: Person) -> Iterator[Event]:
    for one in used:
        by = f"by {one.person.name}" if one.person else ""
        url = f"{reverse('library:list')}{one.asset.slug}/" if one.asset.is_open_to(reader) else ""
        yield Event(
            one.at, "file-text", f"{one.get_action_display()} “{one.asset.named_for(reader)}”", by, "sales", url
        )


def _in_order(parts: Sequence[Sequence[Event]]) -> list[Event]:
    """All that happened, each with the time since the one before; hours only where both hours are known."""
    found: list[Event] = []
    for event in sorted((event for part in parts for event in part), key=lambda event: event.at):
        before = found[-1] if found else None
        is_known = before and (event.at - before.at >= timedelta(days=1) or not (before.day_only or event.day_only))
        found.append(replace(event, after=gap(before.at, event.at)) if before and is_known else event)
    return found


def of(lead: Lead, by: Person, *, at: datetime) -> Way:
    """The way of `lead` as `by` may see it, which was read with its owner, campaign and deal."""
    conversations = list(for_deal(lead.deal)) if lead.deal else []
    used, touches = _used()(lead=lead.pk, deal=lead.deal_id), _touched()(lead.pk)
    done = record.of(lead)
    handovers = done.handovers
    parts = [
        _own(lead, handovers), passing.events(done), _life(lead, handovers), _touches(touches, by),
        _memberships(lead), _activities(lead), _content(used, by),
    ]  # fmt: skip
    if lead.deal_id:
        parts.append(_deal(lead, conversations))
    found = [list(part) for part in parts]
    theirs = [one.occurred_at for one in touches if one.channel not in OURS]
    return Way(
        steps=steps.of(lead, handovers, conversations, theirs, at=at),
        events=_in_order(found),
        conversations=conversations,
        content=pieces.of(touches, used, by),
        record=done,
        is_cut=done.is_cut or any(len(part) >= MOST for part in found),
    )
