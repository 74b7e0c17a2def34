"""What somebody may say about a big rock: its launch, whom it is for, and what it cost."""

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms

from sameside.crm.titles import DEPARTMENTS, SENIORITIES
from sameside.crm.verticals import NAMES as VERTICALS

FIRST, LAST = date(2000, 1, 1), date(2200, 1, 1)


def label(value: str) -> str:
    """A facet's value as a word: customer-service → Customer service."""
    upper = {"it": "IT", "hr": "HR", "vp": "VP", "c-level": "C-level"}
    return upper.get(value, value.replace("-", " ").capitalize())


def _day(**more: Any) -> forms.DateField:
    return forms.DateField(widget=forms.DateInput(attrs={"type": "date", "class": "form-control"}), **more)


def _several(name: str, values: tuple[str, ...]) -> forms.MultipleChoiceField:
    choices = [(value, label(value)) for value in values]
    return forms.MultipleChoiceField(label=name, choices=choices, required=False, widget=forms.CheckboxSelectMultiple)


def check_day(day: date) -> date:
    if not FIRST <= day <= LAST:
        raise forms.ValidationError(f"A day from {FIRST.year} to {LAST.year}.")
    return day


class AimForm(forms.Form):
    launched_on = _day(label="Launched on")
    personas = _several("Department", DEPARTMENTS)
    seniorities = _several("Seniority", SENIORITIES)
    verticals = _several("Industry of the company", VERTICALS)

    def clean_launched_on(self) -> date:
        return check_day(self.cleaned_data["launched_on"])


class ExpenseForm(forms.Form):
    what = forms.CharField(
        label="What it was for", max_length=120, widget=forms.TextInput(attrs={"class": "form-control"})
    )
    amount = forms.DecimalField(
        min_value=Decimal("0.01"),
        max_digits=14,
        decimal_places=2,
        widget=forms.NumberInput(attrs={"class": "form-control", "step": "0.01"}),
    )
    currency = forms.RegexField(
        r"^\s*[A-Za-z]{3}\s*$",
        error_messages={"invalid": "Three letters, for example EUR, USD or CHF."},
        widget=forms.TextInput(attrs={"class": "form-control", "size": "4"}),
    )
    day = _day(label="Spent on")

    def clean_currency(self) -> str:
        return str(self.cleaned_data["currency"]).strip().upper()

    def clean_day(self) -> date:
        return check_day(self.cleaned_data["day"])
