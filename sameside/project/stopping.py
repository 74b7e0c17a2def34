"""How a web process ends: what waits is written, then it is gone at once. Settings of gunicorn, read by its name.

A process that has opened the model or an index has native threads, and taking Python apart under them was seen to hang
until the supervisor killed it. So it is not taken apart.
"""

import logging
import os
from typing import Any


def worker_exit(server: Any, worker: Any) -> None:
    """Called by gunicorn once the worker has answered its last request."""
    from sameside.library.usage import recorder

    recorder.finish()
    logging.shutdown()
    os._exit(0)
