"""The pages of facet edits and rules as lists, and what an edit says about itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.urls import reverse

from sameside.kit.paging import Order
from sameside.kit.tables import Column
from sameside.library.facets import label
from sameside.library.models import AssetFacet, Facet, FacetChange, FacetEdit, FacetRule
from sameside.library.tagging import editing, rules
from sameside.library.tagging.editing import Change, Effect
from sameside.library.truth import count
from sameside.ui.cells import Badge, Two
from sameside.ui.lists import Choice, Empty, Filter, ListSpec, Sort

VERBS = {"add": "Add", "replace": "Replace by", "remove": "Remove"}
_DID = {"add": "get", "remove": "lose"}


def in_words(changes: Sequence[Change]) -> str:
    """`add vertical banking` → "Add Vertical: Banking"."""
    parts = []
    for one in changes:
        what = f"{Facet(one.facet).label}: {label(one.facet, one.value)}"
        parts.append(f"Set {what} instead of other values" if one.verb == "replace" else f"{VERBS[one.verb]} {what}")
    return "; ".join(parts)


@dataclass(frozen=True)
class Line:
    text: str
    tone: str


def effect_lines(effect: Effect) -> list[Line]:
    """What an edit would do, in sentences."""
    lines = []
    for verb, facet, value, number in effect.values:
        assets = count(number, "asset")
        did = _DID[verb] if number != 1 else f"{_DID[verb]}s"
        what = f"{Facet(facet).label}: {label(facet, value)}"
        lines.append(Line(f"{assets} {did} {what}", "good" if verb == "add" else "warn"))
    same = effect.chosen - effect.changed - effect.left_alone
    if same:
        stays = "stays as it is" if same == 1 else "stay as they are"
        lines.append(Line(f"{count(same, 'asset')} {stays}", "neutral"))
    if effect.left_alone:
        lines.append(
            Line(f"{count(effect.left_alone, 'asset')} would help no conversation any more and is left alone", "warn")
        )
    if effect.refused:
        lines.append(Line(f"{count(effect.refused, 'rejection')} by hand stays", "neutral"))
    return lines


def state(edit: FacetEdit) -> Badge:
    if edit.undone_at:
        return Badge("Undone", "neutral")
    return Badge("Done", "good") if edit.done_at else Badge(f"{edit.seen:,} of {edit.total:,}", "info")


def _row(edit: FacetEdit) -> Mapping[str, Any]:
    return {
        "link": reverse("library:facet_edit", args=[edit.pk]),
        "at": edit.at,
        "what": Two(edit.what, "By a rule" if edit.rule_id else ""),
        "by": edit.by.name if edit.by else "A rule, by itself",
        "assets": edit.assets,
        "state": state(edit),
    }


def _by_kind(rows: "QuerySet[FacetEdit]", value: str) -> "QuerySet[FacetEdit]":
    return rows.filter(undone_at__isnull=False) if value == "undone" else rows.filter(rule__isnull=value == "hand")


EDITS = ListSpec(
    name="facet-edits",
    columns=(
        Column("what", "What"),
        Column("at", "When", "datetime"),
        Column("by", "By"),
        Column("assets", "Assets changed", "number"),
        Column("state", "State"),
    ),
    row=_row,
    filters=(
        Filter("what", "What", lambda rows, value: rows.filter(what__icontains=value), kind="text"),
        Filter(
            "kind",
            "Kind",
            _by_kind,
            lambda _: [Choice("hand", "By hand"), Choice("rule", "By a rule"), Choice("undone", "Undone")],
        ),
    ),
    sorts=(Sort("at", "Latest", Order("at", descending=True)),),
    prefetch=lambda rows: rows.select_related("by").defer("asked"),
    empty=Empty(
        "tags",
        "No facets were edited in bulk yet",
        "Search the library, then choose “Edit facets”: what you find is what you edit.",
        "/library/",
        "To the library",
    ),
)


def _change_row(change: FacetChange) -> Mapping[str, Any]:
    return {
        "link": reverse("library:asset", args=[change.asset.slug]),
        "asset": change.asset.title,
        "facet": str(Facet(change.facet).label),
        "value": label(change.facet, change.value),
        "before": change.before.capitalize() or "Not there",
        "after": change.after.capitalize(),
    }


CHANGES = ListSpec(
    name="facet-changes",
    columns=(
        Column("asset", "Asset"),
        Column("facet", "Facet"),
        Column("value", "Value"),
        Column("before", "Before"),
        Column("after", "After"),
    ),
    row=_change_row,
    filters=(Filter("asset", "Asset", lambda rows, value: rows.filter(asset__title__icontains=value), kind="text"),),
    sorts=(Sort("order", "In order", Order("pk")),),
    prefetch=lambda rows: rows.select_related("asset").defer("asset__summary"),
    empty=Empty("tags", "Nothing was different", "Every asset had these values already."),
)


@dataclass(frozen=True)
class RuleRow:
    pk: int
    sentence: str
    by: str
    has: int
    is_active: bool
    applied: Any


def rule_rows() -> list[RuleRow]:
    """Every rule with how many assets have its value because of it; two queries."""
    found = list(FacetRule.objects.select_related("created_by").order_by("facet", "value", "pk"))
    counted = AssetFacet.objects.filter(reason__startswith="Rule: ", state=AssetFacet.State.CONFIRMED, decided_by=None)
    by_reason = {
        (facet, value, reason): number
        for facet, value, reason, number in counted.values_list("facet", "value", "reason")
        .annotate(number=Count("pk", filter=Q(asset__status="active")))
        .order_by()
    }
    return [
        RuleRow(
            rule.pk,
            rules.sentence(rule),
            rule.created_by.name if rule.created_by else "",
            by_reason.get((rule.facet, rule.value, editing.reason_of(rule)), 0),
            rule.is_active,
            rule.applied_at,
        )
        for rule in found
    ]
