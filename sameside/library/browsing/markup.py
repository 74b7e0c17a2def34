"""What every card of an asset carries, wherever it is shown: a box to choose it, a star, an eye for the quick look.

The controls belong by their `form` attribute to two forms that stand once on the page (`browsing/acts.html`), so that
they work inside another form and without scripts. A page shows dozens of cards: they are joined in Python.
"""

from collections.abc import Iterable
from functools import lru_cache
from html import escape
from typing import TYPE_CHECKING

from django.utils.safestring import SafeString, mark_safe

from sameside.ui import built

if TYPE_CHECKING:
    from sameside.library.browsing.tiles import Tile


@lru_cache(maxsize=32)
def _icon(name: str, sprite: str) -> str:
    return f'<svg class="icon" aria-hidden="true"><use href="{escape(sprite)}#{name}"></use></svg>'


def icon(name: str) -> str:
    return _icon(name, built.current("icons.svg"))


def attributes(pk: int, url: str, page: int = 0) -> str:
    """What the scripts know of a card: which asset it is, and the page that matched."""
    matched = f' data-page="{page}"' if page else ""
    return f' data-asset="{pk}" data-url="{escape(url)}"{matched}'


def tools(pk: int, title: str, url: str, *, favourite: bool) -> str:
    """The box, the star and the eye of one card."""
    name, address = escape(title), escape(url)
    pressed, removal = ("true", ' name="remove" value="1"') if favourite else ("false", "")
    return (
        '<span class="item-tools">'
        f'<input class="item-choose" type="checkbox" name="asset" value="{pk}" form="chosen"'
        f' aria-label="Choose {name}">'
        f'<button class="item-tool item-star" type="submit" form="act" formaction="{address}favourite/"{removal}'
        f' data-star aria-pressed="{pressed}" aria-label="Favourite: {name}" title="Favourite (f)">'
        f"{icon('star')}</button>"
        f'<button class="item-tool item-eye" type="button" data-look aria-label="Quick look: {name}"'
        f' title="Quick look (space)">{icon("eye")}</button></span>'
    )


def tiles(shown: "Iterable[Tile]") -> SafeString:
    """The cards of a shelf."""
    return mark_safe("".join(_tile(one) for one in shown))  # noqa: S308


def pin(pinned: bool) -> str:
    """Said of an asset that stays at its version."""
    return f' <span class="item-pin" title="It stays at its version">{icon("pin")}Pinned</span>' if pinned else ""


def thumb(thumbnail: str, format_name: str, attributes: str = "") -> str:
    if thumbnail:
        return f'<img src="{escape(thumbnail)}" alt="" loading="lazy" decoding="async"{attributes}>'
    return f'<span class="thumb-none" aria-hidden="true">{escape(format_name)}</span>'


def _tile(one: "Tile") -> str:
    url, title, note = escape(one.url), escape(one.title), escape(one.note)
    if one.note_url:
        note = f'<a href="{escape(one.note_url)}">{note}</a>'
    badge = f'<span class="tag tag-{escape(one.badge.tone)}">{escape(one.badge.text)}</span>' if one.badge else ""
    said = f'<p class="tile-note">{note}{badge}</p>' if note or badge else ""
    return (
        f'<li class="item tile"{attributes(one.pk, one.url)}>'
        f'<span class="thumb">{thumb(one.thumbnail, one.format)}</span><div class="item-body">'
        f'<h3 class="item-title"><a class="row-link" href="{url}">{title}</a></h3>'
        f'<p class="item-facts">{escape(one.facts)}{pin(one.pinned)}</p></div>{said}'
        f"{tools(one.pk, one.title, one.url, favourite=one.favourite)}</li>"
    )
