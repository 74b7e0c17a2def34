"""Bringing content in by the browser, and the queue in which proposed facets are confirmed."""

import pytest
from django.test import Client
from django.urls import reverse

from sameside.library.models import Asset, AssetFacet
from sameside.people.models import AuditEntry, Person
from tests.conftest import NOW, signed_in

State = AssetFacet.State


def _asset(number: int = 1) -> Asset:
    asset = Asset.objects.create(
        title=f"Ledger for banks {number}",
        slug=f"ledger-{number}",
        format="pdf",
        path=f"Banking/ledger-{number}.pdf",
        created_at=NOW,
        updated_at=NOW,
    )
    AssetFacet.objects.create(asset=asset, facet="conversation", value="right_people", reason="“persona” in the title.")
    AssetFacet.objects.create(asset=asset, facet="vertical", value="banking", reason="“Banking” in the folder.")
    return asset


@pytest.fixture
def asset(db: None) -> Asset:
    return _asset()


def states(asset: Asset) -> dict[str, str]:
    return dict(asset.facets.values_list("value", "state"))


def test_the_queue_shows_each_proposal_with_its_reason(alice: Person, asset: Asset) -> None:
    page = signed_in(alice).get(reverse("library:proposals")).content.decode()
    assert "Ledger for banks 1" in page
    assert "Banking" in page
    assert "“Banking” in the folder." in page


def test_one_click_confirms_and_undo_takes_it_back(alice: Person, asset: Asset) -> None:
    client = signed_in(alice)
    answer = client.post(reverse("library:confirmations"), {"only": asset.pk})
    assert answer["Location"] == "/library/proposals/?confirmed=1"
    assert states(asset) == {"right_people": "confirmed", "banking": "confirmed"}
    client.post(reverse("library:undo_confirmations"))
    assert states(asset) == {"right_people": "proposed", "banking": "proposed"}
    asset.refresh_from_db()
    assert not asset.facets_confirmed
    recorded = AuditEntry.objects.filter(action__startswith="facets.").values_list("action", flat=True)
    assert list(recorded) == ["facets.taken_back", "facets.confirmed"]


def test_many_are_confirmed_at_once(alice: Person) -> None:
    chosen = [_asset(1), _asset(2)]
    left = _asset(3)
    signed_in(alice).post(reverse("library:confirmations"), {"asset": [one.pk for one in chosen]})
    assert set(Asset.objects.filter(facets_confirmed=True)) == set(chosen)
    assert states(left) == {"right_people": "proposed", "banking": "proposed"}


def test_editing_confirms_what_is_ticked_and_rejects_the_rest(alice: Person, asset: Asset) -> None:
    address = reverse("library:facets", args=[asset.pk])
    client = signed_in(alice)
    assert client.get(address).status_code == 200
    client.post(address, {"facet": ["conversation=tangible_value"], "new-product_line": "Ledger One"})
    assert states(asset) == {
        "right_people": "rejected",
        "banking": "rejected",
        "tangible_value": "confirmed",
        "ledger-one": "confirmed",
    }


def test_an_asset_keeps_at_least_one_conversation(alice: Person, asset: Asset) -> None:
    client = signed_in(alice)
    answer = client.post(reverse("library:facets", args=[asset.pk]), {"facet": ["vertical=banking"]})
    assert answer.status_code == 422
    assert "must help at least one conversation" in answer.content.decode()
    conversation = asset.facets.get(facet="conversation")
    client.post(reverse("library:facet_rejection", args=[asset.slug, conversation.pk]))
    assert states(asset) == {"right_people": "proposed", "banking": "proposed"}


def test_a_facet_is_confirmed_from_the_asset_page(alice: Person, asset: Asset) -> None:
    client = signed_in(alice)
    for facet in asset.facets.all():
        client.post(reverse("library:facet_confirmation", args=[asset.slug, facet.pk]))
    asset.refresh_from_db()
    assert asset.facets_confirmed


def test_the_upload_page_sends_to_the_imports(alice: Person) -> None:
    page = signed_in(alice).get(reverse("library:upload")).content.decode()
    assert 'action="/imports/new/"' in page
    assert 'value="documents"' in page


def test_sellers_neither_upload_nor_confirm(bob: Person, asset: Asset) -> None:
    client = signed_in(bob)
    assert client.get(reverse("library:upload")).status_code == 403
    assert client.get(reverse("library:proposals")).status_code == 403
    assert client.post(reverse("library:confirmations"), {"only": asset.pk}).status_code == 403
    assert states(asset) == {"right_people": "proposed", "banking": "proposed"}


def test_the_queue_asks_the_database_no_more_for_more_assets(
    alice: Person, django_assert_max_num_queries: object
) -> None:
    for number in range(20):
        _asset(number)
    client = signed_in(alice)
    with django_assert_max_num_queries(14):  # type: ignore[operator]
        assert client.get(reverse("library:proposals")).status_code == 200


def test_the_queue_is_exported(alice: Person, asset: Asset) -> None:
    answer = signed_in(alice).post(reverse("library:proposals"), {"export": "csv"})
    text = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]
    assert "Vertical: Banking (“Banking” in the folder.)" in text


def test_strangers_are_sent_to_sign_in(asset: Asset) -> None:
    assert Client().get(reverse("library:proposals")).status_code == 302
