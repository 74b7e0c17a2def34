"""The queue of missing facets: what is confirmed or dismissed there with one key, and taken back with one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction
from django.urls import reverse

from sameside.kit.paging import Order
from sameside.kit.tables import Column
from sameside.library.facets import FORMATS, label
from sameside.library.models import Facet, FacetEdit, MissingFacet
from sameside.library.tagging import editing, gain
from sameside.library.tagging.editing import Change
from sameside.library.tagging.missing_rows import row_html
from sameside.people.models import Person
from sameside.people.policies import Refused
from sameside.ui.lists import Choice, Empty, Filter, ListSpec, Sort


@dataclass(frozen=True)
class Value:
    value: str
    label: str
    searches: int
    deals: int
    why: str


def _row(missing: MissingFacet) -> Mapping[str, Any]:
    url = reverse("library:asset", args=[missing.asset.slug])
    values = [
        Value(value, label(missing.facet, value), searches, deals, why)
        for value, searches, deals, why in missing.candidates
    ]
    row = {
        "link": url,
        "title": missing.asset.title,
        "label": str(Facet(missing.facet).label),
        "gain": missing.gain,
        "searches": missing.searches,
        "deals": missing.deals,
        "values": "; ".join(f"{one.label}: {one.why or 'only searches ask for it'}" for one in values),
        "candidates": values,
        "format": FORMATS.get(missing.asset.format, missing.asset.format),
        "thumbnail": f"{url}thumbnail/" if missing.asset.thumbnail else "",
        "url": reverse("library:missing_decision", args=[missing.pk]),
    }
    return {**row, "html": partial(row_html, row)}


SPEC = ListSpec(
    name="missing-facets",
    columns=(
        Column("title", "Asset"),
        Column("label", "Facet"),
        Column("gain", "Gain", "number"),
        Column("searches", "Searches", "number"),
        Column("deals", "Open deals", "number"),
        Column("values", "It might be"),
    ),
    row=_row,
    filters=(
        Filter("title", "Title", lambda rows, value: rows.filter(asset__title__icontains=value), kind="text"),
        Filter(
            "facet",
            "Facet",
            lambda rows, value: rows.filter(facet=value),
            lambda _: [Choice(facet.value, str(facet.label)) for facet in gain.FACETS],
        ),
    ),
    sorts=(Sort("gain", "Gain", Order("gain", descending=True)),),
    prefetch=lambda rows: rows.select_related("asset").defer("asset__summary"),
    size=20,
    empty=Empty(
        "puzzle",
        "No facet to fill in",
        "Each night Sameside looks which facets are missing, what speaks for a value, and what it would bring.",
        "/library/",
        "To the library",
    ),
)


@transaction.atomic
def decide(missing: MissingFacet, value: str, *, by: Person, at: datetime) -> FacetEdit:
    """State `value` for the facet; an empty one: none of the candidates fits, and none is proposed again."""
    missing = MissingFacet.objects.select_for_update(of=("self",)).select_related("asset").get(pk=missing.pk)
    values = [one[0] for one in missing.candidates]
    if value and value not in values:
        raise Refused("This value is not among those proposed any more.")
    name = Facet(missing.facet).label
    if value:
        changes = [Change("add", missing.facet, value)]
        what = f"“{missing.asset.title}”: {name} {label(missing.facet, value)}"
    else:
        changes = [Change("dismiss", missing.facet, one) for one in values]
        what = f"“{missing.asset.title}”: none of {len(values)} proposed for {name}"
    edit = editing.make([missing.asset_id], changes, what, by=by, at=at)
    missing.delete()
    return edit


def remembered(missing: MissingFacet, edit: FacetEdit) -> dict[str, Any]:
    """What a session keeps for taking the decision back."""
    row = {key: getattr(missing, key) for key in ("asset_id", "facet", "searches", "deals", "gain", "candidates")}
    return {"edit": edit.pk, "said": f"{edit.what}.", "row": {**row, "computed_at": missing.computed_at.isoformat()}}


@transaction.atomic
def take_back(kept: Mapping[str, Any], *, by: Person, at: datetime) -> None:
    """Undo the decision, and put the facet back into the queue."""
    editing.undo(FacetEdit.objects.get(pk=kept["edit"]), by=by, at=at)
    row = dict(kept["row"])
    key = {"asset_id": row.pop("asset_id"), "facet": row.pop("facet")}
    row["computed_at"] = datetime.fromisoformat(row["computed_at"])
    MissingFacet.objects.update_or_create(**key, defaults=row)
