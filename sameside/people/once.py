"""What is read once in a request: settings that many places ask for.

Only while a request is answered; a command, a task or a test reads anew each time. Who changes such a thing while a
request is answered says so with `forget`.
"""

from collections.abc import Callable
from contextvars import ContextVar
from typing import Any, TypeVar

from django.http import HttpRequest, HttpResponseBase

Made = TypeVar("Made")

_kept: ContextVar[dict[object, Any] | None] = ContextVar("kept", default=None)


class Once:
    """Middleware: what is read is forgotten with the answer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        token = _kept.set({})
        try:
            return self.get_response(request)
        finally:
            _kept.reset(token)


def once(of: object, make: Callable[[], Made]) -> Made:
    """What `make` gives, made once in a request for each `of`."""
    kept = _kept.get()
    if kept is None:
        return make()
    if of not in kept:
        kept[of] = make()
    made: Made = kept[of]
    return made


def forget(of: object) -> None:
    kept = _kept.get()
    if kept is not None:
        kept.pop(of, None)
