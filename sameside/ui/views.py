"""The pattern page shows every component in each of its states, with figures that are made up and say so."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from sameside.ui import samples


def pattern(request: HttpRequest) -> HttpResponse:
    return render(request, "ui/pattern.html", samples.everything())


pattern.policy = "see_reports"  # type: ignore[attr-defined]
