"""Tokens for the API: random, kept as a hash, shown once, narrowed to some capabilities of the person who made them.

A token lets its holder do what its person may do today *and* what it was made for: who loses a capability or may not
sign in any more loses it for every token at once. It may be called `settings.API_CALLS` times a minute, counted over a
sliding minute: this minute's calls, and of the minute before as much as is still within sixty seconds.
"""

import hashlib
import secrets
from collections.abc import Collection
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction

from sameside.people import audit, policies, roles
from sameside.people.models import ApiToken, Person
from sameside.people.policies import Refused

PREFIX = "sameside_"
LONGEST = timedelta(days=366)
MOST = 50  # open tokens of one person

_COUNT = """
    UPDATE people_apitoken SET
        calls_before = CASE minute WHEN %(minute)s THEN calls_before WHEN %(minute)s - 1 THEN calls ELSE 0 END,
        calls = CASE WHEN minute = %(minute)s THEN calls + 1 ELSE 1 END,
        minute = %(minute)s, last_used_on = %(day)s
    WHERE id = %(id)s RETURNING calls, calls_before
"""


class NotAccepted(Exception):
    """There is no such token, or it is over; the message is a sentence."""


class TooMany(Exception):
    """The token was used too often within a minute."""

    def __init__(self, seconds: int) -> None:
        super().__init__(
            f"This token may make {settings.API_CALLS:,} calls a minute. Try again in {seconds} second"
            f"{'' if seconds == 1 else 's'}."
        )
        self.seconds = seconds


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()


def scopes_of(person: Person) -> list[roles.Capability]:
    """What a token of `person` may be made for: every capability of the role but the making of tokens itself."""
    return [each for each in roles.CAPABILITIES if each.key != "use_api" and policies.can(person, each.key)]


@transaction.atomic
def make(*, name: str, scopes: Collection[str], expires_at: datetime, by: Person, at: datetime) -> tuple[ApiToken, str]:
    """A new token of `by`, and its text, which is stored nowhere."""
    policies.check(by, "use_api")
    allowed = {each.key for each in scopes_of(by)}
    if not scopes or not allowed.issuperset(scopes):
        raise Refused("Choose at least one thing that the token may do, of those that your role may do.")
    if not at < expires_at <= at + LONGEST:
        raise Refused("A token ends within a year.")
    if by.tokens.filter(revoked_at=None, expires_at__gt=at).count() >= MOST:
        raise Refused(f"You have {MOST} tokens. Revoke one that is not used any more first.")
    text = PREFIX + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        person=by,
        name=name,
        token_hash=_digest(text),
        ending=text[-4:],
        scopes=sorted(scopes),
        created_at=at,
        expires_at=expires_at,
    )
    details = {"token": token.pk, "name": name, "scopes": token.scopes, "expires": expires_at.isoformat()}
    audit.record("token made", by=by, at=at, subject=f"Person:{by.pk}", details=details)
    return token, text


@transaction.atomic
def revoke(token: ApiToken, *, by: Person, at: datetime) -> ApiToken:
    """End `token` at once; its person and administrators may."""
    if token.person_id != by.pk:
        policies.check(by, "manage_people")
    token = ApiToken.objects.select_for_update(of=("self",)).get(pk=token.pk)
    if token.revoked_at is None:
        token.revoked_at, token.revoked_by = at, by
        token.save(update_fields=["revoked_at", "revoked_by"])
        details = {"token": token.pk, "name": token.name}
        audit.record("token revoked", by=by, at=at, subject=f"Person:{token.person_id}", details=details)
    return token


def holder(text: str, *, at: datetime) -> Person:
    """Who calls with the token `text`, narrowed to its scopes. `NotAccepted` and `TooMany` say why nobody does."""
    token = ApiToken.objects.select_related("person").filter(token_hash=_digest(text)).first()
    if token is None:
        raise NotAccepted("There is no such token.")
    if token.revoked_at is not None:
        raise NotAccepted("This token was revoked.")
    if at >= token.expires_at:
        raise NotAccepted("This token has expired.")
    if not token.person.may_sign_in:
        raise NotAccepted("The person of this token may not sign in any more.")
    if not roles.allows(token.person.role, "use_api"):
        raise NotAccepted("The role of this token's person does not let anybody call the API.")
    _count(token, at)
    token.person.scopes = frozenset(token.scopes)
    return token.person


def _count(token: ApiToken, at: datetime) -> None:
    minute, second = divmod(int(at.timestamp()), 60)
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, {"minute": minute, "day": at.date(), "id": token.pk})
        calls, before = cursor.fetchone() or (0, 0)
    if calls + before * (60 - second) / 60 > settings.API_CALLS:
        raise TooMany(60 - second if calls > settings.API_CALLS else 1 + (60 - second) // 2)
