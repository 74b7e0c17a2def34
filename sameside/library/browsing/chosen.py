"""The assets that somebody ticked, and the page to go back to."""

from urllib.parse import urlsplit

from django.http import HttpRequest, QueryDict
from django.utils.http import url_has_allowed_host_and_scheme

from sameside.library.models import Asset, found_by
from sameside.people.models import Person

MOST = 200


def assets(given: QueryDict, person: Person) -> list[Asset]:
    """The assets with these ids that `person` may find, in the order given."""
    ids = [int(one) for one in given.getlist("asset")[:MOST] if one.isascii() and one.isdecimal() and len(one) < 19]
    by_id = {asset.pk: asset for asset in found_by(person, ids)}
    return [by_id[pk] for pk in dict.fromkeys(ids) if pk in by_id]


def back_path(request: HttpRequest, otherwise: str) -> str:
    """As `back`, without the host: for the `next` of a form."""
    parts = urlsplit(back(request, otherwise))
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def back(request: HttpRequest, otherwise: str) -> str:
    """The page that the request names, else the one it came from, when it is ours; else `otherwise`."""
    asked = request.POST.get("next") or request.GET.get("next", "")
    if asked.startswith("/") and url_has_allowed_host_and_scheme(asked, allowed_hosts=None):
        return asked
    came = request.META.get("HTTP_REFERER", "")
    is_ours = url_has_allowed_host_and_scheme(came, allowed_hosts={request.get_host()})
    return came if came and is_ours else otherwise
