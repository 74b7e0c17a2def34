"""What each column of a HubSpot export is: a field in some language, the date of a stage, or nothing we understand."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from sameside.connectors.hubspot import stages, vocabulary
from sameside.connectors.hubspot.stages import Entered
from sameside.connectors.objects import plain

_STAGED = frozenset({"Contact", "Deal", "LeadObject"})
MOST_NAMED = 8


@dataclass(frozen=True)
class Dated:
    """A column that holds when a record entered a stage; `column` is what it is called among the values read."""

    entered: Entered
    header: str
    column: str


@dataclass
class Columns:
    """`fields` maps a field to the headers that hold it, in the plain form of `objects.plain`, the best first."""

    kind: str
    fields: dict[str, tuple[str, ...]] = field(default_factory=dict)
    dated: tuple[Dated, ...] = ()
    unknown: tuple[str, ...] = ()

    def of(self, *names: str) -> tuple[str, ...]:
        """The headers of these fields, one after the other."""
        return tuple(header for name in names for header in self.fields.get(name, ()))

    def has(self, *names: str) -> bool:
        return any(name in self.fields for name in names)


def columns(kind: str, header: Iterable[str]) -> Columns:
    """Every column of `header` of a file that holds records of `kind`."""
    found: dict[str, list[tuple[int, str]]] = {}
    dated: list[Dated] = []
    unknown: list[str] = []
    for place, name in enumerate(header):
        known, rank = vocabulary.field_of(kind, name)
        entered = stages.entered(name) if kind in _STAGED and not known else None
        if known:
            found.setdefault(known, []).append((rank, plain(name)))
        elif entered:
            dated.append(Dated(entered, plain(name), f"entered_{place}"))
        elif name.strip() and not stages.is_duration(name):
            unknown.append(name.strip())
    fields = {name: tuple(dict.fromkeys(each for _, each in sorted(ranked))) for name, ranked in found.items()}
    return Columns(kind, fields, tuple(dated), tuple(unknown))


def unused(names: Sequence[str], *, more: int = MOST_NAMED) -> str:
    """The columns that nothing was read from, in a few words."""
    if not names:
        return ""
    shown = ", ".join(name[:40] for name in names[:more])
    rest = f" and {len(names) - more} more" if len(names) > more else ""
    return f"{len(names)} {'column' if len(names) == 1 else 'columns'} not used: {shown}{rest}"
