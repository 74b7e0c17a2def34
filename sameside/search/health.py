"""How the indexes of this machine are: what they hold, what is being done, and whether they agree with the database."""

import json
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from sameside.retrieval.engine import Engine, Request
from sameside.search import changes, indexes, kinds, readers
from sameside.search.documents import DIGEST, read
from sameside.search.indexer import STATUS
from sameside.search.kinds import Kind

SILENT_SECONDS = 30.0
"""An indexer that has said nothing for so long is not taken for one that runs."""


@dataclass(frozen=True)
class OfKind:
    """The index of one kind. `behind`: seconds since it last wrote down how far it has read the log.

    `generation` names the build in use, `built_at` when it was made, `writes` how often it was written since.
    """

    name: str
    plural: str
    documents: int | None
    bytes: int
    behind: float | None
    building: bool = False
    done: int = 0
    total: int = 0
    pending: int = 0
    generation: str = ""
    built_at: float = 0.0
    writes: int = 0


@dataclass(frozen=True)
class Status:
    indexer: int | None
    kinds: Sequence[OfKind] = field(default_factory=tuple)

    @property
    def is_well(self) -> bool:
        return self.indexer is not None and all(one.documents is not None for one in self.kinds)


def status(*, at: float | None = None) -> Status:
    """`indexer` is the number of its process, None when none runs on this machine."""
    moment = time.time() if at is None else at
    said = _said(moment)
    doing = said.get("kinds", {})
    return Status(
        indexer=said.get("process"), kinds=[_of_kind(kind, doing.get(kind.name, {}), moment) for kind in kinds.every()]
    )


def _said(moment: float) -> dict[str, Any]:
    try:
        said: dict[str, Any] = json.loads((indexes.root() / STATUS).read_text())
    except (FileNotFoundError, ValueError):
        return {}
    return said if moment - said["at"] < SILENT_SECONDS else {}


def _of_kind(kind: Kind, doing: dict[str, int], moment: float) -> OfKind:
    version = indexes.place(kind.name).current()
    state = indexes.read_state(version) if version else None
    return OfKind(
        name=kind.name,
        plural=kind.plural,
        documents=state.documents if state else None,
        bytes=indexes.directory_size(version) if version else 0,
        behind=max(0.0, moment - state.read_at) if state else None,
        building=bool(doing.get("building")),
        done=doing.get("done", 0),
        total=doing.get("total", 0),
        pending=doing.get("pending", 0),
        generation=version.name if version and state else "",
        built_at=state.built_at if state else 0.0,
        writes=state.writes if state else 0,
    )


def lag(kind: Kind) -> changes.Lag | None:
    """What the log says that the index of this machine does not hold yet; None when there is no index."""
    version = indexes.place(kind.name).current()
    state = indexes.read_state(version) if version else None
    return changes.lag(kind.name, state.snapshot) if state else None


def sentences(found: Status) -> list[str]:
    first = (
        f"The indexer runs (process {found.indexer})."
        if found.indexer is not None
        else "No indexer runs on this machine: what changes is not found. `sameside serve` runs one."
    )
    return [first, *(_about(one) for one in found.kinds)]


def documents(number: int) -> str:
    return f"{number:,} document{'' if number == 1 else 's'}"


def _about(one: OfKind) -> str:
    held = "no index yet" if one.documents is None else f"{documents(one.documents)}, {one.bytes / 1e6:,.1f} MB"
    if one.building:
        return f"{one.plural}: {held}; being built, {one.done:,} of about {one.total:,}."
    return f"{one.plural}: {held}; {one.pending:,} waiting to be indexed." if one.pending else f"{one.plural}: {held}."


@dataclass(frozen=True)
class Differences:
    """What an index does not hold, holds otherwise, or holds beyond what the database has."""

    kind: str
    documents: int
    missing: Sequence[int] = ()
    stale: Sequence[int] = ()
    surplus: Sequence[int] = ()

    @property
    def is_same(self) -> bool:
        return not (self.missing or self.stale or self.surplus)


def _quietly(_: int) -> None:
    """Tells nobody."""


def compare(kind: Kind, tell: Callable[[int], object] = _quietly) -> Differences:
    """Every document of the index beside what the database would make of it now. Raises `readers.NotReady`.

    `tell` is told how many were looked at so far.
    """
    engine = readers.engine(kind.name)
    held = set(engine.keys(Request(parts=False, semantic=False)))
    missing: list[int] = []
    stale: list[int] = []
    wanted: set[int] = set()
    count = 0
    for made in _pieces(kind):
        count += len(made)
        wanted.update(made)
        same = _same(engine, made)
        missing += [key for key in made if key not in held]
        stale += [key for key in made if key in held and key not in same]
        tell(count)
    return Differences(kind.name, count, missing, stale, sorted(held - wanted))


def _pieces(kind: Kind) -> Iterator[dict[int, str]]:
    """Digest by key of all that should be found, in pieces."""
    after = 0
    while ids := kind.every(after, kind.batch):
        after = ids[-1]
        yield {document.key: document.terms[DIGEST][0] for document in read(kind, ids)}


def _same(engine: Engine, made: dict[int, str]) -> set[int]:
    """The keys that the index holds with one of these digests: a document's own, as digests do not meet by chance."""
    asked = Request(keys=list(made), filters={DIGEST: list(made.values())}, parts=False, semantic=False)
    return set(engine.keys(asked)) if made else set()


def heal(found: Differences) -> int:
    """Have every index read again what differs in this one; returns how many things."""
    ids = [*found.missing, *found.stale, *found.surplus]
    changes.note(found.kind, ids)
    return len(ids)


def sentence(found: Differences, *, healed: bool) -> str:
    plural = kinds.by_name(found.kind).plural
    if found.is_same:
        return f"{plural}: the index agrees with the database, {documents(found.documents)}."
    counts = f"{len(found.missing):,} missing, {len(found.stale):,} stale, {len(found.surplus):,} surplus"
    ending = "are indexed again" if healed else "`sameside search check --heal` has them indexed again"
    return f"{plural}: {counts} of {documents(found.documents)}; {ending}."
