"""Rules: where the folder, the title or the text of an asset holds some words, it gets a facet value by itself.

All words of a rule must be there, as whole words and without regard to case, accents kept; a word that ends in `*` also
stands for what begins with it. A rule is applied when it is made, to every asset that comes in, and each night to all
of them. It sets what is not there or only proposed; what somebody rejected stays rejected, what somebody chose stays
chosen (the table stands in `editing`). Each time it changes something, that is an edit, which can be undone; the rule
then rests until somebody lets it work again.
"""

import re
import unicodedata
from collections.abc import Collection
from datetime import datetime

from django.db import connection, transaction

from sameside.library.facets import label
from sameside.library.models import Asset, Facet, FacetEdit, FacetRule
from sameside.library.tagging import editing
from sameside.library.tagging.editing import Change
from sameside.people import audit, policies
from sameside.people.models import Person
from sameside.people.policies import Refused

Where = FacetRule.Where
MOST_WORDS = 8
_WORDS = re.compile(r"\w+\*?")
_LETTERS = re.compile(r"[^\W_]+")


def words_of(text: str) -> list[str]:
    """The words of a rule, in order and each once: `Banking, risk*` → banking, risk*."""
    return list(dict.fromkeys(_WORDS.findall(unicodedata.normalize("NFKC", text).casefold().replace("_", " "))))


def holds(text: str, words: Collection[str]) -> bool:
    """Whether `text` holds all of `words`."""
    found = set(_LETTERS.findall(unicodedata.normalize("NFKC", text).casefold()))
    return bool(words) and all(
        any(one.startswith(word[:-1]) for one in found) if word.endswith("*") else word in found for word in words
    )


def check(where: str, words: str, facet: str, value: str) -> None:
    """Raise `Refused` unless these make a rule."""
    asked = words_of(words)
    if where not in Where.values:
        raise Refused("Say where the words stand: in the folder or file name, in the title, or in the text.")
    if not asked or len(words) > 200:
        raise Refused("Write at least one word, at most 200 characters.")
    if len(asked) > MOST_WORDS:
        raise Refused(f"A rule has at most {MOST_WORDS} words.")
    if any(len(word.rstrip("*")) < 2 for word in asked):
        raise Refused("Each word has at least two letters.")
    editing.check([Change("add", facet, value)])


def matching(where: str, words: str, *, among: Collection[int] | None = None) -> list[int]:
    """Ids of the active assets that a rule with these words is about."""
    asked = words_of(words)
    active = Asset.objects.filter(status=Asset.Status.ACTIVE).order_by("pk")
    if among is not None:
        active = active.filter(pk__in=among)
    if where == Where.TEXT:
        return _in_text(asked, list(active.values_list("pk", flat=True)))
    column = "path" if where == Where.PATH else "title"
    return [pk for pk, text in active.values_list("pk", column).iterator() if holds(text, asked)]


def _in_text(words: Collection[str], assets: list[int]) -> list[int]:
    """Each word stands on some page of the current version; read by the database, page by page."""
    if not words:
        return []
    patterns = [rf"\m{word[:-1]}" if word.endswith("*") else rf"\m{word}\M" for word in words]
    every = " AND ".join(["bool_or(p.text ~* %s)"] * len(patterns))
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT v.asset_id FROM library_assetpage p
            JOIN library_assetversion v ON v.id = p.version_id AND v.is_current
            WHERE v.asset_id = ANY(%s) AND p.text ~* %s GROUP BY 1 HAVING {every} ORDER BY 1
            """,
            [assets, "|".join(patterns), *patterns],
        )
        return [row[0] for row in cursor]


def sentence(rule: FacetRule) -> str:
    place = {Where.PATH: "the folder or file name", Where.TITLE: "the title", Where.TEXT: "the text"}[Where(rule.where)]
    return f"Where {place} holds “{rule.words}”: {Facet(rule.facet).label} {label(rule.facet, rule.value)}"


@transaction.atomic
def add(
    *, where: str, words: str, facet: str, value: str, by: Person, at: datetime
) -> tuple[FacetRule, FacetEdit | None]:
    """A new rule and what it changed; `None` when it changed nothing."""
    policies.check(by, "edit_library")
    check(where, words, facet, value)
    same = FacetRule.objects.filter(where=where, words__iexact=words.strip(), facet=facet, value=value)
    if same.exists():
        raise Refused("There is such a rule already.")
    rule = FacetRule.objects.create(
        where=where, words=words.strip(), facet=facet, value=value, created_at=at, created_by=by
    )
    audit.record("facets.rule_added", by=by, at=at, subject=sentence(rule), details={"rule": rule.pk})
    return rule, apply(rule, by=by, at=at)


def apply(
    rule: FacetRule, *, by: Person | None, at: datetime, among: Collection[int] | None = None
) -> FacetEdit | None:
    """Let a rule set its value; gives the edit that it made, or None when nothing was different."""
    found = matching(rule.where, rule.words, among=among)
    change = Change("add", rule.facet, rule.value)
    FacetRule.objects.filter(pk=rule.pk).update(applied_at=at)
    todo = sorted(editing.plan(found, [change], by_hand=False).assets)
    if not todo:
        return None
    earlier = None if by is not None else _of_today(rule, at)
    if earlier is None:
        return editing.make(todo, [change], sentence(rule), by=by, at=at, rule=rule)
    return editing.extend(earlier, todo, at=at)


def _of_today(rule: FacetRule, at: datetime) -> FacetEdit | None:
    """What comes in on one day is one edit of a rule."""
    since = at.replace(hour=0, minute=0, second=0, microsecond=0)
    today = FacetEdit.objects.filter(rule=rule, by=None, at__gte=since, at__lte=at, undone_at=None)
    return today.order_by("-pk").first()


def apply_to(assets: Collection[int], *, at: datetime) -> int:
    """Let every rule look at assets that came in or changed; gives how many rules set something."""
    made = [apply(rule, by=None, at=at, among=assets) for rule in FacetRule.objects.filter(is_active=True)]
    return sum(edit is not None for edit in made)


def apply_all(*, at: datetime) -> int:
    """Let every rule look at everything: each night; gives how many rules set something."""
    made = [apply(rule, by=None, at=at) for rule in FacetRule.objects.filter(is_active=True)]
    return sum(edit is not None for edit in made)


@transaction.atomic
def rest(rule: FacetRule, *, by: Person, at: datetime) -> None:
    """The rule sets nothing more; what it has set stays."""
    policies.check(by, "edit_library")
    if FacetRule.objects.filter(pk=rule.pk, is_active=True).update(is_active=False):
        audit.record("facets.rule_rests", by=by, at=at, subject=sentence(rule), details={"rule": rule.pk})


@transaction.atomic
def resume(rule: FacetRule, *, by: Person, at: datetime) -> FacetEdit | None:
    policies.check(by, "edit_library")
    if FacetRule.objects.filter(pk=rule.pk, is_active=False).update(is_active=True):
        audit.record("facets.rule_resumed", by=by, at=at, subject=sentence(rule), details={"rule": rule.pk})
    return apply(rule, by=by, at=at)
