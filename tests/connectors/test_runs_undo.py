"""A whole import is undone while nothing depends on it; else a sentence says what stands in the way."""

import pytest
from django.db import connection, transaction
from django.db.utils import IntegrityError

from sameside.attribution.bigrock.models import BigRock
from sameside.connectors import runs, steering, undoing
from sameside.connectors.models import ImportRun, RowBefore
from sameside.connectors.steering import NotNow
from sameside.connectors.undoing import InTheWay
from sameside.conversations.models import Conversation
from sameside.crm.models import Company, Contact, Deal, StageChange, Touch
from sameside.identity import merging
from sameside.leads.models import Lead
from sameside.library.models import Asset, ContentRequest, Play, Usage
from sameside.people.models import AuditEntry, Person
from sameside.people.policies import Refused
from tests.connectors import exports

pytestmark = [
    pytest.mark.django_db(transaction=True, databases=["default", "aside"]),
    pytest.mark.usefixtures("committed"),
]
NOW = exports.NOW


def bring_in(folder, files):
    return exports.bring_in(exports.write(folder, files), "any")


def undone(run):
    undoing.ask(run, by=None, at=NOW, queue=False)
    return undoing.execute(run.pk)


def renamed(rows, name):
    header, first, *others = rows
    column = header.index("Name")
    return [header, [*first[:column], name, *first[column + 1 :]], *others]


def everything():
    return {
        model.__name__: sorted(map(str, model.objects.order_by().values_list()))
        for model in (Company, Contact, Deal, StageChange, Lead)
    }


def test_a_whole_export_goes_again_with_what_was_derived_from_it(tmp_path):
    run = bring_in(tmp_path, exports.WHOLE)
    assert Touch.objects.count() > 0
    assert Conversation.objects.count() > 0
    done = undone(run)
    assert done.state == ImportRun.State.UNDONE
    for model in (Company, Contact, Deal, StageChange, Lead, Touch, Conversation, RowBefore):
        assert model.objects.count() == 0, model
    assert done.undo["removed"]["companies"] == 2
    assert Person.objects.count() == 2  # they may be named elsewhere
    assert AuditEntry.objects.filter(action="import.undone").count() == 1


def test_it_comes_in_again_as_if_nothing_had_been(tmp_path):
    first = bring_in(tmp_path, exports.WHOLE)
    counts = exports.counts(first)
    undone(first)
    second = runs.execute(steering.again(first, by=None, at=NOW, preview=False).pk)
    assert exports.counts(second) == counts | {"User.csv": (0, 0, 2, 0, 0)}


def test_changed_rows_are_as_they_were_before(tmp_path):
    bring_in(tmp_path / "a", exports.WHOLE)
    before = everything()
    touches = list(Touch.objects.filter(current=True).order_by("pk").values_list("source", "external_id", "channel"))
    second = bring_in(
        tmp_path / "b",
        {"Account.csv": renamed(exports.ACCOUNT, "Acme renamed"), "Campaign.csv": renamed(exports.CAMPAIGN, "Other")},
    )
    assert Company.objects.filter(name="Acme renamed").exists()
    done = undone(second)
    assert done.undo["restored"] == {"companies": 1, "campaigns": 1}
    assert everything() == before
    now = Touch.objects.filter(current=True).order_by("pk").values_list("source", "external_id", "channel")
    assert sorted(now) == sorted(touches)


def test_what_a_later_import_changed_stands_in_the_way(tmp_path):
    first = bring_in(tmp_path / "a", exports.WHOLE)
    second = bring_in(tmp_path / "b", {"Account.csv": renamed(exports.ACCOUNT, "Acme renamed")})
    with pytest.raises(InTheWay) as found:
        undoing.ask(first, by=None, at=NOW)
    assert found.value.obstacles == [f"1 company was changed by import {second.pk} since."]
    undone(second)
    assert undone(first).state == ImportRun.State.UNDONE


def test_what_a_later_import_hung_on_its_rows_stands_in_the_way(tmp_path):
    first = bring_in(tmp_path / "a", {"Account.csv": exports.ACCOUNT})
    second = bring_in(tmp_path / "b", {"Contact.csv": exports.CONTACT, "Opportunity.csv": exports.OPPORTUNITY})
    assert undoing.obstacles_of(first) == [
        f"1 contact that came with import {second.pk} belongs to its companies.",
        f"2 deals that came with import {second.pk} belong to its companies.",
    ]


def test_what_was_recorded_here_stands_in_the_way(tmp_path, bob):
    run = bring_in(tmp_path, {"Account.csv": exports.ACCOUNT, "Opportunity.csv": exports.OPPORTUNITY})
    asset = Asset.objects.create(title="A", slug="a", format="pdf", created_at=NOW, updated_at=NOW)
    Usage.objects.create(asset=asset, action="share", at=NOW, person=bob, deal=Deal.objects.earliest("pk"))
    assert undoing.obstacles_of(run) == ["1 usage recorded here belongs to its deals."]


def test_twice_or_while_it_goes_on_or_a_dry_run_is_refused_with_a_sentence(tmp_path):
    run = bring_in(tmp_path, {"Account.csv": exports.ACCOUNT})
    for state, sentence in (
        ("running", "has not ended yet"),
        ("paused", "has not ended yet"),
        ("undoing", "is being undone already"),
        ("undone", "was undone already"),
    ):
        ImportRun.objects.filter(pk=run.pk).update(state=state)
        with pytest.raises(NotNow, match=sentence):
            undoing.ask(run, by=None, at=NOW)
    ImportRun.objects.filter(pk=run.pk).update(state="done", dry=True)
    with pytest.raises(NotNow, match="there is nothing to undo"):
        undoing.ask(run, by=None, at=NOW)


