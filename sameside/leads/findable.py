"""Leads as the search index holds them: by name, e-mail address, title and company."""

from collections.abc import Iterator, Mapping, Sequence

from django.urls import reverse

from sameside.crm.findable import NOBODY, filled, ids_after, listed, owner_group, owners_seen, seconds, there
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


def groups(person: Person) -> Sequence[str] | None:
    """As `LeadQuerySet.visible_to` has it: sellers see nobody's leads too, and while they cover for somebody, theirs.

    Cover is asked for at each search, by one statement, so it ends when the absence does without indexing anything.
    """
    owners = owners_seen(person)
    if not owners:
        return owners
    covered = once(("covered", person.pk), lambda: list(Absence.objects.covered_by(person)))
    return [*dict.fromkeys([*owners, *(owner_group(pk) for pk in covered)]), NOBODY]


def show(ids: Sequence[int], person: Person) -> Mapping[int, Shown]:
    address = reverse("leads:lead", args=[0])
    return {
        row.pk: Shown(
            str(row), " · ".join(listed(row.title, row.company_name, row.email)), address.replace("0", str(row.pk))
        )
        for row in Lead.objects.visible_to(person).filter(pk__in=ids, deleted_in_source=False)
    }


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
