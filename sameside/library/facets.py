"""Narrowing the library by facets, with counts that are true under any combination.

Values can be left out too (`not=language:de` in the address): what has one of them is not in the set.

Several values of one facet widen (banking or insurance), several facets narrow (banking and German). The count beside a
value is the number of assets that choosing it would leave: the other facets apply, its own does not. A value that was
rejected counts nowhere; one that is only proposed counts until somebody says otherwise.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from django.conf.locale import LANG_INFO
from django.http import QueryDict

from sameside.conversations.models import Kind
from sameside.library.models import Asset, Facet
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
NOT = "not"
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


@lru_cache(maxsize=4_096)
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
    """What the address asks for: chosen and excluded values by facet, a status, and a verdict under the organisation's
    settings."""

    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    excluded: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    status: str = Asset.Status.ACTIVE
    verdict: str = ""
    window: int = 90
    k: int = 5

    @property
    def is_empty(self) -> bool:
        return not (self.values or self.excluded or self.verdict) and self.status == Asset.Status.ACTIVE

    def as_json(self) -> dict[str, list[str]]:
        found = {facet: list(values) for facet, values in self.values.items()}
        verdict = {"verdict": [self.verdict]} if self.verdict else {}
        return found | verdict | ({NOT: left_out} if (left_out := self.left_out) else {})

    @property
    def left_out(self) -> list[str]:
        """The excluded values as the address has them."""
        return [f"{facet}:{value}" for facet, values in self.excluded.items() for value in values]


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
        excluded=_excluded(query),
        status=status if status in Asset.Status.values else Asset.Status.ACTIVE.value,
        verdict=verdict if verdict in VerdictName.values else "",
        window=window,
        k=k,
    )


def _excluded(query: QueryDict) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for one in dict.fromkeys(query.getlist(NOT)[:MOST_VALUES]):
        facet, _, value = one.partition(":")
        if facet in SHOWN and value and len(value) <= 80 and "\x00" not in value:
            found.setdefault(facet, []).append(value)
    return {facet: tuple(values) for facet, values in found.items()}


Counts = Mapping[str, Sequence[tuple[str, int]]]


def counts(counted: Mapping[str, Mapping[str, int]], narrowing: Narrowing) -> Counts:
    """What the index counted as (value, assets) by facet, commonest first, chosen values always among them."""
    found = {}
    for facet, numbers in counted.items():
        values = dict.fromkeys(narrowing.values.get(facet, ()), 0) | dict(numbers)
        found[facet] = sorted(values.items(), key=lambda pair: (-pair[1], label(facet, pair[0])))
    return found
