"""Which deals a contact takes part in and in which role, as the contacts' own export tells it.

Contacts are read before deals, so these columns are read once more when all deals are here. A role (`Buying Role`) is
the contact's in every deal.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from sameside.connectors import tabular
from sameside.connectors.batch import Batch
from sameside.connectors.hubspot import content, rules
from sameside.connectors.hubspot.batches import Further
from sameside.connectors.hubspot.columns import Columns, columns
from sameside.connectors.hubspot.deals import roles
from sameside.connectors.hubspot.objects import ROLE, SOURCE, key
from sameside.connectors.intake import missing_path
from sameside.connectors.lacking import MissingFile
from sameside.connectors.merging import SAMPLES
from sameside.connectors.models import ImportFile, ImportRun
from sameside.connectors.objects import Field, Object
from sameside.connectors.reading import Reader
from sameside.connectors.tabular import Rows
from sameside.crm.models import DealContact

Value = str | None
Row = dict[str, Value]


def link(run: ImportRun, file: ImportFile, *, at: datetime) -> list[str]:
    """Read the ties of one file of contacts; returns what is to be said about them."""
    choices = tabular.Choices.from_json(file.choices)
    try:
        layout = tabular.layout(file.place, choices)
    except tabular.Unreadable:
        return []
    found = columns("Contact", layout.header)
    if not found.has("deal_ids", "role"):
        return []
    if not found.has("id"):
        known = content.certain(Rows(file.place, layout), layout.header).get("id") or "id"
        found.fields["id"] = (known,)
    silent = {"is_primary"} if found.has("role") else {"is_primary", "role"}
    ties = Further(ROLE, "contacts in deals", run_id=run.pk, at=at, untold=frozenset(silent))
    missing: list[str] = []
    for batch in Reader(Rows(file.place, layout), layout, _target(found), choices).ahead():
        with transaction.atomic():
            missing.extend(ties.add(_rows(batch)).get("deal", []))
    ties.end()
    if missing:
        file.missing["deal"] = {"count": len(missing), "ids": [*dict.fromkeys(missing)][:SAMPLES]}
        lacking = MissingFile(missing_path(file), kept=file.missing_listed)
        lacking.add({"deal": missing})
        file.missing_listed = lacking.lines
        file.missing_references = sum(told["count"] for told in file.missing.values())
    return [*ties.notes, *([f"{len(missing):,} × deal missing"] if missing else [])]


def _target(found: Columns) -> Object:
    return Object(
        "ContactTies",
        "crm_contact",
        source=SOURCE,
        key=key(found),
        fields=(
            Field("deal_ids", found.of("deal_ids"), helper=True),
            Field("role", found.of("role"), most=80, helper=True),
        ),
    )


def _rows(batch: Batch) -> Sequence[Row]:
    """The ties that the rows name, and for their roles those that are here already."""
    if not batch.numbers:
        return []
    columns_ = batch.columns
    role_of = dict(zip(columns_["external_id"], columns_["role"], strict=True))
    here = DealContact.objects.filter(
        contact__source=SOURCE, contact__external_id__in=[number for number, role in role_of.items() if role]
    ).values_list("deal__external_id", "contact__external_id")
    ties = {(deal, contact) for deal, contact in here}
    for contact, cell in zip(columns_["external_id"], columns_["deal_ids"], strict=True):
        ties.update((deal, contact or "") for deal in rules.ids(cell))
    return [row for deal, contact in sorted(ties) for row in roles(deal, [contact], _role(role_of.get(contact)))]


def _role(cell: Value) -> str:
    """`DECISION_MAKER;BUDGET_HOLDER` as words."""
    parts = [part.strip() for part in (cell or "").split(";") if part.strip()]
    return ", ".join(part.replace("_", " ").capitalize() if part.isupper() else part for part in parts)[:80]
