"""Dated exchange rates."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from sameside.crm.sourced import Sourced, source_id


class ExchangeRate(Sourced):
    """From `starts_on` until the source's next rate, one unit of `base` is worth `rate` units of `currency`.

    This is how the European Central Bank (base: EUR) and Salesforce (base: the corporate currency) write rates. A blank
    `base` means that the source does not name it: its rates are then compared among themselves.
    """

    base = models.CharField(max_length=3, blank=True, default="", db_default="")
    currency = models.CharField(max_length=3)
    starts_on = models.DateField()
    rate = models.DecimalField(max_digits=24, decimal_places=10)

    class Meta:
        constraints: ClassVar = [
            source_id("exchangerate"),
            models.CheckConstraint(condition=Q(rate__gt=0), name="rate_is_positive"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["source", "base", "currency", "-starts_on"], name="rate_in_force"),
            models.Index(fields=["-starts_on", "-id"], name="rate_latest"),
        ]

    def __str__(self) -> str:
        return f"{self.rate.normalize():f} {self.currency} for 1 {self.base} from {self.starts_on}"
