"""The built front end: stable names with the digest of their content as query, so that browsers keep them for ever."""

import json
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.templatetags.static import static

DIST = Path(__file__).resolve().parent / "static" / "ui" / "dist"


@lru_cache(maxsize=1)
def _manifest() -> dict[str, str]:
    path = DIST / "manifest.json"
    return dict(json.loads(path.read_text())) if path.exists() else {}


@lru_cache(maxsize=64)
def address(name: str) -> str:
    """The address of the built file `name`, as in `main.css`."""
    digest = _manifest().get(name, "")
    return static(f"ui/dist/{name}") + (f"?v={digest}" if digest else "")


def forget() -> None:
    _manifest.cache_clear()
    address.cache_clear()


def current(name: str) -> str:
    """Like `address`; looks at the folder anew when errors are shown in the browser."""
    if settings.DEBUG:
        forget()
    return address(name)
