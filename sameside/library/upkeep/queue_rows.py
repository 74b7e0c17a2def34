"""The rows of the review queue as HTML, joined in Python. Their buttons belong to the one form of the page."""

from collections.abc import Mapping
from functools import lru_cache
from html import escape
from typing import Any

from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from sameside.library.browsing.markup import icon, thumb


@lru_cache(maxsize=1)
def _retirements() -> str:
    return reverse("library:review_retirements")


def row_html(pk: int, row: Mapping[str, Any]) -> SafeString:
    """One row: `row` holds its cells as `queue` makes them."""
    title, link, fmt = escape(row["title"]), escape(row["link"]), escape(row["format"])
    path = f" · {escape(row['path'])}" if row["path"] else ""
    owner = escape(row["owner"]) or "Nobody answers for it"
    return mark_safe(  # noqa: S308
        f'<li class="queue-row" data-row id="asset-{pk}">'
        f'<input type="checkbox" name="asset" value="{pk}" form="reviews" aria-label="Choose {title}" data-press="x">'
        f'<span class="thumb">{thumb(row["thumbnail"], row["format"])}</span><div class="queue-body">'
        f'<h2 class="item-title"><a class="row-link" href="{link}">{title}</a></h2>'
        f'<p class="item-facts">{fmt}{path}</p>'
        f'<p class="upkeep-line"><span class="tag tag-{escape(row["tone"])}">{escape(row["state"])}</span>'
        f'<span class="upkeep-who">{owner}</span><span class="upkeep-why">{escape(row["why"])}</span></p></div>'
        f'<div class="queue-actions"><button class="btn" type="submit" form="reviews" name="only" value="{pk}"'
        f' data-press="v" aria-label="Verify {title}">{icon("check")}Verify</button>'
        f'<button class="btn" type="submit" form="reviews" formaction="{_retirements()}"'
        f' name="only" value="{pk}" data-press="r" aria-label="Retire {title}" title="Retire">{icon("archive")}'
        f'<span>Retire</span></button><a class="btn" href="{escape(row["replace"])}" data-press="p"'
        f' aria-label="Replace {title}" title="Replace or merge">{icon("switch-horizontal")}<span>Replace</span></a>'
        "</div></li>"
    )
