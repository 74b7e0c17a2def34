"""The agenda of the joint meeting, as data: what to talk about, each point with its figures and the way to its rows.

The snapshot "week" knows the whole organisation; here it is made fit for one reader.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sameside.people.models import Person
from sameside.people.policies import can
from sameside.ui import formats
from sameside.weekly import points, report
from sameside.weekly.points import Point, counted


@dataclass(frozen=True)
class Change:
    """One figure of both sides against the seven days before; `tone` says whether the difference is welcome."""

    label: str
    value: str
    difference: str
    tone: str


@dataclass(frozen=True)
class Agenda:
    start: datetime
    last: datetime
    week: str
    earlier: str
    later: str
    changes: Sequence[Change]
    points: Sequence[Point]


@dataclass(frozen=True)
class Headline:
    text: str
    tone: str
    url: str


def _shown(value: float, kind: str) -> str:
    return str(formats.money(value)) if kind == "money" else str(formats.number(value))


def changes(data: Mapping[str, Any]) -> list[Change]:
    found = []
    for key, label, kind, good in report.CHANGES:
        now, before = data["now"][key], data["before"][key]
        difference = now - before
        sign = "+" if difference > 0 else "−" if difference < 0 else "±"
        welcome = (difference > 0) == (good == "up")
        tone = "neutral" if difference == 0 else "good" if welcome else "bad"
        found.append(Change(label, _shown(now, kind), f"{sign}{_shown(abs(difference), kind)}", tone))
    return found


def build(data: Mapping[str, Any], content: Mapping[str, Any] | None, reader: Person) -> Agenda:
    """The agenda of the snapshot `data` for `reader`; `content` is that part of the report "today"."""
    visible = points.visible_deals(data, reader)
    listed = [
        points.untouched(data, reader),
        points.searches(data),
        *([] if data["week"] else [points.demand(data), *points.unfound(content, reader)]),
        points.won(data, visible),
        points.lost(data, visible),
        points.stuck(data, visible),
        *([points.imports(data, reader)] if can(reader, "see_imports") else []),
    ]
    end = datetime.fromisoformat(data["end"])
    last = end - timedelta(days=1) if data["week"] else end
    return Agenda(
        start=datetime.fromisoformat(data["start"]),
        last=last,
        week=data["week"],
        earlier=data["earlier"],
        later=data["later"],
        changes=changes(data),
        points=listed,
    )


def headlines(data: Mapping[str, Any]) -> list[Headline]:
    """The agenda in a few lines for Today, what hurts first."""
    now, waiting = data["now"], data["untouched"]
    deals = sum(one["deals"] for one in data["demand"])
    lines = [
        Headline(f"{counted(now['won'], 'deal', 'deals')} won, {formats.money(now['won_amount'])}", "good", "#won"),
        Headline(
            f"{counted(now['lost'], 'deal', 'deals')} lost, {formats.money(now['lost_amount'])}",
            "neutral",
            "#lost",
        ),
        Headline(f"{counted(waiting['leads'], 'lead waits', 'leads wait')} untouched", "warn", "#untouched"),
        Headline(f"{counted(now['zero_searches'], 'search', 'searches')} found nothing", "warn", "#searches"),
        Headline(
            f"{counted(deals, 'open deal', 'open deals')} without content for the conversation",
            "warn",
            "#demand",
        ),
        Headline(f"{counted(data['stuck']['total'], 'conversation', 'conversations')} stuck", "warn", "#stuck"),
    ]
    return [Headline(one.text, one.tone, f"/this-week/{one.url}") for one in lines if not one.text.startswith("0 ")]
