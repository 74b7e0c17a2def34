"""Why is this asset not found? The searches it should have answered, where it stands there, and what holds it back.

A search should have been answered by the asset when somebody judged it good for these words, when a person who asked
these words first found it with other ones, or when the words match it. Each is tried again now, as a colleague
without special rights would search: with the same filters, in the index as it is. Whether the words match is what the
search of everything says, without filters: the asset is among its first thousand. Asked about one asset alone, the
engine is content with some of the words.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache

from django.db import connection

from sameside.kit.prepared import VALUE, PreparedValues
from sameside.library import facets
from sameside.library.findability import commonest, tried
from sameside.library.findability.commonest import WINDOW
from sameside.library.findability.tried import Trial, Tried
from sameside.library.models import Asset, AssetFacet, Judgement
from sameside.library.models.assets import EVERYBODY
from sameside.retrieval.engine import Engine

COMMONEST = commonest.MOST
FEW = 40
"""So many of the commonest are tried unless somebody wants the others too."""
MOST_OWN = 20
"""So many searches that are judged, and that were retried, are looked at for one asset."""
SHOWN = 24
"""So many results stand on the first page."""
GOOD = 2
"""The least grade of a judgement that says that an asset should be found."""

_NAMED = frozenset(facet.value for facet in facets.SHOWN)

JUDGED, RETRIED, MATCHES = "judged", "retried", "matches"
BECAUSE = {
    JUDGED: "Judged to be right for these words",
    RETRIED: "Asked first by somebody who then found it with other words",
    MATCHES: "It matches, in words or in meaning",
}


@dataclass(frozen=True)
class Asked:
    """Words with filters (facet to values) that people searched, and why the asset should answer them."""

    words: str
    times: int
    because: str
    filters: Mapping[str, Sequence[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Reason:
    """What holds the asset back, in a sentence; `fix` names what mends it: facets, title, synonym, validity, access."""

    sentence: str
    fix: str


@dataclass(frozen=True)
class Standing:
    """`rank` is the place among `total` results, 0 when the asset is not among them."""

    asked: Asked
    rank: int
    total: int
    reasons: Sequence[Reason]

    @property
    def is_seen(self) -> bool:
        return 0 < self.rank <= SHOWN


def candidates(asset: Asset, at: datetime, most: int = COMMONEST) -> list[Asked]:
    """Judged and retried searches first, then the commonest searches of the window; each words-and-filters once."""
    found: dict[tuple[str, str], Asked] = {}
    common = [Asked(words, times, MATCHES, _facets(chosen)) for words, times, chosen in commonest.known(at)[:most]]
    for one in [*_judged(asset), *_retried(asset, at), *common]:
        found.setdefault((one.words.casefold(), repr(sorted(one.filters.items()))), one)
    return list(found.values())


def _judged(asset: Asset) -> Iterable[Asked]:
    return [Asked(words, 0, JUDGED, _facets(context)) for words, context in _judgements()(asset.pk)]


@lru_cache(maxsize=1)
def _judgements() -> PreparedValues:
    rows = Judgement.objects.filter(asset=VALUE, grade__gte=GOOD).order_by("query__words")
    return PreparedValues(rows.values_list("query__words", "query__context")[:MOST_OWN])


def _facets(given: Mapping[str, object]) -> dict[str, list[str]]:
    lists = {key: values for key, values in given.items() if key in _NAMED and isinstance(values, list)}
    return {key: [str(one) for one in values] for key, values in lists.items()}


def _retried(asset: Asset, at: datetime) -> Iterable[Asked]:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT min(s.query), count(*) FROM library_searchoutcome o JOIN library_search s ON s.id = o.search_id
            WHERE o.outcome IN ('none', 'reformulated') AND btrim(s.query) <> '' AND o.attempt IN (
                SELECT f.attempt FROM library_usage u JOIN library_searchoutcome f ON f.search_id = u.search_id
                WHERE u.asset_id = %s AND u.search_id IS NOT NULL AND u.at > %s AND u.action <> 'impression'
            ) GROUP BY lower(btrim(s.query)) ORDER BY 2 DESC, 1 LIMIT %s
            """,
            [asset.pk, at - WINDOW, MOST_OWN],
        )
        return [Asked(words, times, RETRIED) for words, times in cursor.fetchall()]


