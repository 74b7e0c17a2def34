"""The company's own words: which words and phrases mean the same in a search.

Somebody writes them, or accepts what the product proposes with its evidence. Every change counts at once in every
process: a reading is kept only while the table's latest change and its size are what they were.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from sameside.people import audit
from sameside.people.models import Person
from sameside.people.policies import Refused
from sameside.retrieval import analysis
from sameside.search.models import Synonym

State, Source = Synonym.State, Synonym.Source
MOST_WORDS = 12
LONGEST = 80
MOST_EVIDENCE = 5
CHANGEABLE = ("words", "folded", "key", "is_one_way", "state")

_LOCK = 7_361_043
_Mark = tuple[datetime | None, int]
_read: tuple[_Mark, Mapping[str, Sequence[str]]] = ((None, 0), {})


MARK = f"SELECT max(changed_at), count(*) FROM search_synonym WHERE state = '{State.ACCEPTED.value}'"
"""Another answer when a synonym in use changed; for whoever reads more by the same statement."""


def in_use() -> Mapping[str, Sequence[str]]:
    """Folded word or phrase → what else is searched for it, folded."""
    with connection.cursor() as cursor:
        cursor.execute(MARK)
        return as_of(cursor.fetchone())


def as_of(now: _Mark) -> Mapping[str, Sequence[str]]:
    """Those in use now that `MARK` answers this."""
    global _read
    if now != _read[0]:
        accepted = Synonym.objects.filter(state=State.ACCEPTED)
        _read = (now, joined(accepted.values_list("folded", "is_one_way")) if now[1] else {})
    return _read[1]


def joined(groups: Iterable[tuple[Sequence[str], bool]]) -> dict[str, list[str]]:
    """Each word with all that it finds; one-way groups only from their first word."""
    found: dict[str, list[str]] = {}
    for folded, is_one_way in groups:
        for word in folded[:1] if is_one_way else folded:
            others = found.setdefault(word, [])
            others += [one for one in folded if one != word and one not in others]
    return found


def _checked(words: Sequence[str]) -> tuple[list[str], list[str]]:
    """The words as written and folded, each once."""
    kept: dict[str, str] = {}
    for word in words:
        written = " ".join(word.split())
        folded = analysis.folded(written)
        if len(written) > LONGEST or len(folded) > LONGEST:
            raise Refused(f"A word or phrase has at most {LONGEST} letters.")
        if folded and folded not in kept:
            kept[folded] = written
    if len(kept) < 2:
        raise Refused("Name at least two different words or phrases that mean the same.")
    if len(kept) > MOST_WORDS:
        raise Refused(f"At most {MOST_WORDS} words mean the same; make two groups of them.")
    return list(kept.values()), list(kept)


def _one_at_a_time() -> None:
    """Who writes the same words at the same time waits, and then finds them there."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def key_of(folded: Sequence[str]) -> str:
    return "|".join(sorted(folded))[:500]


@transaction.atomic
def add(words: Sequence[str], *, by: Person, at: datetime, is_one_way: bool = False) -> Synonym:
    """Words that mean the same from now on; what was proposed or rejected before is taken into use."""
    written, folded = _checked(words)
    _one_at_a_time()
    known = Synonym.objects.select_for_update().filter(key=key_of(folded)).first()
    if known is not None:
        return _change(known, by=by, at=at, words=written, folded=folded, is_one_way=is_one_way, state=State.ACCEPTED)
    made = Synonym.objects.create(
        words=written, folded=folded, key=key_of(folded), is_one_way=is_one_way, state=State.ACCEPTED,
        source=Source.HAND, created_at=at, created_by=by, changed_at=at, changed_by=by,
        before={"state": State.REJECTED.value},
    )  # fmt: skip
    _audited(made, "search.synonym.added", by=by, at=at)
    return made


@transaction.atomic
def edit(synonym: Synonym, words: Sequence[str], *, by: Person, at: datetime, is_one_way: bool) -> Synonym:
    synonym = Synonym.objects.select_for_update().get(pk=synonym.pk)
    written, folded = _checked(words)
    _one_at_a_time()
    key = key_of(folded)
    if Synonym.objects.filter(key=key).exclude(pk=synonym.pk).exists():
        raise Refused("These words are already a group of their own.")
    return _change(
        synonym, by=by, at=at, words=written, folded=folded, key=key, is_one_way=is_one_way, state=synonym.state
    )


@transaction.atomic
def decide(synonym: Synonym, state: str, *, by: Person, at: datetime) -> Synonym:
    """Take a group into use (`accepted`) or out of it (`rejected`)."""
    synonym = Synonym.objects.select_for_update().get(pk=synonym.pk)
    if state not in (State.ACCEPTED, State.REJECTED):
        raise Refused("Synonyms are taken into use or rejected.")
    return synonym if synonym.state == state else _change(synonym, by=by, at=at, state=state)


@transaction.atomic
def undo(synonym: Synonym, *, by: Person, at: datetime) -> Synonym:
    """Bring back what the last change changed."""
    synonym = Synonym.objects.select_for_update().get(pk=synonym.pk)
    if not synonym.before:
        raise Refused("There is no change to take back.")
    if "key" in synonym.before and Synonym.objects.filter(key=synonym.before["key"]).exclude(pk=synonym.pk).exists():
        raise Refused("The words as they were are a group of their own by now.")
    return _change(synonym, by=by, at=at, action="search.synonym.undone", **synonym.before)


def _change(
    synonym: Synonym, *, by: Person, at: datetime, action: str = "search.synonym.changed", **values: Any
) -> Synonym:
    before = {name: getattr(synonym, name) for name in values if getattr(synonym, name) != values[name]}
    for name, value in values.items():
        setattr(synonym, name, value)
    synonym.before, synonym.changed_at, synonym.changed_by = before, at, by
    synonym.save(update_fields=[*CHANGEABLE, "before", "changed_at", "changed_by"])
    _audited(synonym, action, by=by, at=at)
    return synonym


def _audited(synonym: Synonym, action: str, *, by: Person, at: datetime) -> None:
    details = {"words": " | ".join(synonym.words), "state": str(synonym.state), "one_way": synonym.is_one_way}
    audit.record(action, by=by, at=at, subject=f"Synonym:{synonym.pk}", details=details)


@transaction.atomic
def propose(
    words: Sequence[str], *, source: str, evidence: Sequence[str], weight: int, at: datetime, is_one_way: bool = False
) -> bool:
    """Propose words with their evidence; True when nobody knew them. What somebody decided on is left alone."""
    try:
        written, folded = _checked(words)
    except Refused:
        return False
    _one_at_a_time()
    known = Synonym.objects.select_for_update().filter(key=key_of(folded)).first()
    told = [sentence[:300] for sentence in evidence[:MOST_EVIDENCE]]
    if known is None:
        Synonym.objects.create(
            words=written, folded=folded, key=key_of(folded), is_one_way=is_one_way, state=State.PROPOSED,
            source=source, evidence=told, weight=weight, created_at=at, changed_at=at,
        )  # fmt: skip
        return True
    if known.state == State.PROPOSED and (known.evidence, known.weight) != (told, weight):
        known.evidence, known.weight = told, weight
        known.save(update_fields=["evidence", "weight"])
    return False
