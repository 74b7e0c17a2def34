"""Who may open what: grants of an asset or of a collection to a role, a team, a partner company or all partners."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from sameside.library.models.assets import Asset
from sameside.library.models.collections import Collection
from sameside.people.models import Partner, Person, Team
from sameside.people.roles import Role


class Grant(models.Model):
    """Opens one asset, or every asset of one collection, to one group. `library.access` writes it and its effect."""

    asset = models.ForeignKey(Asset, models.CASCADE, null=True, related_name="grants")
    collection = models.ForeignKey(Collection, models.CASCADE, null=True, related_name="grants")
    role = models.CharField(max_length=10, choices=Role, blank=True)
    team = models.ForeignKey(Team, models.CASCADE, null=True, related_name="+")
    partner = models.ForeignKey(Partner, models.CASCADE, null=True, related_name="+")
    all_partners = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(asset__isnull=False, collection__isnull=True)
                | Q(asset__isnull=True, collection__isnull=False),
                name="grant_of_one_thing",
            ),
            models.UniqueConstraint(
                fields=["asset", "collection", "role", "team", "partner", "all_partners"],
                nulls_distinct=False,
                name="grant_once",
            ),
        ]

    @property
    def group(self) -> str:
        """The group as `Asset.groups` names it."""
        if self.role:
            return f"role:{self.role}"
        if self.team_id:
            return f"team:{self.team_id}"
        return f"partner:{self.partner_id}" if self.partner_id else "partner"
