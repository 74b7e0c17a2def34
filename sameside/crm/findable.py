"""Companies, contacts and deals as the search index holds them: by name, e-mail address and domain.

Who finds them is who sees them: `groups` name the owner of a deal, and a seller is in the groups of those whose deals
they see. What was merged into another record or deleted in its source is not found.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from sameside.crm.models import Company, Contact, Deal
from sameside.kit.prepared import VALUE, IsOneOf, Prepared, place
from sameside.people.models import Organisation, Person
from sameside.people.once import once
from sameside.people.roles import Role
from sameside.retrieval.engine import Document
from sameside.search import kinds
from sameside.search.kinds import Kind, Shown, Table

NOBODY = "nobody"


def owner_group(owner_id: int | None) -> str:
    return NOBODY if owner_id is None else f"owner:{owner_id}"


def everybody(person: Person) -> Sequence[str] | None:
    """As `SharedQuerySet.visible_to` has it."""
    return None if person.may_sign_in and person.role not in (Role.EDITOR, Role.PARTNER) else []


def owners_seen(person: Person) -> Sequence[int] | None:
    """Ids of those whose records the person sees, as `OwnedQuerySet.visible_to` has it; None for everybody's."""
    if everybody(person) is not None:
        return []
    if person.role != Role.SELLER or Organisation.current().seller_scope == Organisation.SellerScope.EVERYONE:
        return None
    team_id = person.team_id
    team = once(("team", team_id), lambda: _team(team_id)) if team_id else ()
    return [*{person.pk, *team}]


def groups_of_owners(person: Person) -> Sequence[str] | None:
    owners = owners_seen(person)
    return None if owners is None else [owner_group(pk) for pk in owners]


def _team(team_id: int) -> list[int]:
    return list(Person.objects.filter(team=team_id).order_by().values_list("pk", flat=True))


def seconds(at: datetime | None) -> int:
    return int(at.timestamp()) if at else 0


def there(model: Any) -> "QuerySet[Any]":
    """Records that are neither merged into others nor deleted in their source."""
    rows: QuerySet[Any] = model.objects.unmerged().filter(deleted_in_source=False)
    return rows


def ids_after(rows: "QuerySet[Any]", after: int, size: int) -> list[int]:
    return list(rows.filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:size])


def filled(**terms: Any) -> dict[str, list[str]]:
    return {name: [str(value)] if value not in (None, "") else [] for name, value in terms.items()}


def listed(*texts: str) -> list[str]:
    return [text for text in texts if text]


def of_company(table: str, column: str) -> Table:
    """Rows of `table` are found by the name of their company too."""
    return Table(
        "crm_company",
        ("name", "domain"),
        f"SELECT r.id FROM changed c JOIN {table} r ON r.{column} = c.id",
        on=("update",),
    )


def companies(ids: Sequence[int]) -> Iterator[Document]:
    for row in there(Company).filter(pk__in=ids):
        yield Document(
            key=row.pk,
            title=row.name,
            names=listed(row.domain, row.industry),
            terms=filled(vertical=row.vertical, country=row.country, language=row.language, owner=row.owner_id),
            numbers={"created": seconds(row.created_at)},
        )


def contacts(ids: Sequence[int]) -> Iterator[Document]:
    for row in there(Contact).filter(pk__in=ids).select_related("company"):
        company = listed(row.company.name, row.company.domain) if row.company else []
        yield Document(
            key=row.pk,
            title=str(row),
            names=listed(row.email, row.title, *company),
            terms=filled(company=row.company_id, owner=row.owner_id),
            numbers={"created": seconds(row.created_at)},
        )


def deals(ids: Sequence[int]) -> Iterator[Document]:
    for row in Deal.objects.filter(pk__in=ids, deleted_in_source=False).select_related("company"):
        company = listed(row.company.name, row.company.domain) if row.company else []
        state = "open" if not row.is_closed else "won" if row.is_won else "lost"
        yield Document(
            key=row.pk,
            title=row.name,
            names=company,
            terms=filled(company=row.company_id, owner=row.owner_id, state=state, stage=row.stage),
            numbers={"created": seconds(row.created_at)},
            groups=[owner_group(row.owner_id)],
        )


