"""What the page of a company, contact or lead says about the records that were merged into it."""

from functools import lru_cache
from typing import Any

from django import template

from sameside.identity.models import Merge
from sameside.identity.records import kind_of
from sameside.kit.prepared import Prepared, place
from sameside.people.policies import can

register = template.Library()
SHOWN = 20


@lru_cache(maxsize=1)
def _merges() -> Prepared[Merge]:
    rows = Merge.objects.filter(kind=place("kind"), kept_id=place("kept"), undone_at=None)
    return Prepared(rows.order_by("-at")[:SHOWN])


@register.inclusion_tag("identity/merged_from.html", takes_context=True)
def merged_from(context: template.Context, record: Any) -> dict[str, Any]:
    request = context["request"]
    return {
        "merges": _merges()(kind=kind_of(record).kind.value, kept=record.pk),
        "may_undo": can(request.user, "merge_records"),
        "csrf_token": context.get("csrf_token"),
        "back": request.path,
    }
