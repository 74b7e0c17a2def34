"""A small library for tests: assets with facets and searchable pages, deals that need them."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sameside.conversations.models import Conversation
from sameside.crm.models import Company, Deal, StageChange
from sameside.library.models import Asset, AssetFacet, AssetPage, AssetVersion, Usage
from sameside.people.models import Person
from tests.conftest import NOW


def shelve(title: str, *, pages: Iterable[str] = (), at: datetime = NOW, **facets: Any) -> Asset:
    """An asset with `pages` of text; facets by keyword, `vertical="banking"` or `vertical=["banking", "retail"]`."""
    number = Asset.objects.count()
    own = {key: facets.pop(key) for key in ("status", "format", "language", "path", "summary") if key in facets}
    asset = Asset.objects.create(
        title=title,
        slug=f"{title.lower().replace(' ', '-')[:100]}-{number}",
        created_at=at,
        updated_at=at,
        **{"format": "pdf", "language": "en", **own},
    )
    version = AssetVersion.objects.create(
        asset=asset,
        number=1,
        file=f"{asset.slug}.bin",
        filename=f"{title}.pdf",
        sha256=f"{asset.pk:064d}",
        bytes=1000,
        created_at=at,
    )
    texts = list(pages) or [title]
    for place, text in enumerate(texts, start=1):
        AssetPage.objects.create(version=version, number=place, text=text)
    Asset.objects.filter(pk=asset.pk).update(page_count=len(texts))
    for facet, values in facets.items():
        for value in [values] if isinstance(values, str) else values:
            AssetFacet.objects.create(asset=asset, facet=facet, value=value, reason="Its title says so.")
    return asset


def deal(
    vertical: str = "banking",
    language: str = "en",
    kind: str = "tailored_pov",
    *,
    owner: Person | None = None,
    at: datetime = NOW - timedelta(days=20),
    closed_at: datetime | None = None,
    state: str = "open",
) -> Deal:
    """A deal with one conversation of `kind`."""
    number = str(Deal.objects.count())
    company = Company.objects.create(
        source="test", external_id=number, name=f"Company {number}", vertical=vertical, language=language
    )
    made = Deal.objects.create(
        source="test",
        external_id=number,
        company=company,
        name=f"Deal {number}",
        stage="Prospecting",
        created_at=at,
        closed_at=closed_at,
        is_closed=closed_at is not None,
        is_won=closed_at is not None and state == "succeeded",
        owner=owner,
    )
    change = StageChange.objects.create(source="test", external_id=number, deal=made, stage="Prospecting", at=at)
    Conversation.objects.create(
        deal=made,
        kind=kind,
        state=state,
        opened_at=at,
        ended_at=None if state == "open" else closed_at or at + timedelta(days=5),
        opened_by=change,
        owner=owner,
    )
    return made


def use(asset: Asset, action: str, person: Person | None, days_ago: float = 1, deal: Deal | None = None) -> None:
    Usage.objects.create(asset=asset, action=action, person=person, at=NOW - timedelta(days=days_ago), deal=deal)
