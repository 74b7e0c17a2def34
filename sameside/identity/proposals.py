"""Pairs that are probably the same become questions to people, with reasons; an answer that was given stays given.

Runs in the background over what is new or has changed since. A question that the rows no longer raise disappears,
unless somebody has put it off.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Any

from django.db import connection, transaction

from sameside.identity import comparing, looks, reasons
from sameside.identity.comparing import Pair
from sameside.identity.models import Kind
from sameside.identity.weights import COMPANIES, Subject

_PAGE = 5_000
_NAMES: Mapping[str, str] = {
    Kind.COMPANY: "SELECT id, name, concat_ws(' · ', NULLIF(domain, ''), NULLIF(country, '')) FROM crm_company"
    " WHERE id = ANY(%s)",
    Kind.CONTACT: "SELECT r.id, trim(r.first_name || ' ' || r.last_name),"
    " concat_ws(' · ', NULLIF(r.email, ''), k.name) FROM crm_contact r LEFT JOIN crm_company k ON k.id = r.company_id"
    " WHERE r.id = ANY(%s)",
    Kind.LEAD: "SELECT id, trim(first_name || ' ' || last_name),"
    " concat_ws(' · ', NULLIF(email, ''), NULLIF(company_name, '')) FROM leads_lead WHERE id = ANY(%s)",
}
_STAGE = """
    CREATE TEMP TABLE found_pair (kind text, left_id bigint, right_id bigint, left_name text, left_detail text,
        right_name text, right_detail text, score float8, reasons jsonb)
"""
_STORE = """
    INSERT INTO identity_duplicate AS d (kind, left_id, right_id, left_name, left_detail, right_name, right_detail,
        score, reasons, state, proposed_at)
    SELECT f.*, 'proposed', %(at)s FROM found_pair f
    ON CONFLICT (kind, left_id, right_id) DO UPDATE SET left_name = EXCLUDED.left_name,
        left_detail = EXCLUDED.left_detail, right_name = EXCLUDED.right_name, right_detail = EXCLUDED.right_detail,
        score = EXCLUDED.score, reasons = EXCLUDED.reasons
    WHERE d.state IN ('proposed', 'later')
"""
# A question of which one side was compared again without raising it any more.
_FORGET = """
    DELETE FROM identity_duplicate d WHERE d.state = 'proposed' AND d.kind = ANY(%(kinds)s)
      AND NOT EXISTS (
        SELECT 1 FROM found_pair f WHERE (f.kind, f.left_id, f.right_id) = (d.kind, d.left_id, d.right_id))
      AND EXISTS (
        SELECT 1 FROM identity_likeness k WHERE k.pending AND (
          (k.row_id = d.left_id AND k.kind = CASE d.kind WHEN 'lead_contact' THEN 'lead' ELSE d.kind END) OR
          (k.row_id = d.right_id AND k.kind = CASE d.kind WHEN 'lead_contact' THEN 'contact' ELSE d.kind END)))
"""


def propose(*, at: datetime) -> int:
    """Compare what is new or has changed; returns how many pairs are proposed or proposed anew."""
    looks.refresh()
    return sum(_propose(subject, at) for subject in comparing.subjects() if comparing.pending(subject))


def _propose(subject: Subject, at: datetime) -> int:
    kinds = [Kind.COMPANY] if subject is COMPANIES else [Kind.CONTACT, Kind.LEAD, Kind.LEAD_CONTACT]
    with comparing.compared(subject, at=at) as pairs, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS found_pair")
        cursor.execute(_STAGE)
        found = 0
        while page := list(islice(pairs, _PAGE)):
            found += _stage(page)
        cursor.execute("CREATE INDEX ON found_pair (kind, left_id, right_id)")
        cursor.execute("ANALYZE found_pair")
        cursor.execute(_STORE, {"at": at})
        stored: int = cursor.rowcount
        cursor.execute(_FORGET, {"kinds": kinds})
        cursor.execute("UPDATE identity_likeness SET pending = false WHERE pending AND kind = ANY(%s)", [kinds])
        cursor.execute("DROP TABLE found_pair")
    return stored if found else 0


def _stage(pairs: Sequence[Pair]) -> int:
    names = _names(pairs)
    with connection.cursor() as cursor, cursor.copy("COPY found_pair FROM STDIN") as copy:
        for row in _rows(pairs, names):
            copy.write_row(row)
    return len(pairs)


def _rows(pairs: Iterable[Pair], names: Mapping[tuple[str, int], tuple[str, str]]) -> Iterator[Sequence[Any]]:
    for pair in pairs:
        left, right = pair.left, pair.right
        kind = left.kind if left.kind == right.kind else Kind.LEAD_CONTACT
        (left_name, left_detail), (right_name, right_detail) = names[left.kind, left.pk], names[right.kind, right.pk]
        why = reasons.words(
            left.features, right.features, is_company=kind == Kind.COMPANY, names=(left_name, right_name)
        )
        yield (
            str(kind), left.pk, right.pk, left_name[:300], left_detail[:300], right_name[:300], right_detail[:300],
            pair.score, json.dumps(why),
        )  # fmt: skip


def _names(pairs: Sequence[Pair]) -> dict[tuple[str, int], tuple[str, str]]:
    """Name and detail, as written, of every row of the pairs."""
    wanted: dict[str, set[int]] = {}
    for pair in pairs:
        for row in (pair.left, pair.right):
            wanted.setdefault(row.kind, set()).add(row.pk)
    found: dict[tuple[str, int], tuple[str, str]] = {}
    with connection.cursor() as cursor:
        for kind, ids in wanted.items():
            cursor.execute(_NAMES[kind], [list(ids)])
            found |= {(kind, pk): (name or detail or "Unnamed", detail) for pk, name, detail in cursor.fetchall()}
    return found
