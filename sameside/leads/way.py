"""A lead's whole way on one page: where it came from, who tried, what it became, and what it was worth.

Events come from the rows that the CRM holds: the touch log, the campaigns the lead joined, the activities with it and
with the contact it became, the stages of its life cycle and of its deal, and the content that was used. A touch that
was made from an activity or a membership is that event already and is not shown a second time.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time

from django.db.models import Q
from django.urls import reverse

from sameside.conversations.models import Conversation
from sameside.conversations.queries import for_deal
from sameside.crm.channels import CHANNELS
from sameside.crm.models import Activity, CampaignMember, StageChange, Touch
from sameside.leads.models import Lead
from sameside.library.models import USED, Usage
from sameside.people.models import Person
from sameside.ui.formats import money

MOST = 200
_MADE_FROM = ("Task:", "Event:", "CampaignMember:", "Activity:")
_ICONS = {"call": "phone", "email": "mail", "meeting": "users", "task": "checks", "social": "message"}


@dataclass(frozen=True)
class Event:
    """One thing that happened. `side` is marketing, sales or deal; `day_only` when the hour is not known."""

    at: datetime
    icon: str
    text: str
    note: str = ""
    side: str = "marketing"
    url: str = ""
    tone: str = ""

    @property
    def day_only(self) -> bool:
        return self.at.astimezone(UTC).time() == time()


@dataclass(frozen=True)
class Step:
    """One step of the short way at the head of the page; `state` is done, failed, now or ahead."""

    label: str
    text: str
    state: str
    at: datetime | None = None


@dataclass(frozen=True)
class Way:
    steps: Sequence[Step]
    events: Sequence[Event]
    conversations: Sequence[Conversation]
    used: Sequence[Usage]
    is_cut: bool


def _touches(lead: Lead, by: Person) -> Iterator[Event]:
    rows = Touch.objects.filter(lead=lead, current=True).select_related("campaign", "asset").order_by("occurred_at")
    for touch in rows[:MOST]:
        if not touch.external_id.startswith(_MADE_FROM):
            about = touch.asset.named_for(by) if touch.asset else touch.campaign
            label = CHANNELS.get(touch.channel, touch.channel)
            yield Event(touch.occurred_at, "hand-click", label, str(about) if about else "")


def _memberships(lead: Lead) -> Iterator[Event]:
    rows = CampaignMember.objects.filter(lead=lead, deleted_in_source=False).select_related("campaign").order_by("at")
    for member in rows[:MOST]:
        verb = "Answered" if member.responded else "Was added to"
        yield Event(
            member.at, "speakerphone", f"{verb} “{member.campaign}”", member.status,
            url=reverse("crm:campaign", args=[member.campaign_id]),
        )  # fmt: skip


def _activities(lead: Lead) -> Iterator[Event]:
    about = Q(lead=lead)
    if lead.contact_id and lead.converted_on:
        about |= Q(contact=lead.contact_id, lead=None, at__date__lte=lead.converted_on)
    rows = Activity.objects.filter(about, is_done=True, deleted_in_source=False).select_related("owner").order_by("at")
    for one in rows[:MOST]:
        by = f"by {one.owner.name}" if one.owner else ""
        label = one.get_kind_display()
        text = f"{label}: {one.subject}" if one.subject and not one.subject.startswith(label) else one.subject or label
        yield Event(one.at, _ICONS[one.kind], text, by, side="sales")


def _own(lead: Lead) -> Iterator[Event]:
    yield Event(lead.created_at, "user-plus", "The lead was created", lead.lead_source)
    if lead.handed_over_at and lead.owner:
        yield Event(lead.handed_over_at, "user-check", f"Handed over to {lead.owner.name}", side="sales")
    if lead.is_converted and lead.converted_on:
        became = "a contact and a deal" if lead.deal_id else "a contact"
        yield Event(
            datetime.combine(lead.converted_on, time(), UTC), "git-merge", f"Converted into {became}", side="sales"
        )


def _life(lead: Lead) -> Iterator[Event]:
    """The stages of the source's life cycle, where it keeps them beside the lead itself."""
    for entered in lead.stages.filter(deleted_in_source=False).order_by("at", "pk")[:MOST]:
        yield Event(entered.at, "flag", f"Became: {entered.stage}")