def standings(asset: Asset, engine: Engine, at: datetime, most: int = COMMONEST) -> list[Standing]:
    """Where `asset` stands in each search that it should answer, those where it is not seen first."""
    stated, trial = _stated(asset), tried.trial(engine, at)
    tries = (_standing(asset, asked, trial, stated) for asked in candidates(asset, at, most))
    found = [one for one in tries if one is not None]
    return sorted(found, key=lambda one: (one.is_seen, one.asked.because != JUDGED, -one.asked.times, one.asked.words))


def _standing(asset: Asset, asked: Asked, trial: Trial, stated: Mapping[str, set[str]]) -> Standing | None:
    """None for a search that was only guessed to be the asset's: its words do not match after all."""
    everywhere = trial.plainly(asked.words)
    if not everywhere.place(asset.pk) and asked.because == MATCHES:
        return None
    found = trial.ordinarily(asked.words, asked.filters)
    rank = found.place(asset.pk)
    if 0 < rank <= SHOWN:
        return Standing(asked, rank, found.total, [])
    reasons = list(reasons_of(asset, asked, trial.day, stated))
    return Standing(asked, rank, found.total, [*reasons, *_of_words(asset, asked, trial, rank, everywhere)])


def _of_words(asset: Asset, asked: Asked, trial: Trial, rank: int, everywhere: Tried) -> Iterable[Reason]:
    """What its words, or the place that they give it, have to do with it."""
    alone = trial.alone(asked.words, asset.pk).hits
    in_title = bool(alone) and any(fragment.marked for fragment in alone[0].title)
    if not alone and everywhere.place(asset.pk):
        yield Reason("None of the words stands in it: it is near in meaning only.", "synonym")
    elif not alone:
        yield Reason("Nothing in it says what was asked, in words or in meaning.", "synonym")
    elif not everywhere.place(asset.pk) and everywhere.is_whole:
        yield Reason("It holds only some of the words.", "title")
    elif rank and not in_title:
        yield Reason("Its title holds none of the words.", "title")
    if rank or (alone and not everywhere.is_whole):
        before = rank - 1 if rank else tried.FIRST
        yield Reason(f"{before:,} others stand before it.", "title")


def _stated(asset: Asset) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {"format": {asset.format}}
    for facet, value in _facets_of()(asset.pk):
        found.setdefault(facet, set()).add(value)
    if asset.language:
        found.setdefault("language", {asset.language})
    return found


@lru_cache(maxsize=1)
def _facets_of() -> PreparedValues:
    rows = AssetFacet.objects.filter(asset=VALUE).exclude(state=AssetFacet.State.REJECTED)
    return PreparedValues(rows.values_list("facet", "value"))


def reasons_of(asset: Asset, asked: Asked, today: date, stated: Mapping[str, set[str]]) -> Iterable[Reason]:
    """What keeps the asset out whatever its words: it is not current, not for everybody, or lacks a chosen facet."""
    if asset.status != Asset.Status.ACTIVE:
        yield Reason(f"It is {asset.get_status_display().lower()}.", "validity")
    if asset.valid_from and asset.valid_from > today:
        yield Reason(f"It is not valid before {asset.valid_from:%-d %B %Y}.", "validity")
    if asset.status == Asset.Status.ACTIVE and asset.verified_until and asset.verified_until < today:
        yield Reason(f"It was right until {asset.verified_until:%-d %B %Y} only.", "validity")
    if EVERYBODY not in asset.groups:
        yield Reason("Only some people may open it.", "access")
    for facet, values in asked.filters.items():
        if not stated.get(facet, set()) & set(values):
            wanted = " or ".join(facets.label(facet, value) for value in values)
            own = ", ".join(facets.label(facet, value) for value in sorted(stated.get(facet, ())))
            name = facet.replace("_", " ")
            says = f"it says {own}" if own else "it does not say any"
            yield Reason(
                f"The search was for {name} {wanted}; {says}.", "language" if facet == "language" else "facets"
            )
