"""What was found, in plain words: what it says, what it cannot claim, and what is missing where nothing can be said."""

from collections.abc import Mapping, Sequence
from typing import Any

from sameside.analytics.influence.strata import FEWEST_EXPOSED
from sameside.attribution.influence.models import Kind
from sameside.ui import formats

LABEL = "Adjusted association"
CAUTION = (
    "An adjusted association: what goes together, not what causes. Sellers use good content in good deals for reasons "
    "that no field holds."
)
CREDIT = (
    "Won amounts of all closed deals, by touches of the 365 days before the close. The revenue page shows the last 12 "
    "months unless told otherwise."
)
MET = {
    Kind.ASSET: ("that met this content", "that did not"),
    Kind.CAMPAIGN: ("that met this campaign", "that did not"),
    Kind.CHANNEL: ("that met this channel", "that did not"),
    Kind.PLAY: ("in which this content was used after its play was read", "in which it was not"),
    Kind.ANSWER: ("whose lead was answered that soon", "whose lead was answered later"),
    Kind.RECOMMENDATION: ("in which something recommended was used", "in which nothing of it was"),
}
"""Which cases are compared, and with which others."""
HEADS = {
    "won": "Share won",
    "days": "Days to close, won deals",
    "amount": "Amount, won deals",
    "conversations": "Conversations that succeeded",
}
SHARES = ("won", "conversations")
ASIDE = {
    Kind.PLAY: "What the content itself goes together with is part of this: its own row stands beside.",
    Kind.ANSWER: "Of deals only. What answering soon gains with leads, those that never became a deal among them, is "
    "told by the report on answering.",
    Kind.RECOMMENDATION: "Only deals that something was recommended for are compared, each from its first one on: "
    "those in which some of it was then shared, presented or personalised with those in which none was yet.",
}
_UNITS = {"days": "days", "amount": ""}
BUSY = ("no touch", "1 or 2 touches", "3 to 5 touches", "6 to 10 touches", "more than 10 touches")


def points(share: float) -> str:
    """A difference of shares with its sign."""
    value = round(share * 100)
    return f"{'+' if value > 0 else '−' if value < 0 else ''}{abs(value)} pt"


def signed(result: str, value: float | None) -> str:
    """A difference in the unit of its result."""
    if value is None:
        return ""
    if result in SHARES:
        return points(value)
    sign = "+" if value > 0 else "−" if value < 0 else ""
    return f"{sign}{plain(result, abs(value))}"


def plain(result: str, value: float | None) -> str:
    """A mean in the unit of its result."""
    if value is None:
        return ""
    if result in SHARES:
        return formats.percent(value)
    return str(formats.money(value)) if result == "amount" else _counted(round(value), "day")


def _counted(number: int, one: str) -> str:
    return f"{number:,} {one}{'' if number == 1 else 's'}"


def span(result: str, found: Mapping[str, Any]) -> str:
    """The interval."""
    if found["low"] is None:
        return ""
    return f"{signed(result, found['low'])} to {signed(result, found['high'])}"


def says(kind: str, result: str, found: Mapping[str, Any]) -> str:
    """One sentence of one result."""
    if found["difference"] is None:
        return lacks(kind, result, found)
    which, others = MET[Kind(kind)]
    values = f"{plain(result, found['with'])} against {plain(result, found['without'])}"
    interval = f"between {signed(result, found['low'])} and {signed(result, found['high'])} with 95 % confidence"
    if found["low"] <= 0 <= found["high"]:
        return f"Not told apart from no difference: {values}; the difference lies {interval}."
    more = found["difference"] > 0
    did = {
        "won": f"were won {'more' if more else 'less'} often",
        "days": f"took {'longer' if more else 'less time'} to win",
        "amount": f"were worth {'more' if more else 'less'} when won",
        "conversations": f"succeeded {'more' if more else 'less'} often",
    }[result]
    if result == "conversations":
        said = f"Conversations of deals {which} {did} than alike ones of deals {others}"
    else:
        said = f"Deals {which} {did} than alike deals {others}"
    return f"{said}: {values}. The difference lies {interval}."


def lacks(kind: str, result: str, found: Mapping[str, Any]) -> str:
    """Why nothing can be said, and how much is missing."""
    which, one = MET[Kind(kind)][0], "conversation" if result == "conversations" else "deal"
    of = f"of deals {which}" if result == "conversations" else which
    exposed, compared = found["exposed"], found["compared"]
    missing = FEWEST_EXPOSED - compared
    if exposed < FEWEST_EXPOSED:
        missing = FEWEST_EXPOSED - exposed
        return (
            f"Too few: {_counted(exposed, one)} {of}, in time to be compared. "
            f"{_counted(missing, f'more {one}')} {'is' if missing == 1 else 'are'} needed."
        )
    if compared < FEWEST_EXPOSED:
        return (
            f"Nobody alike: of {_counted(exposed, one)} {of}, {compared:,} had alike ones to compare with. "
            f"{_counted(missing, f'more {one}')} with somebody alike {'is' if missing == 1 else 'are'} needed."
        )
    return f"Nearly every {one} is sooner or later one {of}: nobody is left to compare with."


def unseen(found: Mapping[str, Any]) -> str:
    """How strong a cause must be that nobody recorded."""
    if found["difference"] is None:
        return ""
    if found["low"] <= 0 <= found["high"]:
        return "No difference at all lies within the interval: no unseen cause is needed to explain it."
    if found["needed"] is None:
        return ""
    bound = found["needed_bound"]
    text = (
        "A cause that nobody recorded, going together with both meeting it and the result by a factor of "
        f"{found['needed']:.1f}, would explain the difference away"
    )
    return f"{text}; {bound:.1f} would do for the bound of the interval." if bound else f"{text}."


def sentence(parts: Sequence[str]) -> str:
    """With a capital, and the rest as it is."""
    text = ", ".join(parts)
    return text[:1].upper() + text[1:]


def after(days: int) -> str:
    """When a trial was held."""
    return "Before it began" if days == 0 else f"Within {days} days"
