"""Every address, visited by a stranger, by somebody without a role, and by each role; and no GET writes."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from sameside.kit import snapshots
from sameside.people import roles
from sameside.people.models import Person
from sameside.people.policies import OPEN_ACCOUNT_VIEWS, PUBLIC, TOKEN
from tests.conftest import signed_in
from tests.world import World, build


@dataclass(frozen=True)
class Address:
    name: str
    pattern: str
    policy: str | None


def _walk(resolver: URLResolver, prefix: str = "", space: str = "") -> Iterator[Address]:
    for entry in resolver.url_patterns:
        pattern = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from _walk(entry, pattern, f"{entry.namespace}:" if entry.namespace else space)
        elif isinstance(entry, URLPattern):
            policy = PUBLIC if entry.name in OPEN_ACCOUNT_VIEWS else getattr(entry.callback, "policy", None)
            yield Address(f"{space}{entry.name}", pattern, policy)


ADDRESSES = sorted(_walk(get_resolver()), key=lambda address: address.pattern)
ROLES = [*roles.Role, ""]


def _path(pattern: str, world: World) -> str:
    values = {
        "lead_id": world.lead.pk,
        "deal_id": world.deal.pk,
        "company_id": world.company.pk,
        "contact_id": world.contact.pk,
        "campaign_id": world.campaign.pk,
        "run_id": world.run.pk,
        "file_id": world.run.files.get().pk,
        "person_id": Person.objects.earliest("pk").pk,
        "team_id": 1,
        "partner_id": 1,
        "edit_id": 1,
        "rule_id": 1,
        "missing_id": 1,
        "slug": world.asset.slug,
        "asset_id": world.asset.pk,
        "version_id": world.asset.versions.get().pk,
        "facet_id": world.asset.facets.earliest("pk").pk,
        "number": 1,
        "page_number": 1,
        "n": 1,
        "name": "leads",
        "report": "leads",
        "dimension": "channel",
        "key": "webinar",
        "verdict": "used",
        "facet": "vertical",
        "value": "banking",
        "item_id": 1,
        "kind": "image",
        "size": "image",
        "token": "x" * 43,
        "stage": "Qualification",
        "stage_id": 1,
        "mapping_id": 1,
        "connector": "salesforce",
        "undo_id": 1,
        "rock_id": 1,
        "expense_id": 1,
        "change_id": 1,
        "token_id": 1,
        "rate_id": 1,
        "conversion_id": 1,
        "effect_id": 1,
        "folder_id": 1,
        "merge_id": 1,
        "pair_id": 1,
        "proposal_id": 1,
        "rendition_id": 1,
        "review_id": 1,
        "synonym_id": 1,
        "event_id": 1,
        "absence_id": 1,
        "feedback_id": 1,
        "other": 1,
        "sheet_id": 1,
        "reason_id": 1,
        "recycling_id": 1,
        "route_id": 1,
        "holiday_id": 1,
        "calendar_id": 1,
        "pk": 1,
    }

    def fill(match: re.Match[str]) -> str:
        name = match.group(0).strip("<>").split(":")[-1]
        assert name in values, f"tests/repo/test_urls.py: give a value for {name!r} of {pattern}"
        return str(values[name])

    if pattern.startswith("^") or "(?P<" in pattern:
        return "/accounts/password/reset/key/1-set-password/"
    return "/" + re.sub(r"<[^>]+>", fill, pattern)


@pytest.fixture
def world(alice: Person, bob: Person, now: Any) -> World:
    built = build(bob, alice)
    snapshots.compute_all(at=now)
    return built


def test_every_view_has_a_policy() -> None:
    assert [address.pattern for address in ADDRESSES if address.policy is None] == []


def test_every_policy_is_in_the_role_table() -> None:
    named = {address.policy for address in ADDRESSES} - {PUBLIC, TOKEN}
    assert named <= set(roles.BY_KEY)


def _refuse_writes(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
    first = sql.lstrip(" (").split(None, 1)[0].upper()
    assert first not in {"INSERT", "UPDATE", "DELETE", "COPY", "TRUNCATE"}, f"a GET wrote: {sql[:200]}"
    return execute(sql, params, many, context)


def test_strangers_are_asked_to_sign_in(world: World, client: Client) -> None:
    wrong = []
    for address in ADDRESSES:
        response = client.get(_path(address.pattern, world))
        allowed = {PUBLIC: {200, 302, 405, 410}, TOKEN: {401, 405}}.get(address.policy or "", {302})
        asked = address.policy in (PUBLIC, TOKEN) or response.headers.get("Location", "").startswith("/accounts/login/")
        if response.status_code not in allowed or not asked:
            wrong.append(f"{address.pattern}: {response.status_code}")
    assert wrong == []


@pytest.mark.parametrize("role", ROLES, ids=lambda role: role or "no role")
def test_each_role_reaches_what_the_table_says(role: str, world: World, now: Any) -> None:
    visitor = Person.objects.create_user("visitor@example.com", "a long enough password", name="V", role=role)
    client = signed_in(visitor)
    client.raise_request_exception = True
    wrong = []
    for address in ADDRESSES:
        if address.policy == PUBLIC:
            continue
        path = _path(address.pattern, world)
        with connection.execute_wrapper(_refuse_writes):
            response = client.get(path)
        if address.policy == TOKEN:
            allowed = {401, 405}  # a session is no token
        else:
            allowed = {200, 204, 302, 404, 405} if roles.allows(role, address.policy or "") else {403}
        if path == "/" and role == roles.Role.PARTNER:
            allowed = {302}  # to the library, where partners begin
        if response.status_code not in allowed:
            wrong.append(f"{path}: {response.status_code}")
        if hasattr(response, "streaming_content"):
            b"".join(response.streaming_content)
    assert wrong == []


def test_a_view_without_a_policy_is_not_found(gus: Person) -> None:
    from django.http import Http404, HttpRequest, HttpResponse

    from sameside.people.policies import DenyByDefault

    def forgotten(request: HttpRequest) -> HttpResponse:
        return HttpResponse("secret")

    request = HttpRequest()
    request.user = gus
    with pytest.raises(Http404):
        DenyByDefault(forgotten).process_view(request, forgotten, (), {})
