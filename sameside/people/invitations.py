"""An invitation is a link with which somebody sets a first (or a new) password.

The token has 256 random bits; only its hash is stored. It serves once, for `VALID`, and a newer invitation of the
same person replaces it. It is shown to the administrator only when no mail goes out.
"""

import hashlib
import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string

from sameside.people import audit, policies
from sameside.people.models import Invitation, Organisation, Person
from sameside.people.policies import Refused

VALID = timedelta(days=7)
_NOT_DELIVERED = frozenset(
    {"django.core.mail.backends.console.EmailBackend", "django.core.mail.backends.dummy.EmailBackend"}
)


def mail_goes_out() -> bool:
    return settings.EMAIL_BACKEND not in _NOT_DELIVERED


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def make(person: Person, *, by: Person, at: datetime) -> str:
    """A new invitation for `person`; gives the token, which is stored nowhere."""
    policies.check(by, "manage_people")
    if not person.may_sign_in:
        raise Refused(f"{person.name} has no role yet, or is deactivated. Give a role first, then invite.")
    person.invitations.filter(used_at=None, revoked_at=None).update(revoked_at=at)
    token = secrets.token_urlsafe(32)
    Invitation.objects.create(
        person=person, token_hash=_digest(token), created_by=by, created_at=at, expires_at=at + VALID
    )
    audit.record("invitation made", by=by, at=at, subject=f"Person:{person.pk}")
    return token


def send(person: Person, address: str, *, by: Person) -> None:
    """Mail the link; a mail server that fails raises its own error, and the link is then shown instead."""
    organisation = Organisation.current()
    subject = " ".join(f"{by.name} invites you to Sameside at {organisation.name}".split())
    context = {
        "person": person,
        "by": by,
        "organisation": organisation,
        "address": address,
        "days": VALID.days,
        "subject": subject,
    }
    html = render_to_string("people/invitation_mail.html", context)
    send_mail(subject, render_to_string("people/invitation_mail.txt", context), None, [person.email], html_message=html)


def find(token: str, *, at: datetime) -> Invitation | None:
    """The open invitation that `token` belongs to, of somebody who may sign in."""
    found = Invitation.objects.select_related("person").filter(token_hash=_digest(token)).first()
    return found if found and found.is_open(at) and found.person.may_sign_in else None


@transaction.atomic
def take_up(token: str, password: str, *, at: datetime) -> Person | None:
    """Set the password and use the invitation up; None when it is not open any more."""
    invitation = Invitation.objects.select_for_update(of=("self",)).filter(token_hash=_digest(token)).first()
    if invitation is None or not invitation.is_open(at) or not invitation.person.may_sign_in:
        return None
    person = invitation.person
    person.set_password(password)
    person.save(update_fields=["password"])
    invitation.used_at = at
    invitation.save(update_fields=["used_at"])
    audit.record("password set", by=person, at=at, subject=f"Person:{person.pk}", details={"with": "invitation"})
    return person
