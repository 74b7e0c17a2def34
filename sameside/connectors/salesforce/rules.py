"""The small decisions on the way from a Salesforce column to ours. Values are texts, "t" and "f", ISO times, or
None."""

import re
from datetime import date
from decimal import Decimal, InvalidOperation

from sameside.crm import channels, titles, verticals

Value = str | None

LOST_REASON_HEADERS = (
    "lossreasonc",
    "lostreasonc",
    "closedlostreasonc",
    "closelostreasonc",
    "reasonlostc",
    "reasonforlossc",
    "losereasonc",
    "closedreasonc",
    "lossreason",
    "closedlostreason",
)
_WON = re.compile(r"\b(won|gewonnen|gagnée?|ganad[ao])\b", re.IGNORECASE)
_LOST = re.compile(r"\b(lost|verloren|perdue?|perdid[ao]|dead|abandoned|cancell?ed|disqualified)\b", re.IGNORECASE)
_CLOSED = re.compile(r"^\s*(\d+\W+)?(closed|geschlossen|ferm[ée]e?|cerrad[ao])\b", re.IGNORECASE)
_DONE = frozenset(
    {
        *("completed", "complete", "closed", "done", "sent", "abgeschlossen", "erledigt"),
        *("terminé", "terminée", "achevée", "completada", "completado", "finalizado"),
    }
)
_KINDS = (
    ("email", re.compile(r"\b(e-?mail|mail|correo|courriel)", re.IGNORECASE)),
    ("call", re.compile(r"\b(call(ed)?|phone|telephone|anruf|telefonat|appel|llamada|voicemail)\b", re.IGNORECASE)),
    (
        "meeting",
        re.compile(
            r"\b(meeting|met"
            " with|demo|presentation|workshop|visit|lunch|dinner|besuch|treffen|termin|réunion|rendez-vous"
            r"|reunión|visita)\b",
            re.IGNORECASE,
        ),
    ),
)


def domain(website: str) -> str:
    """`https://www.Example.com/about` becomes `example.com`; what is no host name becomes nothing."""
    host = re.sub(r"^[a-z]+://", "", website.strip().lower()).split("/")[0].split("?")[0].split("@")[-1].split(":")[0]
    host = host.removeprefix("www.")
    return host if re.fullmatch(r"[^\s.]+(\.[^\s.]+)+", host) else ""


def truth(said: Value) -> str:
    """False where the file does not say."""
    return said or "f"


def is_converted(said: Value, on: Value) -> str:
    """What the CRM says; without its column, whether there is a day of conversion."""
    return said or ("t" if on else "f")


def account_name(name: Value, first: Value, last: Value) -> Value:
    """Its name; a person account without one is called like the person."""
    return name or f"{first or ''} {last or ''}".strip()


def email(address: str) -> str:
    return address.lower()


def vertical(industry: str) -> str:
    return verticals.vertical_of(industry)


def language(country: str) -> str:
    return verticals.language_of(country)


def channel(kind: str, name: str) -> str:
    return channels.campaign_channel(kind, name)


def seniority(title: str) -> str:
    return titles.seniority(title)


def department(title: str, given: str = "") -> str:
    return titles.department(title, given)


def is_won(stage: str, closed: Value, won: Value) -> str:
    """What the CRM says; without its columns, what the stage is called."""
    if won is not None:
        return won
    return "t" if closed != "f" and _WON.search(stage or "") else "f"


def is_closed(stage: str, closed: Value, won: Value) -> str:
    if won == "t":
        return "t"
    if closed is not None:
        return closed
    return "t" if _CLOSED.search(stage or "") or _LOST.search(stage or "") else "f"


def closed_at(closed: Value, close_on: Value, modified_at: Value, created_at: Value) -> Value:
    """The close date at midnight UTC until the history says more; a closed deal always has a time."""
    if closed != "t":
        return None
    return f"{close_on}T00:00:00+00:00" if close_on else modified_at or created_at


def is_done(closed: Value, status: str) -> str:
    return closed if closed is not None else "t" if (status or "").strip().lower() in _DONE else "f"


def task_kind(subtype: str, kind: str, subject: str) -> str:
    """Call, e-mail or meeting: what the CRM says, else what the subject begins to say, else a plain task."""
    for text in (subtype, kind):
        found = _kind(text) if text and text.lower() != "task" else ""
        if found:
            return found
    return _kind((subject or "")[:60]) or "task"


def activity_kind(record: str, subtype: str, kind: str, subject: str) -> str:
    """The same in a report, where tasks and events stand together."""
    return event_kind(kind) if (record or "").startswith("00U") else task_kind(subtype, kind, subject)


def event_kind(kind: str) -> str:
    return _kind(kind or "") or "meeting"


def _kind(text: str) -> str:
    for name, pattern in _KINDS:
        if pattern.search(text):
            return name
    return ""


def task_time(done: Value, completed: Value, day: Value, created: Value) -> Value:
    """When it happened: completed at; else its day, with the time it was logged if that was the same day."""
    if done == "t" and completed:
        return completed
    if day and created and day[:10] == created[:10]:
        return created
    return day or created


def rate(cell: str) -> Value:
    """A conversion rate, which has more digits than an amount."""
    text = cell.strip()
    try:
        number = Decimal(text)
    except InvalidOperation as problem:
        raise ValueError(f"“{text[:40]}” is no conversion rate") from problem
    if not number.is_finite() or not Decimal(1).scaleb(-10) <= number < Decimal(10) ** 13:
        raise ValueError(f"“{text[:40]}” is no conversion rate: it must be above zero and of a plausible size")
    return f"{round(number, 10):f}"


ALWAYS = "1900-01-01"


def always(_: Value) -> str:
    """The day from which a rate without dates is in force."""
    return ALWAYS


def rate_day(cell: str) -> Value:
    """The first day of a dated rate; the first rate of all begins in a year that no calendar needs."""
    day = cell.strip()[:10]
    return max(date.fromisoformat(day).isoformat(), ALWAYS) if day else None
