"""Exchange rates set by hand, or read from a file of the European Central Bank or of one's own.

Of the ECB both files are read, the whole history (`eurofxref-hist.csv`) and the day's (`eurofxref.csv`), as they are or
in their archive: one column for each currency, units for one euro. One's own file has the columns `currency`, `date`
and `rate`, perhaps `base`, in any order. A line that cannot be read is refused with its reason; the others count.
"""

import csv
import io
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation

from django.db import connection, transaction

from sameside.crm import money
from sameside.crm.models import ExchangeRate
from sameside.people import audit, policies
from sameside.people.models import Organisation, Person

LARGEST_FILE = 50_000_000
LARGEST_RATE = Decimal(10) ** 13
SMALLEST_RATE = Decimal(1).scaleb(-10)
TOLD = 20
FIRST, LAST = date(1900, 1, 1), date(2200, 1, 1)
_NAMES = {"currency": "currency", "isocode": "currency", "date": "date", "startson": "date", "startdate": "date"}
_NAMES |= {"rate": "rate", "conversionrate": "rate", "base": "base"}


class NotRates(Exception):
    """The file holds no rates; the message is a sentence fit for the screen."""


@dataclass(frozen=True)
class Rate:
    base: str
    currency: str
    starts_on: date
    rate: Decimal

    @property
    def external_id(self) -> str:
        return f"{self.base}:{self.currency}:{self.starts_on}"


@dataclass
class Read:
    """What a file held: its rates, the source they count as, and the lines that could not be read, with reasons."""

    source: str
    rates: list[Rate] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    written: int = 0


@transaction.atomic
def set_rate(rate: Rate, *, by: Person, at: datetime, instead_of: ExchangeRate | None = None) -> ExchangeRate:
    """Set a rate by hand: a new one, or in place of the one that was set for the same currency and day."""
    policies.check(by, "manage_settings")
    values = {
        "base": rate.base, "currency": rate.currency, "starts_on": rate.starts_on, "rate": rate.rate,
        "deleted_in_source": False,
    }  # fmt: skip
    if instead_of is not None and (instead_of.source, instead_of.external_id) != (money.HAND, rate.external_id):
        instead_of.delete()
    stored, _ = ExchangeRate.objects.update_or_create(source=money.HAND, external_id=rate.external_id, defaults=values)
    audit.record("rate set", by=by, at=at, subject=f"ExchangeRate:{rate.external_id}", details={"rate": str(rate.rate)})
    money.convert_soon()
    return stored


@transaction.atomic
def remove(rate: ExchangeRate, *, by: Person, at: datetime) -> None:
    policies.check(by, "manage_settings")
    rate.delete()
    details = {"source": rate.source, "rate": str(rate.rate)}
    audit.record("rate removed", by=by, at=at, subject=f"ExchangeRate:{rate.external_id}", details=details)
    money.convert_soon()


@transaction.atomic
def remove_source(source: str, *, by: Person, at: datetime) -> int:
    """Remove every rate of one source. Returns how many there were."""
    policies.check(by, "manage_settings")
    count, _ = ExchangeRate.objects.filter(source=source).delete()
    if count:
        audit.record("rates removed", by=by, at=at, subject="ExchangeRate", details={"source": source, "count": count})
        money.convert_soon()
    return count


@transaction.atomic
def bring_in(content: bytes, *, by: Person, at: datetime) -> Read:
    """Read a file and store its rates; `written` of the result counts those that are new or different."""
    policies.check(by, "manage_settings")
    read = parse(content, ours=Organisation.current().currency)
    read.written = _store(read)
    details = {"source": read.source, "rates": len(read.rates), "written": read.written, "refused": len(read.refused)}
    audit.record("rates brought in", by=by, at=at, subject="ExchangeRate", details=details)
    if read.written:
        money.convert_soon()
    return read


def _store(read: Read) -> int:
    last = {rate.external_id: rate for rate in read.rates}
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMP TABLE IF NOT EXISTS stage_rates (id text, base text, currency text, day date, rate numeric)"
        )
        cursor.execute("TRUNCATE stage_rates")
        with cursor.copy("COPY stage_rates FROM STDIN") as copy:
            for one in last.values():
                copy.write_row((one.external_id, one.base, one.currency, one.starts_on, one.rate))
        cursor.execute(
            """
            INSERT INTO crm_exchangerate AS t
                (source, external_id, deleted_in_source, base, currency, starts_on, rate)
            SELECT %s, id, false, base, currency, day, rate FROM stage_rates
            ON CONFLICT (source, external_id) DO UPDATE SET rate = EXCLUDED.rate, deleted_in_source = false
            WHERE t.rate <> EXCLUDED.rate OR t.deleted_in_source
            """,
            [read.source],
        )
        return int(cursor.rowcount)


