"""Says in words why two rows may be the same, and what speaks against it."""

from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher

from sameside.crm import likeness

ALIKE = 0.93  # of the letters, in order
_Features = Mapping[str, str | None]


def words(left: _Features, right: _Features, *, is_company: bool, names: tuple[str, str]) -> list[str]:
    """What agrees, strongest first, then what differs, beginning with “but”. `names` are the names as written."""
    found = _company(left, right, names) if is_company else _person(left, right, names)
    against = [f"but {what}" for what in _against(left, right, is_company=is_company)]
    return [*found, *against]


def _same(left: _Features, right: _Features, column: str) -> str:
    value = left[column]
    return value if value and value == right[column] else ""


def _differ(left: _Features, right: _Features, column: str) -> bool:
    return bool(left[column] and right[column] and left[column] != right[column])


def _company(left: _Features, right: _Features, names: tuple[str, str]) -> list[str]:
    found = []
    if domain := _same(left, right, "domain"):
        found.append(f"same domain {domain}")
    elif left["domain"] and right["domain"]:
        stems = {likeness.domain_stem(left["domain"]), likeness.domain_stem(right["domain"])}
        if len(stems) == 1:
            found.append(f"domains alike: {left['domain']} / {right['domain']}")
    found += _names(left, right, names)
    return [*found, *_rest(left, right, ("phone", "country"))]


def _person(left: _Features, right: _Features, names: tuple[str, str]) -> list[str]:
    found = []
    if email := _same(left, right, "email"):
        found.append(f"same e-mail {email}")
    found += _names(left, right, names)
    found += [
        f"{_PLURALS[one]} alike: {left[one]} / {right[one]}" for one in ("email", "company") if _alike(left, right, one)
    ]
    return [*found, *_rest(left, right, ("phone", "company"))]


def _alike(left: _Features, right: _Features, column: str) -> bool:
    one, other = left[column], right[column]
    return bool(one and other and one != other) and SequenceMatcher(None, one or "", other or "").ratio() >= ALIKE


def _names(left: _Features, right: _Features, names: tuple[str, str]) -> list[str]:
    if not left["name"] or not right["name"]:
        return []
    if names[0] == names[1]:
        return [f"same name {names[0]}"]
    if left["name"] == right["name"]:
        return [f"same name but for spelling: {names[0]} / {names[1]}"]
    if left["first"] and left["first"] == right["first"] and left["last"] != right["last"]:
        return [f"same first name: {names[0]} / {names[1]}"]
    return [f"names alike: {names[0]} / {names[1]}"]


_PLURALS = {"email": "e-mails", "company": "companies"}
_LABELS = {"phone": "telephone", "country": "country", "company": "company", "email": "e-mail", "domain": "domain"}


def _rest(left: _Features, right: _Features, columns: Sequence[str]) -> list[str]:
    agreed = [(one, value) for one in columns if (value := _same(left, right, one))]
    return [f"same {_LABELS[one]} {value}" if one == "phone" else f"same {_LABELS[one]}" for one, value in agreed]


def _against(left: _Features, right: _Features, *, is_company: bool) -> list[str]:
    columns = ("domain", "country") if is_company else ("email", "company")
    return [
        f"the {_LABELS[one]} differs"
        for one in columns
        if _differ(left, right, one) and (is_company or not _alike(left, right, one))
    ]
