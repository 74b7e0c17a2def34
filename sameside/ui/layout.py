"""What every page needs: the navigation for this person, the organisation, whether this is the demo."""

from typing import Any

from django.http import HttpRequest


def page(request: HttpRequest) -> dict[str, Any]:
    return {}