def _stages(lead: Lead) -> Iterator[Event]:
    rows = (
        StageChange.objects.filter(deal=lead.deal_id, deleted_in_source=False).select_related("by").order_by("at", "pk")
    )
    url = reverse("deals:deal", args=[lead.deal_id])
    for change in rows[:MOST]:
        yield Event(
            change.at,
            "route",
            f"Deal entered “{change.stage}”",
            f"by {change.by.name}" if change.by else "",
            "deal",
            url,
        )


def _content(used: Sequence[Usage], reader: Person) -> Iterator[Event]:
    for one in used:
        by = f"by {one.person.name}" if one.person else ""
        url = f"{reverse('library:list')}{one.asset.slug}/" if one.asset.is_open_to(reader) else ""
        yield Event(
            one.at, "file-text", f"{one.get_action_display()} “{one.asset.named_for(reader)}”", by, "sales", url
        )


def _used(lead: Lead) -> list[Usage]:
    about = Q(lead=lead)
    if lead.deal_id:
        about |= Q(deal=lead.deal_id)
    rows = Usage.objects.filter(about, action__in=USED).select_related("asset", "person")
    return list(rows.order_by("at", "pk")[:MOST])


def _steps(lead: Lead, conversations: Sequence[Conversation]) -> Iterator[Step]:
    fate = Lead.Fate
    source = lead.campaign.name if lead.campaign else lead.lead_source or "Unknown source"
    yield Step("Source", source, "done", lead.created_at)
    if lead.handed_over_at and lead.owner:
        yield Step("Handed over", lead.owner.name, "done", lead.handed_over_at)
    else:
        yield Step("Handed over", "Not yet: a queue holds it", "now" if lead.fate == fate.WAITING else "ahead")
    if lead.first_attempt_at:
        tries = f"{lead.attempts} attempt{'' if lead.attempts == 1 else 's'}"
        yield Step("First touch", tries, "done", lead.first_attempt_at)
    elif lead.is_converted or lead.fate == fate.WORKED:
        yield Step("First touch", "None is logged", "ahead")
    else:
        yield Step("First touch", "Nobody has tried", "failed" if lead.fate == fate.UNTOUCHED else "ahead")
    if lead.fate == fate.RETURNED:
        yield Step("Ended", lead.status, "failed")
        return
    if lead.is_converted:
        at = datetime.combine(lead.converted_on, time(), UTC) if lead.converted_on else None
        yield Step("Converted", "Contact and deal" if lead.deal_id else "Contact, no deal", "done", at)
    else:
        yield Step("Converted", "Not yet", "now" if lead.fate == fate.WORKED else "ahead")
    if lead.deal_id:
        won = sum(1 for one in conversations if one.state == Conversation.State.SUCCEEDED)
        yield Step("Conversations", f"{won} of {len(conversations)} succeeded", "done" if won else "now")
    ends = {fate.WON: ("Won", "done"), fate.LOST: ("Lost", "failed"), fate.OPEN: ("Deal open", "now")}
    label, state = ends.get(fate(lead.fate), ("Deal", "ahead"))
    text = money(lead.deal.amount) if lead.deal else "None"
    yield Step(label, text, state, lead.deal.closed_at if lead.deal else None)


def of(lead: Lead, by: Person) -> Way:
    """The way of `lead` as `by` may see it, which was read with its owner, campaign and deal."""
    conversations = list(for_deal(lead.deal)) if lead.deal else []
    used = _used(lead)
    parts = [_own(lead), _life(lead), _touches(lead, by), _memberships(lead), _activities(lead), _content(used, by)]
    if lead.deal_id:
        parts.append(_stages(lead))
    found = [list(part) for part in parts]
    events = sorted((event for part in found for event in part), key=lambda event: event.at)
    return Way(
        steps=list(_steps(lead, conversations)),
        events=events,
        conversations=conversations,
        used=[one for one in used if one.asset.is_open_to(by)],
        is_cut=any(len(part) >= MOST for part in found),
    )
