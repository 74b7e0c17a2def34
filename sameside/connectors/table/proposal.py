"""What a table is about and what each of its columns means, judged by headers and by values together.

Every target is tried: each column is weighed against each field, the best pairs are taken first, and the target whose
fields are found best is proposed. A proposal says how certain it is and why, in words; a person may change all of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import PurePath

from sameside.connectors.table import evidence
from sameside.connectors.table.evidence import Evidence
from sameside.connectors.table.targets import BY_NAME, TARGETS, Target, TargetField
from sameside.connectors.table.vocabulary import UNUSED, folded, normal, readings
from sameside.ui.formats import percent

CERTAIN, LIKELY = 0.85, 0.6
_LEAST = 0.5
MOST_COLUMNS = 1_000


@dataclass(frozen=True)
class Judged:
    """One column: `field` is empty when it is not used; `perhaps` is a guess too weak to be followed unasked."""

    header: str
    field: str
    score: float
    reason: str
    perhaps: str = ""

    @property
    def certainty(self) -> str:
        if not self.field:
            return ""
        return "certain" if self.score >= CERTAIN else "likely"


@dataclass(frozen=True)
class Proposal:
    """`others` are the targets in the order of how well they fit; `missing` says what is needed and was not found."""

    target: str
    columns: tuple[Judged, ...]
    score: float
    missing: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    reason: str = ""

    @property
    def fields(self) -> dict[str, str]:
        """Field to header, of the columns that are used."""
        return {each.field: each.header for each in self.columns if each.field}


@dataclass(frozen=True)
class _Pair:
    score: float
    column: int
    field: TargetField
    reason: str


def propose(
    headers: Sequence[str], rows: Sequence[Sequence[str]] = (), *, name: str = "", target: str = ""
) -> Proposal:
    """What the table named `name` is, from its `headers` and some of its `rows`; as `target`, when that is given."""
    seen = [_evidence(rows, place) for place in range(len(headers))]
    wanted = [BY_NAME[target]] if target else list(TARGETS)
    tried = [(_fit(each, headers, seen), each) for each in wanted]
    ranked = sorted(
        ((_worth(each, fit.pairs, headers, name), each, fit) for fit, each in tried), key=lambda found: -found[0]
    )
    worth, best, fit = ranked[0]
    others = tuple(each.name for _, each, _ in ranked[1:]) if not target else ()
    columns = _columns(headers, seen, fit)
    missing = tuple(best.missing({each.field for each in columns}))
    return Proposal(best.name, columns, worth, missing, others, _why(best, fit.pairs))


def _evidence(rows: Sequence[Sequence[str]], place: int) -> Evidence:
    return evidence.look([row[place] for row in rows[: evidence.LOOKED_AT] if place < len(row)])


@lru_cache(maxsize=32)
def _vocabulary(target: str) -> tuple[dict[str, list[tuple[float, str]]], dict[str, list[tuple[float, str]]]]:
    """Phrase to fields, with how sure the phrase is; and the same for phrases with one letter left out."""
    exact: dict[str, list[tuple[float, str]]] = {}
    for each in BY_NAME[target].fields:
        for place, phrase in enumerate(each.words):
            sure = 1.0 - min(place, 200) * 0.0006
            for form in {normal(phrase), normal(phrase).replace(" ", "")}:
                exact.setdefault(form, []).append((sure, each.name))
    near: dict[str, list[tuple[float, str]]] = {}
    for form, found in exact.items():
        for less in _one_less(form):
            near.setdefault(less, []).extend(found)
    return exact, near


def _one_less(word: str) -> set[str]:
    return {word[:place] + word[place + 1 :] for place in range(len(word))} if 6 <= len(word) <= 40 else set()


@lru_cache(maxsize=32)
def _own(target: str) -> frozenset[str]:
    return frozenset(normal(word) for word in BY_NAME[target].own)


def _named(target: Target, header: str) -> dict[str, tuple[float, str]]:
    """Fields that the header may name: how sure, and the reason."""
    exact, near = _vocabulary(target.name)
    found: dict[str, tuple[float, str]] = {}

    def note(score: float, name: str, reason: str) -> None:
        if score > found.get(name, (0.0, ""))[0]:
            found[name] = (score, reason)

    shown = header.strip()[:60]
    known = readings(header)
    unused = not UNUSED.isdisjoint(known)
    for turn, reading in enumerate(known):
        for sure, name in exact.get(reading, ()):
            note(sure - 0.01 * turn, name, f"The header “{shown}” is a usual name for it.")
        for shorter in _without_own(target, reading):
            for sure, name in exact.get(shorter, ()):
                note(sure - 0.03 - 0.01 * turn, name, f"The header “{shown}” is a usual name for it.")
        if unused:
            continue
        for sure, name in near.get(reading, ()):
            note(sure * 0.82, name, f"The header “{shown}” is close to a usual name for it.")
        for less in _one_less(reading):
            for sure, name in (*exact.get(less, ()), *near.get(less, ())):
                note(sure * 0.8, name, f"The header “{shown}” is close to a usual name for it.")
        for sure, name in _within(exact, reading):
            if target.by_name[name].kind == "id" or reading.split()[-1] not in ("id", "ids"):
                note(sure, name, f"The header “{shown}” contains a usual name for it.")
    return found


def _without_own(target: Target, reading: str) -> list[str]:
    """`contact email` is `email` for contacts."""
    words, own = reading.split(), _own(target.name)
    shorter = []
    if len(words) > 1 and words[-1] in own:
        shorter.append(" ".join(words[:-1]))
    while len(words) > 1 and words[0] in own:
        words = words[1:]
        shorter.append(" ".join(words))
    return shorter


def _within(exact: dict[str, list[tuple[float, str]]], reading: str) -> list[tuple[float, str]]:
    """Phrases that are a part of the header, weaker the more of it they leave over."""
    words = reading.split()
    if not 2 <= len(words) <= 8:
        return []
    found = []
    for size in range(len(words) - 1, 0, -1):
        for start in range(len(words) - size + 1):
            part = " ".join(words[start : start + size])
            share = size / len(words)
            at_end = 0.06 if start + size == len(words) else 0.0
            told = [name for _, name in exact.get(part, ()) if len(part) > 3 and (name != "id" or size > 1)]
            found += [(0.34 + 0.34 * share + at_end, name) for name in told]
        if found:
            break
    return found


_BY_VALUES = {
    "email": ("email", 0.7, "values are e-mail addresses"),
    "phone": ("phone", 0.62, "values are phone numbers"),
    "domain": ("url", 0.62, "values are web addresses"),
    "country": ("country", 0.62, "values are countries"),
    "company": ("company", 0.62, "values are company names"),
    "currency": ("currency", 0.62, "values are currencies"),
}
_EXPECTED = {
    "email": ("email",),
    "phone": ("phone", "number", "identifier"),
    "domain": ("url", "email"),
    "country": ("country",),
    "moment": ("date",),
    "day": ("date",),
    "amount": ("number",),
    "percentage": ("number", "percent"),
    "whole": ("number",),
    "boolean": ("boolean", "stage", "date"),
    "currency": ("currency",),
    "company": ("company",),
    "title": ("title",),
    "stage": ("stage",),
}
_WORDS = {
    "email": "e-mail addresses",
    "phone": "phone numbers",
    "domain": "web addresses",
    "country": "countries",
    "moment": "dates",
    "day": "dates",
    "amount": "numbers",
    "percentage": "numbers",
    "whole": "numbers",
    "currency": "currencies",
}
_STRICT = frozenset({"email", "moment", "day", "amount", "percentage", "whole", "currency"})
_NEVER = {
    "name": ("email", "url", "date", "number", "boolean", "salutation", "money"),
    "company": ("email", "date", "money", "boolean", "number"),
    "title": ("email", "url", "date", "number", "salutation", "boolean"),
    "text": ("email", "date", "url"),
    "stage": ("email", "date", "url", "money", "phone"),
    "country": ("email", "date", "number", "url"),
    "phone": ("email", "date", "url"),
    "domain": ("date", "number", "boolean"),
    "id": ("date", "money"),
    "owner": ("date", "money", "boolean", "url", "phone"),
    "boolean": ("email", "money"),
    "long text": ("email", "date", "number"),
}


def _weighed(each: TargetField, score: float, reason: str, seen: Evidence) -> tuple[float, str]:
    """The header's score after a look at the values."""
    if seen.is_empty:
        return score, reason
    expected = max((getattr(seen, name) for name in _EXPECTED.get(each.kind, ())), default=None)
    against = max((getattr(seen, name) for name in _NEVER.get(each.kind, ())), default=0.0)
    if each.kind == "whole" and expected is not None and seen.identifier > 0.5 and seen.number < 0.5:
        expected = max(expected, 0.5)
    if each.kind in _STRICT and expected is not None and expected < 0.34:
        return score * 0.3, f"{reason} But its values do not look like {_WORDS[each.kind]}."
    if against > 0.8 and (expected is None or expected < 0.5):
        return score * 0.4, f"{reason} But its values look like something else."
    if expected is not None and expected >= 0.8 and each.kind in _WORDS:
        share = f"{percent(expected)} of the values" if expected < 1 else "all values"
        return min(score + 0.08, 1.0), f"{reason} And {share} looked at are {_WORDS[each.kind]}."
    return score, reason


