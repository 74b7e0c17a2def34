"""Both heads sign the same text; with the second signature it is agreed.

A head signs by typing their own name, under the digest of the text they were shown, so that nobody signs what was
changed meanwhile. Nobody signs for somebody else, administrators neither. An agreed version is in force from the day it
names, at midnight in the installation's time zone, but never before the second signature; the one before it ends then.
One that was to begin later and is replaced before it does never comes into force.
"""

from collections.abc import Sequence
from datetime import datetime, time
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q

from sameside.leads.agreement import fitness, sealing, telling, terms
from sameside.leads.models import Agreement, Signature
from sameside.people import audit, policies
from sameside.people.models import Person
from sameside.people.policies import Refused

Side = Agreement.Side
_LOCK = 7_361_006  # any constant: versions are agreed one after the other, so that each ends the one before it


def side_of(person: Person, agreement: Agreement) -> Agreement.Side | None:
    """For which side this person signs this version."""
    sides = {agreement.marketing_head_id: Side.MARKETING, agreement.sales_head_id: Side.SALES}
    return sides.get(person.pk)


def missing(draft: Agreement) -> Sequence[str]:
    """What must be said before anybody can sign, as sentences."""
    said = terms.read(draft.terms)
    found = list(fitness.problems(said).values())
    if draft.marketing_head is None:
        found.append("Name who signs for marketing.")
    if draft.sales_head is None:
        found.append("Name who signs for sales.")
    if draft.score_rule is None and any(one.min_score is not None for one in said.segments):
        found.append("It asks for points: choose the score rule that gives them.")
    gone = [one.name for one in (draft.marketing_head, draft.sales_head) if one is not None and not one.may_sign_in]
    found += [f"{name} cannot sign in any more: name somebody else." for name in gone]
    return found


def check_can_sign(by: Person, agreement: Agreement) -> Agreement.Side:
    """For which side `by` signs. Raises `Refused` with the sentence for the screen."""
    policies.check(by, "see_agreement")
    side = side_of(by, agreement)
    if side is None:
        names = [one.name for one in (agreement.marketing_head, agreement.sales_head) if one is not None]
        raise Refused(f"Only the two heads named in it sign it: {' and '.join(names) or 'nobody is named yet'}.")
    if agreement.withdrawn_at:
        raise Refused(f"Version {agreement.number} was withdrawn.")
    if agreement.agreed_at:
        raise Refused(f"Version {agreement.number} is signed by both sides.")
    unsaid = missing(agreement)
    if unsaid:
        raise Refused(f"It cannot be signed yet. {unsaid[0]}")
    if any(one.side == side for one in agreement.signatures.all()):
        raise Refused("You have signed this version.")
    return side


@transaction.atomic
def sign(agreement: Agreement, *, name: str, seen: str, by: Person, at: datetime) -> Agreement:
    """Sign as `name` the text whose digest is `seen`."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    Agreement.objects.select_for_update().get(pk=agreement.pk)
    agreement = Agreement.objects.select_related("score_rule", "marketing_head", "sales_head").get(pk=agreement.pk)
    side = check_can_sign(by, agreement)
    if _plain(name) != _plain(by.name):
        raise Refused(f"Type your name as it stands here: {by.name}.")
    digest = sealing.digest(agreement)
    if seen != digest:
        raise Refused("It was changed while you read it. Read it again, then sign.")
    Signature.objects.create(
        agreement=agreement, side=side, person=by, name=" ".join(name.split()), title=by.title, digest=digest, at=at
    )
    details = {"side": side, "digest": digest}
    audit.record("agreement.signed", by=by, at=at, subject=f"Agreement:{agreement.number}", details=details)
    other = agreement.sales_head if side == Side.MARKETING else agreement.marketing_head
    assert other is not None  # noqa: S101  nobody signs while a head is missing
    if agreement.signatures.filter(digest=digest).count() < len(Side):
        telling.later(agreement, other, telling.SIGNED)
        return agreement
    _agree(agreement, digest, at=at)
    audit.record(sealing.AGREED, by=by, at=at, subject=f"Agreement:{agreement.number}", details={"digest": digest})
    for person in (by, other):
        telling.later(agreement, person, telling.AGREED)
    return agreement


def _plain(name: str) -> str:
    return " ".join(name.split()).casefold()


def begins_at(agreement: Agreement, agreed_at: datetime) -> datetime:
    """The first moment of the day it names, where the company is, and never before it was agreed."""
    if agreement.in_force_from is None:
        return agreed_at
    return max(datetime.combine(agreement.in_force_from, time(), ZoneInfo(settings.TIME_ZONE)), agreed_at)


def _agree(agreement: Agreement, digest: str, *, at: datetime) -> None:
    begins = begins_at(agreement, at)
    agreement.digest, agreement.agreed_at, agreement.begins_at = digest, at, begins
    agreement.save(update_fields=["digest", "agreed_at", "begins_at"])
    others = Agreement.objects.filter(agreed_at__isnull=False).exclude(pk=agreement.pk)
    for other in others.filter(Q(ends_at=None) | Q(ends_at__gt=begins)):
        assert other.begins_at is not None  # noqa: S101  what is agreed begins
        other.ends_at = max(begins, other.begins_at)
        other.save(update_fields=["ends_at"])


def replaced_by_signing(agreement: Agreement, at: datetime) -> Sequence[Agreement]:
    """Versions that were agreed for later and never come into force once this one is signed."""
    begins = begins_at(agreement, at)
    later = Agreement.objects.filter(agreed_at__isnull=False, begins_at__gt=at, begins_at__gte=begins)
    return [one for one in later.exclude(pk=agreement.pk) if one.ends_at is None or one.ends_at != one.begins_at]
