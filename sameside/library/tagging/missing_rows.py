"""The rows of the queue of missing facets as HTML, joined in Python. Their buttons belong to the one form of the page,
each with the address of its own decision."""

from collections.abc import Mapping
from html import escape
from typing import TYPE_CHECKING, Any

from django.utils.safestring import SafeString, mark_safe

from sameside.library.browsing.markup import thumb
from sameside.library.truth import count

if TYPE_CHECKING:
    from sameside.library.tagging.missing import Value


def row_html(row: Mapping[str, Any]) -> SafeString:
    """One row: `row` holds its cells as `missing` makes them."""
    url = escape(row["url"])
    values = "".join(_value(one, place, url) for place, one in enumerate(row["candidates"], start=1))
    return mark_safe(  # noqa: S308
        '<li class="queue-row missing-row" data-row>'
        f'<span class="thumb">{thumb(row["thumbnail"], row["format"])}</span><div class="queue-body">'
        f'<h2 class="item-title"><a class="row-link" href="{escape(row["link"])}">{escape(row["title"])}</a></h2>'
        f'<p class="item-facts">{escape(row["label"])} is missing · {_gain(row)}</p>'
        f'<div class="missing-values">{values}'
        f'<button class="missing-value is-none" type="submit" form="missing" formaction="{url}" name="none" value="1"'
        ' data-press="n"><kbd aria-hidden="true">n</kbd><span><strong>None of these</strong>'
        "<small>They are not proposed again.</small></span></button></div></div></li>"
    )


def _gain(row: Mapping[str, Any]) -> str:
    if not row["gain"]:
        return "no search and no open deal asks for it yet"
    searches = count(row["searches"], "search", "searches")
    return f"gain {row['gain']:,}: {searches}, {count(row['deals'], 'open deal')}"


def _value(one: "Value", place: int, url: str) -> str:
    key = "y" if place == 1 and one.why else str(place)
    said = escape(one.why) if one.why else "No word of it speaks for this; only searches ask for it."
    said += f" {count(one.searches, 'search', 'searches')} left it out." if one.searches else ""
    said += f" {count(one.deals, 'open deal')}." if one.deals else ""
    return (
        f'<button class="missing-value" type="submit" form="missing" formaction="{url}" name="value"'
        f' value="{escape(one.value)}" data-press="{key}"><kbd aria-hidden="true">{key}</kbd><span>'
        f"<strong>{escape(one.label)}</strong><small>{said}</small></span></button>"
    )
