"""The state of this machine's search indexes for administrators: what each holds, how far it is, its last check."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sameside.search import embedding, health, kinds, progress
from sameside.search.changes import Lag
from sameside.search.health import OfKind
from sameside.search.models import IndexCheck
from sameside.ui import formats
from sameside.ui.cells import Badge


@dataclass(frozen=True)
class Doing:
    """Work that goes on: `share` of it is done, from 0 to 1."""

    label: str
    share: float


@dataclass(frozen=True)
class Card:
    """The index of one kind. `built_at` is None and `can_check` False while there is none."""

    name: str
    plural: str
    icon: str
    state: Badge
    documents: str
    lag: str
    size: str
    built_at: datetime | None
    writes: int
    doing: Sequence[Doing]
    last_check: str
    checked_at: datetime | None
    is_same: bool
    can_check: bool


@dataclass(frozen=True)
class Page:
    """`is_busy`: something goes on, so the page is asked for again soon."""

    indexer: str
    runs: bool
    model: str
    cards: Sequence[Card]
    vectors: Doing | None
    documents: int
    bytes: str

    @property
    def is_busy(self) -> bool:
        return self.vectors is not None or any(card.doing for card in self.cards)


def build(*, at: datetime) -> Page:
    found = health.status(at=at.timestamp())
    checks = _last_checks([one.name for one in found.kinds])
    runs = found.indexer is not None
    return Page(
        indexer=health.sentences(found)[0],
        runs=runs,
        model=embedding.sentence(),
        cards=[_card(one, checks.get(one.name), runs=runs, at=at) for one in found.kinds],
        vectors=_vectors(at),
        documents=sum(one.documents or 0 for one in found.kinds),
        bytes=formats.size(sum(one.bytes for one in found.kinds)),
    )


def _last_checks(names: Sequence[str]) -> dict[str, IndexCheck]:
    rows = IndexCheck.objects.filter(kind__in=names).order_by("kind", "-asked_at", "-pk").distinct("kind")
    return {row.kind: row for row in rows}


def _card(one: OfKind, check: IndexCheck | None, *, runs: bool, at: datetime) -> Card:
    kind = kinds.by_name(one.name)
    lag = health.lag(kind)
    doing = []
    if one.building:
        label = f"Being built: {one.done:,} of about {health.documents(one.total)}"
        doing.append(Doing(label, min(1.0, one.done / one.total) if one.total else 0.0))
    if check is not None and check.finished_at is None:
        label = f"Being checked: {check.looked_at:,} of about {health.documents(check.documents)}"
        doing.append(Doing(label, min(1.0, check.looked_at / check.documents) if check.documents else 0.0))
    return Card(
        name=one.name,
        plural=one.plural,
        icon=kind.icon,
        state=_state(one, lag, check, runs=runs),
        documents="none yet" if one.documents is None else f"{one.documents:,}",
        lag=_lag_in_words(lag, at),
        size=formats.size(one.bytes),
        built_at=datetime.fromtimestamp(one.built_at, UTC) if one.generation else None,
        writes=one.writes,
        doing=doing,
        last_check=_check_in_words(check),
        checked_at=check.finished_at if check else None,
        is_same=bool(check and check.finished_at and not _differs(check) and not check.problem),
        can_check=one.documents is not None,
    )


def _differs(check: IndexCheck) -> int:
    return check.missing + check.stale + check.surplus


def _state(one: OfKind, lag: Lag | None, check: IndexCheck | None, *, runs: bool) -> Badge:
    if one.building:
        return Badge("Being built", "info")
    if one.documents is None:
        return Badge("No index", "bad")
    if not runs:
        return Badge("Not followed", "bad")
    if lag and (lag.things or lag.is_lost):
        return Badge("Catching up", "warn")
    if check is not None and check.finished_at and _differs(check) and not check.heals:
        return Badge("Differs", "warn")
    return Badge("Up to date", "good")


def _lag_in_words(lag: Lag | None, at: datetime) -> str:
    if lag is None:
        return "There is no index to follow it."
    if lag.is_lost:
        return "It cannot catch up with the log and is built anew."
    if not lag.things or lag.since is None:
        return "Nothing waits."
    waits = "1 change waits" if lag.things == 1 else f"{lag.things:,} changes wait"
    return f"{waits}, the oldest for {_duration((at - lag.since).total_seconds())}."


def _duration(seconds: float) -> str:
    for length, name in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        if seconds >= length:
            number = int(seconds // length)
            return f"{number:,} {name}{'' if number == 1 else 's'}"
    return "less than a minute"


def _check_in_words(check: IndexCheck | None) -> str:
    if check is None:
        return "Never checked."
    if check.finished_at is None:
        return "It is being checked."
    if check.problem:
        return check.problem
    if not _differs(check):
        return f"It agrees with the database: {health.documents(check.documents)}."
    counts = f"{check.missing:,} missing, {check.stale:,} stale, {check.surplus:,} surplus"
    healed = " All of them were indexed again." if check.heals else ""
    return f"Of {health.documents(check.documents)}: {counts}.{healed}"


def _vectors(at: datetime) -> Doing | None:
    """How far meaning is computed; None when nothing is to be computed, or nobody has said anything for long."""
    for kind in kinds.every():
        said = progress.read(embedding.folder(kind)) if kind.has_meaning else None
        if said is not None and not said.is_done and at.timestamp() - said.at < health.SILENT_SECONDS:
            every = said.passages + said.left
            return Doing(f"{kind.plural}: {progress.sentence(said)}", said.passages / every if every else 0.0)
    return None
