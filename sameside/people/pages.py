"""The answers that every page needs about persons, given to `ui`, which may not import this context."""

import time
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

from sameside.people import audit, policies, roles
from sameside.people.models import Organisation, Person
from sameside.people.roles import CAPABILITIES, Role
from sameside.ui.access import Company

_FRESH_SECONDS = 5.0


@lru_cache(maxsize=16)
def _of_role(role: str) -> frozenset[str]:
    return frozenset(capability.key for capability in CAPABILITIES if role in capability.roles)


class PeopleAccess:
    """The organisation is read again after a few seconds: its name and currency do not cost each page a query."""

    def __init__(self) -> None:
        self._company: Company | None = None
        self._read_at = 0.0

    def capabilities(self, person: Any) -> frozenset[str]:
        return _of_role(person.role) if isinstance(person, Person) and person.may_sign_in else frozenset()

    def who_may(self, key: str) -> str:
        return roles.in_words(key)

    def check(self, person: Any, key: str) -> None:
        policies.check(person, key)

    def company(self) -> Company:
        now = time.monotonic()
        if self._company is None or now - self._read_at > _FRESH_SECONDS:
            found = Organisation.objects.filter(pk=1).values_list("name", "is_demo", "currency").first()
            self._company = Company(*found) if found else Company("Sameside", is_demo=False, currency="EUR")
            self._read_at = now
        return self._company

    def forget(self) -> None:
        """Read the organisation anew next time: it was changed in this process."""
        self._company = None

    def role_label(self, person: Any) -> str:
        return str(Role(person.role).label) if isinstance(person, Person) and person.role else ""

    def record(self, action: str, *, by: Any, at: datetime, subject: str, details: Mapping[str, Any]) -> None:
        audit.record(action, by=by, at=at, subject=subject, details=details)