def test_only_who_may_bring_it_in_may_undo_it(tmp_path, alice, gus):
    run = bring_in(tmp_path, {"Account.csv": exports.ACCOUNT})
    with pytest.raises(Refused):
        undoing.ask(run, by=alice, at=NOW)
    assert undoing.ask(run, by=gus, at=NOW).undone_by == gus


def test_what_comes_in_the_way_while_it_waits_is_kept_with_the_run(tmp_path):
    first = bring_in(tmp_path / "a", {"Account.csv": exports.ACCOUNT})
    undoing.ask(first, by=None, at=NOW, queue=False)
    second = bring_in(tmp_path / "b", {"Account.csv": renamed(exports.ACCOUNT, "Acme renamed")})
    told = undoing.execute(first.pk)
    assert told.state == ImportRun.State.DONE
    assert told.undo["obstacles"] == [f"1 company was changed by import {second.pk} since."]
    assert Company.objects.count() == 2


def test_an_undo_that_fails_changes_nothing_and_can_be_asked_for_again(tmp_path, monkeypatch):
    run = bring_in(tmp_path, exports.WHOLE)
    before = everything()
    with monkeypatch.context() as patched:
        patched.setattr("sameside.connectors.reversal.forget", lambda run: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            undone(run)
    assert everything() == before
    run.refresh_from_db()
    assert (run.state, run.undo["problem"]) == (ImportRun.State.DONE, "division by zero")
    assert undone(run).state == ImportRun.State.UNDONE


def test_documents_go_unless_somebody_used_them(tmp_path, bob):
    (tmp_path / "one.md").write_text("# Plans of old\n\nHow to begin with the first of all plans.\n")
    (tmp_path / "two.md").write_text("# Prices\n\nWhat everything costs this year, and what is free.\n")
    run = exports.bring_in(tmp_path, "documents")
    used = Asset.objects.get(title="Prices")
    Usage.objects.create(asset=used, action="share", at=NOW, person=bob)
    done = undone(run)
    assert done.undo["removed"] == {"assets": 1, "retired assets": 1}
    assert list(Asset.objects.values_list("title", "status")) == [("Prices", "retired")]


def _write_play(asset, by):
    Play.objects.create(asset=asset, when="Always", created_at=NOW, updated_at=NOW, updated_by=by)


def _mark_as_big_rock(asset, by):
    BigRock.objects.create(asset=asset, launched_on=NOW.date(), marked_at=NOW, marked_by=by, changed_at=NOW)


def _verify(asset, by):
    Asset.objects.filter(pk=asset.pk).update(verified_by=by, verified_at=NOW)


def _answer_a_request(asset, by):
    ContentRequest.objects.create(asset=asset, words="prices", asked_by=by, asked_at=NOW)


def _replace_another(asset, by):
    Asset.objects.create(title="Old", slug="old", replaced_by=asset, created_at=NOW, updated_at=NOW)


@pytest.mark.parametrize("do", [_write_play, _mark_as_big_rock, _verify, _answer_a_request, _replace_another])
def test_what_somebody_made_of_a_document_stays_with_it(tmp_path, bob, do):
    (tmp_path / "two.md").write_text("# Prices\n\nWhat everything costs this year, and what is free.\n")
    run = exports.bring_in(tmp_path, "documents")
    do(Asset.objects.get(), bob)
    before = {model: list(model.objects.values()) for model in (Play, BigRock, ContentRequest)}
    assert undone(run).undo["removed"] == {"retired assets": 1}
    assert Asset.objects.get(title="Prices").status == "retired"
    assert {model: list(model.objects.values()) for model in before} == before


def test_outside_an_undo_the_touch_log_stays_append_only(tmp_path):
    bring_in(tmp_path, exports.WHOLE)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM crm_touch")


def test_what_the_history_said_of_a_deal_of_another_import_goes_with_it(tmp_path):
    files = {name: rows for name, rows in exports.WHOLE.items() if "History" not in name}
    bring_in(tmp_path / "deals", files)
    before = everything()
    later = bring_in(tmp_path / "history", {"OpportunityHistory.csv": exports.HISTORY})
    assert everything() != before
    undone(later)
    assert everything() == before


def test_a_row_that_is_put_back_follows_a_merge_that_was_made_since(tmp_path, gus):
    bring_in(tmp_path / "a", exports.WHOLE)
    second = bring_in(tmp_path / "b", {"Opportunity.csv": renamed(exports.OPPORTUNITY, "Widgets renamed")})
    acme = Company.objects.get(external_id=exports.ACME)
    other = Company.objects.create(source="sameside", external_id="other", name="Other GmbH", created_at=NOW)
    merge = merging.merge(other, acme, by=gus, at=NOW)
    assert undone(second).state == ImportRun.State.UNDONE
    deal = Deal.objects.get(external_id=exports.WIDGETS)
    assert (deal.name, deal.company) == ("Widgets", other)
    merging.undo(merge, by=gus, at=NOW)
    assert Deal.objects.get(external_id=exports.WIDGETS).company == acme
