"""A cohort: which hand-overs a figure is about. The same choice narrows the count and opens the list behind it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

NONE = "none"
"""In an address: without one (no campaign, no team, no segment)."""
COLUMNS: Mapping[str, str] = {
    "source": "m.lead_source",
    "campaign": "m.campaign_id",
    "owner": "m.owner_id",
    "team": "m.team_id",
    "segment": "m.segment",
}
_TEXT = frozenset({"source", "segment"})


def begins(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


@dataclass(frozen=True)
class Cohort:
    """Handed over from the first day to the last, both included (UTC). None: whichever; an empty text: without one.

    `derived`: rebuilt from imports (True), our own (False), or both. `campaign`, `owner`, `team`: 0 is without one.
    `besides`: segments whose leads are left out.
    """

    first: date | None = None
    last: date | None = None
    derived: bool | None = None
    source: str | None = None
    campaign: int | None = None
    owner: int | None = None
    team: int | None = None
    segment: str | None = None
    besides: tuple[str, ...] = ()

    def where(self) -> tuple[str, dict[str, Any]]:
        """The condition over `m` of `measures.ROWS`, with its parameters."""
        parts, params = ["TRUE"], dict[str, Any]()
        if self.first is not None:
            parts.append("m.at >= %(first)s")
            params["first"] = begins(self.first)
        if self.last is not None:
            parts.append("m.at < %(beyond)s")
            params["beyond"] = begins(self.last + timedelta(days=1))
        if self.derived is not None:
            parts.append("m.derived" if self.derived else "NOT m.derived")
        for key, column in COLUMNS.items():
            value = getattr(self, key)
            if value is None:
                continue
            if key not in _TEXT and not value:
                parts.append(f"{column} IS NULL")
            else:
                parts.append(f"{column} = %({key})s")
                params[key] = value
        if self.besides:
            parts.append("m.segment <> ALL(%(besides)s)")
            params["besides"] = list(self.besides)
        return " AND ".join(parts), params

    def filters(self) -> dict[str, str]:
        """The same choice as filters of the list of hand-overs."""
        chosen = {key: getattr(self, key) for key in COLUMNS if getattr(self, key) is not None}
        found = {key: str(value or NONE) for key, value in chosen.items()}
        if self.besides:
            found["besides"] = ",".join(self.besides)
        if self.first is not None:
            found["from"] = self.first.isoformat()
        if self.last is not None:
            found["to"] = self.last.isoformat()
        if self.derived is not None:
            found["derived"] = "yes" if self.derived else "no"
        return found
