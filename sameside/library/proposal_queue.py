"""The queue of assets whose facets nobody has confirmed yet: each proposal with its reason."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.urls import reverse

from sameside.kit.paging import Order
from sameside.kit.tables import Column
from sameside.library.facets import FORMATS, SHOWN, label
from sameside.library.models import Asset, AssetFacet, Facet
from sameside.people.models import Person
from sameside.ui.lists import Choice, Empty, Filter, ListSpec, Sort

State = AssetFacet.State


@dataclass(frozen=True)
class Chip:
    """One facet of an asset; `key` is what the form sends back."""

    facet: str
    label: str
    value: str
    state: str
    reason: str
    key: str


def waiting(person: Person) -> "QuerySet[Asset]":
    """The active assets that `person` sees and whose facets somebody should look at."""
    return Asset.objects.visible_to(person).filter(status=Asset.Status.ACTIVE, facets_confirmed=False)


def chips(asset: Asset) -> list[Chip]:
    """The facets that are proposed or confirmed, in the order of the library."""
    order = {facet.value: place for place, facet in enumerate(SHOWN)}
    stated = [facet for facet in asset.facets.all() if facet.state != State.REJECTED and facet.facet != Facet.FORMAT]
    return [
        Chip(
            facet=facet.facet,
            label=str(Facet(facet.facet).label),
            value=label(facet.facet, facet.value),
            state=facet.state,
            reason=facet.reason,
            key=f"{facet.facet}={facet.value}",
        )
        for facet in sorted(stated, key=lambda facet: (order[facet.facet], facet.value))
    ]


def _row(asset: Asset) -> Mapping[str, Any]:
    url = f"/library/{asset.slug}/"
    found = chips(asset)
    proposed = [chip for chip in found if chip.state == State.PROPOSED]
    return {
        "link": url,
        "title": asset.title,
        "path": asset.path,
        "format": FORMATS.get(asset.format, asset.format),
        "pages": asset.page_count,
        "proposed": "; ".join(f"{chip.label}: {chip.value} ({chip.reason})" for chip in proposed),
        "updated_at": asset.updated_at,
        "thumbnail": f"{url}thumbnail/" if asset.thumbnail else "",
        "chips": found,
        "edit": f"/library/proposals/{asset.pk}/facets/",
    }


def _prefetch(rows: "QuerySet[Asset]") -> "QuerySet[Asset]":
    return rows.prefetch_related(Prefetch("facets", queryset=AssetFacet.objects.order_by("facet", "value")))


def _stated(facet: Facet, value: str) -> Exists:
    return Exists(AssetFacet.objects.filter(~Q(state=State.REJECTED), asset=OuterRef("pk"), facet=facet, value=value))


def _choices(facet: Facet) -> Sequence[Choice]:
    values = AssetFacet.objects.filter(facet=facet).values_list("value", flat=True).order_by("value").distinct()[:60]
    return [Choice(value, label(facet, value)) for value in values]


SPEC = ListSpec(
    name="proposals",
    columns=(
        Column("title", "Title"),
        Column("path", "Found in"),
        Column("format", "Format"),
        Column("pages", "Pages", "number"),
        Column("proposed", "Proposed"),
        Column("updated_at", "Updated", "datetime"),
    ),
    row=_row,
    filters=(
        Filter("path", "Title or folder", lambda rows, value: rows.filter(_named(value)), kind="text"),
        Filter(
            "conversation",
            "Conversation",
            lambda rows, value: rows.filter(_stated(Facet.CONVERSATION, value)),
            choices=lambda _: _choices(Facet.CONVERSATION),
        ),
        Filter(
            "format",
            "Format",
            lambda rows, value: rows.filter(format=value),
            choices=lambda _: [Choice(value, name) for value, name in FORMATS.items()],
        ),
    ),
    sorts=(
        Sort("updated_at", "Newest", Order("updated_at", descending=True)),
        Sort("title", "Title", Order("title")),
    ),
    prefetch=_prefetch,
    size=25,
    empty=Empty(
        icon="checks",
        title="Every facet is confirmed",
        text="When content is brought in, what Sameside proposes for it waits here with its reasons.",
        action_url="/library/upload/",
        action_label="Bring in content",
        needs="import_content",
    ),
)


def _named(words: str) -> Q:
    return Q(title__icontains=words) | Q(path__icontains=words)


@dataclass(frozen=True)
class Group:
    """A facet with the values that somebody may choose for an asset."""

    facet: str
    label: str
    values: Sequence[tuple[str, str, bool]]
    is_free: bool


_FREE = (Facet.PRODUCT_LINE, Facet.COMPETITOR, Facet.REGION, Facet.PERSONA, Facet.VERTICAL)


def groups(asset: Asset) -> list[Group]:
    """Every facet with the values known anywhere, and which of them the asset has."""
    from sameside.library import vocabulary

    chosen = {(chip.facet, chip.key.partition("=")[2]) for chip in chips(asset)}
    known: dict[str, dict[str, None]] = {facet.value: {} for facet in SHOWN}
    for table in vocabulary.TABLES:
        known[table.facet] |= dict.fromkeys(rule.value for rule in table.rules)
    known[Facet.DEPTH] |= dict.fromkeys(("overview", "working", "deep"))
    known[Facet.LANGUAGE] |= dict.fromkeys(("en", "de", "fr", "es"))
    used = AssetFacet.objects.exclude(state=State.REJECTED).values_list("facet", "value").distinct()[:500]
    for facet, value in [*used, *chosen]:
        known[facet][value] = None
    return [
        Group(
            facet=facet.value,
            label=str(facet.label),
            values=[(f"{facet}={value}", label(facet, value), (facet, value) in chosen) for value in known[facet]],
            is_free=facet in _FREE,
        )
        for facet in SHOWN
        if facet != Facet.FORMAT
    ]


def queue_url() -> str:
    return reverse("library:proposals")
