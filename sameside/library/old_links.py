"""Links to content that is not there any more: they lead on to what replaced it, or say what became of it."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from sameside.library.models import Asset, called
from sameside.library.upkeep import gone
from sameside.people.policies import reader

Given = ParamSpec("Given")


def lead_on(request: HttpRequest, slug: str) -> HttpResponse:
    """The answer to an old link of an asset's page."""
    person = reader(request)
    old = get_object_or_404(Asset.objects.permitted_to(person).select_related("owner"), slug=slug)
    successor = gone.successor(old, person)
    if successor is not None:
        messages.info(request, gone.led_on(old, person))
        return redirect("library:asset", successor.slug)
    return render(request, "library/gone.html", {"gone": gone.build(old, person, timezone.now())}, status=410)


def to_its_page(view: Callable[Given, HttpResponse]) -> Callable[Given, HttpResponse]:
    """Have an old link of one of an asset's tabs do what the old link of its page does."""

    @wraps(view)
    def led(*args: Given.args, **kwargs: Given.kwargs) -> HttpResponse:
        try:
            return view(*args, **kwargs)
        except Http404:
            request, slug = args[0], str(kwargs["slug"])
            if not isinstance(request, HttpRequest) or not _is_gone(request, slug):
                raise
            return redirect("library:asset", slug)

    return led


def _is_gone(request: HttpRequest, slug: str) -> bool:
    person = reader(request)
    found = called(person, slug)
    return found.continued_by_id is not None if found else Asset.objects.permitted_to(person).filter(slug=slug).exists()
