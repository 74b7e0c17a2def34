"""The judged set: searches, in their context, for which somebody said how good which asset is.

A grade is 3 (the answer), 2 (good), 1 (of some help) or 0 (wrong). What was graded by hand counts; where nobody did,
what use has shown counts (see `growing`). The same words in another context are another query.
"""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from sameside.kit.tables import Column, csv_lines
from sameside.library import facets, searching
from sameside.library.models import Asset, JudgedQuery, Judgement
from sameside.library.refusals import NotPossible
from sameside.people.models import Person

GRADES = {3: "the answer", 2: "good", 1: "of some help", 0: "wrong"}
COLUMNS = [Column(key, key) for key in ("words", "context", "language", "asset", "grade", "source", "reason")]
MOST_ROWS = 20_000
LONGEST = 300
UNREADABLE = "The file is not CSV that can be read: a quote is open, or a cell is too large."
Context = Mapping[str, Sequence[str]]


def cleaned(context: Mapping[str, Iterable[str]]) -> dict[str, list[str]]:
    """The facets of a context that there are, in one order, so that the same context is the same."""
    known = {facet.value for facet in facets.SHOWN}
    kept = {facet: sorted({str(value)[:200] for value in values if value}) for facet, values in context.items()}
    return {facet: kept[facet] for facet in sorted(kept) if facet in known and kept[facet]}


def normal(words: str) -> str:
    """The words as they are compared: one line, small letters."""
    return searching.clean(words).casefold()[:LONGEST]


def add(words: str, context: Context, *, by: Person | None, at: datetime, language: str = "") -> JudgedQuery:
    """A query to judge; the one there is when it was added before."""
    asked = normal(words)
    if not searching.has_words(asked):
        raise NotPossible("Write the words that somebody would search for.")
    query, _ = JudgedQuery.objects.get_or_create(
        words=asked, context=cleaned(context), defaults={"created_at": at, "created_by": by, "language": language}
    )
    return query


def grade(query: JudgedQuery, asset: Asset, grade: int | None, *, by: Person, at: datetime) -> Judgement | None:
    """Judge an asset by hand; None takes the hand's judgement away, so that what use has shown counts again."""
    if grade is None:
        query.judgements.filter(asset=asset, source=Judgement.Source.HAND).delete()
        return None
    if grade not in GRADES:
        raise NotPossible("A grade is 0, 1, 2 or 3.")
    judgement, _ = Judgement.objects.update_or_create(
        query=query, asset=asset, source=Judgement.Source.HAND, defaults={"grade": grade, "by": by, "at": at}
    )
    return judgement


def remove(query: JudgedQuery) -> None:
    """Take a query with its judgements out of the set."""
    query.delete()


def grades(judgements: Iterable[Judgement]) -> dict[int, Judgement]:
    """By asset the judgement that counts: the hand's before what use has shown."""
    found: dict[int, Judgement] = {}
    for judgement in judgements:
        known = found.get(judgement.asset_id)
        if known is None or judgement.source == Judgement.Source.HAND:
            found[judgement.asset_id] = judgement
    return found


def export() -> Iterable[str]:
    """The whole set as CSV, one judgement a line; assets by their slug."""
    rows = Judgement.objects.select_related("query", "asset").order_by("query__words", "query_id", "-grade", "pk")
    yield from csv_lines(
        COLUMNS,
        (
            {
                "words": row.query.words,
                "context": json.dumps(row.query.context, ensure_ascii=False, sort_keys=True)
                if row.query.context
                else "",
                "language": row.query.language,
                "asset": row.asset.slug,
                "grade": row.grade,
                "source": row.source,
                "reason": row.reason,
            }
            for row in rows.iterator(500)
        ),
    )


@dataclass(frozen=True)
class Imported:
    """What became of a file: judgements taken, and the lines that were not, with their reasons."""

    judgements: int
    refused: Sequence[tuple[int, str]]


@transaction.atomic
def import_file(text: str, *, by: Person, at: datetime) -> Imported:
    """Judgements from CSV with the columns of the export; they count as judged by hand. A bad line stops no other."""
    rows = csv.DictReader(io.StringIO(text.removeprefix("\ufeff").replace("\x00", "")))
    if not {"words", "asset", "grade"} <= _columns(rows):
        raise NotPossible("The file needs the columns words, asset and grade.")
    slugs = dict(Asset.objects.values_list("slug", "pk"))
    taken, refused = 0, []
    for line, row in enumerate(_read(rows), 2):
        if line > MOST_ROWS:
            raise NotPossible(f"A file holds at most {MOST_ROWS:,} judgements.")
        problem = _take(row, slugs, by, at)
        if problem:
            refused.append((line, problem))
        else:
            taken += 1
    return Imported(taken, refused)


def _columns(rows: "csv.DictReader[str]") -> set[str]:
    try:
        return set(rows.fieldnames or ())
    except csv.Error as problem:
        raise NotPossible(UNREADABLE) from problem


def _read(rows: "csv.DictReader[str]") -> Iterator[dict[str, str]]:
    try:
        yield from rows
    except csv.Error as problem:
        raise NotPossible(UNREADABLE) from problem


def _context(text: str) -> dict[str, list[str]]:
    """The context in a cell; ValueError for what is none, or cannot be stored."""
    context = {facet: [str(value) for value in values] for facet, values in json.loads(text).items()}
    if not all(value.isprintable() for values in context.values() for value in values):
        raise ValueError("control characters")
    return context


def _take(row: Mapping[str, str | None], slugs: Mapping[str, int], by: Person, at: datetime) -> str:
    """Why a line is not taken; empty when it is."""
    asset = slugs.get((row.get("asset") or "").strip())
    if asset is None:
        return "There is no such asset."
    given = (row.get("grade") or "").strip()
    if given not in {"0", "1", "2", "3"}:
        return "A grade is 0, 1, 2 or 3."
    try:
        context = _context(row.get("context") or "{}")
        query = add(
            row.get("words") or "",
            context,
            by=by,
            at=at,
            language=(row.get("language") or "").strip()[:5],
        )
    except (ValueError, AttributeError, TypeError, RecursionError):
        return "The context is not JSON of facets and their values."
    except NotPossible as problem:
        return str(problem)
    Judgement.objects.update_or_create(
        query=query,
        asset_id=asset,
        source=Judgement.Source.HAND,
        defaults={"grade": int(given), "by": by, "at": at, "reason": (row.get("reason") or "")[:300]},
    )
    return ""
