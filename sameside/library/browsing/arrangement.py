"""List or grid: what somebody chose last is kept in a cookie, so that looking at a page writes nothing."""

from django.http import HttpRequest, HttpResponse

COOKIE = "sameside_library_view"
CHOICES = ("list", "grid")
KEPT_SECONDS = 365 * 24 * 3600


def remembered(request: HttpRequest) -> str:
    return request.COOKIES.get(COOKIE, "")


def remember(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """`response`, with the choice that the address makes."""
    chosen = request.GET.get("view", "")
    if chosen in CHOICES and chosen != remembered(request):
        response.set_cookie(
            COOKIE, chosen, max_age=KEPT_SECONDS, secure=request.is_secure(), httponly=True, samesite="Lax"
        )
    return response
