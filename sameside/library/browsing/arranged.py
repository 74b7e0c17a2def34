"""The assets of a collection in their order, as HTML: some hundreds of rows with forms, joined in Python."""

from collections.abc import Sequence
from html import escape

from django.utils.safestring import SafeString, mark_safe

from sameside.library.browsing import markup
from sameside.library.browsing.collection_pages import Item


def rows(items: Sequence[Item], url: str, *, token: str = "") -> SafeString:
    """The rows of a collection at `url`; with the `token` of its forms for those who may change what it holds."""
    guard = f'<input type="hidden" name="csrfmiddlewaretoken" value="{escape(token)}">'
    return mark_safe("".join(_row(item, escape(url), guard if token else "") for item in items))  # noqa: S308


def _row(item: Item, url: str, guard: str) -> str:
    one = item.tile
    title, address = escape(one.title), escape(one.url)
    place = f"{url}items/{item.pk}/"
    picture = markup.thumb(one.thumbnail, one.format, ' draggable="false"')
    dragged = f' data-item="{place}place/"' if guard else ""
    grip = f'<span class="grip" aria-hidden="true">{markup.icon("selector")}</span>' if guard else ""
    said = _note(item, title, place, guard) if guard else ""
    if item.note and not guard:
        said = f'<p class="item-why">{escape(item.note)}</p>'
    return (
        f'<li class="item arranged-item" id="item-{item.pk}" data-asset="{one.pk}" data-url="{address}"{dragged}>{grip}'
        f'<span class="thumb">{picture}</span><div class="item-body">'
        f'<h2 class="item-title"><a class="row-link" href="{address}" draggable="false">{title}</a></h2>'
        f'<p class="item-facts">{escape(one.facts)} · added {escape(item.added)}</p>{said}</div>'
        f"{_acts(item, title, place, guard) if guard else ''}"
        f"{markup.tools(one.pk, one.title, one.url, favourite=one.favourite)}</li>"
    )


def _note(item: Item, title: str, place: str, guard: str) -> str:
    return (
        f'<form class="item-note" method="post" action="{place}note/">{guard}'
        f'<label class="visually-hidden" for="note-{item.pk}">Why “{title}” is in here</label>'
        f'<input class="form-control" id="note-{item.pk}" name="note" value="{escape(item.note)}" maxlength="300"'
        ' placeholder="Why is it in here?" autocomplete="off"><button class="btn btn-sm" type="submit">Save</button>'
        "</form>"
    )


def _acts(item: Item, title: str, place: str, guard: str) -> str:
    first, last = " disabled" if item.is_first else "", " disabled" if item.is_last else ""
    return (
        f'<form class="arranged-acts" method="post" action="{place}place/">{guard}'
        f'<button class="icon-button" type="submit" name="to" value="up" data-up{first} aria-label="Move “{title}” up">'
        f"{markup.icon('arrow-up')}</button>"
        f'<button class="icon-button" type="submit" name="to" value="down" data-down{last}'
        f' aria-label="Move “{title}” down">{markup.icon("arrow-down")}</button>'
        f'<button class="icon-button" type="submit" formaction="{place}removal/" aria-label="Take “{title}” out">'
        f"{markup.icon('x')}</button></form>"
    )
