"""Imports by the API: the same as by the pages, with a token."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from sameside.connectors import runs
from sameside.connectors.models import ImportRun
from sameside.crm.models import Company
from sameside.people import tokens
from sameside.people.models import AuditEntry
from tests.connectors import exports

pytestmark = pytest.mark.django_db


def token(person, *scopes):
    now = timezone.now()
    given = {"scopes": scopes or ("see_imports", "import_crm", "import_content", "see_crm", "export")}
    return tokens.make(name="x", expires_at=now + timedelta(days=1), by=person, at=now, **given)[1]


@pytest.fixture
def call(gus):
    return Client(headers={"Authorization": f"Bearer {token(gus)}"})


def accounts(rows=exports.ACCOUNT):
    return SimpleUploadedFile("Account.csv", exports.text(rows).encode(), "text/csv")


def test_files_come_in_and_are_told_about(call, gus):
    answer = call.post("/api/imports", {"files": [accounts()]})
    told = answer.json()
    assert (answer.status_code, told["state"], told["connector"]) == (201, "queued", "salesforce")
    assert ProcrastinateJob.objects.filter(task_name="connectors.execute", args={"run_id": told["id"]}).count() == 1
    assert ImportRun.objects.get().started_by == gus
    runs.execute(told["id"])
    told = call.get(f"/api/imports/{told['id']}").json()
    assert (told["state"], told["created"], told["missing_references"], told["percent"]) == ("done", 2, 2, 100)
    assert told["files"][0]["missing"]["owner"]["count"] == 2
    assert Company.objects.count() == 2


def test_a_preview_is_started_paused_resumed_and_cancelled(call):
    made = call.post("/api/imports", {"files": [accounts()], "start": "false"}).json()
    assert made["state"] == "preview"
    address = f"/api/imports/{made['id']}"
    assert call.post(f"{address}/pause").json()["detail"] == f"Import {made['id']} is not going on."
    assert call.post(f"{address}/start").json()["state"] == "queued"
    assert call.post(f"{address}/pause").json()["state"] == "paused"
    assert call.post(f"{address}/resume").json()["state"] == "queued"
    assert call.post(f"{address}/cancel").json()["state"] == "cancelled"
    again = call.post(f"{address}/cancel")
    assert (again.status_code, again.json()["title"]) == (409, "Not now")


def test_a_dry_run_is_asked_for(call):
    told = call.post("/api/imports", {"files": [accounts()], "dry": "true"}).json()
    assert (told["state"], told["dry"]) == ("queued", True)


def test_the_list_comes_page_by_page_and_costs_the_same(call, django_assert_num_queries):
    for _ in range(3):
        call.post("/api/imports", {"files": [accounts()], "start": "false"})
    with django_assert_num_queries(3):
        first = call.get("/api/imports?limit=2").json()
    second = call.get(f"/api/imports?limit=2&after={first['next']}").json()
    numbers = [each["id"] for each in (*first["items"], *second["items"])]
    assert numbers == sorted(numbers, reverse=True)
    assert (len(numbers), second["next"]) == (3, "")


def test_refused_rows_are_taken_away_and_that_is_recorded(call, gus):
    rows = [*exports.ACCOUNT, ["no id", *exports.ACCOUNT[1][1:]]]
    made = call.post("/api/imports", {"files": [accounts(rows)]}).json()
    runs.execute(made["id"])
    told = call.get(f"/api/imports/{made['id']}").json()
    assert list(told["files"][0]["reasons"].values()) == [1]
    answer = call.post(f"/api/imports/{made['id']}/files/{told['files'][0]['id']}/errors")
    assert b"no id" in b"".join(answer.streaming_content)
    assert AuditEntry.objects.filter(action="export", person=gus).exists()


def test_an_undo_is_asked_for_or_says_what_stands_in_the_way(call):
    made = call.post("/api/imports", {"files": [accounts()]}).json()
    address = f"/api/imports/{made['id']}"
    assert call.get(f"{address}/obstacles").json()["can_be_undone"] is False
    runs.execute(made["id"])
    assert call.get(f"{address}/obstacles").json() == {"can_be_undone": True, "obstacles": []}
    Company.objects.update(changed_by_run=made["id"] + 1)
    refused = call.post(f"{address}/undo")
    assert refused.status_code == 409
    assert f"2 companies were changed by import {made['id'] + 1} since." in refused.json()["detail"]
    Company.objects.update(changed_by_run=made["id"])
    assert call.post(f"{address}/undo").json()["state"] == "undoing"


def test_a_marketer_brings_in_content_but_no_crm_data(alice):
    call = Client(headers={"Authorization": f"Bearer {token(alice, 'see_imports', 'import_content', 'see_crm')}"})
    answer = call.post("/api/imports", {"files": [accounts()], "connector": "salesforce"})
    assert (answer.status_code, Company.objects.count()) == (403, 0)
    answer = call.post("/api/imports", {"files": [accounts()]})
    assert (answer.status_code, ImportRun.objects.filter(state="queued").count()) == (409, 0)


def test_a_token_without_the_scope_to_bring_in_brings_in_nothing(gus):
    call = Client(headers={"Authorization": f"Bearer {token(gus, 'see_imports')}"})
    answer = call.post("/api/imports", {"files": [accounts()]})
    assert answer.status_code == 403
    assert answer.json()["detail"].startswith("This token does not let you bring")


def test_what_the_call_gets_wrong_is_said(call):
    assert call.post("/api/imports").json()["title"] == "Not accepted"
    answer = call.post("/api/imports", {"files": [accounts()], "connector": "nonsense"})
    assert answer.json()["detail"].startswith("There is no connector “nonsense”. There are: any, documents")
    answer = call.post("/api/imports", {"files": [accounts()], "zone": "Middle/Earth"})
    assert (answer.status_code, "zone" in answer.json()["detail"]) == (409, True)
    assert call.get("/api/imports/999999").status_code == 404


def test_an_editor_does_not_see_a_crm_run(dora, tmp_path):
    run = exports.bring_in(exports.write(tmp_path, {"Account.csv": exports.ACCOUNT}))
    call = Client(headers={"Authorization": f"Bearer {token(dora, 'see_imports')}"})
    assert call.get(f"/api/imports/{run.pk}").status_code == 404
    assert call.get("/api/imports").json()["items"] == []
