"""Who is signed in: the session and its person, read with every request by queries whose SQL is made once.

Both are read from the database each time, so that a sign-out or a person taken out counts at once in every process.
"""

from functools import lru_cache

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.utils import timezone

from sameside.kit.prepared import VALUE, Prepared
from sameside.people.models import Person


@lru_cache(maxsize=1)
def _persons() -> Prepared[Person]:
    return Prepared(Person.objects.get_queryset().filter(pk=VALUE))


@lru_cache(maxsize=1)
def _sessions() -> Prepared[Session]:
    return Prepared(Session.objects.filter(session_key=VALUE))


class Backend(AuthenticationBackend):  # type: ignore[misc]  # the package is not typed
    def get_user(self, user_id: int) -> Person | None:
        found = _persons()(user_id)
        return found[0] if found and self.user_can_authenticate(found[0]) else None


class SessionStore(db.SessionStore):
    def _get_session_from_db(self) -> Session | None:
        found = _sessions()(self.session_key)
        if found and found[0].expire_date > timezone.now():
            return found[0]
        self._session_key = None
        return None
