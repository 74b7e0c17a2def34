"""What the values of conditions are called on screen: a campaign by its name, a channel by its label."""

from collections.abc import Iterable

from sameside.crm.channels import CHANNELS
from sameside.crm.models import Campaign
from sameside.leads.criteria import Condition
from sameside.leads.scoring.rule import Names


def names_of(conditions: Iterable[Condition]) -> Names:
    """Names for the values of these conditions, campaigns read with one query."""
    numbers = {value for one in conditions if one.field == "campaign" for value in one.values if value.isdecimal()}
    found = Campaign.objects.filter(pk__in=numbers).values_list("pk", "name") if numbers else ()
    by_field = {"campaign": {str(pk): f"“{name}”" for pk, name in found}, "channel": CHANNELS}

    def names(field: str, value: str) -> str:
        known = by_field.get(field)
        return known.get(value, value) if known else value

    return names
