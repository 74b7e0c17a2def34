"""The pattern page shows every component in each of its states, with figures that are made up and say so.

Browsers ask for `/favicon.ico` wherever a page names no icon (a file, a plain answer): they are sent to the mark.
"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from sameside.ui import built, samples


def pattern(request: HttpRequest) -> HttpResponse:
    return render(request, "ui/pattern.html", samples.everything())


pattern.policy = "see_reports"  # type: ignore[attr-defined]


def favicon(request: HttpRequest) -> HttpResponse:
    return redirect(built.current("logo.svg"))


favicon.policy = "public"  # type: ignore[attr-defined]
