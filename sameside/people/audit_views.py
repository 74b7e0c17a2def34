"""The audit log as a page, and the log of one person."""

from typing import Any

from django.db.models import BigIntegerField, Case, CharField, F, OuterRef, QuerySet, Subquery, When
from django.db.models.functions import Cast, Substr
from django.http import HttpRequest, HttpResponse

from sameside.kit.paging import Order
from sameside.kit.tables import Column, Table
from sameside.people import audit
from sameside.people.models import AuditEntry, Person
from sameside.people.policies import may
from sameside.ui.lists import Choice, Empty, Filter, ListSpec, Sort, respond

LOOKED_AT = 1_000


def in_words(details: dict[str, Any]) -> str:
    """`{"role": ["seller", "admin"]}` → "role: seller → admin"; of a list of records only how many there are."""
    parts = []
    for key, value in details.items():
        if isinstance(value, list) and any(isinstance(one, list | dict) for one in value):
            parts.append(f"{key}: {len(value):,}")
        elif isinstance(value, list) and len(value) == 2:
            before, after = (str(one) if one not in ("", None) else "none" for one in value)
            parts.append(f"{key}: {before} → {after}")
        elif isinstance(value, dict):
            inner = ", ".join(f"{name} {one}" for name, one in value.items())
            parts.append(f"{key}: {inner}" if inner else f"{key}: none")
        else:
            parts.append(f"{key}: {value}")
    return "; ".join(parts)


def with_subject_names(rows: "QuerySet[AuditEntry]") -> "QuerySet[AuditEntry]":
    """`Person:12` shown by the name that person has today; other subjects as they are."""
    number = Cast(Substr(OuterRef("subject"), 8), BigIntegerField())
    name = Subquery(Person.objects.get_queryset().filter(pk=number).values("name")[:1])
    shown = Case(
        When(subject__regex=r"^Person:[0-9]{1,18}$", then=name), default=F("subject"), output_field=CharField()
    )
    return rows.select_related("person").annotate(shown_subject=shown)


def _row(entry: Any) -> dict[str, Any]:
    link = f"/people/{entry.subject[7:]}/" if entry.subject.startswith("Person:") else ""
    return {
        "at": entry.at,
        "person": entry.person.name if entry.person else "",
        "action": entry.action,
        "subject": entry.shown_subject or "",
        "details": in_words(entry.details),
        "number": entry.pk,
        "link": link,
    }


def _actions(_: Any) -> list[Choice]:
    """What was done lately: the log is not counted through for a filter."""
    latest = AuditEntry.objects.order_by("-pk").values_list("action", flat=True)[:LOOKED_AT]
    return [Choice(action, action) for action in sorted(set(latest))]


COLUMNS = (
    Column("at", "When", "datetime"),
    Column("person", "Who"),
    Column("action", "What"),
    Column("subject", "About"),
    Column("details", "Details"),
)

LOG = ListSpec(
    name="audit",
    columns=(*COLUMNS, Column("number", "No.", "number")),
    row=_row,
    filters=(
        Filter("action", "What", lambda rows, value: rows.filter(action=value), _actions),
        Filter(
            "person",
            "Who",
            lambda rows, value: rows.filter(person__in=Person.objects.get_queryset().filter(name__icontains=value)),
            kind="text",
        ),
        Filter("from", "From", lambda rows, value: rows.filter(at__date__gte=value), kind="date"),
        Filter("to", "To", lambda rows, value: rows.filter(at__date__lte=value), kind="date"),
    ),
    sorts=(Sort("at", "Newest", Order("id", descending=True)),),
    prefetch=with_subject_names,
    empty=Empty(
        "shield-check",
        "Nothing is recorded yet",
        "Sign-ins, imports, exports and changes of settings, roles and teams appear here, and nobody can change them.",
    ),
)


@may("see_audit")
def audit_log(request: HttpRequest) -> HttpResponse:
    """The log, and whether its latest entries still follow from each other."""
    context = {"verdict": audit.verify_latest(LOOKED_AT)} if request.method == "GET" else {}
    return respond(request, AuditEntry.objects.all(), LOG, "people/audit.html", context)  # type: ignore[return-value]


def history_of(person: Person) -> Table:
    """The latest entries about `person`."""
    entries = with_subject_names(AuditEntry.objects.filter(subject=f"Person:{person.pk}")).order_by("-pk")[:20]
    rows = [{**_row(entry), "link": ""} for entry in entries]
    columns = [column for column in COLUMNS if column.key != "subject"]
    return Table(columns, rows, empty="Nothing has been recorded about this person yet.")
