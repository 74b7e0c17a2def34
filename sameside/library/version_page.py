"""Two versions of an asset side by side, as data: each page that differs, and what is between them in a line."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from django.urls import reverse

from sameside.kit.prepared import VALUE, Prepared
from sameside.library import comparing
from sameside.library.comparing import Kind, Pair, Piece
from sameside.library.models import Asset, AssetPage, AssetVersion, VersionChange
from sameside.library.truth import count

MOST_SHOWN = 60
CONTEXT = 90
OF_ROWS = frozenset({"xlsx", "xls", "ods"})
"""Formats whose pages are sheets: each line is a row."""
_LINE_END = re.compile(r"(?<!\n)\n(?!\n)")
LABELS = {
    Kind.CHANGED: ("Changed", "info"),
    Kind.ADDED: ("New", "good"),
    Kind.REMOVED: ("Gone", "bad"),
    Kind.MOVED: ("Moved", "warn"),
}


@dataclass(frozen=True)
class Leaf:
    """One page in one of the two versions."""

    number: int
    image: str
    width: int
    height: int


@dataclass(frozen=True)
class Difference:
    """One place in the document. Of a run of equal pages only `same` is filled: what to say of it."""

    label: str = ""
    tone: str = ""
    older: Leaf | None = None
    newer: Leaf | None = None
    pieces: Sequence[Piece] = ()
    same: str = ""
    pages: str = ""


@dataclass(frozen=True)
class Comparison:
    older: AssetVersion
    newer: AssetVersion
    summary: str
    differences: Sequence[Difference]
    left_out: int
    others: Sequence[tuple[int, str, bool]]
    older_others: Sequence[tuple[int, str, bool]] = field(default=())


def build(asset: Asset, older: AssetVersion, newer: AssetVersion) -> Comparison:
    old, new = _pages(older), _pages(newer)
    pairs = comparing.align([page.text for page in old], [page.text for page in new])
    found: list[Difference] = []
    shown = left_out = 0
    run: list[Pair] = []
    for pair in pairs:
        if pair.kind is Kind.SAME:
            run.append(pair)
            continue
        found += _same(run, new)
        run = []
        shown += 1
        if shown <= MOST_SHOWN:
            found.append(_difference(asset, pair, old, new, older.number, newer.number))
        else:
            left_out += 1
    versions = list(asset.versions.values_list("number", "filename"))
    return Comparison(
        older=older,
        newer=newer,
        summary=_summary(pairs),
        differences=[*found, *_same(run, new)],
        left_out=left_out,
        others=[(number, _link(asset, number, older.number), number == newer.number) for number, _ in versions],
        older_others=[(number, _link(asset, newer.number, number), number == older.number) for number, _ in versions],
    )


def _link(asset: Asset, newer: int, older: int) -> str:
    return reverse("library:version_differences", args=[asset.slug, newer, older])


def _pages(version: AssetVersion) -> list[AssetPage]:
    return list(version.pages.order_by("number").only("number", "text", "image", "width", "height"))


def _same(run: Sequence[Pair], new: Sequence[AssetPage]) -> list[Difference]:
    places = [pair.newer for pair in run if pair.newer is not None]
    if not places:
        return []
    first, last = new[places[0]].number, new[places[-1]].number
    if len(places) == 1:
        return [Difference(same=f"Page {first} is the same")]
    return [Difference(same=f"{count(len(places), 'page')}, {first} to {last}, are the same")]


def _difference(
    asset: Asset, pair: Pair, old: Sequence[AssetPage], new: Sequence[AssetPage], older: int, newer: int
) -> Difference:
    was = old[pair.older] if pair.older is not None else None
    now = new[pair.newer] if pair.newer is not None else None
    label, tone = LABELS[pair.kind]
    return Difference(
        label=label,
        tone=tone,
        older=_leaf(asset, older, was),
        newer=_leaf(asset, newer, now),
        pieces=_shortened(
            comparing.differences(was.text if was else "", now.text if now else ""), rows=asset.format in OF_ROWS
        ),
        pages=_numbers(was, now),
    )


def _shortened(pieces: Sequence[Piece], *, rows: bool) -> list[Piece]:
    """Lines run on, as the page is wider than they were, unless they are `rows`; of a long equal stretch only its ends
    are shown, cut between words or rows."""
    between = "\n" if rows else " "
    found = []
    for place, piece in enumerate(pieces):
        text = piece.text if rows else _LINE_END.sub(" ", piece.text)
        if piece.kind is Kind.SAME and len(text) > 3 * CONTEXT:
            before = text[:CONTEXT].rpartition(between)[0] if place else ""
            after = text[-CONTEXT:].partition(between)[2] if place < len(pieces) - 1 else ""
            text = f"{before}{between}…{between}{after}".lstrip("\n")
        found.append(Piece(piece.kind, text))
    return found


def _numbers(was: AssetPage | None, now: AssetPage | None) -> str:
    if was and now:
        return f"Page {now.number}" if was.number == now.number else f"Page {now.number}, was page {was.number}"
    return f"Page {now.number}" if now else f"Page {was.number} before" if was else ""


def _leaf(asset: Asset, version: int, page: AssetPage | None) -> Leaf | None:
    if page is None or not page.image:
        return None
    image = reverse("library:version_page_image", args=[asset.slug, version, page.number])
    return Leaf(page.number, image, page.width, page.height)


def _summary(pairs: Sequence[Pair]) -> str:
    numbers = {kind: sum(pair.kind is kind for pair in pairs) for kind in Kind}
    words = {
        Kind.CHANGED: "changed",
        Kind.ADDED: "new",
        Kind.REMOVED: "gone",
        Kind.MOVED: "moved",
        Kind.SAME: "the same",
    }
    parts = [f"{numbers[kind]:,} {word}" for kind, word in words.items() if numbers[kind]]
    return f"Pages: {', '.join(parts)}." if parts else "Neither version has a page that could be read."


@dataclass(frozen=True)
class Change:
    text: str
    reason: str
    who: str
    when: object


def changes(asset: Asset) -> list[Change]:
    """Which version was put behind the link when, by whom and why; the latest first."""
    return [
        Change(
            text=f"Version {row.became.number}" + (f" after version {row.was.number}" if row.was else ""),
            reason=row.reason,
            who=row.by.name if row.by else "",
            when=row.at,
        )
        for row in _changes()(asset.pk)
    ]


@lru_cache(maxsize=1)
def _changes() -> Prepared[VersionChange]:
    rows = VersionChange.objects.filter(asset=VALUE).select_related("was", "became", "by")
    columns = ("reason", "at", "was__number", "became__number", "by__name")
    return Prepared(rows.only(*columns).order_by("-at", "-pk")[:8])
