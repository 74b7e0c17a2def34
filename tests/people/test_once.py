"""The organisation's settings are read once in a request, and anew after they were changed in it."""

from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse

from sameside.people.models import Organisation
from sameside.people.once import Once

pytestmark = pytest.mark.django_db


def test_a_request_reads_the_organisation_once(django_assert_num_queries: Any) -> None:
    read: list[str] = []

    def view(request: HttpRequest) -> HttpResponse:
        read.extend(Organisation.current().name for _ in range(3))
        return HttpResponse()

    with django_assert_num_queries(1):
        Once(view)(HttpRequest())
    Organisation.objects.update(name="Renamed")
    with django_assert_num_queries(1):
        Once(view)(HttpRequest())
    assert read == ["My company"] * 3 + ["Renamed"] * 3


def test_a_change_within_the_request_is_seen_in_it() -> None:
    read: list[str] = []

    def view(request: HttpRequest) -> HttpResponse:
        Organisation.current()
        changed = Organisation.objects.get(pk=1)
        changed.name = "Renamed"
        changed.save()
        read.append(Organisation.current().name)
        return HttpResponse()

    Once(view)(HttpRequest())
    assert read == ["Renamed"]


def test_outside_a_request_it_is_read_each_time(django_assert_num_queries: Any) -> None:
    def refused(request: HttpRequest) -> HttpResponse:
        Organisation.current()
        raise PermissionError

    with pytest.raises(PermissionError):
        Once(refused)(HttpRequest())
    with django_assert_num_queries(2):
        Organisation.current()
        Organisation.current()
