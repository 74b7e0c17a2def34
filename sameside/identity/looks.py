"""Takes the spelling out of new and changed rows, page by page, and keeps what is left for the comparison.

A row is looked at again only when one of the columns that are compared has changed, so that a small import after a
large one costs little.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.db import connection, transaction

from sameside.crm import likeness
from sameside.identity.models import Kind, Likeness

_PAGE = 20_000
_COLUMNS = "name, first, last, email, domain, phone, company, country"
_TABLE = Likeness._meta.db_table
Features = tuple[str, str, str, str, str, str, str, str]

# What is compared of each kind, as SQL; the columns go to the function of the same kind in this order.
_SELECT: Mapping[str, str] = {
    Kind.COMPANY: "SELECT r.id, r.name AS a, r.domain AS b, r.phone AS c, r.country AS d, '' AS e, '' AS f"
    " FROM crm_company r WHERE r.merged_into_id IS NULL AND NOT r.deleted_in_source",
    Kind.CONTACT: "SELECT r.id, r.first_name AS a, r.last_name AS b, r.email AS c, r.phone AS d,"
    " COALESCE(k.name, '') AS e, COALESCE(k.country, '') AS f FROM crm_contact r"
    " LEFT JOIN crm_company k ON k.id = r.company_id WHERE r.merged_into_id IS NULL AND NOT r.deleted_in_source",
    Kind.LEAD: "SELECT r.id, r.first_name AS a, r.last_name AS b, r.email AS c, r.phone AS d,"
    " COALESCE(NULLIF(r.company_name, ''), k.name, '') AS e, r.country AS f FROM leads_lead r"
    " LEFT JOIN crm_company k ON k.id = r.company_id WHERE r.merged_into_id IS NULL AND NOT r.deleted_in_source",
}
_CHANGED = """
    SELECT r.id, md5(concat_ws(E'\\x1f', a, b, c, d, e, f)), a, b, c, d, e, f FROM ({select} AND r.id > %s) r
    LEFT JOIN {table} k ON k.kind = %s AND k.row_id = r.id
    WHERE k.id IS NULL OR k.fingerprint <> md5(concat_ws(E'\\x1f', a, b, c, d, e, f))
    ORDER BY r.id LIMIT %s
"""


def _company(name: str, domain: str, phone: str, country: str, *_: str) -> Features:
    key = likeness.company_name(name)
    return key, "", "", "", likeness.own_domain(domain), likeness.phone(phone, country), "", likeness.plain(country)


def _person(first: str, last: str, email: str, phone: str, company: str, country: str) -> Features:
    first, last = likeness.person_name(first), likeness.person_name(last)
    name = f"{first} {last}".strip()
    address = likeness.personal_mailbox(email)
    own = likeness.own_domain(email)
    number = likeness.phone(phone, country)
    return name, first, last, address, own, number, likeness.employer(company), likeness.plain(country)


_READ: Mapping[str, Callable[..., Features]] = {Kind.COMPANY: _company, Kind.CONTACT: _person, Kind.LEAD: _person}


def refresh() -> int:
    """Look at every row that is new or has changed; returns how many there were."""
    return sum(_refresh(kind) for kind in (Kind.COMPANY, Kind.CONTACT, Kind.LEAD))


def _refresh(kind: Kind) -> int:
    looked, last = 0, 0
    while True:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_CHANGED.format(select=_SELECT[kind], table=_TABLE), [last, kind, _PAGE])
            rows = cursor.fetchall()
            if not rows:
                return looked
            _keep(kind, [(pk, fingerprint, *_READ[kind](*cells)) for pk, fingerprint, *cells in rows])
        looked += len(rows)
        last = rows[-1][0]


def _keep(kind: Kind, rows: Sequence[tuple[Any, ...]]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS looked_at")
        cursor.execute(
            "CREATE TEMP TABLE looked_at ON COMMIT DROP AS"
            f" SELECT row_id, fingerprint, {_COLUMNS} FROM {_TABLE} LIMIT 0"
        )
        with cursor.copy(f"COPY looked_at (row_id, fingerprint, {_COLUMNS}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row([value[:120] if isinstance(value, str) else value for value in row])
        updates = ", ".join(f"{one} = EXCLUDED.{one}" for one in _COLUMNS.split(", "))
        cursor.execute(
            f"INSERT INTO {_TABLE} (kind, pending, row_id, fingerprint, {_COLUMNS})"
            f" SELECT %s, true, row_id, fingerprint, {_COLUMNS} FROM looked_at"
            f" ON CONFLICT (kind, row_id) DO UPDATE SET pending = true, fingerprint = EXCLUDED.fingerprint, {updates}",
            [kind],
        )