def shown(rows: Sequence[Any], name: str, say: Callable[[Any], Sequence[str]]) -> Mapping[int, Shown]:
    """What the box shows of `rows`: their names, what `say` says, and their pages, called `name`."""
    address = address_of(name)
    return {row.pk: Shown(str(row), " · ".join(listed(*say(row))), address.replace("0", str(row.pk))) for row in rows}


@lru_cache(maxsize=16)
def address_of(name: str) -> str:
    """The page of the record with the id 0."""
    return reverse(name, args=[0])


def show_companies(ids: Sequence[int], person: Person) -> Mapping[int, Shown]:
    rows = _companies()(list(ids)) if everybody(person) is None else []
    return shown(rows, "crm:company", lambda row: (row.industry, row.country, row.domain))


def show_contacts(ids: Sequence[int], person: Person) -> Mapping[int, Shown]:
    rows = _contacts()(list(ids)) if everybody(person) is None else []
    return shown(rows, "crm:contact", lambda row: (row.title, row.company.name if row.company else "", row.email))


def show_deals(ids: Sequence[int], person: Person) -> Mapping[int, Shown]:
    owners = owners_seen(person)
    rows = _deals(of_owners=owners is not None)(ids=list(ids), owners=owners)
    return shown(rows, "deals:deal", lambda row: (row.company.name if row.company else "", row.stage))


def deal_of(pk: int, person: Person) -> Deal | None:
    """The deal with its company, as `visible_to` has it."""
    owners = owners_seen(person)
    return _deal(of_owners=owners is not None).one(pk=pk, owners=owners)


@lru_cache(maxsize=2)
def _deal(*, of_owners: bool) -> Prepared[Deal]:
    rows = Deal.objects.filter(pk=place("pk")).select_related("company")
    return Prepared(rows.filter(IsOneOf("owner_id", place("owners"))) if of_owners else rows)


@lru_cache(maxsize=1)
def _companies() -> Prepared[Company]:
    return Prepared(there(Company).filter(IsOneOf("pk", VALUE)).only("name", "industry", "country", "domain"))


@lru_cache(maxsize=1)
def _contacts() -> Prepared[Contact]:
    rows = there(Contact).filter(IsOneOf("pk", VALUE)).select_related("company")
    return Prepared(rows.only("first_name", "last_name", "email", "title", "company__name"))


@lru_cache(maxsize=2)
def _deals(*, of_owners: bool) -> Prepared[Deal]:
    rows = Deal.objects.filter(IsOneOf("pk", place("ids")), deleted_in_source=False).select_related("company")
    seen = rows.filter(IsOneOf("owner_id", place("owners"))) if of_owners else rows
    return Prepared(seen.only("name", "stage", "company__name"))


kinds.register(
    Kind(
        name="company",
        label="Company",
        plural="Companies",
        icon="building",
        capability="see_crm",
        tables=(
            Table(
                "crm_company",
                (
                    *("name", "domain", "industry", "vertical", "country", "language"),
                    *("owner_id", "created_at", "merged_into_id", "deleted_in_source"),
                ),
            ),
        ),
        read=companies,
        every=lambda after, size: ids_after(there(Company), after, size),
        count=lambda: there(Company).count(),
        groups_of=everybody,
        show=show_companies,
    )
)
kinds.register(
    Kind(
        name="contact",
        label="Contact",
        plural="Contacts",
        icon="address-book",
        capability="see_crm",
        tables=(
            Table(
                "crm_contact",
                (
                    *("first_name", "last_name", "email", "title", "company_id"),
                    *("owner_id", "created_at", "merged_into_id", "deleted_in_source"),
                ),
            ),
            of_company("crm_contact", "company_id"),
        ),
        read=contacts,
        every=lambda after, size: ids_after(there(Contact), after, size),
        count=lambda: there(Contact).count(),
        groups_of=everybody,
        show=show_contacts,
    )
)
kinds.register(
    Kind(
        name="deal",
        label="Deal",
        plural="Deals",
        icon="briefcase",
        capability="see_crm",
        tables=(
            Table(
                "crm_deal",
                (
                    *("name", "stage", "is_closed", "is_won", "company_id", "owner_id"),
                    *("created_at", "deleted_in_source"),
                ),
            ),
            of_company("crm_deal", "company_id"),
        ),
        read=deals,
        every=lambda after, size: ids_after(Deal.objects.filter(deleted_in_source=False), after, size),
        count=lambda: Deal.objects.filter(deleted_in_source=False).count(),
        groups_of=groups_of_owners,
        show=show_deals,
    )
)
