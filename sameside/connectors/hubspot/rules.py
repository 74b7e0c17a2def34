"""The small decisions on the way from a HubSpot column to ours. Values are texts, "t" and "f", ISO times, or None."""

import re
from collections.abc import Sequence

from sameside.connectors import values
from sameside.connectors.hubspot.vocabulary import folded, lifecycle_of
from sameside.crm import titles

Value = str | None

_EXPONENT = re.compile(r"([+-]?)(\d+)(?:[.,](\d+))?[eE]\+?(\d+)")
_GROUPED = re.compile(r"\d{1,3}(?:[.,\u00a0\u202f ']\d{3})+")
_WON = re.compile(
    r"closed ?won|\bwon\b|gewonnen|gagn|ganad|ganh[ao]|cierre ganado|vint[ao]|成約|受注|契約成立", re.IGNORECASE
)
_LOST = re.compile(
    r"closed ?lost|\blost\b|verloren|perdu|perdid[ao]|\bpers[ao]\b|失注|不成立|disqualified|abandoned", re.IGNORECASE
)
_NOT_YET = re.compile(r"\b(verbally|almost|soon to be|to be|likely)\b", re.IGNORECASE)
_FORMER = re.compile(
    r"\s*[\((](?:deactivated|deaktiviert|désactivé|desactivad|disattivat|gedeactiveerd|removed|deleted|無効)[^))]*[\))]\s*$",
    re.IGNORECASE,
)
_MAIL = re.compile(r"[^\s@<>()\[\],;:\"]+@[^\s@<>()\[\],;:\"]+\.[^\s@<>()\[\],;:\".]+")
_HANDED_OVER = frozenset({"lead", "marketingqualifiedlead", "salesqualifiedlead"})
_BEYOND = frozenset({"opportunity", "customer", "evangelist"})
_DONE = frozenset({"completed", "done", "abgeschlossen", "erledigt", "terminee", "completada", "concluida", "完了"})
_OPEN = frozenset(
    {
        *("notstarted", "inprogress", "waiting", "deferred", "scheduled", "nichtbegonnen", "inbearbeitung", "geplant"),
        *("noncommence", "pascommence", "encours", "planifie", "noiniciada", "sininiciar", "programada", "agendada"),
        *("naoiniciada", "canceled", "cancelled", "noshow", "nichterschienen", "abgesagt", "annule", "cancelada"),
    }
)


def record_id(cell: str) -> Value:
    """The digits of a record id; None for nothing. What Excel has rounded away is not guessed."""
    text = cell.strip().strip("'").strip()
    if not text:
        return None
    if text.isascii() and text.isdigit():
        return _no_zeros(text)
    if _GROUPED.fullmatch(text):
        return _no_zeros(re.sub(r"\D", "", text))
    if re.fullmatch(r"\d+[.,]0+", text):
        return _no_zeros(re.split(r"[.,]", text)[0])
    if match := _EXPONENT.fullmatch(text):
        sign, whole, fraction, power = match[1], match[2], match[3] or "", int(match[4])
        if sign != "-" and power <= 19 and len(whole) == 1 and len(fraction) >= power:
            digits, rest = fraction[:power], fraction[power:]
            if not rest.strip("0"):
                return _no_zeros(whole + digits)
        raise ValueError(
            f"“{text[:40]}” was an id before a spreadsheet rounded it: its last digits are gone. Export again, and open"
            " the file in a spreadsheet only with this column as text"
        )
    raise ValueError(f"“{text[:40]}” is no HubSpot id (digits only)")


def _no_zeros(digits: str) -> str:
    if len(digits) > 20:
        raise ValueError(f"“{digits[:40]}” is too long for a HubSpot id")
    return digits.lstrip("0") or "0"


def reference(cell: str) -> Value:
    """The id of another record; what is no id is kept as it is and will be counted as missing."""
    try:
        return record_id(cell)
    except ValueError:
        return cell.strip()[:64]


def ids(cell: Value) -> list[str]:
    """Every id of a `;`-joined cell, once, in order; what is no id stays as it is."""
    found = [reference(part) for part in re.split(r"[;|\n]", cell or "")]
    return list(dict.fromkeys(one for one in found if one))


def first_id(cell: str) -> Value:
    return next(iter(ids(cell)), None)


def pairs(id_cell: Value, name_cell: Value) -> list[tuple[str, str]]:
    """(id, name) of the records that two `;`-joined cells name together; nothing when they do not fit each other."""
    numbers = ids(id_cell)
    names = [name.strip() for name in (name_cell or "").split(";")]
    if len(numbers) == 1 and (name_cell or "").strip():
        return [(numbers[0], (name_cell or "").strip())]
    if len(numbers) != len(names):
        return []
    return [(number, name) for number, name in zip(numbers, names, strict=True) if name]


