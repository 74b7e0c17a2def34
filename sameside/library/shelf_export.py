"""What is found in the library as rows of a CSV file."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sameside.kit.tables import Column
from sameside.library import asking, card_facts, searching
from sameside.library.asking import Asking
from sameside.library.facets import Narrowing
from sameside.library.models import Asset, Verdict
from sameside.people.models import Person

EXPORTED = (
    Column("title", "Title"),
    Column("format", "Format"),
    Column("language", "Language"),
    Column("pages", "Pages", "number"),
    Column("tags", "Helps with"),
    Column("verdict", "Truth"),
    Column("reason", "Because"),
    Column("uses", "Uses", "number"),
    Column("shown", "Shown", "number"),
    Column("updated", "Updated", "date"),
    Column("path", "Found at"),
)


def exported(asked: Asking, person: Person) -> Iterator[dict[str, Any]]:
    """Every asset found, as rows of the CSV file; read in pieces, so that memory stays flat."""
    piece: list[Asset] = []
    rows = searching.every(asked.searched, asked.narrowing, person, **asking.options(asked))
    for asset in rows:
        piece.append(asset)
        if len(piece) == 500:
            yield from _rows(piece, asked.narrowing, person)
            piece = []
    yield from _rows(piece, asked.narrowing, person)


def _rows(assets: Sequence[Asset], narrowing: Narrowing, person: Person) -> Iterator[dict[str, Any]]:
    known = card_facts.of(assets, person, narrowing)
    for asset in assets:
        facts = known.get(asset.pk, card_facts.NOTHING)
        judged = facts.judged
        yield {
            "title": asset.title,
            "format": asset.format,
            "language": asset.language,
            "pages": asset.page_count,
            "tags": ", ".join(facts.tags),
            "verdict": str(Verdict(judged.verdict).label) if judged else "",
            "reason": judged.reason if judged else "",
            "uses": judged.uses if judged else 0,
            "shown": judged.impressions if judged else 0,
            "updated": _day(asset.updated_at),
            "path": asset.path,
        }


def _day(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d}"
