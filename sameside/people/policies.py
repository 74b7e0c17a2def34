"""Deny by default: every view names one line of the role table (`@may`) or says that it is open (`@public`)."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode

from sameside.people import roles
from sameside.people.models import Person
from sameside.ui import access, layout

View = TypeVar("View", bound=Callable[..., HttpResponseBase])

PUBLIC = "public"
TOKEN = "token"  # noqa: S105  for holders of a token only, which the API itself checks
OPEN_ACCOUNT_VIEWS = frozenset(
    {
        "account_login",
        "account_logout",
        "account_reset_password",
        "account_reset_password_done",
        "account_reset_password_from_key",
        "account_reset_password_from_key_done",
    }
)


class Refused(Exception):
    """The person may not do this; the message is a sentence fit for the screen."""


def may(key: str) -> Callable[[View], View]:
    """Only persons whose role has the capability `key` reach this view; others see why not."""
    roles.BY_KEY[key]

    def mark(view: View) -> View:
        view.policy = key  # type: ignore[attr-defined]
        return view

    return mark


def public(view: View) -> View:
    """Anybody reaches this view, signed in or not."""
    view.policy = PUBLIC  # type: ignore[attr-defined]
    return view


def reader(request: HttpRequest) -> Person:
    """Who asks; a view that a policy guards is reached by nobody else."""
    if not isinstance(request.user, Person):
        raise Http404
    return request.user


def can(person: Any, key: str) -> bool:
    if not isinstance(person, Person) or not person.may_sign_in or not roles.allows(person.role, key):
        return False
    return person.scopes is None or key in person.scopes


def check(person: Any, key: str) -> None:
    """Raise `Refused` with the sentence for the screen unless `person` has the capability `key`."""
    if not can(person, key):
        capability = roles.BY_KEY[key]
        if isinstance(person, Person) and roles.allows(person.role, key):
            raise Refused(f"This token does not let you {capability.sentence}: it lacks the scope {key}.")
        allowed = ", ".join(sorted(str(roles.Role(role).label) for role in capability.roles))
        raise Refused(f"Your role does not let you {capability.sentence}. Roles that may: {allowed}.")


class DenyByDefault:
    """Middleware that answers 404 for a view without a policy, and sends strangers to the sign-in page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self,
        request: HttpRequest,
        view: Callable[..., HttpResponse],
        args: Any,
        kwargs: Any,
    ) -> HttpResponse | None:
        policy = getattr(view, "policy", None)
        if policy in (PUBLIC, TOKEN) or (
            request.resolver_match and request.resolver_match.url_name in OPEN_ACCOUNT_VIEWS
        ):
            return None
        if policy is None:
            raise Http404
        if not request.user.is_authenticated:
            return self._ask_to_sign_in(request)
        if isinstance(request.user, Person):
            request.user = request.user.itself
        try:
            check(request.user, policy)
        except Refused as refusal:
            begin = layout.home(access.current().capabilities(request.user)).address
            if request.path == "/" != begin and request.method == "GET":
                return redirect(begin)
            return self._refuse(request, refusal)
        return None

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return self._refuse(request, exception) if isinstance(exception, Refused) else None

    @staticmethod
    def _refuse(request: HttpRequest, refusal: Refused) -> HttpResponse:
        return render(request, "403.html", {"sentence": str(refusal)}, status=403)

    @staticmethod
    def _ask_to_sign_in(request: HttpRequest) -> HttpResponse:
        address = reverse("account_login")
        if request.headers.get("HX-Request"):
            return HttpResponse(status=401, headers={"HX-Redirect": address})
        if request.method != "GET":
            return redirect(address)
        return redirect(f"{address}?{urlencode({'next': request.get_full_path()})}")
