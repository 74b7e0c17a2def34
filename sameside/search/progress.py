"""How far the vectors of a kind are, as the process that makes them says it."""

import json
import os
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path

_FILE = "progress.json"
_FADING = 0.97
"""Of what was measured, this much counts still after each measurement."""
_SAID_EVERY = 1.0


@dataclass
class Pace:
    """Passages a second, lately."""

    passages: float = 0.0
    seconds: float = 0.0

    def note(self, passages: int, seconds: float) -> None:
        self.passages = self.passages * _FADING + passages
        self.seconds = self.seconds * _FADING + seconds

    @property
    def rate(self) -> float:
        return self.passages / self.seconds if self.seconds else 0.0


@dataclass(frozen=True)
class Progress:
    """`passages` have a vector, `left` do not as far as is known yet; `rate`: passages a second, 0 when unknown."""

    model: str
    passages: int = 0
    left: int = 0
    documents_left: int = 0
    is_looking: bool = False
    rate: float = 0.0
    at: float = field(default_factory=time.time)

    @property
    def seconds_left(self) -> float | None:
        return self.left / self.rate if self.rate else None

    @property
    def is_done(self) -> bool:
        return not self.is_looking and not self.documents_left


def write(folder: Path, said: Progress) -> None:
    """Say it, at most once a second while there is more to come."""
    path = folder / _FILE
    before = read(folder)
    if before is not None and not said.is_done and said.at - before.at < _SAID_EVERY:
        return
    folder.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(f".{os.getpid()}.new")
    beside.write_text(json.dumps(asdict(said)))
    beside.replace(path)


def read(folder: Path) -> Progress | None:
    """None when nothing was said yet."""
    try:
        return Progress(**json.loads((folder / _FILE).read_text()))
    except (FileNotFoundError, ValueError, TypeError):
        return None


def sentence(said: Progress) -> str:
    """What it says, for people."""
    passages = f"{said.passages:,} passage{'' if said.passages == 1 else 's'} found by meaning"
    if said.is_done:
        return f"{passages}."
    if said.is_looking:
        return f"{passages}; looking through all for what is missing."
    left = f"{passages}, {said.left:,} to be embedded"
    return f"{left}, about {_duration(said.seconds_left)}." if said.seconds_left else f"{left}."


def _duration(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} seconds"
    minutes = round(seconds / 60)
    return f"{minutes} minutes" if minutes < 90 else f"{minutes / 60:.1f} hours"
