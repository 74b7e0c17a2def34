"""An asynchronous function called from a test, whether or not a browser's event loop runs in the test's thread."""

from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from asgiref.sync import async_to_sync
from django.db import connections

Result = TypeVar("Result")


def awaited(function: Callable[[], Coroutine[Any, Any, Result]]) -> Result:
    """Returns what the function returns. It runs in a thread, and on a database connection, of its own."""

    def call() -> Result:
        try:
            return async_to_sync(function)()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(call).result()
