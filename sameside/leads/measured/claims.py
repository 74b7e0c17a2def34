"""What each side says of the other, as a number with its reasons: both are judged by the same rules, side by side."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sameside.analytics.rates import is_small
from sameside.leads import handover_lists
from sameside.leads.measured import report
from sameside.leads.measured.shown import Data, Line, counted, line, reason_of, verdict
from sameside.ui.formats import number, percent

MANY = 0.1
"""A larger share of leads that nobody tried is marked."""
_VERDICTS = {
    "good": "Acceptance is above the {} agreed.",
    "bad": "Acceptance is below the {} agreed.",
    "neutral": "Whether that is above or below the {} agreed, the interval leaves open.",
}
_PROMISES = ("accept_kept", "attempt_kept", "persist_kept", "end_kept", "ended_with_reason")


@dataclass(frozen=True)
class Claim:
    """What one side says of the other, as a number with its reasons. `lines` are what it is made of."""

    title: str
    figure: str
    sentence: str
    tone: str
    url: str
    lines: Sequence[Line] = field(default_factory=tuple)


def weak(row: Data, filters: Mapping[str, str], reasons: Sequence[Data], agreed: Mapping[str, Any]) -> Claim:
    """ "Leads are weak" as a number: what sales did not take, why, and what became of the rest."""
    n, refused = row["answered"], row["refused"]
    acceptance, committed = report.share(row, "accepted"), agreed.get("acceptance")
    tone = verdict(row["accepted"], n, committed)
    if acceptance is None:
        said = "Sales has answered none yet, so nothing can be said of how good they are."
    else:
        said = f"Sales did not take {number(refused)} of {counted(n, 'lead', 'leads')} that it answered."
        if not refused:
            said = f"Sales took {'the one lead' if n == 1 else f'all {number(n)} leads'} that it answered."
        if committed is not None:
            said += f" {_VERDICTS[tone].format(percent(committed))}"
    why = [
        Line(
            one["name"], number(one["count"]), "of those returned",
            handover_lists.address(**filters, outcome=one["outcome"], **reason_of(one)),
        )
        for one in reasons if one["outcome"] == "returned"
    ][:3]  # fmt: skip
    return Claim(
        "“Leads are weak”", percent(refused / n if n else None), said, tone,
        handover_lists.address(**filters, **{"is": "refused"}),
        (
            line(row, "accepted", filters, agreed=committed),
            line(row, "opportunity", filters, label="Became an opportunity", agreed=agreed.get("conversion")),
            line(row, "won", filters, label="Deals won"),
            *why,
        ),
    )  # fmt: skip


def not_worked(row: Data, filters: Mapping[str, str]) -> Claim:
    """The mirror, "they are not worked": what nobody tried, and how the promises of sales were kept."""
    n = row["workable"]
    share = row["not_worked"] / n if n else None
    if not n:
        said = "No time for a first attempt is over yet."
    elif row["not_worked"]:
        said = f"Nobody tried {number(row['not_worked'])} of {counted(n, 'lead', 'leads')} whose time for it is over."
    else:
        said = f"Each of {counted(n, 'lead', 'leads')} whose time for it is over was tried."
    tone = "neutral"
    if share is not None and not is_small(n):
        tone = "bad" if share > MANY else "neutral" if share else "good"
    return Claim(
        "“They are not worked”", percent(share), said, tone, handover_lists.address(**filters, **{"is": "not_worked"}),
        tuple(line(row, key, filters) for key in _PROMISES),
    )  # fmt: skip
