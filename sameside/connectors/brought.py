"""The rows that a run brought or changed, where people look at them: its file leads to a list narrowed to the run.

A list shows what a person may see, without rows that were merged or are deleted in the source; the count is of that,
and exact up to a thousand.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.db.models import Model, Q
from django.urls import reverse

from sameside.connectors.models import ImportFile, ImportRun
from sameside.crm.models import Campaign, Company, Contact, Deal
from sameside.crm.pages import counted
from sameside.leads.models import Lead
from sameside.people import policies
from sameside.people.models import Person


@dataclass(frozen=True)
class Way:
    """To a list: `See the 102 contacts`."""

    sentence: str
    address: str


_LISTS: Mapping[str, tuple[type[Model], str, str]] = {
    "crm_company": (Company, "crm:companies", "see_crm"),
    "crm_contact": (Contact, "crm:contacts", "see_crm"),
    "crm_campaign": (Campaign, "crm:campaigns", "see_crm"),
    "crm_deal": (Deal, "deals:list", "see_crm"),
    "leads_lead": (Lead, "leads:list", "see_leads"),
}


def ways(run: ImportRun, person: Person) -> Callable[[ImportFile], Way | None]:
    """What leads from a file of the run to its rows; None while it goes on, and where there is nothing to see."""
    if run.dry or run.finished_at is None or run.state == ImportRun.State.UNDONE:
        return lambda file: None
    tables = set(run.files.order_by().values_list("table", flat=True).distinct())
    found = {table: _way(run, person, table) for table in tables if table in _LISTS}
    return lambda file: found.get(file.table) if file.created or file.updated else None


def _way(run: ImportRun, person: Person, table: str) -> Way | None:
    model, name, capability = _LISTS[table]
    if not policies.can(person, capability):
        return None
    rows = model._default_manager.visible_to(person).filter(  # type: ignore[attr-defined]
        Q(created_by_run=run.pk) | Q(changed_by_run=run.pk), deleted_in_source=False
    )
    count = counted(rows)
    if count == "0":
        return None
    what = str(model._meta.verbose_name if count == "1" else model._meta.verbose_name_plural)
    return Way(f"See the {what if count == '1' else f'{count} {what}'}", f"{reverse(name)}?import={run.pk}")
