"""What every operation of the API has in common: who calls, what they may do, and how a refusal looks.

A call names its token in the header `Authorization: Bearer ...`; a browser's session is not accepted, so no page of
another site can call in somebody's name. Every operation is marked with `@needs(capability)`, which is checked with the
token's scopes; `project/api.py` refuses to start with one that is not. Errors are problem documents (RFC 9457).
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Schema
from ninja.security import HttpBearer

from sameside.people import policies, roles, tokens
from sameside.people.models import Person

Operation = TypeVar("Operation", bound=Callable[..., Any])


class Call(HttpRequest):
    """A call of somebody whose token was accepted."""

    auth: Person


class Token(HttpBearer):
    """Made on the pages under People › Tokens."""

    def authenticate(self, request: HttpRequest, token: str) -> Person:
        return tokens.holder(token, at=timezone.now())


def needs(key: str) -> Callable[[Operation], Operation]:
    """Only tokens with the capability `key` reach this operation."""
    roles.BY_KEY[key]

    def mark(operation: Operation) -> Operation:
        @wraps(operation)
        def checked(request: Call, *args: Any, **kwargs: Any) -> Any:
            policies.check(request.auth, key)
            return operation(request, *args, **kwargs)

        checked.policy = key  # type: ignore[attr-defined]
        return cast("Operation", checked)

    return mark


class Me(Schema):
    id: int
    name: str
    email: str
    role: str
    scopes: list[str]


router = Router(tags=["people"])


@router.get("/me", response=Me, summary="Who the token belongs to, and what it may do")
def me(request: Call) -> dict[str, Any]:
    person = request.auth
    scopes = sorted(key for key in person.scopes or () if policies.can(person, key))
    return {"id": person.pk, "name": person.name, "email": person.email, "role": person.role, "scopes": scopes}


me.policy = policies.TOKEN  # type: ignore[attr-defined]  # every token may ask what it is