def parse(content: bytes, *, ours: str) -> Read:
    """The rates of a file. Raises `NotRates` when its header is that of no file of rates."""
    lines = csv.reader(io.StringIO(_text(_unpacked(content))))
    try:
        header = next((cells for cells in lines if any(cell.strip() for cell in cells)), [])
    except csv.Error as problem:
        raise NotRates(f"The file cannot be read: {problem}.") from problem
    names = [cell.strip() for cell in header]
    if names and names[0].lower() == "date" and len(names) > 1 and all(_is_code(name) for name in names[1:] if name):
        read = Read(money.ECB)
        rows = _wide(lines, names)
    else:
        read = Read(money.FILE)
        rows = _long(lines, names, ours)
    for number, (base, currency, day, rate) in enumerate(_readable(rows), 1):
        try:
            read.rates.append(_rate(base, currency, day, rate))
        except ValueError as problem:
            read.refused.append(f"Rate {number:,} is left out: {problem}.")
    if read.source == money.ECB and read.rates:
        read.rates.append(Rate("EUR", "EUR", min(rate.starts_on for rate in read.rates), Decimal(1)))
    return read


def _readable(rows: Iterator[Sequence[str]]) -> Iterator[Sequence[str]]:
    try:
        yield from rows
    except csv.Error as problem:
        raise NotRates(f"The file cannot be read: {problem}.") from problem


def _unpacked(content: bytes) -> bytes:
    if not content.startswith(b"PK\x03\x04"):
        return content
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            inside = [each for each in archive.infolist() if each.filename.lower().endswith(".csv")]
            if len(inside) != 1 or inside[0].file_size > LARGEST_FILE:
                raise NotRates("The archive does not hold one CSV file of rates.")
            with archive.open(inside[0]) as file:
                return file.read(LARGEST_FILE)
    except (zipfile.BadZipFile, ValueError, RuntimeError, NotImplementedError, OSError, EOFError) as problem:
        raise NotRates("The archive cannot be read.") from problem


def _text(content: bytes) -> str:
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return content.decode(encoding).replace("\x00", "")
        except UnicodeDecodeError:
            continue
    return content.decode("latin-1").replace("\x00", "")


def _wide(lines: Iterator[list[str]], names: list[str]) -> Iterator[Sequence[str]]:
    """The ECB's layout; `N/A` and an empty cell mean that there was no rate."""
    for cells in lines:
        for name, cell in zip(names[1:], cells[1:], strict=False):
            if name and cell.strip() not in ("", "N/A"):
                yield "EUR", name, cells[0], cell


def _long(lines: Iterator[list[str]], names: list[str], ours: str) -> Iterator[Sequence[str]]:
    places = {_NAMES.get(name.lower().replace(" ", "").replace("_", "")): place for place, name in enumerate(names)}
    absent = [name for name in ("currency", "date", "rate") if name not in places]
    if absent:
        raise NotRates(
            f"The header names no {' and no '.join(absent)}. A file of rates has the columns currency, date and rate, "
            "or is eurofxref-hist.csv of the European Central Bank."
        )
    for cells in lines:
        if any(cell.strip() for cell in cells):
            found = {name: cells[place] if place < len(cells) else "" for name, place in places.items()}
            yield found.get("base", "").strip() or ours, found["currency"], found["date"], found["rate"]


def _is_code(text: str) -> bool:
    return len(text) == 3 and text.isalpha() and text.isascii() and text.isupper()


def _rate(base: str, currency: str, day: str, rate: str) -> Rate:
    for code in (base, currency):
        if not _is_code(code.strip().upper()):
            raise ValueError(f"“{code.strip()[:20]}” is no currency code of three letters")
    return Rate(base.strip().upper(), currency.strip().upper(), _day(day), positive(rate))


def _day(text: str) -> date:
    text = text.strip()
    for pattern in ("%Y-%m-%d", "%d %B %Y"):
        try:
            found = datetime.strptime(text[:40], pattern).replace(tzinfo=UTC).date()
        except ValueError:
            continue
        if FIRST <= found <= LAST:
            return found
    raise ValueError(f"“{text[:20]}” is no date like 2026-03-31")


def positive(text: str) -> Decimal:
    """A rate: a plain number above zero with a decimal point."""
    try:
        number = Decimal(text.strip())
    except InvalidOperation as problem:
        raise ValueError(f"“{text.strip()[:20]}” is no number like 1.0842") from problem
    if not number.is_finite() or not SMALLEST_RATE <= number < LARGEST_RATE:
        raise ValueError(f"“{text.strip()[:20]}” is no rate: it must be above zero and of a plausible size")
    return round(number, 10)
