"""What was found, as items of the page and as options under the box. There are up to forty: joined in Python."""

from html import escape
from typing import TYPE_CHECKING

from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst

from sameside.ui.templatetags.ui import icon

if TYPE_CHECKING:
    from sameside.search.box import Answered, Entry

CONTENT = "asset"
"""The section whose entries have pictures."""


def escaped(text: str) -> str:
    return text if isinstance(text, SafeString) else escape(text)


def items(section: "Answered") -> SafeString:
    """On the page of all results."""
    return mark_safe("\n".join(_item(one, has_picture=section.name == CONTENT) for one in section.entries))  # noqa: S308


def options(section: "Answered") -> SafeString:
    """Under the box."""
    return mark_safe(  # noqa: S308
        "\n".join(_option(one, section.name, place) for place, one in enumerate(section.entries, start=1))
    )


def _picture(one: "Entry", css: str) -> str:
    shown = f'<img src="{escaped(one.picture)}" alt="" loading="lazy" decoding="async">' if one.picture else ""
    return f'<span class="{css}">{shown or icon(one.icon)}</span>'


def _icon(one: "Entry") -> str:
    return f'<span class="box-icon">{icon(one.icon)}</span>'


def _line(one: "Entry") -> str:
    page = f'<span class="box-page">Page {one.page}</span>' if one.page else ""
    return f"{page}{escaped(one.line)}"


def _item(one: "Entry", *, has_picture: bool) -> str:
    snippet = f'<p class="found-snippet">{escaped(one.snippet)}</p>' if one.snippet else ""
    why = f'<p class="box-why">{escaped(capfirst(one.why))}</p>' if one.why else ""
    return (
        f'<li class="found-item">{_picture(one, "found-picture") if has_picture else _icon(one)}\n'
        f'<div class="found-words"><a class="row-link" href="{escaped(one.url)}">{escaped(one.title)}</a>'
        f'<p class="found-line">{_line(one)}</p>{snippet}{why}</div></li>'
    )


def _option(one: "Entry", section: str, place: int) -> str:
    is_content = section == CONTENT
    snippet = f'<span class="box-snippet">{escaped(one.snippet)}</span>' if one.snippet else ""
    why = f'<span class="box-why">{escaped(capfirst(one.why))}</span>' if one.why else ""
    css = " box-asset" if one.picture or is_content else ""
    return (
        f'<a class="box-option{css}" role="option" id="box-{escaped(section)}-{place}" aria-selected="false"'
        f' href="{escaped(one.url)}" tabindex="-1">\n'
        f"{_picture(one, 'box-picture') if is_content else _icon(one)}\n"
        f'<span class="box-words"><span class="box-name">{escaped(one.title)}</span>'
        f'<span class="box-line">{_line(one)}</span>{snippet}{why}</span></a>'
    )
