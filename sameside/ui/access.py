"""What pages must know about persons: who may do what, whose company this is, and that an export is recorded.

The layers forbid `ui` to import `people`, which has pages itself; `people` gives its answers here when Django starts.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol


@dataclass(frozen=True)
class Company:
    """The organisation as every page shows it."""

    name: str
    is_demo: bool
    currency: str


class Access(Protocol):
    def capabilities(self, person: Any) -> frozenset[str]:
        """The keys of the role table that hold for `person`."""

    def who_may(self, key: str) -> str:
        """The roles that have a capability, in words: "marketers and administrators"."""

    def check(self, person: Any, key: str) -> None:
        """Raise the refusal whose message is fit for the screen."""

    def company(self) -> Company: ...

    def forget(self) -> None: ...

    def role_label(self, person: Any) -> str: ...

    def record(self, action: str, *, by: Any, at: datetime, subject: str, details: Mapping[str, Any]) -> None: ...


_given: list[Access] = []


def provide(access: Access) -> None:
    _given[:] = [access]


def current() -> Access:
    return _given[0]
