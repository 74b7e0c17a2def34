"""The tags and filters of every template; loaded as builtins."""

import json
import zlib
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from django import template
from django.template import defaulttags
from django.template.context import Context, RequestContext
from django.template.loader_tags import BLOCK_CONTEXT_KEY
from django.urls import get_script_prefix, get_urlconf, reverse
from django.utils.html import conditional_escape, escape, format_html
from django.utils.safestring import SafeString, mark_safe

from sameside.kit.tables import Column, Table
from sameside.ui import access, built, formats, markup
from sameside.ui.charts import Chart
from sameside.ui.lists import Choice, Header, Listing

register = template.Library()

register.filter("money", formats.money)
register.filter("number", formats.number)
register.filter("percent", formats.percent)
register.filter("days", formats.days)
register.filter("hours", formats.hours)
register.filter("seconds", formats.seconds)
register.filter("compact", formats.compact)
register.filter("day", formats.date)
register.filter("moment", formats.moment)


@register.filter
def cell(value: Any, column: Column) -> SafeString:
    return formats.cell(value, column)


@register.filter
def initials(name: Any) -> str:
    """Anna Maria Berg → AB."""
    words = str(name).split()
    return "".join(word[0] for word in ([words[0], words[-1]] if len(words) > 1 else words[:1])).upper()


@lru_cache(maxsize=512)
def _address(name: str, urlconf: str | None, prefix: str) -> str:
    return reverse(name, urlconf)


class _Address(template.Node):
    def __init__(self, name: str) -> None:
        self.name = name

    def render(self, context: Context) -> str:
        return _address(self.name, get_urlconf(), get_script_prefix())


@register.tag
def url(parser: template.base.Parser, token: template.base.Token) -> template.Node:
    """Django's tag; the address of a page that takes no arguments is looked up once."""
    node = defaulttags.url(parser, token)
    name = node.view_name
    is_fixed = isinstance(name.var, str) and not name.filters
    return _Address(name.var) if is_fixed and not (node.args or node.kwargs or node.asvar) else node


@register.simple_tag(takes_context=True)
def may(context: Context, capability: str) -> bool:
    """Whether the reader has this capability; anybody has the empty one."""
    return not capability or capability in access.current().capabilities(context["request"].user)


@register.simple_tag
def who_may(capability: str) -> str:
    """The roles that have this capability, to begin a sentence with."""
    words = access.current().who_may(capability)
    return words[:1].upper() + words[1:]


@register.simple_tag
def asset(name: str) -> str:
    """The address of a built front-end file."""
    return built.current(name)


@lru_cache(maxsize=256)
def _icon(name: str, sprite: str) -> SafeString:
    return format_html('<svg class="icon" aria-hidden="true"><use href="{}#{}"></use></svg>', sprite, name)


@register.simple_tag
def icon(name: str) -> SafeString:
    """A Tabler icon from the sprite; decoration, so it needs a word beside it."""
    return _icon(name, built.current("icons.svg"))


@register.simple_tag
def sparkline(values: Sequence[float | int | None], label: str = "") -> SafeString:
    return markup.sparkline(values, label)


@register.simple_tag
def stat(
    label: str,
    value: Any,
    help: str = "",  # noqa: A002
    trend: str = "",
    href: str = "",
    tone: str = "",
) -> SafeString:
    """One figure with its name; `value` is already formatted. `tone` colours the figure, `trend` stands beside it."""
    tip = markup.help_tip(help) if help else ""
    name = f'<a class="stat-link" href="{escape(href)}">{escape(label)}</a>' if href else escape(label)
    direction = "up" if trend.startswith("+") else "down" if trend.startswith(("-", "−")) else "flat"
    beside = f'<span class="stat-trend stat-trend-{direction}">{escape(trend)}</span>' if trend else ""
    shown = conditional_escape(formats.NOTHING if value is None else value)
    return mark_safe(  # noqa: S308
        f'<div class="stat{f" stat-{escape(tone)}" if tone else ""}"><div class="stat-label">{name}{tip}</div>'
        f'<div class="stat-value">{shown}{beside}</div></div>'
    )


@register.simple_tag
def table_html(table: Table) -> SafeString:
    return markup.table(table)


@register.simple_tag
def listing_head(headers: Sequence[Header]) -> SafeString:
    return markup.list_head(headers)


@register.simple_tag
def listing_body(listing: Listing) -> SafeString:
    return mark_safe(markup.body(listing.spec.columns, listing.rows))  # noqa: S308


@register.simple_tag
def options(choices: Sequence[Choice], chosen: str, prefix: str = "") -> SafeString:
    return markup.options(choices, chosen, prefix)


@register.simple_tag
def chart_payload(chart: Chart) -> dict[str, Any]:
    return chart.payload(access.current().company().currency)


@register.filter("json")
def as_json(value: Any) -> str:
    """JSON for a data attribute; the template escapes it."""
    return json.dumps(value, separators=(",", ":"))


@register.filter
def slot(text: Any) -> str:
    """A short id made from `text`, the same at each rendering."""
    return f"s{zlib.crc32(str(text).encode()):08x}"


@register.simple_tag(takes_context=True)
def same_block(context: RequestContext, name: str) -> SafeString:
    """What block `name` renders, a second time: a page's title is also its heading."""
    block = context.render_context[BLOCK_CONTEXT_KEY].get_block(name)
    with context.push():
        return mark_safe(str(block.nodelist.render(context)).strip())  # noqa: S308
