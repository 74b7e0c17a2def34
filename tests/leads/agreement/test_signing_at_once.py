"""Both heads sign at the same moment: it is agreed once, and what was changed meanwhile is not signed."""

import pytest

from sameside.leads.agreement import drafting, sealing, signing
from sameside.leads.models import Agreement, Signature
from sameside.people.models import AuditEntry, Person
from tests.conftest import NOW
from tests.connectors.conftest import committed
from tests.leads.agreement.drafts import content, drafted, faster, seen
from tests.leads.test_conversion_at_once import at_once

__all__ = ["committed"]
pytestmark = [
    pytest.mark.django_db(transaction=True, databases=["default", "aside"]),
    pytest.mark.usefixtures("committed"),
]


def test_both_heads_at_once(alice: Person, bob: Person) -> None:
    draft = drafted(alice, bob)
    read = seen(draft)
    calls = [lambda one=one: signing.sign(draft, name=one.name, seen=read, by=one, at=NOW) for one in (alice, bob)]
    assert at_once(*calls) == []
    agreed = Agreement.objects.get()
    assert agreed.agreed_at == NOW
    assert Signature.objects.count() == 2
    assert AuditEntry.objects.filter(action=sealing.AGREED).count() == 1


def test_one_head_twice(alice: Person, bob: Person) -> None:
    draft = drafted(alice, bob)
    read = seen(draft)
    refused = at_once(*[lambda: signing.sign(draft, name="Alice", seen=read, by=alice, at=NOW)] * 2)
    assert refused == ["You have signed this version."]
    assert Signature.objects.count() == 1


def test_signed_and_changed_at_once_never_leaves_a_signature_of_another_text(alice: Person, bob: Person) -> None:
    draft = drafted(alice, bob)
    read = seen(draft)
    at_once(
        lambda: signing.sign(draft, name="Bob", seen=read, by=bob, at=NOW),
        lambda: drafting.save(draft, content(alice, bob, faster()), by=alice, at=NOW),
    )
    kept = Agreement.objects.get()
    assert kept.terms["service"][0]["accept_hours"] == 4
    assert [one.digest for one in kept.signatures.all() if one.digest != sealing.digest(kept)] == []
