"""A batch: the leads of one campaign, or of one source, handed over in one month or ever.

Feedback is given on a month of it: that is what sellers still remember and marketing can still change.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from urllib.parse import quote

from django.db.models import QuerySet
from django.urls import reverse

from sameside.crm.models import Campaign
from sameside.kit import periods
from sameside.leads import handover_lists
from sameside.leads.cohorts import Cohort, begins
from sameside.leads.models import BatchFeedback, HandOver, Lead
from sameside.people.models import Person

_MONTH = re.compile(r"20\d\d-(0[1-9]|1[0-2])")


@lru_cache(maxsize=1)
def _addresses() -> tuple[str, str]:
    """Of the batches of campaigns, without the number of one, and of those of sources."""
    return reverse("leads:campaign_batch", args=[0]).removesuffix("0/"), reverse("leads:source_batch")


@dataclass(frozen=True)
class Batch:
    """Of a campaign or of a source, never of both. `month` is "2026-05", or empty: all of it."""

    campaign: Campaign | None = None
    source: str = ""
    month: str = ""

    def __str__(self) -> str:
        return f"{self.name}, {periods.month_name(self.month)}" if self.month else self.name

    @property
    def name(self) -> str:
        return self.campaign.name if self.campaign else self.source

    @property
    def first(self) -> date | None:
        return date.fromisoformat(f"{self.month}-01") if self.month else None

    @property
    def last(self) -> date | None:
        if self.first is None:
            return None
        return (self.first + timedelta(days=31)).replace(day=1) - timedelta(days=1)

    @property
    def cohort(self) -> Cohort:
        if self.campaign:
            return Cohort(first=self.first, last=self.last, campaign=self.campaign.pk)
        return Cohort(first=self.first, last=self.last, source=self.source)

    @property
    def url(self) -> str:
        return _address(self.campaign.pk if self.campaign else None, self.source, self.month)

    def of_month(self, month: str) -> "Batch":
        return Batch(self.campaign, self.source, month)

    def handovers(self, person: Person) -> "QuerySet[HandOver]":
        """Those that `person` sees."""
        rows = handover_lists.shown(person)
        about = {"lead__campaign": self.campaign} if self.campaign else {"lead__lead_source": self.source}
        rows = rows.filter(**about)
        if self.first is not None and self.last is not None:
            rows = rows.filter(at__gte=begins(self.first), at__lt=begins(self.last + timedelta(days=1)))
        return rows

    def feedback(self) -> "QuerySet[BatchFeedback]":
        """What was said of it, of every month when it has none."""
        rows = BatchFeedback.objects.filter(campaign=self.campaign, lead_source=self.source)
        if self.first is not None and self.last is not None:
            rows = rows.filter(starts_on=self.first, ends_on=self.last)
        return rows.select_related("by", "answered_by", "campaign__owner").order_by("-at", "-pk")


def month_of(text: str) -> str:
    """A month as an address says it; empty for anything else."""
    return text if _MONTH.fullmatch(text) else ""


def of_feedback(feedback: BatchFeedback) -> Batch:
    return Batch(feedback.campaign, feedback.lead_source, f"{feedback.starts_on:%Y-%m}")


def of_lead(lead: Lead, handed_over_at: datetime | None) -> Batch | None:
    """The batch that a lead belongs to: of its first campaign, else of its source."""
    month = f"{handed_over_at.astimezone(UTC):%Y-%m}" if handed_over_at else ""
    if lead.campaign is not None:
        return Batch(lead.campaign, "", month)
    return Batch(None, lead.lead_source, month) if lead.lead_source else None


def _address(campaign_id: int | None, source: str, month: str) -> str:
    campaigns, sources = _addresses()
    address = f"{campaigns}{campaign_id}/" if campaign_id else f"{sources}?source={quote(source, safe='')}"
    return f"{address}{'?' if campaign_id else '&'}month={month}" if month else address


def address_of_judging(campaign_id: int | None, source: str, handed_over_at: datetime) -> str:
    """Where its owner judges the batch of a lead; empty when it has neither campaign nor source."""
    if campaign_id is None and not source:
        return ""
    at = handed_over_at.astimezone(UTC)
    return f"{_address(campaign_id, source, f'{at.year}-{at.month:02}')}#feedback"
