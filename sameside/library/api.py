"""Searching the library for programs; what a person does not find on the pages, their token does not find either."""

from html import unescape
from typing import Any

from django.http import QueryDict
from django.utils import timezone
from django.utils.html import strip_tags
from ninja import Router, Schema
from ninja.errors import HttpError

from sameside.library import asking, facets
from sameside.library.models import Facet
from sameside.library.usage import recorder
from sameside.people.api import Call, needs

MOST = 50

router = Router(tags=["search"])


class FoundPage(Schema):
    number: int
    snippet: str
    url: str


class FoundAsset(Schema):
    id: int
    title: str
    url: str
    format: str
    language: str
    pages: int
    page: FoundPage | None


class FoundFilter(Schema):
    facet: str
    value: str
    typed: str


class Found(Schema):
    """`total` and `facets` are exact, of everything that is found; `next` is the cursor of the next page."""

    words: str
    filters: list[FoundFilter]
    total: int
    corrected: str
    relaxed: bool
    facets: dict[str, dict[str, int]]
    assets: list[FoundAsset]
    next: str


@router.get("/search", auth=needs("see_library"), response=Found, summary="Find content")
def search(
    request: Call, q: str = "", deal: str = "", lead: str = "", only: str = "", sort: str = "", after: str = "",
    size: int = 24,
) -> dict[str, Any]:  # fmt: skip
    """Assets for the words in `q`, with filters typed among them as in the box: `roi vertical:banking deck`.

    `deal` or `lead` is the id of what it is for: what fits it comes first, with `only=1` nothing else is found. `sort`
    is `relevance`, `updated`, `title`, `used` or `won`; `after` the cursor of an answer before. At most 50 at once.
    """
    query = QueryDict(mutable=True)
    query.update({"q": q[:1_000], "deal": deal, "lead": lead, "only": only, "sort": sort})
    person = request.auth
    found = asking.find(asking.read(query, person), person, after=after[:4_000], size=max(1, min(size, MOST)))
    asked, results = found.asking, found.results
    if results.problem:
        raise HttpError(503, results.problem)
    if asked.context.refused:
        raise HttpError(404, asked.context.refused)
    if asked.text and not after:
        recorder.search(
            person, asked.text, filters=asked.narrowing.as_json(), results=results.total,
            shown=[asset.pk for asset in results.assets], at=timezone.now(), deal_id=asked.context.deal_id,
            lead_id=asked.context.lead_id, place="api", corrected=results.corrected,
        )  # fmt: skip
    return {
        "words": asked.words,
        "filters": [{"facet": one.facet, "value": one.value, "typed": one.text} for one in asked.read.terms],
        "total": results.total,
        "corrected": results.corrected,
        "relaxed": results.relaxed,
        "facets": {facet: dict(counts) for facet, counts in results.facets.items()},
        "assets": [_asset(asset, results.hits.get(asset.pk)) for asset in results.assets],
        "next": results.page.next,
    }


def _asset(asset: Any, hit: Any) -> dict[str, Any]:
    url = f"/library/{asset.slug}/"
    page = hit and {"number": hit.page, "snippet": unescape(strip_tags(hit.snippet)), "url": f"{url}?page={hit.page}"}
    return {
        "id": asset.pk,
        "title": asset.title,
        "url": url,
        "format": facets.label(Facet.FORMAT, asset.format),
        "language": asset.language,
        "pages": asset.page_count,
        "page": page or None,
    }
