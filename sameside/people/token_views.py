"""The pages of API tokens: everybody's own, all of them for administrators; a new one is shown once."""

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from sameside.kit.paging import Order
from sameside.kit.tables import Column
from sameside.people import policies, roles, tokens
from sameside.people.models import ApiToken, Person
from sameside.people.policies import Refused, may, reader
from sameside.ui.cells import Badge, Two
from sameside.ui.lists import Choice, Empty, Filter, ListSpec, Sort, respond

DAYS = ((30, "30 days"), (90, "90 days"), (180, "Half a year"), (365, "A year"))


class TokenForm(forms.Form):
    name = forms.CharField(max_length=80, help_text="What will use it, for example “Nightly export”.")
    scopes = forms.MultipleChoiceField(
        label="What it may do",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one thing that the token may do."},
    )
    days = forms.TypedChoiceField(label="It ends after", choices=DAYS, coerce=int, initial=90)

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [(each.key, each.sentence) for each in tokens.scopes_of(person)]
        self.fields["scopes"].choices = offered  # type: ignore[attr-defined]
        self.fields["name"].widget.attrs.update({"class": "form-control", "autocomplete": "off"})
        self.fields["days"].widget.attrs["class"] = "form-select"


def _state(token: ApiToken) -> Badge:
    if token.revoked_at:
        return Badge("Revoked", "bad")
    if token.expires_at <= timezone.now():
        return Badge("Expired", "neutral")
    return Badge("Open", "good")


def _row(token: ApiToken) -> dict[str, Any]:
    return {
        "name": Two(token.name, f"… {token.ending}"),
        "person": token.person.name,
        "scopes": ", ".join(scope for scope in token.scopes if scope in roles.BY_KEY),
        "state": _state(token),
        "created_at": token.created_at,
        "expires_at": token.expires_at,
        "last_used_on": token.last_used_on,
        "link": f"/people/tokens/{token.pk}/",
    }


def _by_state(rows: "QuerySet[ApiToken]", value: str) -> "QuerySet[ApiToken]":
    is_open = Q(revoked_at=None, expires_at__gt=timezone.now())
    return rows.filter(is_open if value == "open" else ~is_open)


TOKENS = ListSpec(
    name="tokens",
    columns=(
        Column("name", "Token"),
        Column("person", "Person"),
        Column("state", "State"),
        Column("scopes", "May"),
        Column("created_at", "Made", "date"),
        Column("expires_at", "Ends", "date"),
        Column("last_used_on", "Last used", "date"),
    ),
    row=_row,
    filters=(
        Filter("person", "Person", lambda rows, value: rows.filter(person__name__icontains=value), kind="text"),
        Filter("state", "State", _by_state, lambda _: [Choice("open", "Open"), Choice("ended", "Ended")]),
    ),
    sorts=(Sort("created_at", "Newest", Order("id", descending=True)),),
    prefetch=lambda rows: rows.select_related("person"),
    empty=Empty(
        "key",
        "No token yet",
        "A token lets a script use the API in your name, within what you choose.",
        "/people/tokens/new/",
        "Make a token",
    ),
)


@may("use_api")
def token_list(request: HttpRequest) -> HttpResponse:
    return respond(request, ApiToken.objects.visible_to(reader(request)), TOKENS, "people/tokens.html")  # type: ignore[return-value]


@never_cache
@may("use_api")
def new(request: HttpRequest) -> HttpResponse:
    """GET asks what the token is for; POST makes it, and shows it this once."""
    person = reader(request)
    form = TokenForm(request.POST if request.method == "POST" else None, person=person)
    if request.method == "POST" and form.is_valid():
        given, now = form.cleaned_data, timezone.now()
        ends = now + timedelta(days=given["days"])
        try:
            token, text = tokens.make(name=given["name"], scopes=given["scopes"], expires_at=ends, by=person, at=now)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return render(request, "people/token.html", {"token": token, "text": text, "state": _state(token)})
    return render(request, "people/token_form.html", {"form": form})


@may("use_api")
def token(request: HttpRequest, token_id: int) -> HttpResponse:
    visible = ApiToken.objects.visible_to(reader(request)).select_related("person", "revoked_by")
    found = get_object_or_404(visible, pk=token_id)
    scopes = [roles.BY_KEY[key] for key in found.scopes if key in roles.BY_KEY]
    lost = [each for each in scopes if not policies.can(found.person, each.key)]
    is_open = found.is_open(timezone.now())
    context = {"token": found, "state": _state(found), "scopes": scopes, "lost": lost, "is_open": is_open}
    return render(request, "people/token.html", context)


@require_POST
@may("use_api")
def revocation(request: HttpRequest, token_id: int) -> HttpResponse:
    """POST people/tokens/<id>/revocation/: the token ends at once."""
    person = reader(request)
    found = get_object_or_404(ApiToken.objects.visible_to(person), pk=token_id)
    tokens.revoke(found, by=person, at=timezone.now())
    messages.success(request, f"“{found.name}” is revoked: nothing can use it any more.")
    return redirect("people:tokens")
