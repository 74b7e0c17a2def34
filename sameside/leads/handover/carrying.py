"""Everything marketing knows of a lead, for whoever gets it: on its page, and at the hand-over.

What they did and with what, campaign by campaign; what they read, page by page where that was measured (where nothing
was, it says so, which is not the same as that they read nothing); why they have their score; why they qualified; how
they came to this person; and a first conversation with content for it (`opening.py`).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import groupby

from sameside.crm.channels import CHANNELS
from sameside.crm.models import CampaignMember, Touch
from sameside.kit.prepared import VALUE, Prepared, place
from sameside.leads.agreement.force import terms_of
from sameside.leads.agreement.terms import names
from sameside.leads.handover import opening
from sameside.leads.handover.opening import Opening
from sameside.leads.models import HandOver, Lead, Qualification
from sameside.leads.scoring import rule as rules
from sameside.leads.scoring.facts import facts_of
from sameside.leads.scoring.scoring import judged_by
from sameside.library.usage import recorder
from sameside.people.models import Person
from sameside.ui.formats import number

MOST = 200
SHOWN = 8
NO_PAGES = (
    "Which pages they read, and for how long, is not known: that is measured only for content shared by a tracked link."
)
OURS = ("sales-call", "sales-email")


@dataclass(frozen=True)
class Piece:
    """Something they read, how often, and when last. `url` is empty where the reader may not open it."""

    title: str
    url: str
    times: int
    last: datetime


@dataclass(frozen=True)
class Did:
    """What they did by one channel, with what it was about the last time."""

    label: str
    times: int
    last: datetime
    about: str


@dataclass(frozen=True)
class Joined:
    campaign: str
    campaign_id: int
    status: str
    responded: bool
    at: datetime


@dataclass(frozen=True)
class Qualified:
    segment: str
    at: datetime
    agreement: str
    reasons: Sequence[str]


@dataclass(frozen=True)
class Carried:
    """`came`: how it came to its owner, as sentences; `score` with its parts in words; `is_cut`: only the newest."""

    did: Sequence[Did]
    read: Sequence[Piece]
    pages: str
    joined: Sequence[Joined]
    score: int | None
    likelihood: float | None
    parts: Sequence[str]
    qualified: Qualified | None
    handover: HandOver | None
    opening: Opening
    is_cut: bool

    @property
    def nothing(self) -> bool:
        return not (self.did or self.read or self.joined)


@lru_cache(maxsize=1)
def _touches() -> Prepared[Touch]:
    rows = Touch.objects.filter(lead=place("lead"), current=True, occurred_at__lte=place("at"))
    return Prepared(
        rows.exclude(channel__in=OURS).select_related("campaign", "asset").order_by("-occurred_at", "-pk")[:MOST]
    )


@lru_cache(maxsize=1)
def _open() -> Prepared[HandOver]:
    return Prepared(HandOver.objects.filter(lead=VALUE).open().select_related("owner", "by", "route"))


@lru_cache(maxsize=1)
def _memberships() -> Prepared[CampaignMember]:
    rows = CampaignMember.objects.filter(lead=VALUE, deleted_in_source=False).select_related("campaign")
    return Prepared(rows.order_by("-at", "-pk")[:SHOWN])


def of(lead: Lead, reader: Person, *, at: datetime, judged: bool = True) -> Carried:
    """What goes with `lead`, as `reader` may see it; a fixed number of statements, and the index once.

    Not `judged`: without its score and why it qualified, where that stands beside it.
    """
    touches = _touches()(lead=lead.pk, at=at)
    read = [(one.asset_id, one.occurred_at) for one in touches if one.asset_id is not None]
    return Carried(
        did=list(_did(touches, reader)),
        read=_read(touches, reader),
        pages=NO_PAGES if read else "",
        joined=list(_joined(lead)),
        score=lead.score if judged else None,
        likelihood=lead.likelihood,
        parts=_parts(lead, at=at) if judged else (),
        qualified=_qualified(lead) if judged else None,
        handover=_open().one(lead.pk),
        opening=opening.of(lead, reader, read, at=at),
        is_cut=len(touches) == MOST,
    )


def record_shown(carried: Carried, lead: Lead, reader: Person) -> None:
    """The content suggested was shown to the reader, for this lead."""
    if carried.opening.content:
        recorder.impressions(
            reader, [one.asset.pk for one in carried.opening.content], lead_id=lead.pk, recommended=True
        )


def _did(touches: Sequence[Touch], reader: Person) -> Iterator[Did]:
    """By channel, what they did last first."""
    order = {channel: place for place, channel in enumerate(dict.fromkeys(one.channel for one in touches))}
    by_channel = groupby(sorted(touches, key=lambda one: order[one.channel]), key=lambda one: one.channel)
    for channel, group in by_channel:
        rows = list(group)
        about = rows[0].asset.named_for(reader) if rows[0].asset else rows[0].campaign
        yield Did(CHANNELS.get(channel, channel), len(rows), rows[0].occurred_at, str(about) if about else "")


def _read(touches: Sequence[Touch], reader: Person) -> list[Piece]:
    found: dict[int, list[Touch]] = {}
    for one in touches:
        if one.asset_id is not None:
            found.setdefault(one.asset_id, []).append(one)
    return [_piece(rows, reader) for rows in list(found.values())[:SHOWN]]


def _piece(rows: Sequence[Touch], reader: Person) -> Piece:
    asset = rows[0].asset
    assert asset is not None  # noqa: S101  (it was grouped by it)
    url = opening.address(asset) if asset.is_open_to(reader) else ""
    return Piece(str(asset.named_for(reader)), url, len(rows), rows[0].occurred_at)


def _joined(lead: Lead) -> Iterator[Joined]:
    for one in _memberships()(lead.pk):
        yield Joined(one.campaign.name, one.campaign_id, one.status, one.responded, one.at)


def _parts(lead: Lead, *, at: datetime) -> Sequence[str]:
    """Why it has its score, by the rule in force."""
    by = judged_by(at)
    facts = facts_of([lead.pk], at=at).get(lead.pk)
    if by.rule is None or facts is None:
        return ()
    return list(rules.scored(by.rule, facts, at=at, names=by.names).sentences)[:SHOWN]


def _qualified(lead: Lead) -> Qualified | None:
    kept = Qualification.objects.filter(lead=lead).select_related("agreement").order_by("-at", "-pk").first()
    if kept is None:
        return None
    called = names(terms_of(kept.agreement)) if kept.agreement else {}
    return Qualified(called.get(kept.segment, kept.segment), kept.at, str(kept.agreement or ""), kept.reasons[:SHOWN])


def in_short(lead: Lead, *, at: datetime) -> str:
    """One line for a mail: "12 touches, last Webinar on 3 May; read 2 pieces of content"."""
    rows = Touch.objects.filter(lead=lead, current=True, occurred_at__lte=at).exclude(channel__in=OURS)
    touches = list(rows.order_by("-occurred_at", "-pk")[:MOST])
    if not touches:
        return "Nothing is known yet of what they did."
    last = touches[0]
    count = f"{number(len(touches))} touch{'' if len(touches) == 1 else 'es'}"
    said = f"{count}, last: {CHANNELS.get(last.channel, last.channel)} on {last.occurred_at:%-d %B}"
    pieces = len({one.asset_id for one in touches if one.asset_id is not None})
    return f"{said}; read {number(pieces)} piece{'' if pieces == 1 else 's'} of content." if pieces else f"{said}."
