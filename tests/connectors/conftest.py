"""What tests of imports share."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection

from sameside.people.models import Organisation


@pytest.fixture
def committed(transactional_db: Any) -> Iterator[None]:
    """What is written is really committed, so that other connections and processes see it.

    Everything is emptied afterwards, which the append-only tables refuse unless their triggers are silenced.
    Use it with `@pytest.mark.django_db(transaction=True, databases=["default", "aside"])`.
    """
    Organisation.objects.get_or_create(pk=1)
    yield
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")  # ends with the session, which Django closes
