"""Sign-in: only persons with a role may, nobody signs up alone, and every attempt is in the audit log."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib.auth.signals import user_logged_in, user_login_failed
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone

from sameside.people import audit
from sameside.people.models import Person


class Adapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Person | None:
        person = super().authenticate(request, **credentials)
        return person if person is not None and person.may_sign_in else None


@receiver(user_logged_in)
def _signed_in(user: Person, **_: Any) -> None:
    audit.record("sign-in", by=user, at=timezone.now())


@receiver(user_login_failed)
def _refused(**_: Any) -> None:
    audit.record("sign-in refused", by=None, at=timezone.now())
