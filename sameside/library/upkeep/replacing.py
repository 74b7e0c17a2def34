"""Choosing what is used instead of an asset: by words, or from what is most like it."""

from collections.abc import Sequence
from dataclasses import dataclass

from sameside.library import matching, searching
from sameside.library.facets import FORMATS, Narrowing
from sameside.library.models import Asset
from sameside.people.models import Person
from sameside.ui import formats
from sameside.ui.formats import percent

SHOWN = 12


@dataclass(frozen=True)
class Candidate:
    pk: int
    title: str
    facts: str
    url: str
    thumbnail: str
    likeness: str


@dataclass(frozen=True)
class Choice:
    query: str
    candidates: Sequence[Candidate]


def build(asset: Asset, person: Person, asked: str) -> Choice:
    """What `asked` finds; without words, what the title finds and what has most of the same text."""
    query = searching.clean(asked)
    alike = _alike(asset, person)
    found = searching.search(query or asset.title, Narrowing(), person, size=SHOWN + 1).assets
    assets = {one.pk: one for one in found if one.pk != asset.pk}
    if not query:
        known = Asset.objects.visible_to(person).current().filter(pk__in=alike.keys() - assets.keys())
        closest = [*known, *assets.values()]
        closest.sort(key=lambda one: -alike.get(one.pk, 0.0))
        assets = {one.pk: one for one in closest}
    return Choice(query, [_candidate(one, alike.get(one.pk, 0.0)) for one in list(assets.values())[:SHOWN]])


def _alike(asset: Asset, person: Person) -> dict[int, float]:
    """Assets by the share of text that they have in common with this one."""
    current = asset.versions.filter(is_current=True).first()
    if current is None:
        return {}
    pairs = matching.alike(matching.of_version(current))
    shares = {version.asset_id: share for version, share in reversed(pairs) if share >= matching.STRANGER}
    shares.pop(asset.pk, None)
    return shares


def _candidate(asset: Asset, share: float) -> Candidate:
    url = f"/library/{asset.slug}/"
    pages = f"{asset.page_count:,} page{'' if asset.page_count == 1 else 's'}"
    return Candidate(
        pk=asset.pk,
        title=asset.title,
        facts=f"{FORMATS.get(asset.format, asset.format)} · {pages} · updated {formats.date(asset.updated_at)}",
        url=url,
        thumbnail=f"{url}thumbnail/" if asset.thumbnail else "",
        likeness=f"{percent(share)} of the text is the same" if share else "",
    )
