"""Partner companies: outside firms whose persons see the content that was granted to them, and nothing else.

Somebody with the role partner belongs to one partner company and to no team; nobody else belongs to a partner company.
"""

from datetime import datetime

from django.db import transaction

from sameside.people import audit, policies
from sameside.people.models import Partner, Person, Team
from sameside.people.policies import Refused
from sameside.people.roles import Role


def problem_with(role: str, team: Team | None, partner: Partner | None) -> str:
    """Why somebody cannot have this role with this team and partner company, in a sentence; empty when they can."""
    if role == Role.PARTNER and partner is None:
        return "Say which partner company this person is from."
    if role == Role.PARTNER and team is not None:
        return "A partner is from outside and belongs to no team."
    if role != Role.PARTNER and partner is not None:
        return "Only somebody with the role Partner belongs to a partner company."
    return ""


def check_belongs(role: str, team: Team | None, partner: Partner | None) -> None:
    problem = problem_with(role, team, partner)
    if problem:
        raise Refused(problem)


@transaction.atomic
def add(*, name: str, by: Person, at: datetime) -> Partner:
    policies.check(by, "manage_people")
    partner = Partner.objects.create(name=name)
    audit.record("partner added", by=by, at=at, subject=f"Partner:{partner.pk}", details={"name": name})
    return partner


@transaction.atomic
def rename(partner: Partner, *, name: str, by: Person, at: datetime) -> Partner:
    policies.check(by, "manage_people")
    partner = Partner.objects.select_for_update().get(pk=partner.pk)
    if partner.name != name:
        before, partner.name = partner.name, name
        partner.save(update_fields=["name"])
        audit.record("partner edited", by=by, at=at, subject=f"Partner:{partner.pk}", details={"name": [before, name]})
    return partner


@transaction.atomic
def remove(partner: Partner, *, by: Person, at: datetime) -> None:
    """Take the company away with what was granted to it; refused while somebody belongs to it."""
    policies.check(by, "manage_people")
    partner = Partner.objects.select_for_update().get(pk=partner.pk)
    members = partner.members.count()
    if members:
        persons = "1 person belongs" if members == 1 else f"{members:,} persons belong"
        raise Refused(f"{persons} to {partner.name}. Give them another role or company first.")
    audit.record("partner removed", by=by, at=at, subject=f"Partner:{partner.pk}", details={"name": partner.name})
    partner.delete()