def _by_value(each: TargetField, seen: Evidence) -> tuple[float, str]:
    """What the values alone say, when the header says nothing."""
    if each.kind not in _BY_VALUES or seen.filled < 2:
        return 0.0, ""
    name, score, words = _BY_VALUES[each.kind]
    share = getattr(seen, name)
    if share < 0.8 or (each.kind == "company" and seen.distinct < 0.2):
        return 0.0, ""
    return score, f"The header says nothing, but {percent(share)} of the {words}."


@dataclass(frozen=True)
class _Fit:
    """Column number to the pair that was chosen for it, and to what speaks against the one that was not."""

    pairs: dict[int, _Pair]
    against: dict[int, str]


def _fit(target: Target, headers: Sequence[str], seen: Sequence[Evidence]) -> _Fit:
    """Each field once, the surest pairs first."""
    pairs: list[_Pair] = []
    for place, header in enumerate(headers[:MOST_COLUMNS]):
        named = _named(target, header)
        for name, (score, reason) in named.items():
            each = target.by_name[name]
            score, reason = _weighed(each, score, reason, seen[place])
            pairs.append(_Pair(score - place * 1e-5, place, each, reason))
        if not named:
            for each in target.fields:
                score, reason = _by_value(each, seen[place])
                if score:
                    pairs.append(_Pair(score - place * 1e-5, place, each, reason))
    chosen: dict[int, _Pair] = {}
    used: set[str] = set()
    for pair in sorted(pairs, reverse=True, key=lambda pair: pair.score):
        if pair.score >= _LEAST and pair.column not in chosen and pair.field.name not in used:
            chosen[pair.column] = pair
            used.add(pair.field.name)
    _settle_names(target, chosen)
    return _Fit(chosen, {pair.column: pair.reason for pair in pairs if " But " in pair.reason})


