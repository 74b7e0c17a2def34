"""Bringing the cast on stage: after the users were imported, roles, teams, a password for one person of each role."""

from datetime import datetime

from django.db import transaction

from sameside.demo.members import CAST, COMPANY, CURRENCY, DOMAIN, MEMBERS, OUTSIDER, PARTNER_COMPANY, TEAMS
from sameside.people import audit
from sameside.people.models import Organisation, Partner, Person, Team
from sameside.people.roles import Role


@transaction.atomic
def assign(password: str, *, at: datetime) -> list[Person]:
    """After `User.csv` was brought in: name the company as a demo, give everybody role and team, the cast a password.

    Returns the persons of the cast, in the order of `CAST`. Somebody who is not there yet is made.
    """
    organisation = Organisation.current()
    organisation.name, organisation.is_demo, organisation.currency = COMPANY, True, CURRENCY
    organisation.save(update_fields=["name", "is_demo", "currency"])
    teams = {
        plan.name: Team.objects.update_or_create(name=plan.name, defaults={"side": plan.side})[0] for plan in TEAMS
    }
    partner = Partner.objects.get_or_create(name=PARTNER_COMPANY)[0]
    known = Person.objects.filter(email__iendswith=f"@{DOMAIN}") | Person.objects.filter(email__iexact=OUTSIDER.email)
    found = {person.email.lower(): person for person in known}
    for member in (*MEMBERS, OUTSIDER):
        person = found.get(member.email) or Person(email=member.email)
        person.name, person.title, person.team = member.name, member.title, teams.get(member.team)
        person.partner = partner if member.role == Role.PARTNER else None
        person.role = member.role if member.is_active else ""
        person.is_active = member.is_active
        if CAST[member.role] == member:
            person.set_password(password)
        elif not person.password:
            person.set_unusable_password()
        person.save()
        found[member.email] = person
    audit.record("demo.cast", by=None, at=at, subject=COMPANY, details={"persons": len(MEMBERS) + 1})
    return [found[member.email] for member in CAST.values()]
