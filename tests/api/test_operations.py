"""Every operation of the API, called by each role with and without its scope, and with tokens that are over."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from sameside.people import policies, roles, tokens
from sameside.people.models import ApiToken, Person
from sameside.project import api
from tests.world import build

pytestmark = pytest.mark.django_db

OPERATIONS = [
    (method, f"/api{path}".replace("int:", ""), api.policy_of(path, operation))
    for path, operation in api.operations()
    for method in operation.methods
]
NAMES = [f"{method} {path}" for method, path, _ in OPERATIONS]


@pytest.fixture
def world(alice, bob):
    return build(bob, alice)


def filled(path, world):
    values = {"run_id": world.run.pk, "file_id": world.run.files.get().pk}
    return re.sub(r"{(\w+)}", lambda match: str(values[match.group(1)]), path)


def token_of(role, scopes):
    person = Person.objects.create_user(f"{role}@example.com", "a long enough password", name="V", role=role)
    text = f"sameside_{role}"
    ApiToken.objects.create(
        person=person,
        name="x",
        token_hash=tokens._digest(text),
        ending="xxxx",
        scopes=scopes,
        created_at=timezone.now(),
        expires_at=timezone.now() + timedelta(days=1),
    )
    return text


def call(method, path, text):
    return Client().generic(method, path, headers={"Authorization": f"Bearer {text}"})


def refuse_writes(execute, sql, params, many, context):
    counts_calls = sql.lstrip().startswith("UPDATE people_apitoken")
    first = sql.lstrip(" (\n").split(None, 1)[0].upper()
    assert counts_calls or first not in {"INSERT", "UPDATE", "DELETE", "COPY", "TRUNCATE"}, f"a GET wrote: {sql[:200]}"
    return execute(sql, params, many, context)


@pytest.mark.parametrize(("method", "path", "policy"), OPERATIONS, ids=NAMES)
def test_strangers_and_ended_tokens_are_refused(method, path, policy, world):
    assert Client().generic(method, filled(path, world)).status_code == 401
    for change in ({"revoked_at": timezone.now()}, {"expires_at": timezone.now()}):
        Person.objects.filter(email="admin@example.com").delete()
        text = token_of("admin", list(roles.BY_KEY))
        ApiToken.objects.update(**change)
        assert call(method, filled(path, world), text).status_code == 401


@pytest.mark.parametrize(("method", "path", "policy"), OPERATIONS, ids=NAMES)
@pytest.mark.parametrize("role", list(roles.Role))
def test_each_role_reaches_what_the_table_and_the_scopes_say(role, method, path, policy, world):
    text = token_of(role, list(roles.BY_KEY))
    if method == "GET":
        with connection.execute_wrapper(refuse_writes):
            answer = call(method, filled(path, world), text)
    else:
        answer = call(method, filled(path, world), text)
    may = policy == policies.TOKEN or roles.allows(role, policy)
    if not roles.allows(role, "use_api"):
        assert answer.status_code == 401
        return
    assert answer.status_code in ({200, 201, 202, 404, 409, 422, 403} if may else {403})
    if answer.status_code >= 400:
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert answer.json()["detail"].endswith(".")


@pytest.mark.parametrize(("method", "path", "policy"), OPERATIONS, ids=NAMES)
def test_a_token_without_the_scope_is_refused(method, path, policy, world):
    text = token_of("admin", [key for key in roles.BY_KEY if key != policy])
    answer = call(method, filled(path, world), text)
    if policy == policies.TOKEN:
        assert answer.status_code == 200
    else:
        assert (answer.status_code, answer.json()["detail"][:20]) == (403, "This token does not ")


def test_an_operation_without_a_mark_does_not_start(monkeypatch):
    operation = next(operation for _, operation in api.operations())
    monkeypatch.setattr(operation, "auth_callbacks", [])
    with pytest.raises(api.Unguarded):
        api.urls()
