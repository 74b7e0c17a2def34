"""Leads as the search index holds them: by name, e-mail address, title and company."""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from django.db.models import Q

from sameside.crm.findable import NOBODY, filled, ids_after, listed, owner_group, owners_seen, seconds, shown, there
from sameside.kit.prepared import IsOneOf, Prepared, place
from sameside.leads.models import Absence, Lead
from sameside.people.models import Person
from sameside.people.once import once
from sameside.retrieval.engine import Document
from sameside.search import kinds
from sameside.search.kinds import Kind, Shown, Table


def documents(ids: Sequence[int]) -> Iterator[Document]:
    rows = there(Lead).filter(pk__in=ids)
    for row in rows.only(
        "first_name", "last_name", "email", "title", "company_name", "vertical", "country", "owner", "created_at"
    ):
        yield Document(
            key=row.pk,
            title=str(row),
            names=listed(row.email, row.title, row.company_name),
            terms=filled(vertical=row.vertical, country=row.country, owner=row.owner_id),
            numbers={"created": seconds(row.created_at)},
            groups=[owner_group(row.owner_id)],
        )


def owners(person: Person) -> Sequence[int] | None:
    """Whose leads the person sees beside nobody's, as `LeadQuerySet.visible_to` has it: while they cover for somebody,
    theirs too. None for everybody's.

    Cover is asked for at each search, by one statement, so it ends when the absence does without indexing anything.
    """
    seen = owners_seen(person)
    if not seen:
        return seen
    covered = once(("covered", person.pk), lambda: list(Absence.objects.covered_by(person)))
    return [*dict.fromkeys([*seen, *covered])]


def groups(person: Person) -> Sequence[str] | None:
    seen = owners(person)
    if not seen:
        return None if seen is None else []
    return [*map(owner_group, seen), NOBODY]


def show(ids: Sequence[int], person: Person) -> Mapping[int, Shown]:
    seen = owners(person)
    rows = [] if seen == [] else _leads(of_owners=seen is not None)(ids=list(ids), owners=seen)
    return shown(rows, "leads:lead", lambda row: (row.title, row.company_name, row.email))


@lru_cache(maxsize=2)
def _leads(*, of_owners: bool) -> Prepared[Lead]:
    rows = there(Lead).filter(IsOneOf("pk", place("ids")))
    seen = rows.filter(Q(owner=None) | Q(IsOneOf("owner_id", place("owners")))) if of_owners else rows
    return Prepared(seen.only("first_name", "last_name", "email", "title", "company_name"))


kinds.register(
    Kind(
        name="lead",
        label="Lead",
        plural="Leads",
        icon="user-search",
        capability="see_leads",
        tables=(
            Table(
                "leads_lead",
                (
                    *("first_name", "last_name", "email", "title", "company_name", "vertical", "country"),
                    *("owner_id", "created_at", "merged_into_id", "deleted_in_source"),
                ),
            ),
        ),
        read=documents,
        every=lambda after, size: ids_after(there(Lead), after, size),
        count=lambda: there(Lead).count(),
        groups_of=groups,
        show=show,
    )
)
