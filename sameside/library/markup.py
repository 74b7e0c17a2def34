"""The library's long lists made in Python: one join is many times faster than a loop over hundreds of values."""

from collections.abc import Iterable
from html import escape
from typing import TYPE_CHECKING

from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

from sameside.library.browsing import markup as browsing
from sameside.ui import formats

if TYPE_CHECKING:
    from sameside.library.searching import Hit
    from sameside.library.shelf import Card, Value

TAGS_SHOWN = 4


def facet_values(key: str, values: "Iterable[Value]") -> SafeString:
    """The values of one facet, each a checkbox with its count."""
    name = escape(key)
    lines = []
    for one in values:
        on, checked = (" is-on", " checked") if one.chosen else ("", "")
        lines.append(
            f'<li><label class="facet-value{on}"><input class="form-check-input" type="checkbox" name="{name}"'
            f' value="{escape(one.value)}"{checked}><span>{escape(one.label)}</span>'
            f'<span class="facet-count">{formats.number(one.count)}</span></label></li>'
        )
    return mark_safe("".join(lines))  # noqa: S308


def items(cards: "Iterable[Card]") -> SafeString:
    """The assets of the list or the grid."""
    return mark_safe("".join(_item(card) for card in cards))  # noqa: S308


def _item(card: "Card") -> str:
    thumb = browsing.thumb(card.picture or card.thumbnail, card.format)
    known = browsing.attributes(card.pk, card.url, card.hit.page if card.hit else 0)
    link = escape(_led(card.url, card.led))
    tools = browsing.tools(card.pk, card.title, card.url, favourite=card.favourite)
    return (
        f'<li class="item"{known}><span class="thumb">{thumb}</span><div class="item-body">'
        f'<h2 class="item-title"><a class="row-link" href="{link}">{escape(card.title)}</a></h2>'
        f'<p class="item-facts">{escape(card.facts)}{browsing.pin(card.pinned)}'
        f'<span class="item-updated"> · {escape(card.updated)}</span></p>'
        f'{_hit(card)}{_why(card)}{_tags(card)}</div><p class="item-truth">{_truth(card)}</p>{tools}</li>'
    )


def _hit(card: "Card") -> str:
    if card.hit is None:
        return ""
    snippet = conditional_escape(card.hit.snippet)
    url = escape(_led(card.hit_url, card.led))
    return f'<p class="item-hit"><a href="{url}">Page {card.hit.page}</a> {snippet}{_others(card, card.hit)}</p>'


def _others(card: "Card", hit: "Hit") -> str:
    """Links to further pages that match nearly as well."""
    if not hit.others:
        return ""
    links = [f'<a href="{escape(_led(f"{card.url}?page={page}", card.led))}">{page}</a>' for page in sorted(hit.others)]
    return f' <span class="item-others">Also on page{"s" if len(links) > 1 else ""} {", ".join(links)}</span>'


def _led(url: str, led: str) -> str:
    """The address with what it says of where one came from."""
    return f"{url}{'&' if '?' in url else '?'}{led}" if led else url


def _why(card: "Card") -> str:
    return f'<p class="box-why">{escape(card.why[:1].upper() + card.why[1:])}</p>' if card.why else ""


def _tags(card: "Card") -> str:
    if not card.tags and card.due is None:
        return ""
    due = f'<span class="tag tag-{escape(card.due.tone)}">{escape(card.due.text)}</span>' if card.due else ""
    shown = due + "".join(f'<span class="tag tag-neutral">{escape(tag)}</span>' for tag in card.tags[:TAGS_SHOWN])
    rest = len(card.tags) - TAGS_SHOWN
    more = f'<span class="item-rest">+{rest}</span>' if rest > 0 else ""
    return f'<p class="item-tags">{shown}{more}</p>'


def _truth(card: "Card") -> str:
    if card.verdict is None:
        return ""
    uses = f"{formats.compact(card.uses)} use{'' if card.uses == 1 else 's'}"
    return (
        f'<span class="tag tag-{escape(card.verdict.tone)}" title="{escape(card.reason)}">{escape(card.verdict.text)}'
        f'</span><span class="item-uses">{uses} · {formats.compact(card.shown)} shown</span>'
    )
