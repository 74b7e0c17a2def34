"""The judged set grows from use: what people did with results says how good they were.

The same words, with the same facets chosen, searched by at least two persons or three times make a query. Of each
asset that these searches showed, it counts in how many it was used (shared, presented or personalised within half an
hour by the same person), opened, or passed over: shown above something that was opened, and left alone.

- used in three searches or by two persons: 3; used at all: 2;
- opened in two searches or more, never used: 1;
- passed over in five searches or more, never opened or used: 0.

People look at what stands first, so being opened says more about a place than about the asset: opening alone never
gives more than 1, and being left alone counts only above something that was opened, because whoever opened the fourth
result has seen the three above it ("skip above", T. Joachims et al., SIGIR 2005). What was never shown is not judged,
so a set grown from use flatters the ranking that was in use; judging by hand evens that out.

What was judged by hand is never touched. Each night the window is read anew, so what use no longer shows goes.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction

from sameside.library import searching
from sameside.library.evaluation import judging
from sameside.library.masking import is_masked
from sameside.library.models import JudgedQuery, Judgement, Search, Usage
from sameside.library.searches import OPENED_WITHIN, OPENING, USED_WITHIN, USING

WINDOW = timedelta(days=180)
SEARCHES, PERSONS = 3, 2
USED_FOR_BEST, USERS_FOR_BEST = 3, 2
OPENED_LEAST, PASSED_LEAST = 2, 5
_PIECE = 2000
_KEY = tuple[str, str]


@dataclass
class Evidence:
    """What people did with one asset that the searches of one query showed."""

    used: int = 0
    users: set[int] = field(default_factory=set)
    opened: int = 0
    passed: int = 0

    @property
    def grade(self) -> int | None:
        if self.used >= USED_FOR_BEST or len(self.users) >= USERS_FOR_BEST:
            return 3
        if self.used:
            return 2
        if self.opened >= OPENED_LEAST:
            return 1
        if not self.opened and self.passed >= PASSED_LEAST:
            return 0
        return None

    @property
    def reason(self) -> str:
        said = []
        if self.used:
            said.append(f"used in {self.used} {_searches(self.used)} by {len(self.users)} {_persons(len(self.users))}")
        if self.opened:
            said.append(f"opened in {self.opened} {_searches(self.opened)}")
        if self.passed:
            said.append(f"passed over in {self.passed}")
        return ", ".join(said).capitalize() + "."


def _searches(number: int) -> str:
    return "search" if number == 1 else "searches"


def _persons(number: int) -> str:
    return "person" if number == 1 else "persons"


@dataclass
class Asked:
    """The searches of one query: how many, by whom, and the evidence on each asset."""

    context: dict[str, list[str]]
    searches: int = 0
    persons: set[int] = field(default_factory=set)
    assets: defaultdict[int, Evidence] = field(default_factory=lambda: defaultdict(Evidence))

    @property
    def is_enough(self) -> bool:
        return self.searches >= SEARCHES or len(self.persons) >= PERSONS


@dataclass(frozen=True)
class Grown:
    """How many queries and judgements use now supports."""

    queries: int
    judgements: int


def grow(at: datetime) -> Grown:
    """Read what people did with search results in the window before `at`, and keep what it says."""
    asked: dict[_KEY, Asked] = {}
    rows = Search.objects.filter(at__gt=at - WINDOW, at__lte=at, person__isnull=False).exclude(query="").order_by("pk")
    piece: list[Search] = []
    for search in rows.iterator(_PIECE):
        piece.append(search)
        if len(piece) == _PIECE:
            _read(piece, asked)
            piece = []
    _read(piece, asked)
    return _keep({key: one for key, one in asked.items() if one.is_enough}, at)


def _read(searches: list[Search], asked: dict[_KEY, Asked]) -> None:
    """Add the evidence of these searches."""
    if not searches:
        return
    acts: defaultdict[int, list[Usage]] = defaultdict(list)
    done = Usage.objects.filter(
        person__in={search.person_id for search in searches},
        action__in=[*OPENING, *USING],
        at__gte=min(search.at for search in searches),
        at__lte=max(search.at for search in searches) + USED_WITHIN,
    )
    for act in done.order_by("at"):
        acts[act.person_id or 0].append(act)
    for search in searches:
        words = judging.normal(search.query)
        context = judging.cleaned(_facets(search.filters))
        if not searching.has_words(words) or is_masked(words):
            continue
        one = asked.setdefault((words, repr(context)), Asked(context))
        person = search.person_id or 0
        one.searches += 1
        one.persons.add(person)
        _add(one, search, person, acts[person])


def _facets(filters: Mapping[str, object]) -> dict[str, list[str]]:
    return {facet: [str(value) for value in values] for facet, values in filters.items() if isinstance(values, list)}


def _add(one: Asked, search: Search, person: int, acts: Iterable[Usage]) -> None:
    shown = list(dict.fromkeys(search.shown))
    opened: set[int] = set()
    used: set[int] = set()
    for act in acts:
        since = act.at - search.at
        if act.asset_id not in shown or since < timedelta():
            continue
        if act.action in USING and since <= USED_WITHIN:
            used.add(act.asset_id)
        elif act.action in OPENING and (since <= OPENED_WITHIN or act.search_id == search.pk):
            opened.add(act.asset_id)
    chosen = [place for place, asset in enumerate(shown) if asset in opened or asset in used]
    lowest = max(chosen, default=-1)
    for place, asset in enumerate(shown):
        evidence = one.assets[asset]
        evidence.used += asset in used
        evidence.opened += asset in opened or asset in used
        evidence.passed += place < lowest and asset not in opened and asset not in used
        if asset in used:
            evidence.users.add(person)


@transaction.atomic
def _keep(asked: Mapping[_KEY, Asked], at: datetime) -> Grown:
    """Store what the evidence says in place of what it said before; the hand's judgements stay."""
    known = {(query.words, repr(query.context)): query for query in JudgedQuery.objects.select_for_update()}
    supported: Counter[str] = Counter()
    wanted: list[Judgement] = []
    assets = _existing(asset for one in asked.values() for asset in one.assets)
    for key, one in asked.items():
        graded = {
            asset: evidence for asset, evidence in one.assets.items() if evidence.grade is not None and asset in assets
        }
        if not any(evidence.grade for evidence in graded.values()):
            continue  # nothing good is known of it: a query of wrong answers measures nothing
        query = known.get(key) or JudgedQuery.objects.create(words=key[0], context=one.context, created_at=at)
        supported["queries"] += 1
        wanted += [
            Judgement(
                query=query, asset_id=asset, grade=evidence.grade or 0, source=Judgement.Source.USE,
                reason=evidence.reason[:300], at=at,
            )
            for asset, evidence in graded.items()
        ]  # fmt: skip
    Judgement.objects.filter(source=Judgement.Source.USE).delete()
    Judgement.objects.bulk_create(wanted, batch_size=1000)
    JudgedQuery.objects.filter(created_by__isnull=True, judgements__isnull=True).delete()
    return Grown(supported["queries"], len(wanted))


def _existing(assets: Iterable[int]) -> set[int]:
    from sameside.library.models import Asset

    return set(Asset.objects.filter(pk__in=set(assets)).values_list("pk", flat=True))
