"""Narrowing the library by facets, with counts that are true under any combination.

Several values of one facet widen (banking or insurance), several facets narrow (banking and German). The count beside a
value is the number of assets that choosing it would leave: the other facets apply, its own does not. A value that was
rejected counts nowhere; one that is only proposed counts until somebody says otherwise.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.conf.locale import LANG_INFO
from django.db.models import Count, Q, QuerySet
from django.http import QueryDict

from sameside.conversations.models import Kind
from sameside.library.models import Asset, AssetFacet, AssetVerdict, Facet
from sameside.library.models import Verdict as VerdictName

SHOWN = (
    Facet.CONVERSATION,
    Facet.VERTICAL,
    Facet.LANGUAGE,
    Facet.FORMAT,
    Facet.PERSONA,
    Facet.SENIORITY,
    Facet.DEPTH,
    Facet.PRODUCT_LINE,
    Facet.REGION,
    Facet.COMPETITOR,
)
MOST_VALUES = 20
LANGUAGES = {"zh": "Chinese", "yue": "Cantonese", "la": "Latin"}
ABBREVIATED = frozenset({"it", "hr"})
FORMATS = {
    "pdf": "PDF",
    "pptx": "Slides",
    "docx": "Word",
    "xlsx": "Excel",
    "html": "Web page",
    "md": "Markdown",
    "odt": "OpenDocument text",
    "odp": "OpenDocument slides",
    "ods": "OpenDocument table",
    "txt": "Text",
    "epub": "E-book",
    "eml": "E-mail",
    "msg": "Outlook e-mail",
    "image": "Image",
    "svg": "Drawing",
    "video": "Video",
    "rtf": "RTF",
    "doc": "Word 97",
    "ppt": "PowerPoint 97",
    "xls": "Excel 97",
}


def label(facet: str, value: str) -> str:
    """A facet value as people read it: `definition_of_success` → Definition of success, `de` → German."""
    if facet == Facet.CONVERSATION and value in Kind:
        return str(Kind(value).label)
    if facet == Facet.FORMAT:
        return FORMATS.get(value, value.upper())
    if facet == Facet.LANGUAGE:
        return LANGUAGES.get(value) or str(LANG_INFO.get(value, {}).get("name", value.upper()))
    if value in ABBREVIATED:
        return value.upper()
    text = value.replace("-", " ").replace("_", " ")
    return text[:1].upper() + text[1:]


@dataclass(frozen=True)
class Narrowing:
    """What the address asks for: chosen values by facet, a status, and a verdict under the organisation's settings."""

    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    status: str = Asset.Status.ACTIVE
    verdict: str = ""
    window: int = 90
    k: int = 5

    @property
    def is_empty(self) -> bool:
        return not self.values and not self.verdict and self.status == Asset.Status.ACTIVE

    def apply(self, assets: "QuerySet[Asset]", *, without: str = "") -> "QuerySet[Asset]":
        """`assets` narrowed by everything, but not by the facet `without`."""
        assets = assets.filter(status=self.status)
        if self.verdict:
            judged = AssetVerdict.objects.filter(window=self.window, k=self.k, verdict=self.verdict)
            assets = assets.filter(pk__in=judged.values("asset_id"))
        for facet, values in self.values.items():
            if facet == without:
                continue
            if facet == Facet.FORMAT:
                assets = assets.filter(format__in=values)
            else:
                stated = AssetFacet.objects.filter(_stated(), facet=facet, value__in=values)
                assets = assets.filter(pk__in=stated.values("asset_id"))
        return assets

    def as_json(self) -> dict[str, list[str]]:
        found = {facet: list(values) for facet, values in self.values.items()}
        return found | ({"verdict": [self.verdict]} if self.verdict else {})


def _stated() -> Q:
    return ~Q(state=AssetFacet.State.REJECTED)


def read(query: QueryDict, *, window: int, k: int) -> Narrowing:
    """The narrowing in a query string; what is not a facet, or no sensible value, is ignored."""
    values = {}
    for facet in SHOWN:
        chosen = tuple(dict.fromkeys(v for v in query.getlist(facet.value) if v and len(v) <= 80 and "\x00" not in v))
        if chosen:
            values[facet.value] = chosen[:MOST_VALUES]
    status = query.get("status", "")
    verdict = query.get("verdict", "")
    return Narrowing(
        values=values,
        status=status if status in Asset.Status.values else Asset.Status.ACTIVE.value,
        verdict=verdict if verdict in VerdictName.values else "",
        window=window,
        k=k,
    )


Counts = Mapping[str, Sequence[tuple[str, int]]]


def counts(assets: "QuerySet[Asset]", narrowing: Narrowing) -> Counts:
    """(value, assets) by facet, commonest first. `assets` is what the person may see and the words leave.

    One grouped query for all facets without a choice, two at most for each with one: at most a dozen.
    """
    found: dict[str, dict[str, int]] = defaultdict(dict)
    chosen = list(narrowing.values)
    _count(narrowing.apply(assets), [facet.value for facet in SHOWN if facet.value not in chosen], found)
    for facet in chosen:
        _count(narrowing.apply(assets, without=facet), [facet], found)
        for value in narrowing.values[facet]:
            found[facet].setdefault(value, 0)
    return {
        facet: sorted(values.items(), key=lambda pair: (-pair[1], label(facet, pair[0])))
        for facet, values in found.items()
    }


def _count(assets: "QuerySet[Asset]", facets: Sequence[str], found: dict[str, dict[str, int]]) -> None:
    stated = [facet for facet in facets if facet != Facet.FORMAT]
    if stated:
        rows = AssetFacet.objects.filter(_stated(), facet__in=stated, asset__in=assets.order_by().values("pk"))
        for facet, value, number in rows.values_list("facet", "value").annotate(Count("pk")).order_by():
            found[facet][value] = number
    if Facet.FORMAT in facets:
        for value, number in assets.order_by().values_list("format").annotate(Count("pk")):
            found[Facet.FORMAT.value][value] = number
