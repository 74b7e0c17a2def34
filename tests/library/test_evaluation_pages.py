"""Judged searches and rankings as pages."""

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from sameside.library.evaluation import judging, measuring, rankings
from sameside.library.evaluation.rankings import Settings
from sameside.library.models import Asset, JudgedQuery, Judgement, Measurement, Ranking
from sameside.people.models import AuditEntry, Person
from tests.conftest import NOW, signed_in
from tests.library.shelf import shelve

pytestmark = pytest.mark.django_db

JUDGED, RANKING = "/library/findability/judged/", "/library/findability/ranking/"


@pytest.fixture
def guide(alice: Person) -> Asset:
    return shelve("Leasing guide", pages=["leasing of cars"], vertical="banking")


def test_sellers_neither_judge_nor_rank(bob: Person, guide: Asset) -> None:
    query = judging.add("leasing", {}, by=None, at=NOW)
    seller = signed_in(bob)
    assert seller.get(JUDGED).status_code == 403
    assert seller.get(RANKING).status_code == 403
    assert seller.post(f"{JUDGED}{query.pk}/grades/", {"grade": f"{guide.pk}:3"}).status_code == 403
    assert seller.post(f"{RANKING}drafts/").status_code == 403
    assert (Judgement.objects.count(), Ranking.objects.count()) == (0, 0)


def test_filters_typed_among_the_words_are_the_context(alice: Person, guide: Asset) -> None:
    answer = signed_in(alice).post(f"{JUDGED}queries/", {"q": "leasing vertical:banking"})
    query = JudgedQuery.objects.get()
    assert answer.headers["Location"] == f"{JUDGED}{query.pk}/"
    assert (query.words, query.context) == ("leasing", {"vertical": ["banking"]})


def test_a_result_is_graded_and_the_grade_taken_away(alice: Person, guide: Asset) -> None:
    query = judging.add("leasing", {}, by=alice, at=NOW)
    editor = signed_in(alice)
    assert "Leasing guide" in editor.get(f"{JUDGED}{query.pk}/").content.decode()
    editor.post(f"{JUDGED}{query.pk}/grades/", {"grade": f"{guide.pk}:3"})
    assert list(Judgement.objects.values_list("grade", "source", "by")) == [(3, "hand", alice.pk)]
    page = editor.get(f"{JUDGED}{query.pk}/").content.decode()
    assert "1 asset judged" in page
    assert "nDCG@10 <strong>1.00</strong>" in page
    editor.post(f"{JUDGED}{query.pk}/grades/", {"grade": f"{guide.pk}:"})
    assert not Judgement.objects.exists()


@pytest.mark.parametrize("grade", ["", "x:3", "1:4", "1:-1", f"{'9' * 30}:1"])
def test_a_grade_that_is_none_changes_nothing(grade: str, alice: Person, guide: Asset) -> None:
    query = judging.add("leasing", {}, by=alice, at=NOW)
    assert signed_in(alice).post(f"{JUDGED}{query.pk}/grades/", {"grade": grade}).status_code in {302, 404}
    assert not Judgement.objects.exists()


def test_the_list_costs_the_same_for_many_queries(
    alice: Person, guide: Asset, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    editor = signed_in(alice)
    for number in range(30):
        judging.grade(judging.add(f"leasing {number}", {}, by=alice, at=NOW), guide, 3, by=alice, at=NOW)
    editor.get(JUDGED)
    with django_assert_num_queries(4):
        assert editor.get(JUDGED).status_code == 200


def test_judgements_go_out_and_come_in_as_a_file(alice: Person, guide: Asset, client: Client) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    editor = signed_in(alice)
    judging.grade(judging.add("leasing", {}, by=alice, at=NOW), guide, 2, by=alice, at=NOW)
    text = b"".join(editor.post(f"{JUDGED}export/")).decode()  # type: ignore[arg-type]
    assert text.splitlines()[1] == f"leasing,,,{guide.slug},2,hand,"
    JudgedQuery.objects.all().delete()
    editor.post(f"{JUDGED}file/", {"file": SimpleUploadedFile("j.csv", text.encode())})
    assert Judgement.objects.get().grade == 2
    assert AuditEntry.objects.filter(action="export").exists()


def test_a_draft_is_changed_measured_put_live_and_taken_back(alice: Person, guide: Asset) -> None:
    editor = signed_in(alice)
    judging.grade(judging.add("leasing", {}, by=alice, at=NOW), guide, 3, by=alice, at=NOW)
    editor.post(f"{RANKING}drafts/")
    draft = Ranking.objects.get()
    page = f"{RANKING}{draft.pk}/"
    editor.post(f"{page}weights/", {"name": "Fresher", "freshness": "0.2", "then": "measure"})
    asked = Measurement.objects.get()
    assert 'hx-trigger="every 1s"' in editor.get(page).content.decode()
    measuring.run(asked, at=NOW)
    shown = editor.get(page).content.decode()
    assert "Before and after" in shown
    assert "Only 1 judged query: too few to tell." in shown
    assert "Put live all the same" in shown
    editor.post(f"{page}use/")
    assert rankings.live() == Settings(freshness=0.2)
    assert "Live: Fresher" in editor.get(RANKING).content.decode()
    editor.post(f"{RANKING}return/")
    assert rankings.live() == Settings()


def test_a_weight_out_of_range_is_said_and_not_kept(alice: Person) -> None:
    draft = rankings.draft(Settings(), "Draft", by=alice, at=NOW)
    editor = signed_in(alice)
    answer = editor.post(f"{RANKING}{draft.pk}/weights/", {"name": "Draft", "words": "7"}, follow=True)
    assert "Words weighs from 0 to 1." in answer.content.decode()
    assert Ranking.objects.get().words == 0.8


def test_the_live_ranking_orders_everybodys_searches(alice: Person, bob: Person) -> None:
    shelve("Zinc guide", pages=["zinc"])
    shelve("Zinc guide", pages=["zinc"])
    first, second = Asset.objects.order_by("pk")
    seller = signed_in(bob)
    rankings.put_live(rankings.draft(Settings(freshness=0.5), "Fresh", by=alice, at=NOW), by=alice, at=NOW)

    def order(old: Asset, new: Asset) -> list[int]:
        Asset.objects.filter(pk=old.pk).update(updated_at=NOW.replace(year=2010))
        Asset.objects.filter(pk=new.pk).update(updated_at=timezone.now())
        page = seller.get("/library/?q=zinc").content.decode()
        return sorted([first.pk, second.pk], key=lambda pk: page.index(Asset.objects.get(pk=pk).slug))

    assert order(old=first, new=second) == [second.pk, first.pk]
    assert order(old=second, new=first) == [first.pk, second.pk]
