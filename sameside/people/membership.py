"""Who belongs here: invite somebody, give a role and a team, take the right to sign in away and give it back.

Every change is recorded with what was before and after. At least one administrator who can really sign in remains:
otherwise nobody could let anybody in again.
"""

from collections.abc import Callable
from datetime import datetime

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db import transaction

from sameside.people import audit, partners, policies
from sameside.people.models import Partner, Person, Team
from sameside.people.policies import Refused
from sameside.people.roles import Role

_followers: dict[str, Callable[[], None]] = {}


def follow(key: str, follower: Callable[[], None]) -> None:
    """Have a part of the product told, within the transaction, of who got a role, a team or the right to sign in."""
    _followers[key] = follower


def _changed() -> None:
    for follower in _followers.values():
        follower()


def _locked(person: Person) -> Person:
    """`person` as stored, with all administrators locked, so that two of them can not take each other's role away."""
    list(Person.objects.get_queryset().filter(role=Role.ADMIN).order_by("pk").select_for_update().values_list("pk"))
    return (
        Person.objects.get_queryset()
        .select_for_update(of=("self",))
        .select_related("team", "partner")
        .get(pk=person.pk)
    )


def _other_administrators(person: Person) -> bool:
    others = Person.objects.get_queryset().filter(role=Role.ADMIN, is_active=True).exclude(pk=person.pk)
    return others.exclude(password="").exclude(password__startswith=UNUSABLE_PASSWORD_PREFIX).exists()


def check_an_administrator_remains(person: Person) -> None:
    """Raise `Refused` when `person` is the only administrator who can sign in."""
    if person.role == Role.ADMIN and person.is_active and not _other_administrators(person):
        raise Refused(
            f"{person.name} is the only administrator who can sign in. Make somebody else an administrator first."
        )


def _places(role: str, team: Team | None, partner: Partner | None) -> dict[str, str]:
    """Where somebody belongs, as it is recorded; a partner company only where there is one."""
    places = {"role": role, "team": team.name if team else ""}
    return places | ({"partner": partner.name} if partner else {})


@transaction.atomic
def invite(
    *, email: str, name: str, role: str, team: Team | None, partner: Partner | None = None, by: Person, at: datetime
) -> Person:
    """A person who may sign in once the invitation is taken up; somebody known from the CRM gets the role."""
    policies.check(by, "manage_people")
    partners.check_belongs(role, team, partner)
    known = Person.objects.get_queryset().filter(email__iexact=email).first()
    if known is not None:
        if known.may_sign_in:
            raise Refused(f"{known.name} has this address already and may sign in as {Role(known.role).label}.")
        activate(known, by=by, at=at)
        kept = None if role == Role.PARTNER else team or known.team
        return change_membership(known, role=role, team=kept, partner=partner, by=by, at=at)
    person = Person.objects.create_user(email, None, name=name, role=role, team=team, partner=partner)
    details = _places(role, team, partner)
    _changed()
    audit.record("person invited", by=by, at=at, subject=f"Person:{person.pk}", details=details)
    return person


@transaction.atomic
def change_membership(
    person: Person, *, role: str, team: Team | None, partner: Partner | None = None, by: Person, at: datetime
) -> Person:
    """Give `person` the role (empty: none, no sign-in), the team, and for a partner the partner company."""
    policies.check(by, "manage_people")
    partners.check_belongs(role, team, partner)
    person = _locked(person)
    before, after = _places(person.role, person.team, person.partner), _places(role, team, partner)
    if before == after:
        return person
    if role != Role.ADMIN:
        check_an_administrator_remains(person)
    person.role, person.team, person.partner = role, team, partner
    person.save(update_fields=["role", "team", "partner"])
    keys = dict.fromkeys((*before, *after))
    changed = {key: [before.get(key, ""), after.get(key, "")] for key in keys if before.get(key) != after.get(key)}
    action = next(f"{key} changed" for key in ("role", "partner", "team") if key in changed)
    _changed()
    audit.record(action, by=by, at=at, subject=f"Person:{person.pk}", details=changed)
    return person


@transaction.atomic
def deactivate(person: Person, *, by: Person, at: datetime) -> Person:
    """`person` may not sign in any more, and an open session ends with its next request."""
    policies.check(by, "manage_people")
    person = _locked(person)
    if not person.is_active:
        return person
    check_an_administrator_remains(person)
    person.is_active = False
    person.save(update_fields=["is_active"])
    audit.record("person deactivated", by=by, at=at, subject=f"Person:{person.pk}", details={"active": [True, False]})
    return person


@transaction.atomic
def activate(person: Person, *, by: Person, at: datetime) -> Person:
    policies.check(by, "manage_people")
    person = _locked(person)
    if person.is_active:
        return person
    person.is_active = True
    person.save(update_fields=["is_active"])
    _changed()
    audit.record("person activated", by=by, at=at, subject=f"Person:{person.pk}", details={"active": [False, True]})
    return person
