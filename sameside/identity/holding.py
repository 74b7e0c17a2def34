"""What a merge, a conversion or a hand-over decided stays, while the source still says what it said before.

An import writes what its file says. A survivor that took a value over from the row merged into it keeps that value as
long as the file brings nothing new, that is, what the survivor said before the merge; a lead that was converted here
stays converted while its source knows nothing of it; and one that was handed over here keeps the owner it got as long
as its source repeats the owner it gave before (`Lead.source_owner`). So the same file a second time changes nothing.
"""

from collections.abc import Iterable

from django.db import connection

from sameside.identity.models import Merge
from sameside.identity.records import RECORDS, RecordKind
from sameside.leads.models import Conversion, HandOver, Lead

_CONVERTED = frozenset({"is_converted", "converted_on", "company_id", "contact_id", "deal_id"})


def held(table: str, columns: Iterable[str]) -> dict[str, str]:
    """For columns of `table`, the condition, as SQL of an upsert into `t`, under which a row keeps what it has.

    Empty where nothing is merged or converted, so that the usual import pays nothing for it.
    """
    kind = next((each for each in RECORDS.values() if each.model._meta.db_table == table), None)
    if kind is None:
        return {}
    conditions: dict[str, list[str]] = {}
    if Merge.objects.filter(kind=kind.kind, undone_at=None).exclude(taken={}).exists():
        for column, condition in _taken(kind).items():
            conditions.setdefault(column, []).append(condition)
    if table == Lead._meta.db_table and Conversion.objects.filter(undone_at=None).exists():
        for column in _CONVERTED:
            conditions.setdefault(column, []).append(
                "(NOT EXCLUDED.is_converted AND EXISTS (SELECT 1 FROM leads_conversion c"
                " WHERE c.lead_id = t.id AND c.undone_at IS NULL))"
            )
    if table == Lead._meta.db_table and HandOver.objects.filter(derived=False).exists():
        conditions.setdefault("owner_id", []).append(
            "(EXCLUDED.source_owner_id IS NOT DISTINCT FROM t.source_owner_id AND EXISTS ("
            "SELECT 1 FROM leads_handover h WHERE h.lead_id = t.id AND NOT h.derived))"
        )
    wanted = set(columns)
    return {column: " OR ".join(each) for column, each in conditions.items() if column in wanted}


def _taken(kind: RecordKind) -> dict[str, str]:
    """By column: a merge in force gave the survivor this value, and the file says what it replaced."""
    found = {}
    for field in kind.columns():
        before = f"m.taken->'{field.name}'->>0"
        if field.get_internal_type() in ("CharField", "TextField"):
            same = f"COALESCE({before}, '') = COALESCE(EXCLUDED.{field.column}, '')"
        else:
            same = f"({before})::{field.db_type(connection)} IS NOT DISTINCT FROM EXCLUDED.{field.column}"
        found[str(field.column)] = (
            f"EXISTS (SELECT 1 FROM identity_merge m WHERE m.kind = '{kind.kind}' AND m.kept_id = t.id"
            f" AND m.undone_at IS NULL AND m.taken ? '{field.name}' AND {same})"
        )
    return found
