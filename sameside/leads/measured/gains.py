"""What answering soon gained, in words: what the data show, how certain it is, and what it cannot claim."""

from collections.abc import Sequence
from dataclasses import dataclass

from sameside.kit.tables import Column, Table
from sameside.leads.measured.shown import Data
from sameside.ui.cells import Figure
from sameside.ui.formats import number, percent

LIMITS = (
    "This can claim: leads of the same source and score that were tried soon became an opportunity that much more, or "
    "less, often. It cannot claim that trying soon was the cause: within a band sellers may still choose the better "
    "ones first, people who are easy to reach answer sooner, and what nobody logged is not seen."
)


@dataclass(frozen=True)
class Gain:
    """One comparison as a card: its figure, its interval, and a sentence."""

    label: str
    figure: str
    interval: str
    sentence: str
    tone: str


def points(share: float | None) -> str:
    """A difference of shares: +4.2 points."""
    if share is None:
        return "–"
    return f"{'+' if share > 0 else '−' if share < 0 else '±'}{abs(share) * 100:.1f} points"


def _gain(one: Data) -> Gain:
    label = f"Within {one['label']}"
    if one["difference"] is None:
        few = "nobody was" if not one["treated"] else f"{number(one['treated'])} were"
        return Gain(label, "–", "", f"Cannot be told: {few} tried so soon, with too few alike to compare.", "neutral")
    interval = f"95 % interval {points(one['lower'])} to {points(one['upper'])}"
    if not one["is_clear"]:
        return Gain(
            label, points(one["difference"]), interval,
            "It may be chance: “no difference” lies within the interval.", "neutral",
        )  # fmt: skip
    more = "more" if one["difference"] > 0 else "less"
    sentence = (
        f"{percent(one['share'])} became an opportunity, {percent(one['other_share'])} of the others: {more} often."
    )
    return Gain(label, points(one["difference"]), interval, sentence, "good" if one["difference"] > 0 else "bad")


def cards(data: Data) -> Sequence[Gain]:
    return [_gain(one) for one in data["benefit"]["comparisons"] if one["against"] == "later or never"]


def sentence(data: Data) -> str:
    found = data["benefit"]
    if not found["cases"]:
        return "No hand-over has ended yet, so that nothing can be compared."
    scored = found["scored"] / found["cases"]
    parts = [f"{number(found['cases'])} hand-overs that ended or are overdue, compared within their source"]
    if scored >= 0.5:
        parts.append(f"and band of score, which {percent(scored)} of them have")
    elif scored:
        parts.append(f"; only {percent(scored)} of them have a score, so that the rest is compared by source alone")
    else:
        parts.append("; none of them has a score, so that better leads may hide in the difference")
    return " ".join(parts).replace(" ;", ";") + "."


def table(data: Data) -> Table:
    columns = (
        Column("within", "Tried within"), Column("against", "Compared with"),
        Column("treated", "Leads", "number"), Column("others", "Others", "number"),
        Column("crude", "As they are", "text", "The difference of the plain shares, without comparing like with like."),
        Column("difference", "Like with like", "text", "Within each source and band of score, put together."),
        Column("overlap", "Comparable", "percent", "The share of all in bands with at least 5 on either side."),
    )  # fmt: skip
    rows = [
        {
            "within": one["label"].capitalize(), "against": f"Tried {one['against']}",
            "treated": one["treated"], "others": one["others"], "crude": points(one["crude"]),
            "difference": Figure(points(one["difference"]), _between(one)), "overlap": one["overlap"],
        }
        for one in data["benefit"]["comparisons"]
    ]  # fmt: skip
    return Table(columns, rows, empty="Nothing to compare.")


def _between(one: Data) -> str:
    return "" if one["lower"] is None else f"{points(one['lower'])} to {points(one['upper'])}"
