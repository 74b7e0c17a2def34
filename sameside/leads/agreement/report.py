"""How the agreement is kept, as a stored report: the page, the CSV file and the terminal read the same."""

from collections.abc import Mapping, Sequence
from typing import Any

from sameside.kit.snapshots import Report, register
from sameside.kit.tables import Column, Table
from sameside.leads.agreement.keeping import compute
from sameside.leads.agreement.wording import called

NAME = "agreement"
SIDES = {"marketing": "Marketing", "sales": "Sales"}
STATES = {
    "kept": "Kept",
    "on_course": "On course",
    "at_risk": "At risk",
    "breached": "Not kept",
    "early": "Too early to say",
    "unknown": "Not known",
    "none": "Not promised then",
}
COLUMNS = (
    Column("side", "Side"),
    Column("leads", "Leads"),
    Column("promise", "Promise"),
    Column("period", "Period"),
    Column("level", "Promised", "number"),
    Column("value", "Kept", "number"),
    Column("low", "At least", "number", "Lower end of the 95 % interval."),
    Column("high", "At most", "number"),
    Column("kept", "Counted", "number"),
    Column("of", "Of", "number"),
    Column("state", "State"),
)


def _rows(data: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [
        {
            **period,
            "side": SIDES[promise["side"]],
            "leads": called(promise["segment"], data["segments"]),
            "promise": promise["label"],
            "period": period["name"],
            "state": STATES[period["state"]],
        }
        for promise in data["promises"]
        for period in promise["periods"]
    ]


def tables(data: Mapping[str, Any]) -> Sequence[Table]:
    return [Table(COLUMNS, _rows(data), caption="How the agreement is kept", empty="No agreement is in force.")]


REPORT = register(Report(name=NAME, compute=compute, defaults={}, read=lambda _query: {}, tables=tables))
