"""What holds for every answer: scripts and styles come from our own origin only, nothing inline; a page is kept by
nobody, because the next one at the same computer may be somebody else; an upload ends where the limit is."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self'",
        "style-src 'self'",
        "style-src-attr 'none'",
        "img-src 'self' data: blob:",
        "font-src 'self'",
        "connect-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)


class ContentSecurityPolicy:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers.setdefault("Cache-Control", "private, no-store")
        return response


_CHUNK = 1 << 20
_FORM = 1_000_000
_READ_ON = 2


class UploadLimit:
    """Refuses a request that is larger than the largest upload before any of it is kept, whoever sends it.

    Browsers show an answer only once they have sent everything: what is up to twice the limit is read and forgotten,
    so that its sender learns why; what is larger is cut off.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.META.get("CONTENT_LENGTH") or "0"
        size = int(given) if given.isdecimal() and len(given) < 19 else 0
        limit = settings.UPLOAD_MB * 1_000_000 + _FORM
        if size <= limit:
            return self.get_response(request)
        if size <= limit * _READ_ON:
            while request.read(_CHUNK):
                pass
        sentence = f"You sent {size / 1e6:,.0f} MB at once; {settings.UPLOAD_MB:,} MB is the most."
        return render(request, "413.html", {"sentence": sentence}, status=413)
