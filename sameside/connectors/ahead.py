"""Reading the next rows while the database is busy with the ones before."""

import queue
import threading
from collections.abc import Iterator
from typing import TypeVar

T = TypeVar("T")


def ahead(items: Iterator[T], *, waiting: int = 2) -> Iterator[T]:
    """The same items, made by a thread of its own, at most `waiting` of them before they are asked for.

    What goes wrong while they are made is raised here; when nobody asks any more, the thread ends.
    """
    made: queue.Queue[T | BaseException | None] = queue.Queue(maxsize=waiting)
    given_up = threading.Event()

    def put(item: T | BaseException | None) -> None:
        while not given_up.is_set():
            try:
                made.put(item, timeout=0.5)
            except queue.Full:
                continue
            return

    def make() -> None:
        try:
            for item in items:
                put(item)
                if given_up.is_set():
                    return
            put(None)
        except BaseException as problem:  # noqa: BLE001 raised again by the thread that asked
            put(problem)

    thread = threading.Thread(target=make, name="reading", daemon=True)
    thread.start()
    try:
        while (item := made.get()) is not None:
            if isinstance(item, BaseException):
                raise item
            yield item
    finally:
        given_up.set()
        thread.join()
