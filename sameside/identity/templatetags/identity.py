"""What the page of a company, contact or lead says about the records that were merged into it."""

from typing import Any

from django import template

from sameside.identity.models import Merge
from sameside.identity.records import kind_of
from sameside.people.policies import can

register = template.Library()
SHOWN = 20


@register.inclusion_tag("identity/merged_from.html", takes_context=True)
def merged_from(context: template.Context, record: Any) -> dict[str, Any]:
    request = context["request"]
    found = Merge.objects.filter(kind=kind_of(record).kind, kept_id=record.pk, undone_at=None).order_by("-at")[:SHOWN]
    return {
        "merges": list(found),
        "may_undo": can(request.user, "merge_records"),
        "csrf_token": context.get("csrf_token"),
        "back": request.path,
    }
