"""The page of exchange rates: what is known, what lacks a rate, and the form that sets one."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import Count, Max, Min

from sameside.crm import money, rates
from sameside.crm.lists import address
from sameside.crm.models import ExchangeRate
from sameside.kit.paging import Order
from sameside.kit.tables import Column
from sameside.people.models import Person
from sameside.ui.cells import Badge
from sameside.ui.lists import Choice, Empty, Filter, ListSpec, Sort

_SOURCES = {money.HAND: "By hand", money.FILE: "A file", money.ECB: "European Central Bank", "salesforce": "Salesforce"}


def source_label(source: str) -> str:
    return _SOURCES.get(source, source)


def plain(rate: Decimal) -> str:
    """A rate to six significant digits at least, without trailing zeros."""
    digits = max(4, 6 - rate.adjusted() - 1)
    text = f"{rate:,.{min(digits, 10)}f}"
    return text.rstrip("0").rstrip(".")


def bare(rate: Decimal) -> str:
    """A rate as it is typed."""
    return f"{rate:f}".rstrip("0").rstrip(".")


def initial(rate: ExchangeRate) -> dict[str, Any]:
    return {"currency": rate.currency, "starts_on": rate.starts_on.isoformat(), "rate": bare(rate.rate)}


def _counted(by: str) -> Any:
    return ExchangeRate.objects.filter(deleted_in_source=False).values(by).annotate(n=Count("pk")).order_by(by)


def _currencies(_: Person) -> list[Choice]:
    return [Choice(row["currency"], row["currency"], row["n"]) for row in _counted("currency")]


def _sources(_: Person) -> list[Choice]:
    return [Choice(row["source"], source_label(row["source"]), row["n"]) for row in _counted("source")]


def spec(*, may_change: bool) -> ListSpec:
    link = address("crm:rate")

    def row(rate: ExchangeRate) -> Mapping[str, Any]:
        return {
            "link": link(rate.pk) if may_change else "",
            "currency": rate.currency,
            "starts_on": rate.starts_on,
            "rate": f"1 {rate.base} = {plain(rate.rate)} {rate.currency}" if rate.base else plain(rate.rate),
            "inverse": f"1 {rate.currency} = {plain(1 / rate.rate)} {rate.base}" if rate.base else plain(1 / rate.rate),
            "source": Badge(source_label(rate.source), "info" if rate.source == money.HAND else "neutral"),
        }

    return ListSpec(
        name="exchange-rates",
        columns=(
            Column("currency", "Currency"),
            Column("starts_on", "In force from", "date"),
            Column("rate", "Rate"),
            Column("inverse", "The other way round"),
            Column("source", "From"),
        ),
        row=row,
        filters=(
            Filter("currency", "Currency", lambda found, value: found.filter(currency=value), _currencies),
            Filter("source", "From", lambda found, value: found.filter(source=value), _sources),
        ),
        sorts=(
            Sort("starts_on", "Latest", Order("starts_on", descending=True)),
            Sort("currency", "Currency", Order("currency")),
        ),
        empty=Empty(
            "coins",
            "No exchange rates yet",
            "They are needed only when the CRM holds amounts in several currencies. Set one by hand, bring in the "
            "European Central Bank's file, or import CurrencyType.csv and DatedConversionRate.csv of Salesforce.",
        ),
    )


def summary() -> list[dict[str, Any]]:
    """One line for each source: how many rates, of how many currencies, from when until when."""
    found = (
        ExchangeRate.objects.filter(deleted_in_source=False)
        .values("source")
        .annotate(
            rates=Count("pk"),
            currencies=Count("currency", distinct=True),
            first=Min("starts_on"),
            last=Max("starts_on"),
        )
        .order_by("source")
    )
    return [{**row, "label": source_label(row["source"])} for row in found]


class RateForm(forms.Form):
    currency = forms.RegexField(
        r"^\s*[A-Za-z]{3}\s*$",
        label="Currency",
        help_text="Three letters, for example USD.",
        error_messages={"invalid": "Three letters, for example USD, CHF or JPY."},
    )
    starts_on = forms.DateField(
        label="In force from",
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text="Until the next rate for the same currency.",
    )
    rate = forms.CharField(label="Rate", max_length=40)

    def __init__(self, *args: Any, base: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.base = base
        self.fields["rate"].help_text = f"How many units of the currency 1 {base} is worth, for example 1.0842."
        for field in self.fields.values():
            field.widget.attrs.setdefault("class", "form-control")

    def clean_currency(self) -> str:
        currency = str(self.cleaned_data["currency"]).strip().upper()
        if currency == self.base:
            raise forms.ValidationError(f"{self.base} is what the others are measured in.")
        return currency

    def clean_starts_on(self) -> date:
        day: date = self.cleaned_data["starts_on"]
        if not rates.FIRST <= day <= rates.LAST:
            raise forms.ValidationError(f"A day from {rates.FIRST.year} to {rates.LAST.year}.")
        return day

    def clean_rate(self) -> Decimal:
        try:
            return rates.positive(self.cleaned_data["rate"])
        except ValueError as problem:
            raise forms.ValidationError(str(problem).capitalize() + ".") from problem

    @property
    def value(self) -> rates.Rate:
        return rates.Rate(self.base, *(self.cleaned_data[name] for name in ("currency", "starts_on", "rate")))
