"""What was found, in plain words: what it says, what it cannot claim, and what is missing where nothing can be said."""

from collections.abc import Mapping
from typing import Any

from sameside.analytics.influence.strata import FEWEST_EXPOSED
from sameside.attribution.influence.models import Kind
from sameside.ui import formats

LABEL = "Adjusted association"
CAUTION = (
    "An adjusted association: what goes together, not what causes. Sellers use good content in good deals for reasons "
    "that no field holds."
)
WHAT = {Kind.ASSET: "this content", Kind.CAMPAIGN: "this campaign", Kind.CHANNEL: "this channel"}
HEADS = {"won": "Share won", "days": "Days to close, won deals", "amount": "Amount, won deals"}
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
    if result == "won":
        return points(value)
    sign = "+" if value > 0 else "−" if value < 0 else ""
    return f"{sign}{plain(result, abs(value))}"


def plain(result: str, value: float | None) -> str:
    """A mean in the unit of its result."""
    if value is None:
        return ""
    if result == "won":
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
        return lacks(kind, found)
    what = WHAT[Kind(kind)]
    values = f"{plain(result, found['with'])} against {plain(result, found['without'])}"
    interval = f"between {signed(result, found['low'])} and {signed(result, found['high'])} with 95 % confidence"
    if found["low"] <= 0 <= found["high"]:
        return f"Not told apart from no difference: {values}; the difference lies {interval}."
    more = found["difference"] > 0
    did = {
        "won": f"were won {'more' if more else 'less'} often",
        "days": f"took {'longer' if more else 'less time'} to win",
        "amount": f"were worth {'more' if more else 'less'} when won",
    }[result]
    return f"Deals that met {what} {did} than alike deals that did not: {values}. The difference lies {interval}."


def lacks(kind: str, found: Mapping[str, Any]) -> str:
    """Why nothing can be said, and how much is missing."""
    what = WHAT[Kind(kind)]
    exposed, compared = found["exposed"], found["compared"]
    missing = FEWEST_EXPOSED - compared
    if exposed < FEWEST_EXPOSED:
        missing = FEWEST_EXPOSED - exposed
        return (
            f"Too few: {_counted(exposed, 'deal')} met {what} while open. "
            f"{_counted(missing, 'more deal')} {'is' if missing == 1 else 'are'} needed."
        )
    if compared < FEWEST_EXPOSED:
        return (
            f"Nobody alike: of {_counted(exposed, 'deal')} that met {what}, {compared:,} had alike deals that had not. "
            f"{_counted(missing, 'more deal')} with somebody alike {'is' if missing == 1 else 'are'} needed."
        )
    return f"Nearly every deal meets {what} sooner or later: nobody is left to compare with."


def unseen(found: Mapping[str, Any]) -> str:
    """How strong a cause must be that nobody recorded."""
    if found["difference"] is None:
        return ""
    if found["low"] <= 0 <= found["high"]:
        return "The interval holds nothing: no unseen cause is needed to explain it."
    if found["needed"] is None:
        return ""
    bound = found["needed_bound"]
    text = (
        "A cause that nobody recorded, going together with both meeting it and the result by a factor of "
        f"{found['needed']:.1f}, would explain the difference away"
    )
    return f"{text}; {bound:.1f} would do for the bound of the interval." if bound else f"{text}."


def after(days: int) -> str:
    """When a trial was held."""
    return "Before it began" if days == 0 else f"Within {days} days"
