"""A link stands only where it leads somewhere that its reader may go.

Reports are for everybody, and their figures link to the rows behind them; whoever may not see those rows reads the
figure without the link. What is made of a report is kept and shown to all, so this is decided when a page is
sent, and for every page alike: an address whose view refuses the reader's role loses its link and keeps its words.
"""

import re
from collections.abc import Callable
from functools import lru_cache

from django.http import HttpRequest
from django.http.response import HttpResponse, HttpResponseBase
from django.urls import Resolver404, resolve

from sameside.people.roles import BY_KEY
from sameside.ui import access

_LINK = re.compile(r'<a\b([^>]*?)\shref="(/[^"?#]*)[^"]*"([^>]*)>(.*?)</a>', re.DOTALL)
_EVERYTHING = frozenset(BY_KEY)


class Doors:
    """Middleware: takes out the links that would be refused."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if not isinstance(response, HttpResponse) or not response.get("Content-Type", "").startswith("text/html"):
            return response
        if response.content and request.user.is_authenticated:
            allowed = access.current().capabilities(request.user)
            if allowed != _EVERYTHING:
                response.content = narrowed(response.content.decode(), allowed)
        return response


def narrowed(html: str, allowed: frozenset[str]) -> str:
    """`html` without the links to pages that need a capability which is not among those `allowed`."""

    def kept(link: re.Match[str]) -> str:
        policy = _policy(link[2])
        if policy not in _EVERYTHING or policy in allowed:
            return link[0]
        attributes = f"{link[1]}{link[3]}".replace("row-link", "row-name")
        return f"<span{attributes}>{link[4]}</span>"

    return _LINK.sub(kept, html)


@lru_cache(maxsize=4096)
def _policy(path: str) -> str:
    """The line of the role table that guards the page at `path`; empty where there is none."""
    try:
        return str(getattr(resolve(path).func, "policy", ""))
    except Resolver404:
        return ""