def owner_name(cell: str) -> Value:
    """The owner as one key: the address where the cell has one, else the name in one spelling. None for nobody."""
    text = _FORMER.sub("", cell.strip())
    if not text:
        return None
    address = _MAIL.search(text)
    if address:
        return address[0].lower()[:254]
    if text.isascii() and text.isdigit():
        return f"#{text.lstrip('0') or '0'}"
    return " ".join(text.split())[:200].casefold()


def shown_name(cell: str) -> str:
    """An owner's name as it is written, without a mark of being deactivated and without the address."""
    text = _FORMER.sub("", cell.strip())
    plain = _MAIL.sub("", text).strip(" ()<>[]")
    return " ".join(plain.split())[:200] or text[:200]


def told(cell: str) -> Value:
    """True or false, or None where nothing is said."""
    return values.boolean(cell) if cell.strip() else None


def email(address: str) -> str:
    return address.strip().lower()


def seniority(title: str) -> str:
    return titles.seniority(title or "")


def department(title: str, given: str = "") -> str:
    return titles.department(title or "", given or "")


def either(first: Value, second: Value) -> Value:
    return first or second


def stage_name(stage: str, pipeline: str, *, is_shared: bool) -> str:
    """`Contract Sent`; with its pipeline behind it where several pipelines have a stage of this name."""
    if not is_shared or not pipeline:
        return stage[:120]
    return f"{stage[: 117 - min(len(pipeline), 60)]} ({pipeline[:60]})"


def is_won(stage: str, told: Value, won_reason: str, probability: Value) -> str:
    """What HubSpot says; else what the stage is called; else a reason for having won, or certainty."""
    if told is not None:
        return told
    if _NOT_YET.search(stage or ""):
        return "f"
    if _WON.search(stage or ""):
        return "t"
    if _LOST.search(stage or ""):
        return "f"
    return "t" if won_reason and probability is not None and float(probability) >= 100 else "f"


def is_closed(stage: str, told: Value, won: str, lost_reason: str, probability: Value) -> str:
    if won == "t":
        return "t"
    if told is not None:
        return told
    if _LOST.search(stage or ""):
        return "t"
    return "t" if lost_reason and probability is not None and float(probability) <= 0 else "f"


def closed_at(
    closed: Value, entered_at: Value, close_on: Value, modified: Value, created: Value, *moments: Value
) -> Value:
    """When it entered the stage that closed it; else its close date; else when it last moved. It always has a time."""
    if closed != "t":
        return None
    if entered_at or close_on:
        return entered_at or f"{(close_on or '')[:10]}T00:00:00+00:00"
    return max((at for at in moments if at), default=modified or created)


def probability(cell: Value) -> Value:
    """As a percentage: HubSpot exports 0.4 and 40% for the same."""
    if cell is None:
        return None
    number = float(cell)
    return format(number * 100, ".2f") if 0 <= number <= 1 else cell


def handed_over(lifecycle: str, dates: Sequence[tuple[str, Value]]) -> Value:
    """When a contact became a lead: the first date on which it was a lead, qualified by marketing, or by sales.

    `dates` are (lifecycle stage, moment). "" for one that is a lead by its stage, without a date; None for no lead.
    """
    told = [at for stage, at in dates if stage in _HANDED_OVER and at]
    if told:
        return min(told)
    return "" if lifecycle_of(lifecycle or "") in _HANDED_OVER else None


def converted(lifecycle: str, dates: Sequence[tuple[str, Value]]) -> tuple[bool, Value]:
    """Whether the lead became more than a lead, and when: the first date of opportunity or customer."""
    told = [at for stage, at in dates if stage in _BEYOND and at]
    return bool(told) or lifecycle_of(lifecycle or "") in _BEYOND, min(told) if told else None


def is_done(kind: str, status: str, completed: Value) -> str:
    """A task is done when it says so; anything else unless it says that it did not take place."""
    says = folded(status or "")
    if completed or says in _DONE:
        return "t"
    if kind == "task":
        return "f"
    return "f" if says in _OPEN else "t"


def task_kind(type_: str) -> str:
    says = folded(type_ or "")
    if "call" in says or "anruf" in says or "appel" in says or "llamada" in says:
        return "call"
    return "email" if "email" in says or "correo" in says else "task"


_TAG = re.compile(r"<(?:br|/p|/div|/li)\s*/?>", re.IGNORECASE)
_MARKUP = re.compile(r"<[a-zA-Z/][^<>]{0,2000}>")


def text_of(body: str) -> str:
    """The words of a note or e-mail that HubSpot keeps as HTML."""
    if "<" not in body:
        return body
    from html import unescape

    return unescape(_MARKUP.sub("", _TAG.sub("\n", body))).strip()


def stage_won(won: Value, chance: Value) -> Value:
    """Whether deals in a stage are won, as its pipeline says."""
    if won is not None:
        return won
    return "t" if chance is not None and float(chance) >= 100 else None


def stage_closed(closed: Value, won: Value, chance: Value) -> Value:
    """Whether deals in a stage are closed; one that is won by its pipeline is closed."""
    if stage_won(won, chance) == "t":
        return "t"
    return closed
