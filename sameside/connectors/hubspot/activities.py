"""Calls, e-mails, meetings, tasks and notes: activities with the first contact, deal and company they are tied to.

A note is kept as a task that is done: it says something, and is not a conversation. Written messages (WhatsApp,
LinkedIn, text messages) are kept as e-mails.
"""

from datetime import datetime

from sameside.connectors.batch import Batch
from sameside.connectors.hubspot import rules
from sameside.connectors.hubspot.batches import untold
from sameside.connectors.hubspot.columns import Columns
from sameside.connectors.hubspot.objects import OWNER, SOURCE, key, same_id
from sameside.connectors.hubspot.owners import Owners
from sameside.connectors.merging import Merge, Merged
from sameside.connectors.objects import Derived, Field, Join, Key, Object, Reference

Value = str | None
KINDS = {"Call": "call", "Email": "email", "Meeting": "meeting", "Task": "task", "Note": "task"}
_TYPES = {
    "call": "call",
    "email": "email",
    "incomingemail": "email",
    "forwardedemail": "email",
    "communication": "email",
    "meeting": "meeting",
}
ABOUT = (
    Join("contact", "crm_contact", "contact"),
    Join("lead", "leads_lead", "contact"),
    Join("deal", "crm_deal", "deal"),
    Join("company", "crm_company", "company"),
)
ABOUT_TARGETS = {
    "owner_id": "owner.id",
    "contact_id": "contact.id",
    "lead_id": "lead.id",
    "deal_id": "deal.id",
    "company_id": "COALESCE(company.id, deal.company_id, contact.company_id)",
}


def activity(kind: str, found: Columns) -> Object:
    """`kind` is the object of `vocabulary.WORDS`; for `Engagement` the rows themselves say what they are."""

    def text(column: str, *names: str, most: int = 0, helper: bool = False) -> Field:
        return Field(column, found.of(*names), "text", most, helper=helper)

    def moment(column: str, *names: str) -> Field:
        return Field(column, found.of(*names), "moment", helper=column != "at")

    def kind_of(type_: Value) -> str:
        if kind == "Task":
            return rules.task_kind(type_ or "")
        return KINDS.get(kind) or _TYPES.get((type_ or "").lower().replace("_", ""), "task")

    def is_done(kind_: str, status: Value, outcome: Value, completed: Value) -> str:
        if kind == "Note":
            return "t"
        return rules.is_done("task" if kind == "Task" else kind_, status or outcome or "", completed)

    def at(completed: Value, starts: Value, when: Value, due: Value, created: Value) -> Value:
        return completed or starts or when or due or created

    return Object(
        kind,
        "crm_activity",
        source=SOURCE,
        key=key(found),
        deleted=found.of("deleted"),
        fields=(
            text("subject", "subject", most=255),
            text("body", "body"),
            text("type", "type", helper=True),
            text("status", "status", helper=True),
            text("outcome", "outcome", helper=True),
            moment("at", "at"),
            moment("starts", "starts"),
            moment("due", "due"),
            moment("completed", "completed"),
            moment("created", "created"),
        ),
        references=(
            Reference("owner", found.of("owner", "owner_id"), label="owner"),
            Reference("contact", found.of("contact_ids"), read=rules.first_id, label="contact"),
            Reference("deal", found.of("deal_ids"), read=rules.first_id, label="deal"),
            Reference(
                "company", found.of("primary_company_ids", "company_ids"), read=rules.first_id, label="company"
            ),
        ),
        joins=(OWNER, *ABOUT),
        derived=(
            Derived("kind", ("type",), kind_of),
            Derived("body", ("body",), rules.text_of),
            Derived("is_done", ("kind", "status", "outcome", "completed"), is_done),
            Derived("at", ("completed", "starts", "at", "due", "created"), at),
        ),
        targets=ABOUT_TARGETS,
        required={"at": "Activity date and Create date are empty"},
        label=f"{kind}s",
    )  # fmt: skip


class Activities:
    """Merges batches of activities of one kind."""

    def __init__(self, target: Object, *, run_id: int, at: datetime) -> None:
        self.target = target
        self.activities = Merge(target, run_id=run_id, at=at, untold=untold(target))
        self.activities.begin()
        self.owners = Owners()

    def merge(self, batch: Batch) -> Merged:
        if not batch.numbers:
            return Merged()
        batch.columns["ref_owner"] = self.owners.resolve(batch.columns["ref_owner"])
        return self.activities.merge(batch)

    def end(self) -> None:
        self.activities.end()

    @property
    def notes(self) -> list[str]:
        return self.owners.notes


_KEPT = ("kind", "subject", "body", "at", "is_done", "deleted_in_source")


def tie(kind: str, alias: str, headers: tuple[str, ...], activity_headers: tuple[str, ...]) -> Object:
    """A table that ties activities to contacts, deals or companies: it fills that column of activities already here."""
    table = {"contact": "crm_contact", "deal": "crm_deal", "company": "crm_company"}[alias]
    joins = [
        Join("activity", "crm_activity", "activity", required="the activity is not here"),
        Join(alias, table, alias),
    ]
    targets = {column: f"activity.{column}" for column in _KEPT} | {f"{alias}_id": f"{alias}.id"}
    if alias == "contact":
        joins.append(Join("lead", "leads_lead", "contact"))
        targets["lead_id"] = "lead.id"
    if alias != "company":
        targets["company_id"] = f"COALESCE(activity.company_id, {alias}.company_id)"
    return Object(
        kind,
        "crm_activity",
        source=SOURCE,
        key=Key(activity_headers, read=rules.record_id, same=same_id, missing="The activity's id is empty"),
        fields=(),
        references=(
            Reference("activity", activity_headers, read=rules.reference, label="activity"),
            Reference(alias, headers, read=rules.reference, label=alias),
        ),
        joins=tuple(joins),
        targets=targets,
        label="Activities",
    )
