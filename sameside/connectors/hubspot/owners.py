"""Who owns a record: HubSpot exports name owners, tables of a warehouse number them.

An owner is looked for by number, address or name; of two persons with one name neither is taken. A name that nobody
here has becomes a person who cannot sign in, as CRM users do, so that leads and deals show who works on them. Once the
owner's number or address arrives, the same person is completed with it.
"""

import hashlib
from collections.abc import Iterable

from sameside.connectors.batch import Batch
from sameside.connectors.hubspot import rules
from sameside.connectors.hubspot.objects import SOURCE
from sameside.connectors.merging import Merged
from sameside.connectors.salesforce.persons import placeholder
from sameside.people.models import Person, Team

_BY_NAME = "name:"
_PROVISIONAL = (_BY_NAME, "user:")
Value = str | None


def key_of(name: str) -> str:
    """The id of a person of whom only the name is known."""
    return _BY_NAME + hashlib.sha256(name.encode()).hexdigest()[:24]


def is_provisional(person: Person) -> bool:
    """Whether only a name or a user of HubSpot is known, and no owner by number."""
    return person.source == SOURCE and person.external_id.startswith(_PROVISIONAL)


class Owners:
    """Every person by number, address and name; remembers which owners nobody could be found for."""

    def __init__(self) -> None:
        self.by_number: dict[str, Person] = {}
        self.by_email: dict[str, Person] = {}
        self.by_name: dict[str, list[Person]] = {}
        self.made = 0
        self.ambiguous: dict[str, int] = {}
        for person in Person.objects.all():
            self._know(person)

    def _know(self, person: Person) -> None:
        if person.source == SOURCE and not is_provisional(person):
            self.by_number[person.external_id] = person
        self.by_email[person.email.lower()] = person
        same = self.by_name.setdefault(" ".join(person.name.split()).casefold(), [])
        if person not in same:
            same.append(person)

    def resolve(self, cells: Iterable[Value]) -> list[Value]:
        """`=` and the number of the person for every owner that can be told; else the cell as it is."""
        return [self._one(cell) if cell else None for cell in cells]

    def _one(self, cell: str) -> Value:
        name = rules.owner_name(cell)
        if name is None:
            return None
        person = self._find(name)
        if person is None and not name.startswith("#"):
            if len(self.by_name.get(name, [])) > 1:
                self.ambiguous[cell.strip()[:60]] = len(self.by_name[name])
                return cell.strip()[:60]
            person = self._make(cell, name)
        return f"={person.pk}" if person else cell.strip()[:60]

    def _find(self, name: str) -> Person | None:
        if name.startswith("#"):
            return self.by_number.get(name[1:])
        if "@" in name:
            return self.by_email.get(name)
        same = self.by_name.get(name, [])
        return same[0] if len(same) == 1 else None

    def _make(self, cell: str, name: str) -> Person:
        external_id = key_of(name)
        person = Person.objects.filter(source=SOURCE, external_id=external_id).first()
        if person is None:
            address = name if "@" in name else placeholder(external_id.replace(":", "-"))
            person = Person(email=address, name=rules.shown_name(cell), source=SOURCE, external_id=external_id)
            person.set_unusable_password()
            person.save()
            self.made += 1
        self._know(person)
        return person

    @property
    def notes(self) -> list[str]:
        told = [f"{count} persons are called {name}: neither is taken" for name, count in self.ambiguous.items()]
        if self.made:
            told.append(f"{self.made:,} {'owner' if self.made == 1 else 'owners'} known only by name became persons")
        return told


class Numbered:
    """Merges the owners of a warehouse, who have numbers; there are few, so each is looked at by itself."""

    def __init__(self) -> None:
        self.owners = Owners()

    def merge(self, batch: Batch) -> Merged:
        """Create or update the persons of `batch`. Call inside a transaction."""
        merged = Merged()
        rows = (dict(zip(batch.columns, row, strict=True)) for row in zip(*batch.columns.values(), strict=True))
        for row in rows:
            self._one({name: value or "" for name, value in row.items()}, merged)
        return merged

    def end(self) -> None:
        """Nothing to clear away."""

    def _one(self, row: dict[str, str], merged: Merged) -> None:
        number, email = row["external_id"], row["email"].strip().lower()
        name = f"{row['first_name']} {row['last_name']}".strip() or email or f"HubSpot owner {number}"
        person = self.owners.by_number.get(number) or self._same(number, email, name)
        if person is not None and number.startswith(_PROVISIONAL) and person.external_id not in ("", number):
            merged.unchanged += 1
            return
        is_new = person is None
        person = person or Person()
        before = None if is_new else self._state(person)
        if not person.role:
            free = "@" in email and self.owners.by_email.get(email) in (None, person)
            if free or is_new:
                person.email = email if free else placeholder(f"hubspot-{number.replace(':', '-')}")
            person.name = name[:200]
            person.is_active = row["deleted_in_source"] != "t"
        if not person.source or is_provisional(person):
            person.source, person.external_id = SOURCE, number
        if before == self._state(person):
            merged.unchanged += 1
            return
        if is_new:
            person.set_unusable_password()
        person.save()
        merged.created += is_new
        merged.updated += not is_new
        self.owners._know(person)
        self.owners.by_number[number] = person

    def _same(self, number: str, email: str, name: str) -> Person | None:
        """The person who is known by this address, or of whom only this name was known."""
        known = self.owners.by_email.get(email) if email else None
        is_user = number.startswith(_PROVISIONAL)
        if known is not None and (is_user or known.source != SOURCE or is_provisional(known)):
            return known
        mine = Person.objects.filter(source=SOURCE, external_id=number).first()
        if mine is not None:
            return mine
        named = self.owners.by_name.get(" ".join(name.split()).casefold(), [])
        return named[0] if len(named) == 1 and is_provisional(named[0]) else None

    @staticmethod
    def _state(person: Person) -> tuple[object, ...]:
        return (person.email, person.name, person.is_active, person.source, person.external_id)


class Teams:
    """Puts owners without a team into their primary one: the names of the teams, and who is in which."""

    def __init__(self, names: dict[str, str]) -> None:
        self.names = names
        self.owners = Owners()

    def merge(self, batch: Batch) -> Merged:
        merged = Merged()
        for number, team, primary in zip(
            batch.columns["ref_owner"], batch.columns["ref_team"], batch.columns["is_primary"], strict=True
        ):
            person, name = self.owners.by_number.get(number or ""), self.names.get(team or "")
            if person is None or not name or primary != "t" or person.team_id is not None or person.role:
                merged.unchanged += 1
                if person is None:
                    merged.missing["owner"] += 1
                continue
            person.team = Team.objects.get_or_create(name=name, defaults={"side": Team.Side.OTHER})[0]
            person.save(update_fields=["team"])
            merged.updated += 1
        return merged

    def end(self) -> None:
        """Nothing to clear away."""
