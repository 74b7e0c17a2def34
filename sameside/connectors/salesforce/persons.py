"""Salesforce users become persons: names in the CRM, who cannot sign in until an administrator gives them a role.

A person who is known by e-mail keeps name, role and team. A user without an e-mail, or with one that another user has,
gets an address that nobody can ever send to. The department becomes the team; its side is guessed from its name.
"""

import re

from sameside.connectors.batch import Batch
from sameside.connectors.merging import Merged
from sameside.connectors.salesforce.pieces import SOURCE
from sameside.people.models import Person, Team

_SIDES = (
    (Team.Side.SUCCESS, r"success|service|support|onboarding|account management|kunden|client"),
    (Team.Side.MARKETING, r"market|demand|brand|content|communicat|growth|kommunikation|events?\b|product marketing"),
    (
        Team.Side.SALES,
        r"sales|vertrieb|verkauf|business development|sdr|bdr|account exec|vent[ae]s?|commercial|comercial|inside",
    ),
)


def side_of(name: str) -> Team.Side:
    """The side a team works on, by its name. Marketing is looked for before sales: "Sales" is in "Sales marketing"."""
    for side, pattern in _SIDES:
        if re.search(pattern, name, re.IGNORECASE):
            return side
    return Team.Side.OTHER


def placeholder(external_id: str) -> str:
    return f"{external_id.lower()}@no-address.invalid"


class Users:
    """Merges batches of users; there are few, so each is looked at by itself."""

    def __init__(self) -> None:
        self.teams = {team.name.lower(): team for team in Team.objects.all()}

    def _team(self, name: str) -> Team | None:
        if not name:
            return None
        if name.lower() not in self.teams:
            self.teams[name.lower()] = Team.objects.create(name=name, side=side_of(name))
        return self.teams[name.lower()]

    def merge(self, batch: Batch) -> Merged:
        """Create or update the persons of `batch`. Call inside a transaction."""
        merged = Merged()
        rows = [dict(zip(batch.columns, row, strict=True)) for row in zip(*batch.columns.values(), strict=True)]
        known = {
            person.external_id: person
            for person in Person.objects.filter(source=SOURCE, external_id__in=[row["external_id"] for row in rows])
        }
        emails = {str(row["email"]).lower() for row in rows if row["email"]}
        by_email = {person.email.lower(): person for person in Person.objects.filter(email__in=emails)}
        for row in rows:
            self._one({name: value or "" for name, value in row.items()}, known, by_email, merged)
        return merged

    def end(self) -> None:
        """Nothing to clear away."""

    def _one(self, row: dict[str, str], known: dict[str, Person], by_email: dict[str, Person], merged: Merged) -> None:
        external_id, email = row["external_id"], row["email"].lower()
        holder = by_email.get(email) if email else None
        person = known.get(external_id)
        if person is None and holder is not None and not holder.external_id:
            person = holder
        if person is None:
            person = Person()
            person.set_unusable_password()
        is_new = person.pk is None
        before = None if is_new else self._state(person)
        if not person.role:
            person.email = email if email and holder in (None, person) else placeholder(external_id)
            person.name = row["name"] or f"{row['first_name']} {row['last_name']}".strip() or external_id
            person.title = row["title"]
            person.is_active = row["is_active"] != "f" and row["deleted_in_source"] != "t"
        if not person.role or person.team_id is None:
            person.team = self._team(row["department"])
        person.source, person.external_id = SOURCE, external_id
        if before == self._state(person):
            merged.unchanged += 1
            return
        person.save()
        merged.created += is_new
        merged.updated += not is_new
        by_email[person.email.lower()] = known[external_id] = person

    @staticmethod
    def _state(person: Person) -> tuple[object, ...]:
        return (
            person.email, person.name, person.title, person.is_active, person.team_id, person.source, person.external_id
        )  # fmt: skip
