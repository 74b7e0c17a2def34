"""Which version of the agreement holds at a time: the newest that had begun by then and had not ended."""

from datetime import datetime
from functools import lru_cache

from django.db.models import QuerySet

from sameside.kit.prepared import VALUE, Prepared
from sameside.leads.agreement import terms
from sameside.leads.agreement.terms import Terms
from sameside.leads.models import Agreement


def begun(at: datetime) -> "QuerySet[Agreement]":
    """Those that had begun and had not ended."""
    return Agreement.objects.filter(begins_at__lte=at).exclude(ends_at__lte=at)


def in_force(at: datetime, *also: str) -> Agreement | None:
    """With its rule, and what else of it is read (`also`)."""
    return _newest(*also).one(at)


@lru_cache(maxsize=8)
def _newest(*also: str) -> Prepared[Agreement]:
    rows = Agreement.objects.filter(begins_at__lte=VALUE).exclude(ends_at__lte=VALUE)
    return Prepared(rows.select_related("score_rule", *also).order_by("-begins_at", "-number")[:1])


@lru_cache(maxsize=64)
def _terms(number: int, digest: str) -> Terms:
    return terms.read(Agreement.objects.values_list("terms", flat=True).get(number=number))


def terms_of(agreement: Agreement) -> Terms:
    """What a version says; what was signed never changes, so it is read once."""
    return _terms(agreement.number, agreement.digest) if agreement.digest else terms.read(agreement.terms)


def terms_called(number: int, digest: str) -> Terms:
    """What the version of this number says."""
    return _terms(number, digest) if digest else terms_of(Agreement.objects.get(number=number))