def _settle_names(target: Target, chosen: dict[int, _Pair]) -> None:
    """`Name` beside a first name is the last name, beside a last name the first; beside both it says nothing more."""
    by_field = {pair.field.name: column for column, pair in chosen.items()}
    if "full_name" not in by_field:
        return
    pair = chosen.pop(by_field["full_name"])
    absent = [name for name in ("first_name", "last_name") if name not in by_field]
    if len(absent) == 2:
        chosen[pair.column] = pair
    elif absent:
        chosen[pair.column] = _Pair(pair.score * 0.9, pair.column, target.by_name[absent[0]], pair.reason)


def _worth(target: Target, pairs: dict[int, _Pair], headers: Sequence[str], name: str) -> float:
    """How well the target explains the table."""
    worth = sum(pair.score * pair.field.signal for pair in pairs.values())
    worth -= 2.5 * len(target.missing({pair.field.name for pair in pairs.values()}))
    stem = folded(PurePath(name).stem).replace("_", " ").replace("-", " ")
    worth += 1.6 * any(hint in stem for hint in target.hints)
    own = _own(target.name)
    worth += 0.45 * min(sum(bool(own & set(normal(header).split())) for header in headers[:60]), 4)
    worth -= 0.12 * min(len(headers) - len(pairs), 12)
    return worth


def _columns(headers: Sequence[str], seen: Sequence[Evidence], fit: _Fit) -> tuple[Judged, ...]:
    judged = []
    for place, header in enumerate(headers):
        pair = fit.pairs.get(place)
        if pair:
            score = round(min(max(pair.score, 0), 1), 2)
            used, perhaps = (pair.field.name, "") if score >= LIKELY else ("", pair.field.name)
            judged.append(Judged(header, used, score, pair.reason, perhaps))
        else:
            empty = seen[place].is_empty if place < len(seen) else True
            reason = "It is empty." if empty else fit.against.get(place, "Nothing here goes by this name.")
            judged.append(Judged(header, "", 0, reason))
    return tuple(judged)


def _why(target: Target, pairs: dict[int, _Pair]) -> str:
    telling = sorted(pairs.values(), key=lambda pair: -pair.field.signal * pair.score)[:4]
    labels = [pair.field.label.lower() for pair in telling]
    if not labels:
        return "Nothing in it was recognised."
    listed = labels[0] if len(labels) == 1 else f"{', '.join(labels[:-1])} and {labels[-1]}"
    return f"Its columns name {listed}."
