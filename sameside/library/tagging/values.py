"""The values of facets that somebody may choose, and what they wrote as one of them."""

from collections.abc import Mapping

from django.utils.text import slugify

from sameside.library import vocabulary
from sameside.library.facets import SHOWN, label
from sameside.library.models import AssetFacet, Facet
from sameside.people.policies import Refused

FIXED = (Facet.CONVERSATION, Facet.DEPTH, Facet.LANGUAGE, Facet.SENIORITY)
"""Facets whose values the product knows; of the others a company has its own."""
EDITABLE = tuple(facet for facet in SHOWN if facet != Facet.FORMAT)
_MOST = 1_000


def known() -> Mapping[str, Mapping[str, str]]:
    """Value to label by facet: those of the vocabulary, then those in use. One query."""
    found: dict[str, dict[str, str]] = {facet.value: {} for facet in EDITABLE}
    for table in vocabulary.TABLES:
        found[table.facet] |= {rule.value: label(table.facet, rule.value) for rule in table.rules}
    found[Facet.DEPTH] |= {value: label(Facet.DEPTH, value) for value in ("overview", "working", "deep")}
    found[Facet.LANGUAGE] |= {value: label(Facet.LANGUAGE, value) for value in ("en", "de", "fr", "es")}
    used = AssetFacet.objects.exclude(state=AssetFacet.State.REJECTED).exclude(facet=Facet.FORMAT)
    for facet, value in used.values_list("facet", "value").order_by("facet", "value").distinct()[:_MOST]:
        found[facet].setdefault(value, label(facet, value))
    return found


def read(facet: str, text: str, values: Mapping[str, Mapping[str, str]]) -> str:
    """The value of `facet` that `text` names, by its label or itself. Raises `Refused` for one that cannot be."""
    if facet not in values:
        raise Refused("Choose a facet.")
    asked = " ".join(text.split()).casefold()
    if not asked:
        raise Refused(f"Write a value for {Facet(facet).label}.")
    for value, name in values[facet].items():
        if asked in (value.casefold(), name.casefold()):
            return value
    made = slugify(asked)[:80]
    if facet in FIXED or not made:
        some = ", ".join(list(values[facet].values())[:6])
        raise Refused(f"{Facet(facet).label} has no value “{text.strip()[:60]}”. It is one of: {some}.")
    return made
