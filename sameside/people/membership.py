"""Who belongs here: invite somebody, give a role and a team, take the right to sign in away and give it back.

Every change is recorded with what was before and after. At least one administrator who can really sign in remains:
otherwise nobody could let anybody in again.
"""

from datetime import datetime
from typing import Any

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db import transaction

from sameside.people import audit, policies
from sameside.people.models import Person, Team
from sameside.people.policies import Refused
from sameside.people.roles import Role


def _locked(person: Person) -> Person:
    """`person` as stored, with all administrators locked, so that two of them can not take each other's role away."""
    list(Person.objects.get_queryset().filter(role=Role.ADMIN).order_by("pk").select_for_update().values_list("pk"))
    return Person.objects.get_queryset().select_for_update(of=("self",)).select_related("team").get(pk=person.pk)


def _other_administrators(person: Person) -> bool:
    others = Person.objects.get_queryset().filter(role=Role.ADMIN, is_active=True).exclude(pk=person.pk)
    return others.exclude(password="").exclude(password__startswith=UNUSABLE_PASSWORD_PREFIX).exists()


def check_an_administrator_remains(person: Person) -> None:
    """Raise `Refused` when `person` is the only administrator who can sign in."""
    if person.role == Role.ADMIN and person.is_active and not _other_administrators(person):
        raise Refused(
            f"{person.name} is the only administrator who can sign in. Make somebody else an administrator first."
        )


def _team_name(team: Team | None) -> str:
    return team.name if team else ""


@transaction.atomic
def invite(*, email: str, name: str, role: str, team: Team | None, by: Person, at: datetime) -> Person:
    """A person who may sign in once the invitation is taken up; somebody known from the CRM gets the role."""
    policies.check(by, "manage_people")
    known = Person.objects.get_queryset().filter(email__iexact=email).first()
    if known is not None:
        if known.may_sign_in:
            raise Refused(f"{known.name} has this address already and may sign in as {Role(known.role).label}.")
        activate(known, by=by, at=at)
        return change_membership(known, role=role, team=team or known.team, by=by, at=at)
    person = Person.objects.create_user(email, None, name=name, role=role, team=team)
    details = {"role": role, "team": _team_name(team)}
    audit.record("person invited", by=by, at=at, subject=f"Person:{person.pk}", details=details)
    return person


@transaction.atomic
def change_membership(person: Person, *, role: str, team: Team | None, by: Person, at: datetime) -> Person:
    """Give `person` the role (empty: none, no sign-in) and the team."""
    policies.check(by, "manage_people")
    person = _locked(person)
    before: dict[str, Any] = {"role": person.role, "team": _team_name(person.team)}
    after: dict[str, Any] = {"role": role, "team": _team_name(team)}
    if before == after:
        return person
    if role != Role.ADMIN:
        check_an_administrator_remains(person)
    person.role, person.team = role, team
    person.save(update_fields=["role", "team"])
    changed = {key: [before[key], after[key]] for key in after if before[key] != after[key]}
    action = "role changed" if "role" in changed else "team changed"
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
    audit.record("person activated", by=by, at=at, subject=f"Person:{person.pk}", details={"active": [False, True]})
    return person
