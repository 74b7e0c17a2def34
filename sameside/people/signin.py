"""Sign-in: only persons with a role may, nobody signs up alone, and every attempt is in the audit log.

A refused attempt is recorded with the number of the person it was aimed at (when there is one) and the reason, never
with the address that was typed. The screen says the same for a wrong password, an unknown address and a person
without a role, so that nobody learns who has an account.
"""

from collections.abc import Mapping
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone

from sameside.people import audit
from sameside.people.models import Organisation, Person
from sameside.ui import access, layout


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """The first page of the navigation that this person may open: Today, and for a partner the library."""
        return layout.home(access.current().capabilities(request.user)).address

    def send_mail(self, template_prefix: str, email: str, context: Mapping[str, Any]) -> None:
        """With what the frame of every mail names: the reader, the organisation, the subject."""
        subject = render_to_string(f"{template_prefix}_subject.txt").strip()
        known = {"person": context["user"], "organisation": Organisation.current(), "subject": subject}
        super().send_mail(template_prefix, email, {**context, **known})

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Person | None:
        person: Person | None = super().authenticate(request, **credentials)
        if person is None or person.may_sign_in:
            return person
        self.authentication_failed(request, **credentials)
        if person.is_active:  # for a deactivated person Django has sent `user_login_failed` already
            audit.record(
                "sign-in refused", by=None, at=timezone.now(), subject=_name(person), details={"reason": "no role"}
            )
        return None


def _name(person: Person | None) -> str:
    return f"Person:{person.pk}" if person else ""


@receiver(user_logged_in)
def _signed_in(user: Person, **_: Any) -> None:
    audit.record("sign-in", by=user, at=timezone.now(), subject=_name(user))


@receiver(user_logged_out)
def _signed_out(user: Person | None, **_: Any) -> None:
    if user is not None:
        audit.record("sign-out", by=user, at=timezone.now(), subject=_name(user))


@receiver(user_login_failed)
def _refused(credentials: Mapping[str, Any], **_: Any) -> None:
    email = str(credentials.get("email") or "").replace("\x00", "")
    person = Person.objects.filter(email__iexact=email).first() if email else None
    reason = "deactivated" if person and not person.is_active else "wrong password or address"
    audit.record("sign-in refused", by=None, at=timezone.now(), subject=_name(person), details={"reason": reason})
