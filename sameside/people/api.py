"""What every operation of the API has in common: who calls, what they may do, and how a refusal looks.

A call names its token in the header `Authorization: Bearer ...`; a browser's session is not accepted, so no page of
another site can call in somebody's name. Every operation says which capability it `needs`, which is checked with the
token's scopes; `project/api.py` refuses to start with one that does not. Errors are problem documents (RFC 9457).
"""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Schema
from ninja.security import HttpBearer

from sameside.people import policies, roles, tokens
from sameside.people.models import Person


class Call(HttpRequest):
    """A call of somebody whose token was accepted."""

    auth: Person


class Token(HttpBearer):
    """Made on the pages under People › Tokens. `policy` is the capability that an operation needs."""

    def __init__(self, policy: str) -> None:
        super().__init__()
        self.policy = policy

    def authenticate(self, request: HttpRequest, token: str) -> Person:
        """The caller; checked before anything of the call's body is read."""
        person = tokens.holder(token, at=timezone.now())
        if self.policy != policies.TOKEN:
            policies.check(person, self.policy)
        return person


def needs(key: str) -> Token:
    """Only tokens with the capability `key` reach the operation: `@router.get(..., auth=needs("see_crm"))`."""
    roles.BY_KEY[key]
    return Token(key)


ANY_TOKEN = Token(policies.TOKEN)


class Me(Schema):
    id: int
    name: str
    email: str
    role: str
    scopes: list[str]


router = Router(tags=["people"])


@router.get("/me", auth=ANY_TOKEN, response=Me, summary="Who the token belongs to, and what it may do")
def me(request: Call) -> dict[str, Any]:
    person = request.auth
    scopes = sorted(key for key in person.scopes or () if policies.can(person, key))
    return {"id": person.pk, "name": person.name, "email": person.email, "role": person.role, "scopes": scopes}
