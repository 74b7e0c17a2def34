"""What an agreement says, as data: who counts as qualified, what marketing and what sales commit to, what a breach is.

`read` takes the JSON of `Agreement.terms` and gives `Terms`; `write` is its inverse. What cannot be kept or measured is
refused with a sentence for the screen by `fitness.check`, before it is stored. Hours are business hours of the owner's
calendar, days are business days of it.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from sameside.leads import criteria
from sameside.leads.criteria import Condition

EVERY = ""
"""The key of the segment that a commitment without one is about: all leads."""


@dataclass(frozen=True)
class Behaved:
    """A lead did something of `channels` (any when empty) at least `times` within `days`."""

    channels: tuple[str, ...] = ()
    times: int = 1
    days: int = 90


@dataclass(frozen=True)
class Segment:
    """A kind of lead that counts as qualified: it fits, it behaved, it has the points. The first that takes it, has it.

    A condition on what is not known does not shut a lead out, unless `must_be_known` names its field.
    """

    key: str
    name: str
    fit: tuple[Condition, ...] = ()
    behaved: tuple[Behaved, ...] = ()
    min_score: int | None = None
    min_likelihood: float | None = None
    must_be_known: tuple[str, ...] = ()


@dataclass(frozen=True)
class Supply:
    """What marketing commits to, for a segment (or `EVERY`) and each `per`; shares are 0 to 1, money the company's."""

    segment: str = EVERY
    per: Literal["month", "quarter"] = "month"
    leads: int | None = None
    acceptance: float | None = None
    conversion: float | None = None
    cost_per_lead: float | None = None


@dataclass(frozen=True)
class Service:
    """What sales commits to, for a segment (or `EVERY`)."""

    segment: str = EVERY
    accept_hours: float = 8.0
    attempt_hours: float = 8.0
    attempts: int = 6
    over_days: int = 10
    channels: Mapping[str, int] | None = None
    """At least so many of the attempts by this channel (`crm.Activity.Kind`)."""
    end_days: int | None = 30
    """By when it has ended with a reason; None: no such promise."""
    share: float = 1.0
    """Kept for at least so many of the leads (0 to 1); of each lead all the same, so that due times do not know it."""


@dataclass(frozen=True)
class OnBreach:
    """What happens before and after a due time. `escalate_to`: persons by number. `consequence` is prose."""

    remind_at: tuple[int, ...] = (75,)
    """In percent of the time agreed."""
    escalate_hours: float | None = 4.0
    escalate_to: tuple[int, ...] = ()
    gives_back: bool = False
    """Whether a lead not accepted in time goes to the next person of its route."""
    consequence: str = ""


@dataclass(frozen=True)
class Terms:
    segments: tuple[Segment, ...]
    supply: tuple[Supply, ...]
    service: tuple[Service, ...]
    on_breach: OnBreach = OnBreach()
    text: str = ""
    """What both sides want to say beside the numbers, in Markdown."""

    def service_for(self, segment: str) -> Service:
        """The service of a segment, else that of every lead, else the first."""
        by_key = {one.segment: one for one in self.service}
        return by_key.get(segment) or by_key.get(EVERY) or self.service[0]


class Unfit(ValueError):
    """Terms that cannot be; `problems` are sentences for the screen by the place they stand at."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__(" ".join(problems.values()))
        self.problems = problems


def read(data: Mapping[str, Any]) -> Terms:
    """Terms from JSON as `write` makes it. Raises `criteria.Unreadable` for a condition that cannot be."""
    return Terms(
        segments=tuple(_segment(one) for one in data["segments"]),
        supply=tuple(Supply(**one) for one in data["supply"]),
        service=tuple(Service(**one) for one in data["service"]),
        on_breach=OnBreach(
            **{
                **data["on_breach"],
                "remind_at": tuple(data["on_breach"]["remind_at"]),
                "escalate_to": tuple(data["on_breach"]["escalate_to"]),
            }
        ),
        text=data.get("text", ""),
    )


def _segment(data: Mapping[str, Any]) -> Segment:
    return Segment(
        **{
            **data,
            "fit": criteria.read_all(data["fit"]),
            "behaved": tuple(Behaved(**{**one, "channels": tuple(one["channels"])}) for one in data["behaved"]),
            "must_be_known": tuple(data["must_be_known"]),
        }
    )


def write(terms: Terms) -> dict[str, Any]:
    written: dict[str, Any] = json.loads(json.dumps(asdict(terms)))
    return written


def names(terms: Terms) -> Mapping[str, str]:
    """What each segment is called, by key."""
    return {segment.key: segment.name for segment in terms.segments}


def fields_of(segments: Sequence[Segment]) -> frozenset[str]:
    """The fields that any segment's fit asks about."""
    return frozenset(condition.field for segment in segments for condition in segment.fit)
