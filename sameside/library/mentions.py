"""Which assets a text names: sellers' logged e-mails, calls and tasks tell what they sent, long before anyone counts.

An asset is named by its title, by the file name of one of its versions, or by a link to its page. Both sides are
reduced to words without case and punctuation, so `CFO_Guide.pdf`, `CFO guide.pdf` and `CFO%20Guide.pdf` are one name.
A name counts only between word boundaries, and the longest name at a place wins: "Security overview for banks" is not
also "Security overview". Names that would be found in any conversation ("Overview", `index.md`) are left out, and so
is a name that many assets share; a title in up to three formats names all of them.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

import ahocorasick
from django.db import connection, transaction

from sameside.crm.models import Activity
from sameside.library.models import Asset, AssetVersion, Usage

LEAST_LETTERS = 8
MOST_FORMATS = 3
"""More assets than this with one title: the title names a kind of document, not a document."""

_GENERIC = """
a about agenda agreement and appendix brochure case company contact contract datasheet deck demo document draft faq
final flyer for guide handout home index intro introduction invoice list meeting minutes notes of offer one overview
page pager plan playbook presentation process product project proposal questionnaire quote readme report roadmap sales
sheet slides solution study summary template test the training untitled video webinar welcome whitepaper
"""
GENERIC = frozenset(_GENERIC.split())

_BETWEEN_WORDS = re.compile(r"[\W_]+")
_WITHOUT_SPACES = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
_LINK = re.compile(r"/library/([-a-zA-Z0-9_]+)")
_BATCH = 5_000


def words(text: str) -> str:
    """`text` as words, each with a space of its own on both sides, so that a name never ends inside a word."""
    if not text.isascii():
        text = _WITHOUT_SPACES.sub(r" \g<0> ", unicodedata.normalize("NFKC", text))
    inner = _BETWEEN_WORDS.sub("  ", text.casefold()).strip()
    return f" {inner} " if inner else ""


def is_telling(name: str) -> bool:
    """Whether a title, already reduced to words, is so particular that its appearance means this asset."""
    parts = name.split()
    letters = sum(len(part) for part in parts)
    if not name.isascii() and _WITHOUT_SPACES.search(name):
        return len(parts) >= 4
    if len(parts) <= 2 and GENERIC.issuperset(parts):
        return False
    return (len(parts) >= 2 and letters >= 6) or letters >= LEAST_LETTERS


def _is_telling_file(name: str) -> bool:
    stem = name.split()[:-1]
    return len("".join(stem)) >= 5 and not GENERIC.issuperset(stem)


@dataclass
class Matcher:
    """Finds assets in texts; made once for many texts."""

    slugs: dict[str, int] = field(default_factory=dict)
    names: dict[str, tuple[int, ...]] = field(default_factory=dict)
    _automaton: Any = None

    @classmethod
    def load(cls) -> "Matcher":
        """The names of all assets, retired ones too: they were sent while they were active."""
        assets = list(Asset.objects.values_list("pk", "title", "slug"))
        files = AssetVersion.objects.values_list("asset_id", "filename")
        return cls.of(assets, files.iterator())

    @classmethod
    def of(cls, assets: Iterable[tuple[int, str, str]], files: Iterable[tuple[int, str]]) -> "Matcher":
        titles: dict[str, set[int]] = defaultdict(set)
        filenames: dict[str, set[int]] = defaultdict(set)
        slugs: dict[str, int] = {}
        for pk, title, slug in assets:
            slugs[slug] = pk
            titles[words(title)].add(pk)
        for pk, filename in files:
            filenames[words(filename)].add(pk)
        names = {
            name: tuple(sorted(pks)) for name, pks in filenames.items() if len(pks) == 1 and _is_telling_file(name)
        }
        names |= {
            name: tuple(sorted(pks)) for name, pks in titles.items() if len(pks) <= MOST_FORMATS and is_telling(name)
        }
        automaton = ahocorasick.Automaton()
        for name, pks in names.items():
            automaton.add_word(name, pks)
        if names:
            automaton.make_automaton()
        return cls(slugs, names, automaton if names else None)

    def find(self, text: str) -> list[int]:
        """Ids of the assets that `text` names, each once, in the order of their first mention (links last)."""
        found: dict[int, None] = {}
        if "%" in text:
            text = unquote(text, errors="replace")
        if self._automaton is not None:
            for _, pks in self._automaton.iter_long(words(text)):
                found.update(dict.fromkeys(pks))
        if "/library/" in text:
            for slug in _LINK.findall(text):
                if slug in self.slugs:
                    found[self.slugs[slug]] = None
        return list(found)


def record(since_run: int | None = None) -> int:
    """Note what sellers shared, by the activities they logged; those of import run `since_run` and later, else all.

    Only what was done counts, not what is planned. Repeating it adds nothing. Returns the number of uses found anew.
    """
    matcher = Matcher.load()
    if not matcher.slugs:
        return 0
    activities = Activity.objects.filter(is_done=True, deleted_in_source=False)
    if since_run is not None:
        activities = activities.filter(changed_by_run__gte=since_run)
    rows = activities.values_list(
        "pk", "subject", "body", "at", "owner_id", "deal_id", "lead_id", "contact_id"
    ).order_by()
    added = 0
    with transaction.atomic():
        uses: list[tuple[Any, ...]] = []
        for use in _uses(matcher, rows.iterator(chunk_size=_BATCH)):
            uses.append(use)
            if len(uses) >= _BATCH:
                added += _insert(uses)
                uses.clear()
        added += _insert(uses)
    return added


def _uses(matcher: Matcher, rows: Iterable[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
    find = matcher.find
    for pk, subject, body, *rest in rows:
        for asset in find(f"{subject}\n{body}"):
            yield asset, f"Activity:{pk}:{asset}", *rest


def _insert(uses: list[tuple[Any, ...]]) -> int:
    if not uses:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO library_usage
                (asset_id, external_id, at, person_id, deal_id, lead_id, contact_id, action, source)
            SELECT u.*, %s, 'mention'
            FROM unnest(%s::bigint[], %s::text[], %s::timestamptz[], %s::bigint[], %s::bigint[], %s::bigint[],
                        %s::bigint[]) u
            ON CONFLICT (source, external_id) DO NOTHING
            """,
            [Usage.Action.SHARE.value, *(list(column) for column in zip(*uses, strict=True))],
        )
        return int(cursor.rowcount)
