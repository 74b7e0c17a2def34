"""The values that a condition may name, found by a part of their name while one types."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime

from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from sameside.crm.channels import CHANNELS
from sameside.crm.models import Campaign, Company
from sameside.leads import conditions, lists
from sameside.people.models import Person
from sameside.people.policies import may, reader

MOST = 12
OF_COMPANIES = ("country", "industry", "language")
"""Fields whose values are those that companies have."""


@dataclass(frozen=True)
class Choice:
    value: str
    label: str
    note: str = ""


def find(field: str, words: str, person: Person, *, at: datetime) -> list[Choice]:
    """Those whose name contains `words`, any case; none for a field whose values are not known beforehand."""
    if field == "campaign":
        return _campaigns(words, person)
    if field in OF_COMPANIES:
        found = Company.objects.exclude(**{field: ""}).filter(**{f"{field}__icontains": words}).order_by(field)
        return [Choice(one, one) for one in found.values_list(field, flat=True).distinct()[:MOST]]
    named: Mapping[str, Iterable[tuple[str, str]]] = {
        "channel": CHANNELS.items(),
        "segment": conditions.segments(at).items() if field == "segment" else (),
        "lead_source": [(one.value, one.label) for one in lists.sources(person)[:-1]] if field == "lead_source" else (),
        **{key: [(one, one) for one in values] for key, values in conditions.FIXED.items()},
    }
    alike = [Choice(value, label) for value, label in named.get(field, ()) if words.casefold() in label.casefold()]
    return alike[:MOST]


def _campaigns(words: str, person: Person) -> list[Choice]:
    rows = Campaign.objects.visible_to(person).filter(name__icontains=words, deleted_in_source=False)
    found = rows.order_by("-starts_on", "name").values_list("pk", "name", "kind", "starts_on")[:MOST]
    return [
        Choice(str(pk), name, " · ".join(filter(None, (kind, f"{starts:%b %Y}" if starts else ""))))
        for pk, name, kind, starts in found
    ]


@require_GET
@may("see_leads")
def values(request: HttpRequest) -> JsonResponse:
    """GET leads/values/?field=campaign&q=web: what can be chosen for a condition on this field."""
    field, words = request.GET.get("field", ""), request.GET.get("q", "").replace("\x00", "").strip()[:80]
    found = find(field, words, reader(request), at=timezone.now())
    return JsonResponse({"values": [asdict(one) for one in found]})
