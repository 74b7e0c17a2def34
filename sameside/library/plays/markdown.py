"""Markdown that people write, as safe HTML: no HTML of their own, no pictures, links that open outside."""

import re

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

_PARSER = MarkdownIt("commonmark", {"html": False, "linkify": False, "typographer": False}).disable("image")
_TAGS = {"p", "ul", "ol", "li", "strong", "em", "h3", "h4", "blockquote", "a", "br", "hr", "code", "pre"}
_HEADINGS = re.compile(r"(</?)h([1-6])\b")
_WORD = re.compile(r"[^\W_]+(?:[’'-][^\W_]+)*")
_DENSE = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
DENSE_PER_WORD = 1.6
"""Chinese and Japanese are read by signs: about so many take as long as a word."""


def html(text: str) -> SafeString:
    """`text` as HTML whose headings begin below those of the page."""
    made = _HEADINGS.sub(lambda found: f"{found[1]}h{3 if found[2] in '123' else 4}", _PARSER.render(text))
    clean = nh3.clean(made, tags=_TAGS, attributes={"a": {"href"}}, url_schemes={"http", "https", "mailto"})
    return mark_safe(clean)  # noqa: S308  (cleaned above)


def words(text: str) -> int:
    """How many words a reader reads."""
    dense = len(_DENSE.findall(text))
    return len(_WORD.findall(_DENSE.sub(" ", text))) + round(dense / DENSE_PER_WORD)
