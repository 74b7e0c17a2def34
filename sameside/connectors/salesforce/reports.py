"""Report exports: the same objects under their labels, with names where a data export has ids.

A row is known again by the id of its record, in either form, so a report must show it: without that column nobody could
tell on the second import which rows came before, and the file is left aside with the name of the column that it lacks.
Owner, account and campaign are looked up by name when the report does not show their ids; a name that nobody has, or
more than one, is counted as missing, and leaves a record with what it had.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from sameside.connectors.objects import Derived, Field, Join, Object, Reference, plain
from sameside.connectors.salesforce import ids, labels, rules
from sameside.connectors.salesforce import objects as exported
from sameside.connectors.salesforce.activities import TASK
from sameside.connectors.salesforce.labels import forms
from sameside.connectors.salesforce.pieces import SOURCE, key

_OF_SOURCE = f"{{alias}}.source = '{SOURCE}' AND "
_LOOK_UPS = {
    "owner": (("005",), f"({_OF_SOURCE}{{alias}}.external_id = {{ref}} OR upper({{alias}}.name) = upper({{ref}}))"),
    "company": (("001",), f"{_OF_SOURCE}({{alias}}.external_id = {{ref}} OR upper({{alias}}.name) = upper({{ref}}))"),
    "campaign": (("701",), f"{_OF_SOURCE}({{alias}}.external_id = {{ref}} OR {{alias}}.name = {{ref}})"),
}
"""What is looked up by its id or its name: how such ids begin, and the test in SQL; it must find one row only."""


@dataclass(frozen=True)
class Report:
    """`marks` are columns of which a report of this kind shows one at least; `id` is how its id's column is called."""

    target: Object
    noun: str
    id: str
    marks: tuple[str, ...]
    labels: dict[str, str]

    def score(self, header: frozenset[str]) -> int:
        """How many columns are understood; 0 when it is no report of this kind."""
        known = [name for name, given in self.labels.items() if not header.isdisjoint(forms(given))]
        return len(known) if any(mark in known for mark in self.marks) and len(known) >= 3 else 0

    def has_id(self, header: frozenset[str]) -> bool:
        return not header.isdisjoint(self.target.key.headers)


def _report(
    base: Object, noun: str, id_column: str, marks: tuple[str, ...], given: dict[str, str], *prefixes: str
) -> Report:
    """`base` as a report shows it: other headers, and names where ids are not shown."""
    named = [each.name for each in base.references if each.name in given and each.name in _LOOK_UPS]
    references = []
    for each in base.references:
        if each.name in named:
            each = replace(each, read=ids.id_or_name(*_LOOK_UPS[each.name][0]))
        references.append(replace(each, headers=(*each.headers, *forms(given.get(each.name, "")))))
    joins = [
        replace(join, on=_LOOK_UPS[join.reference][1], unique=True) if join.reference in named else join
        for join in base.joins
    ]
    target = replace(
        base,
        name=f"{base.name}Report",
        label=f"Report of {noun}",
        key=key(*prefixes, headers=("id", *forms(given["id"])), missing=f"{id_column} is empty"),
        fields=tuple(
            replace(each, headers=(*each.headers, *forms(given.get(each.column, "")))) for each in base.fields
        ),
        references=tuple(references),
        joins=tuple(joins),
        kept=base.kept | {f"{name}_id": f"COALESCE(EXCLUDED.{name}_id, t.{name}_id)" for name in named},
        required=base.required | ({"created_at": "Created Date is empty"} if "created_at" in base.required else {}),
    )
    return Report(target, noun, id_column, marks, given)


_ACTIVITY = replace(
    TASK,
    name="Activity",
    fields=(
        *(each for each in TASK.fields if each.column != "type"),
        Field("type_given", ("type", "typec"), helper=True),
        Field("activity", forms(labels.ACTIVITY["id"]), helper=True),
    ),
    references=(
        Reference("owner", ("ownerid",), read=ids.owner),
        Reference("contact", (), ("003",), read=ids.reference),
        Reference("lead", (), ("00Q",), read=ids.reference),
        Reference("deal", (), ("006",), read=ids.reference, label="opportunity"),
        Reference("company", (), read=ids.reference, label="account"),
    ),
    joins=(
        Join("owner", "people_person", "owner"),
        Join("contact", "crm_contact", "contact"),
        Join("lead", "leads_lead", "lead"),
        Join("deal", "crm_deal", "deal"),
        Join("company", "crm_company", "company"),
    ),
    targets={
        "owner_id": "owner.id",
        "contact_id": "contact.id",
        "lead_id": "lead.id",
        "deal_id": "deal.id",
        "company_id": "COALESCE(company.id, deal.company_id, contact.company_id, lead.company_id)",
    },
    derived=(
        Derived("kind", ("activity", "subtype", "type_given", "subject"), rules.activity_kind),
        Derived("is_done", ("is_done", "status"), rules.is_done),
        Derived("at", ("is_done", "completed", "day", "created"), rules.task_time),
    ),
    required={"at": "Date and Created Date are empty"},
)
REPORTS = (
    _report(
        exported.MEMBER, "campaign members", "Campaign Member ID", ("id", "status"), labels.MEMBER, "00v"
    ),
    _report(
        _ACTIVITY, "activities", "Activity ID", ("id", "owner", "subtype"),
        labels.ACTIVITY | {"company": labels.ACTIVITY["account"]}, "00T", "00U",
    ),
    _report(exported.OPPORTUNITY, "opportunities", "Opportunity ID", ("name", "owner"), labels.OPPORTUNITY, "006"),
    _report(exported.LEAD, "leads", "Lead ID", ("id", "owner"), labels.LEAD, "00Q"),
    _report(exported.CONTACT, "contacts", "Contact ID", ("id", "owner"), labels.CONTACT, "003"),
    _report(exported.CAMPAIGN, "campaigns", "Campaign ID", ("name", "owner"), labels.CAMPAIGN, "701"),
    _report(exported.ACCOUNT, "accounts", "Account ID", ("owner",), labels.ACCOUNT, "001"),
)  # fmt: skip


def recognise(header: Iterable[str]) -> Report | None:
    """The report that these labels are of: the kind that understands most columns, the first of equals."""
    columns = frozenset(plain(column) for column in header)
    scored = [(report.score(columns), report) for report in REPORTS]
    best = max(score for score, _ in scored)
    return next((report for score, report in scored if score == best), None) if best else None
