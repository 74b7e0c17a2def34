"""The parts of an object, collected from a mapping: columns and their readers, references and how they are found."""

from collections.abc import Callable

from sameside.connectors import values
from sameside.connectors.objects import Derived, Field, Join, Kind, Reference, plain
from sameside.connectors.salesforce import rules
from sameside.connectors.table import reading
from sameside.connectors.table.mapping import MappingRefused, TableSpec, source_named
from sameside.connectors.values import Value


class Maker:
    """Collects the parts of the object while a target's recipe is followed."""

    def __init__(self, spec: TableSpec) -> None:
        self.spec = spec
        self.fields: list[Field] = []
        self.derived: list[Derived] = []
        self.references: list[Reference] = []
        self.joins: list[Join] = []
        self.targets: dict[str, str] = {}
        self.source = source_named(spec.source)
        self.by_id = f"{{alias}}.source = '{self.source}' AND {{alias}}.external_id = {{ref}}"
        self._constants: list[tuple[str, str]] = []

    def headers(self, name: str) -> tuple[str, ...]:
        return tuple(plain(header) for header in self.spec.headers(name)) if name in self.spec.kind.by_name else ()

    def has(self, name: str) -> bool:
        return bool(self.headers(name)) or name in self.spec.constants

    def field(
        self,
        name: str,
        column: str = "",
        kind: Kind = "text",
        *,
        most: int = 0,
        helper: bool = False,
        read: Callable[[str], Value] | None = None,
    ) -> None:
        """The field `name` of the mapping fills `column`, from all columns that are mapped to it."""
        column = column or name
        label = self.spec.kind.by_name[name].label if name in self.spec.kind.by_name else column
        words = self.spec.words(name)
        if words:
            read = reading.said_as(read or _reader(kind, most), words)
        headers = self.headers(name)
        together = self.spec.kind.by_name[name].joins if name in self.spec.kind.by_name else False
        if together and len(headers) > 1:
            parts = [f"{column}_{place}" for place in range(len(headers))]
            for part, header in zip(parts, headers, strict=True):
                self.fields.append(Field(part, (header,), kind, most, helper=True, read=read, label=label))
            self.fields.append(Field(column, (), kind, most, helper, label=label))
            self.derived.append(Derived(column, tuple(parts), reading.joined))
        else:
            self.fields.append(Field(column, headers, kind, most, helper, read, label))
        if name in self.spec.constants:
            self._constants.append((column, self.spec.constants[name]))

    def refer(self, name: str, reference: str, read: Callable[[str], Value] = reading.one_id) -> bool:
        """A reference from the columns that are mapped to `name`; False when there are none."""
        headers = self.headers(name)
        if headers:
            self.references.append(Reference(reference, headers, read=read, label=self.spec.kind.by_name[name].label))
        return bool(headers)

    def owner(self, column: str = "owner_id") -> None:
        if self.refer("owner", "owner", reading.owner):
            test = "lower({alias}.email) = {ref} OR lower({alias}.name) = {ref}"
            self.joins.append(Join("owner", "people_person", "owner", on=test, unique=True))
            self.targets[column] = "owner.id"

    def company(self) -> list[str]:
        """The aliases under which the row's company is found: by id, else by domain, else by name."""
        aliases = []
        if self.refer("company_id", "company_id"):
            self.joins.append(Join("company_by_id", "crm_company", "company_id", on=self.by_id))
            aliases.append("company_by_id")
        by_domain = self.refer("company_domain", "company_domain", _domain)
        if self.refer("company_name", "company", reading.named):
            test = "upper({alias}.name) = upper({ref})"
            self.joins.append(Join("company_by_name", "crm_company", "company", on=test, unique=True))
            aliases.append("company_by_name")
            if by_domain:
                test = "{alias}.domain = s.ref_company_domain"
                self.joins.append(Join("company_by_domain", "crm_company", "company", on=test, unique=True))
                aliases.insert(len(aliases) - 1, "company_by_domain")
        elif by_domain:
            test = "{alias}.domain = {ref}"
            self.joins.append(Join("company_by_domain", "crm_company", "company_domain", on=test, unique=True))
            aliases.append("company_by_domain")
        return aliases

    def lookup(self, id_field: str, name_field: str, table: str, alias: str, required: str = "") -> str:
        """SQL for the id of the row named by id, else by its exact name if only one has it; empty when neither."""
        found = []
        both = bool(self.headers(id_field) and self.headers(name_field))
        if self.refer(id_field, f"{alias}_id"):
            found.append(f"{alias}_by_id")
            self.joins.append(Join(f"{alias}_by_id", table, f"{alias}_id", "" if both else required, on=self.by_id))
        if self.refer(name_field, alias, reading.named):
            found.append(f"{alias}_by_name")
            test = "upper({alias}.name) = upper({ref})"
            self.joins.append(Join(f"{alias}_by_name", table, alias, "" if both else required, on=test, unique=True))
        return first(found)

    def person(self) -> tuple[str, str]:
        """SQL for the contact and for the lead that a row names by id or by e-mail address."""
        contacts, leads = [], []
        if self.refer("contact_id", "contact_id"):
            self.joins.append(Join("contact_by_id", "crm_contact", "contact_id", on=self.by_id))
            contacts.append("contact_by_id")
        if self.refer("lead_id", "lead_id"):
            self.joins.append(Join("lead_by_id", "leads_lead", "lead_id", on=self.by_id))
            leads.append("lead_by_id")
        if self.refer("email", "person", reading.email):
            for alias, table, found in (
                ("contact_by_email", "crm_contact", contacts),
                ("lead_by_email", "leads_lead", leads),
            ):
                self.joins.append(Join(alias, table, "person", on="{alias}.email = {ref}", unique=True))
                found.append(alias)
        return first(contacts), first(leads)

    def constants(self, told: str) -> None:
        """Fields that are the same in every row; `told` is a column that is read of each of them."""
        for column, value in self._constants:
            each = next(each for each in self.fields if each.column == column)
            try:
                said = (each.read or _reader(each.kind, each.most))(value)
            except ValueError as problem:
                raise MappingRefused(f"{each.label}: {problem}.") from problem
            self.derived.insert(0, Derived(column, (told,), _always(said)))


def first(aliases: list[str]) -> str:
    if not aliases:
        return ""
    ids = [f"{alias}.id" for alias in aliases]
    return ids[0] if len(ids) == 1 else f"COALESCE({', '.join(ids)})"


def _always(value: Value) -> Callable[..., Value]:
    return lambda *_: value


def _domain(cell: str) -> Value:
    return rules.domain(cell) or None


def _reader(kind: Kind, most: int) -> Callable[[str], Value]:
    days = values.Days()
    readers: dict[str, Callable[[str], Value]] = {
        "moment": days.moment,
        "day": days.day,
        "amount": values.amount,
        "percentage": values.percentage,
        "whole": values.whole,
        "boolean": values.boolean,
    }
    return readers.get(kind) or values.Text(most)
