"""What a table is about and what each of its columns means, judged by headers and by values together.

Every target is tried: each column is weighed against each field, the best pairs are taken first, and the target whose
fields are found best is proposed. A proposal says how certain it is and why, in words; a person may change all of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath

from sameside.connectors.table import evidence, naming
from sameside.connectors.table.evidence import Evidence
from sameside.connectors.table.targets import BY_NAME, TARGETS, Target, TargetField
from sameside.connectors.table.vocabulary import folded, normal
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
        named = naming.named(target, header)
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
    own = naming.own(target.name)
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
