"""A figure links to its rows only for those who may see them."""

from sameside.conversations.models import StageMapping
from sameside.people import doors
from sameside.people.models import Person
from tests.conftest import signed_in

URL = "/conversations/stages/"


def test_an_editor_reads_the_figure_without_a_link_and_a_seller_with_one(dora: Person, bob: Person) -> None:
    StageMapping.objects.create(stage="Proposal")
    assert '<a href="/deals/?stage=Proposal">' in signed_in(bob).get(URL).text
    page = signed_in(dora).get(URL)
    assert page.status_code == 200
    assert "/deals/" not in page.text


def test_only_the_link_goes_and_its_words_stay() -> None:
    html = '<tr><th><a class="row-link" href="/deals/?stage=x" title="All">12 <b>deals</b></a></th></tr>'
    assert doors.narrowed(html, frozenset({"see_reports"})) == (
        '<tr><th><span class="row-name" title="All">12 <b>deals</b></span></th></tr>'
    )
    assert doors.narrowed(html, frozenset({"see_reports", "see_crm"})) == html


def test_what_anybody_opens_and_what_leads_elsewhere_stays() -> None:
    html = (
        '<a href="/health/">a</a><a href="?page=2">b</a><a href="https://example.com/deals/">c</a><a href="/no/">d</a>'
    )
    assert doors.narrowed(html, frozenset()) == html
