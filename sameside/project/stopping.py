"""How a web process ends: what waits is written, then it is gone at once. Settings of gunicorn, read by its name.

Python would take itself apart first, and native threads of the model and of the index, which still run then, make that
hang until the supervisor kills it, or end in `terminate called without an active exception`.
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
