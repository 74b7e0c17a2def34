"""Two who convert at the same moment make one contact."""

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection

from sameside.crm.models import Company, Contact
from sameside.leads import conversion
from sameside.leads.models import Conversion, Lead
from sameside.people.policies import Refused
from tests.conftest import NOW
from tests.connectors.conftest import committed

__all__ = ["committed"]
pytestmark = [
    pytest.mark.django_db(transaction=True, databases=["default", "aside"]),
    pytest.mark.usefixtures("committed"),
]


@pytest.fixture
def leads(db) -> list[Lead]:
    facts = {"first_name": "Ada", "last_name": "Fox", "email": "ada@acme.com", "company_name": "Acme"}
    return [
        Lead.objects.create(source="t", external_id=f"L{number}", created_at=NOW - timedelta(days=1), **facts)
        for number in range(2)
    ]


def at_once(*calls: Callable[[], object]) -> list[str]:
    refused: list[str] = []

    def run(call: Callable[[], object]) -> None:
        try:
            call()
        except Refused as refusal:
            refused.append(str(refusal))
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return refused


def test_one_lead_twice(gus, leads):
    one = leads[0]
    refused = at_once(*[lambda: conversion.convert(one, by=gus, at=NOW)] * 2)
    assert refused == ["Ada Fox was converted on 1 June 2026 already."]
    assert (Conversion.objects.count(), Contact.objects.count(), Company.objects.count()) == (1, 1, 1)


def test_two_leads_of_one_person(gus, leads):
    refused = at_once(
        lambda: conversion.convert(leads[0], by=gus, at=NOW), lambda: conversion.convert(leads[1], by=gus, at=NOW)
    )
    assert refused == []
    assert (Conversion.objects.count(), Contact.objects.count(), Company.objects.count()) == (2, 1, 1)
