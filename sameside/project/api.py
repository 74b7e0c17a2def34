"""The API under `/api/`: the routers of the contexts, one way to sign in (a token), one form of refusal.

`/api/openapi.json` describes it for programs, `/api/` for people. Deny by default: the program does not start with an
operation that does not say what it needs.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import URLPattern
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.operation import Operation

from sameside.connectors import api as imports
from sameside.library import api as library
from sameside.people import api as people
from sameside.people import policies, roles, tokens

DESCRIPTION = (
    "Send a token in the header Authorization: Bearer TOKEN. Tokens are made under People › Tokens. Every refusal is"
    " a problem document (RFC 9457) whose detail is a sentence."
)
TITLES = {
    400: "Not understood",
    401: "Not signed in",
    403: "Not allowed",
    404: "Not here",
    405: "No such verb here",
    409: "Not now",
    413: "Too large",
    422: "Not accepted",
    429: "Too many calls",
}
api = NinjaAPI(
    title="Sameside",
    version=metadata.version("sameside"),
    description=DESCRIPTION,
    urls_namespace="api",
    docs_url=None,
    openapi_url=None,
    auth=lambda request: None,  # an operation that names no token reaches nobody
)


def problem(status: int, detail: str, **more: Any) -> HttpResponse:
    body = {"type": "about:blank", "title": TITLES.get(status, "Refused"), "status": status, "detail": detail, **more}
    response = JsonResponse(body, status=status, content_type="application/problem+json")
    if status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


@api.exception_handler(AuthenticationError)
def no_token(request: HttpRequest, exc: AuthenticationError) -> HttpResponse:
    return problem(401, "Send a token in the header Authorization: Bearer TOKEN.")


@api.exception_handler(tokens.NotAccepted)
def not_accepted(request: HttpRequest, exc: tokens.NotAccepted) -> HttpResponse:
    return problem(401, str(exc))


@api.exception_handler(tokens.TooMany)
def too_many(request: HttpRequest, exc: tokens.TooMany) -> HttpResponse:
    response = problem(429, str(exc))
    response.headers["Retry-After"] = str(exc.seconds)
    return response


@api.exception_handler(policies.Refused)
def refused(request: HttpRequest, exc: policies.Refused) -> HttpResponse:
    return problem(403, str(exc))


@api.exception_handler(Http404)
def not_here(request: HttpRequest, exc: Http404) -> HttpResponse:
    return problem(404, "There is no such thing, or you may not see it.")


@api.exception_handler(HttpError)
def said(request: HttpRequest, exc: HttpError) -> HttpResponse:
    return problem(exc.status_code, str(exc))


@api.exception_handler(ValidationError)
def not_valid(request: HttpRequest, exc: ValidationError) -> HttpResponse:
    errors = [{"where": ".".join(map(str, each["loc"])), "what": each["msg"]} for each in exc.errors]
    detail = "; ".join(f"{each['where']}: {each['what']}" for each in errors[:5])
    return problem(422, f"The call does not say what it must: {detail}.", errors=errors)


api.add_router("", people.router)
api.add_router("", library.router)
api.add_router("/imports", imports.router)


class Unguarded(Exception):
    """An operation says neither which capability it needs nor that every token may use it."""


def operations() -> Iterator[tuple[str, Operation]]:
    """Every operation with its path below `/api`."""
    for prefix, router in api._routers:
        for path, view in router.path_operations.items():
            for operation in view.operations:
                yield f"{prefix}{path}", operation


def policy_of(path: str, operation: Operation) -> str:
    """The capability that the operation needs; `Unguarded` when it does not say."""
    for guard in operation.auth_callbacks:
        if isinstance(guard, people.Token):
            return guard.policy
    raise Unguarded(path)


def urls() -> list[URLPattern]:
    """The addresses of the operations, marked so that the pages' guard leaves them to the API's own."""
    for path, operation in operations():
        policy_of(path, operation)
    found = [each for each in api.urls[0] if isinstance(each, URLPattern) and each.name != "api-root"]
    for pattern in found:
        pattern.callback.policy = policies.TOKEN  # type: ignore[attr-defined]
    return found


@policies.public
def openapi(request: HttpRequest) -> HttpResponse:
    """The description for programs; it holds nothing of the company."""
    return JsonResponse(api.get_openapi_schema(path_prefix="/api/"), json_dumps_params={"indent": 1})


@dataclass(frozen=True)
class Line:
    """One operation as the page shows it."""

    method: str
    path: str
    summary: str
    description: str
    scope: str

    @property
    def pieces(self) -> list[tuple[bool, str]]:
        """The description in parts: whether a part is code, and its text."""
        return [(place % 2 == 1, text) for place, text in enumerate(self.description.split("`")) if text]


def lines() -> list[Line]:
    found: list[Line] = []
    for path, operation in operations():
        policy = policy_of(path, operation)
        scope = policy if policy in roles.BY_KEY else "any token"
        text = (operation.description or "").strip()
        found.extend(
            Line(method, f"/api{path}".replace("int:", ""), operation.summary, text, scope)
            for method in operation.methods
        )
    return found


@policies.may("use_api")
def page(request: HttpRequest) -> HttpResponse:
    """The description for people."""
    return render(request, "people/api.html", {"lines": lines(), "address": request.build_absolute_uri("/api/")})
