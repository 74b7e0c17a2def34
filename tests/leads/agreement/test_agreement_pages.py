"""The agreement in the browser: nothing yet, a draft, signing, verifying, comparing, paper."""

from typing import Any

import pytest
from django.core import mail

from sameside.leads.agreement import drafting, signing, telling
from sameside.leads.models import Agreement
from sameside.people.models import AuditEntry, Person
from tests.conftest import NOW, signed_in
from tests.leads.agreement.drafts import content, drafted, faster, seen


def _form(page: bytes) -> dict[str, Any]:
    """The fields of the page's editor, as a browser without scripts would send them."""
    import lxml.html

    form = lxml.html.fromstring(page).get_element_by_id("pact")
    found: dict[str, Any] = {}
    for key, value in form.form_values():
        found.setdefault(key, []).append(value)
    return found


@pytest.fixture
def agreed(alice: Person, bob: Person) -> Agreement:
    draft = drafted(alice, bob, in_force_from=None)
    for person in (alice, bob):
        signing.sign(draft, name=person.name, seen=seen(draft), by=person, at=NOW)
    return draft


def test_without_one_the_page_says_what_it_is(alice: Person) -> None:
    page = signed_in(alice).get("/leads/agreement/")
    assert b"No agreement yet" in page.content
    assert b"Start a draft" in page.content


def test_a_first_draft_is_made_filled_in_and_saved_without_scripts(alice: Person, bob: Person) -> None:
    client = signed_in(alice)
    address = client.post("/leads/agreement/draft/").url  # type: ignore[attr-defined]
    assert address == "/leads/agreement/draft/1/"
    form = _form(client.get(address).content)
    more = client.post(address, {**form, "do": "add:fit:0"})
    form = _form(more.content)
    form |= {"segments-0-fit-0-values": "Germany\nAustria", "marketing_head": alice.pk, "sales_head": bob.pk}
    saved = client.post(address, {**form, "do": "save"})
    assert saved.status_code == 302, saved.content.decode()[:3000]
    draft = Agreement.objects.get()
    assert draft.terms["segments"][0]["fit"][0]["values"] == ["Germany", "Austria"]
    assert (draft.marketing_head, draft.sales_head) == (alice, bob)
    client.post("/leads/agreement/draft/1/undoing/")
    draft.refresh_from_db()
    assert (draft.marketing_head, draft.terms["segments"][0]["fit"]) == (None, [])


def test_what_cannot_be_is_said_at_the_field_and_nothing_typed_is_lost(alice: Person, bob: Person) -> None:
    draft, client = drafted(alice, bob), signed_in(alice)
    form = _form(client.get("/leads/agreement/draft/1/").content)
    form |= {"service-0-accept_hours": "soon", "service-0-by_call": "9", "title": "Half written"}
    page = client.post("/leads/agreement/draft/1/", {**form, "do": "save"})
    assert page.status_code == 422
    text = page.content.decode()
    assert "This needs a number: “soon” is none." in text
    assert "The channels ask for 9 attempts, and 6 are promised in all." in text
    assert 'value="soon"' in text
    assert 'value="Half written"' in text
    draft.refresh_from_db()
    assert draft.title == "Sales and marketing"


def test_a_sitting_is_kept_as_it_goes_until_somebody_has_signed(alice: Person, bob: Person) -> None:
    draft, client = drafted(alice, bob), signed_in(alice)
    form = _form(client.get("/leads/agreement/draft/1/").content) | {"title": "Kept", "do": "keep"}
    assert b"Kept at" in client.post("/leads/agreement/draft/1/", form).content
    draft.refresh_from_db()
    assert draft.title == "Kept"
    signing.sign(draft, name="Bob", seen=seen(draft), by=bob, at=NOW)
    form = _form(client.get("/leads/agreement/draft/1/").content) | {"title": "Not kept", "do": "keep"}
    assert b"somebody has signed" in client.post("/leads/agreement/draft/1/", form).content
    draft.refresh_from_db()
    assert (draft.title, draft.signatures.count()) == ("Kept", 1)


