"""The rows of who has how much as HTML, joined in Python."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from django.utils.safestring import SafeString, mark_safe

from sameside.ui.cells import Badge
from sameside.ui.formats import number


@dataclass(frozen=True)
class LoadRow:
    """One person who may get leads. `share` of the capacity in percent, for the bar; None without a limit."""

    name: str
    url: str
    open: int
    of: str
    today: str
    share: int | None
    state: str
    tone: str


def rows(shown: Sequence[LoadRow]) -> SafeString:
    return mark_safe("".join(_row(one) for one in shown))  # noqa: S308


def _row(one: LoadRow) -> str:
    bar = ""
    if one.share is not None:
        bar = f'<meter class="load-bar" min="0" max="100" high="90" value="{one.share}">{one.share} %</meter>'
    return (
        f'<tr><th scope="row"><a href="{escape(one.url)}">{escape(one.name)}</a></th><td><span class="load">'
        f'<span class="load-figure">{number(one.open)} <span class="quiet">{one.of}</span></span>{bar}</span></td>'
        f'<td class="is-number">{one.today}</td><td>{Badge(one.state, one.tone).__html__()}</td></tr>'
    )
