"""Facet counts while nobody searches for words: the same for everybody with the same rights.

They are counted over everything that somebody may find, which takes the longer the more there is, and the library's
page and the box ask for them again and again. They are kept for as long as the index is what it was; an engine that
cannot tell its state is asked each time.
"""

from collections.abc import Mapping
from dataclasses import replace
from weakref import WeakKeyDictionary

from sameside.retrieval.engine import Engine, Found, Request
from sameside.retrieval.hybrid import Remembered

MOST_KEPT = 256

_Counts = Mapping[str, Mapping[str, int]]
_known: "WeakKeyDictionary[Engine, Remembered[_Counts]]" = WeakKeyDictionary()


def search(engine: Engine, request: Request) -> Found:
    """What `engine` finds, with counts that may have been made for somebody else."""
    state = engine.state() if request.counted and not request.words and request.keys is None else None
    if state is None:
        return engine.search(request)
    counting = Request(
        filters=request.filters,
        excluded=request.excluded,
        groups=request.groups,
        on=request.on,
        counted=request.counted,
        size=1,
    )
    remembered = _known.setdefault(engine, Remembered(MOST_KEPT))
    counts = remembered.get((state, repr(counting)), lambda: engine.search(counting).counts)
    found = engine.search(replace(request, counted=()))
    # What was written in between is in what was found, but not in these counts.
    return replace(found, counts=counts) if engine.state() == state else engine.search(request)