def test_both_sign_on_the_page(alice: Person, bob: Person) -> None:
    draft = drafted(alice, bob)
    for person in (alice, bob):
        client = signed_in(person)
        assert b"Sign it" in client.get("/leads/agreement/1/").content
        wrong = client.post("/leads/agreement/1/signature/", {"name": "X", "seen": seen(draft)})
        assert wrong.status_code == 422
        client.post("/leads/agreement/1/signature/", {"name": person.name, "seen": seen(draft)})
    draft.refresh_from_db()
    assert draft.agreed_at is not None
    assert b"Every word is as it was signed" in client.get("/leads/agreement/1/verification/").content


def test_others_read_and_neither_sign_nor_change(agreed: Agreement, dora: Person, colleague: Person) -> None:
    for person in (dora, colleague):
        client = signed_in(person)
        page = client.get("/leads/agreement/1/")
        assert page.status_code == 200
        assert b"Sign it" not in page.content
        refused = client.post("/leads/agreement/1/signature/", {"name": "Alice", "seen": agreed.digest})
        assert refused.status_code == 422
    assert signed_in(dora).post("/leads/agreement/draft/").status_code == 403
    assert agreed.signatures.count() == 2


def test_a_stranger_sees_nothing(agreed: Agreement, charlie: Person) -> None:
    for address in ("", "1/", "versions/", "1/verification/", "draft/1/"):
        assert signed_in(charlie).get(f"/leads/agreement/{address}").status_code == 403


def test_two_versions_are_held_against_each_other(agreed: Agreement, alice: Person, bob: Person) -> None:
    drafting.begin(content(alice, bob, faster()), based_on=agreed, by=alice, at=NOW)
    page = signed_in(bob).get("/leads/agreement/2/since/1/").content.decode()
    assert "<del>8</del>" in page
    assert "<ins>4</ins>" in page


def test_it_is_printed_with_both_signatures_and_the_audit_log_knows(agreed: Agreement, bob: Person) -> None:
    import pypdfium2

    made = signed_in(bob).post("/leads/agreement/1/pdf/")
    assert made["Content-Type"] == "application/pdf"
    document = pypdfium2.PdfDocument(made.content)
    text = "".join(page.get_textpage().get_text_bounded() for page in document)
    for words in ("within 8 business hours", "at least 100 leads a month", "Alice", "Bob", agreed.digest):
        assert words in "".join(text.splitlines()) or words in text
    assert AuditEntry.objects.filter(action="agreement.exported", person=bob).exists()


def test_a_draft_is_withdrawn_and_taken_up_again(alice: Person, bob: Person) -> None:
    drafted(alice, bob)
    client = signed_in(bob)
    client.post("/leads/agreement/draft/1/withdrawal/")
    assert b"Withdrawn by Bob" in client.get("/leads/agreement/1/").content
    client.post("/leads/agreement/draft/1/withdrawal/undoing/")
    assert Agreement.objects.get().withdrawn_at is None


def test_the_other_head_is_told_and_both_when_it_is_agreed(alice: Person, bob: Person) -> None:
    draft = drafted(alice, bob)
    signing.sign(draft, name="Alice", seen=seen(draft), by=alice, at=NOW)
    assert telling.tell(1, bob.pk, telling.SIGNED)
    assert mail.outbox[-1].to == ["bob@example.com"]
    assert mail.outbox[-1].subject == "Alice signed version 1: your turn"
    signing.sign(draft, name="Bob", seen=seen(draft), by=bob, at=NOW)
    assert not telling.tell(1, bob.pk, telling.SIGNED)
    assert telling.tell(1, alice.pk, telling.AGREED)
    assert "in force from 15 Jun 2026, 00:00" in mail.outbox[-1].body


def test_a_head_finds_the_review_on_today(alice: Person, bob: Person, fay: Person) -> None:
    from datetime import date

    from sameside.leads.agreement import reviewing

    draft = drafted(alice, bob, in_force_from=None, review_on=date(2026, 6, 1))
    signing.sign(draft, name="Alice", seen=seen(draft), by=alice, at=NOW)
    assert [one.text for one in reviewing.waiting(bob, NOW)] == ["Version 1 of the agreement waits for your signature"]
    signing.sign(draft, name="Bob", seen=seen(draft), by=bob, at=NOW)
    assert [one.text for one in reviewing.waiting(alice, NOW)] == [
        "The agreement is due for its review since 1 Jun 2026"
    ]
    assert reviewing.waiting(fay, NOW) == []
