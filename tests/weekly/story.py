"""A small company, made row by row as a test needs it. Everything is counted in days before `now`."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from sameside.conversations.models import Conversation, Kind
from sameside.crm.models import Campaign, Company, Deal, StageChange
from sameside.leads.models import Lead
from sameside.library.models import Asset, AssetFacet, Search, Usage
from sameside.people.models import Person

CONFIRMED = AssetFacet.State.CONFIRMED


@dataclass
class Story:
    """Rows of the story company, made as they are needed; `now` is the moment all days are counted back from."""

    now: datetime
    count: int = 0

    def _id(self) -> dict[str, str]:
        self.count += 1
        return {"source": "story", "external_id": f"{self.count:06}"}

    def ago(self, days: float) -> datetime:
        return self.now - timedelta(days=days)

    def company(self, name: str = "Acme Bank", vertical: str = "banking", owner: Person | None = None) -> Company:
        return Company.objects.create(name=name, vertical=vertical, language="en", owner=owner, **self._id())

    def deal(
        self,
        name: str,
        company: Company,
        owner: Person | None,
        *,
        amount: int | None = 1000,
        created: float = 60,
        won: float | None = None,
        lost: float | None = None,
        reason: str = "",
        closes: float = -30,
    ) -> Deal:
        """Open unless it was `won` or `lost` so many days ago."""
        closed = won if won is not None else lost
        return Deal.objects.create(
            name=name,
            company=company,
            owner=owner,
            stage="Closed" if closed is not None else "Qualification",
            amount=None if amount is None else Decimal(amount),
            created_at=self.ago(created),
            close_on=self.ago(closes).date(),
            closed_at=None if closed is None else self.ago(closed),
            is_closed=closed is not None,
            is_won=won is not None,
            lost_reason=reason,
            **self._id(),
        )

    def conversation(
        self, deal: Deal, kind: Kind, *, opened: float, succeeded: float | None = None, failed: float | None = None
    ) -> Conversation:
        ended = succeeded if succeeded is not None else failed
        change = StageChange.objects.create(deal=deal, stage="Qualification", at=self.ago(opened), **self._id())
        state = "open" if ended is None else "succeeded" if succeeded is not None else "failed"
        return Conversation.objects.create(
            deal=deal,
            kind=kind,
            attempt=Conversation.objects.filter(deal=deal, kind=kind).count() + 1,
            state=state,
            opened_at=self.ago(opened),
            ended_at=None if ended is None else self.ago(ended),
            opened_by=change,
            owner=deal.owner,
        )

    def campaign(self, name: str, owner: Person | None = None) -> Campaign:
        return Campaign.objects.create(name=name, channel="webinar", owner=owner, **self._id())

    def lead(
        self,
        name: str,
        owner: Person | None,
        *,
        created: float,
        fate: str = "untouched",
        tried: float | None = None,
        campaign: Campaign | None = None,
    ) -> Lead:
        first, _, last = name.partition(" ")
        return Lead.objects.create(
            first_name=first,
            last_name=last,
            title="Head of Risk",
            company_name="Acme Bank",
            owner=owner,
            created_at=self.ago(created),
            handed_over_at=self.ago(created) if owner else None,
            first_attempt_at=None if tried is None else self.ago(tried),
            attempts=0 if tried is None else 1,
            fate=fate,
            campaign=campaign,
            **self._id(),
        )

    def asset(self, title: str, kind: Kind, vertical: str = "", language: str = "en") -> Asset:
        slug = title.lower().replace(" ", "-")
        at = self.ago(200)
        asset = Asset.objects.create(
            title=title, slug=slug, format="pdf", language=language, created_at=at, updated_at=at
        )
        AssetFacet.objects.create(asset=asset, facet="conversation", value=kind, state=CONFIRMED)
        if vertical:
            AssetFacet.objects.create(asset=asset, facet="vertical", value=vertical, state=CONFIRMED)
        return asset

    def use(self, asset: Asset, deal: Deal, person: Person | None, *, days: float) -> Usage:
        return Usage.objects.create(asset=asset, action="share", at=self.ago(days), person=person, deal=deal)

    def search(self, query: str, person: Person, *, days: float, results: int = 0) -> Search:
        return Search.objects.create(query=query, person=person, at=self.ago(days), results=results)
