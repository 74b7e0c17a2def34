"""Facets proposed for an asset, each with its reason; somebody confirms or rejects them, one by one or many at once.

What the file itself proves (format, language) is confirmed at once. The rest comes from words in the title, the folders
and the text, by the tables of `vocabulary`: the title counts most, then the folders, then the text. At least one
conversation is always proposed, because content that helps none has no place in the library. Where no word says which,
and there is a model, it is what most of the assets nearest in meaning help, else a guess by format and length.
"""

import re
from bisect import bisect_right
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate

from django.db import connection, transaction

from sameside.library.extraction.document import Document
from sameside.library.models import Asset, AssetFacet, Facet
from sameside.library.tagging import evidence
from sameside.library.vocabulary import (
    DEPTH_TERMS,
    FALLBACK_CONVERSATIONS,
    FOLDER_FACETS,
    TABLES,
    Place,
    Rule,
    Table,
)
from sameside.people import audit
from sameside.people.models import Person
from sameside.search import readers

State = AssetFacet.State


@dataclass(frozen=True)
class Proposal:
    facet: str
    value: str
    reason: str
    is_fact: bool = False
    is_guess: bool = False


def proposals(title: str, path: str, document: Document) -> list[Proposal]:
    """Everything that can be said of a document from its words; pure."""
    found = [Proposal(Facet.FORMAT, document.format, "The file's own format.", is_fact=True)]
    if document.language:
        found.append(Proposal(Facet.LANGUAGE, document.language, "Detected from the text.", is_fact=True))
    places = _places(title, path, document)
    for table in TABLES:
        found += _by_table(table, places)
    if not any(proposal.facet == Facet.CONVERSATION for proposal in found):
        found.append(_fallback_conversation(document))
    found.append(_depth(document, places[0].text))
    found += _from_folders(path, known={(proposal.facet, proposal.value) for proposal in found})
    return found


def _places(title: str, path: str, document: Document) -> Sequence[Place]:
    folders, _, name = path.rpartition("/")
    text = "\n".join(document.pages)[:60_000]
    return (
        Place("title", f"{title} {name}", weight=6),
        Place("folder", folders, weight=5),
        Place("text", text, weight=1, starts=tuple(accumulate(len(page) + 1 for page in document.pages))),
    )


def _by_table(table: Table, places: Sequence[Place]) -> list[Proposal]:
    """The best values of one facet: those whose rules score enough, at most `table.most`."""
    scored: list[tuple[int, int, Proposal]] = []
    for rule in table.rules:
        score, reason = _score(rule, places)
        if score >= table.least:
            scored.append((-score, len(scored), Proposal(table.facet, rule.value, reason)))
    scored.sort(key=lambda entry: entry[:2])
    best = -scored[0][0] if scored else 0
    return [proposal for score, _, proposal in scored[: table.most] if -score * 2 >= best]


def _score(rule: Rule, places: Sequence[Place]) -> tuple[int, str]:
    """How strongly `rule` fits, and why, told by the place that counts most."""
    score, reason = 0, ""
    for place in places:
        found = list(rule.pattern.finditer(place.text))
        if not found:
            continue
        score += place.weight * (min(len(found), 5) if place.name == "text" else 1)
        if not reason:
            reason = _reason(place, found)
    return score, reason


def _reason(place: Place, found: Sequence["re.Match[str]"]) -> str:
    """The words that speak for it, and of a text how often and where they stand first."""
    named = dict.fromkeys(" ".join(match.group(0).split())[:60] for match in found)
    words = " and ".join(f"“{word}”" for word in list(named)[: 2 if place.name == "text" else 1])
    times = f", {len(found)} times" if place.name == "text" and len(found) > 1 else ""
    page = bisect_right(place.starts, found[0].start()) + 1
    where = f", first on page {page}" if len(place.starts) > 1 else ""
    return f"{words} in the {place.name}{times}{where}."


def _fallback_conversation(document: Document) -> Proposal:
    pages = len(document.pages)
    fitting = (one for one in FALLBACK_CONVERSATIONS if document.format in one.formats and pages <= one.most_pages)
    fallback = next(fitting, FALLBACK_CONVERSATIONS[-1])
    return Proposal(Facet.CONVERSATION, fallback.value, fallback.reason, is_guess=True)


def _depth(document: Document, title: str) -> Proposal:
    """Overview, working or deep: by what its title says, else by its length and how full its pages are."""
    for value, pattern in DEPTH_TERMS:
        match = pattern.search(title)
        if match:
            return Proposal(Facet.DEPTH, value, f"“{match[0]}” in the title.")
    words, pages = document.words, max(len(document.pages), 1)
    if words <= 900 or (words / pages < 60 and pages <= 15):
        value = "overview"
    elif words >= 5_000 or (pages >= 25 and words / pages > 120):
        value = "deep"
    else:
        value = "working"
    unit = "slide" if document.format == "pptx" else "page"
    return Proposal(Facet.DEPTH, value, f"{words:,} words on {pages:,} {unit}{'' if pages == 1 else 's'}.")


def _from_folders(path: str, known: Collection[tuple[str, str]]) -> Iterable[Proposal]:
    """Folders such as `Product line - Ledger` or `Competitors/Acme` name a facet and its value."""
    folders = [folder.strip() for folder in path.split("/")[:-1]]
    for position, folder in enumerate(folders):
        for facet, pattern in FOLDER_FACETS:
            match = pattern.match(folder)
            if not match:
                continue
            value = match[1] or (folders[position + 1] if position + 1 < len(folders) else "")
            value = "-".join(value.lower().split())[:80]
            if value and (facet, value) not in known:
                yield Proposal(facet, value, f"The folder “{folder[:60]}”.")


def _better_than_guessed(asset: Asset, document: Document, found: Sequence[Proposal]) -> list[Proposal]:
    """What was proposed, with what the assets nearest in meaning say in the place of a guess.

    For the conversation alone: see docs/decisions/facets-from-neighbours.md.
    """
    if not any(proposal.is_guess for proposal in found):
        return list(found)
    try:
        near = evidence.by_meaning(asset, " ".join(document.pages[:2])[: 2 * evidence.READ])
    except readers.NotReady:
        return list(found)
    told = evidence.among(near, Facet.CONVERSATION, evidence.stated(near))
    better = [Proposal(Facet.CONVERSATION, one.value, one.sentence_of_meaning) for one in told]
    return [*(one for one in found if not one.is_guess), *better] if better else list(found)


@transaction.atomic
def propose(asset: Asset, document: Document) -> None:
    """Write the proposals for an asset. What somebody decided stays; what is proposed no longer goes."""
    found = _better_than_guessed(asset, document, proposals(asset.title, asset.path, document))
    asset.facets.filter(state=State.PROPOSED).delete()
    asset.facets.filter(facet__in=(Facet.FORMAT, Facet.LANGUAGE), decided_by=None).delete()
    AssetFacet.objects.bulk_create(
        (
            AssetFacet(
                asset=asset,
                facet=proposal.facet,
                value=proposal.value[:80],
                state=State.CONFIRMED if proposal.is_fact else State.PROPOSED,
                reason=proposal.reason[:300],
            )
            for proposal in found
        ),
        ignore_conflicts=True,
    )
    if asset.facets_confirmed and asset.facets.filter(state=State.PROPOSED).exists():
        decided = set(asset.facets.exclude(state=State.PROPOSED).values_list("facet", flat=True))
        asset.facets.filter(state=State.PROPOSED, facet__in=decided).delete()
        asset.facets_confirmed = not asset.facets.filter(state=State.PROPOSED).exists()
        asset.save(update_fields=["facets_confirmed"])


class NoConversation(Exception):
    """An asset helps at least one conversation, always; the message is a sentence fit for the screen."""


def _check_conversation(asset: Asset) -> None:
    kept = asset.facets.filter(facet=Facet.CONVERSATION).exclude(state=State.REJECTED)
    if not kept.exists():
        raise NoConversation(f"“{asset.title}” must help at least one conversation: choose one.")


@dataclass(frozen=True)
class Decision:
    """What confirming changed, so that it can be taken back: facet rows and the assets they belong to."""

    facets: Sequence[int]
    assets: Sequence[int]


def confirm(asset: Asset, *, by: Person, at: datetime) -> Decision:
    """Confirm everything proposed for one asset."""
    return confirm_all([asset.pk], by=by, at=at)


@transaction.atomic
def confirm_all(assets: Collection[int], *, by: Person, at: datetime) -> Decision:
    """Confirm everything proposed for many assets at once."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE library_assetfacet SET state = 'confirmed', decided_by_id = %s, decided_at = %s
            WHERE asset_id = ANY(%s) AND state = 'proposed' RETURNING id
            """,
            [by.pk, at, list(assets)],
        )
        changed = [row[0] for row in cursor.fetchall()]
        cursor.execute(
            "UPDATE library_asset SET facets_confirmed = true WHERE id = ANY(%s) AND NOT facets_confirmed RETURNING id",
            [list(assets)],
        )
        confirmed = [row[0] for row in cursor.fetchall()]
    if confirmed:
        audit.record(
            "facets.confirmed", by=by, at=at, subject=f"{len(confirmed)} assets", details={"assets": confirmed[:500]}
        )
    return Decision(changed, confirmed)


@transaction.atomic
def take_back(decision: Decision, *, by: Person, at: datetime) -> None:
    """Undo a confirmation that `by` made: its facets are proposals again."""
    AssetFacet.objects.filter(pk__in=decision.facets, state=State.CONFIRMED, decided_by=by).update(
        state=State.PROPOSED, decided_by=None, decided_at=None
    )
    Asset.objects.filter(pk__in=decision.assets).update(facets_confirmed=False)
    audit.record("facets.taken_back", by=by, at=at, subject=f"{len(decision.assets)} assets")


@transaction.atomic
def confirm_facet(facet: AssetFacet, *, by: Person, at: datetime) -> None:
    """Say that one facet fits; when nothing else is proposed, nobody need look at the asset any more."""
    facet.state, facet.decided_by, facet.decided_at = State.CONFIRMED, by, at
    facet.save(update_fields=["state", "decided_by", "decided_at"])
    _settle(facet.asset)


def _settle(asset: Asset) -> None:
    if not asset.facets_confirmed and not asset.facets.filter(state=State.PROPOSED).exists():
        asset.facets_confirmed = True
        asset.save(update_fields=["facets_confirmed"])


@transaction.atomic
def reject(facet: AssetFacet, *, by: Person, at: datetime) -> None:
    """Say that a facet does not fit; it is not proposed again. The last conversation cannot be rejected."""
    facet.state, facet.decided_by, facet.decided_at = State.REJECTED, by, at
    facet.save(update_fields=["state", "decided_by", "decided_at"])
    _check_conversation(facet.asset)
    _settle(facet.asset)


@transaction.atomic
def set_facets(asset: Asset, chosen: Collection[tuple[str, str]], *, by: Person, at: datetime) -> None:
    """Make exactly `chosen` (facet, value) the confirmed facets of the asset, besides its format."""
    wanted = {(facet, value) for facet, value in chosen if value and facet != Facet.FORMAT}
    known = {(facet.facet, facet.value): facet for facet in asset.facets.exclude(facet=Facet.FORMAT)}
    for key, facet in known.items():
        state = State.CONFIRMED if key in wanted else State.REJECTED
        if facet.state != state:
            facet.state, facet.decided_by, facet.decided_at = state, by, at
            facet.save(update_fields=["state", "decided_by", "decided_at"])
    AssetFacet.objects.bulk_create(
        AssetFacet(
            asset=asset,
            facet=facet,
            value=value[:80],
            state=State.CONFIRMED,
            reason=f"Chosen by {by.name}."[:300],
            decided_by=by,
            decided_at=at,
        )
        for facet, value in sorted(wanted - known.keys())
    )
    _check_conversation(asset)
    asset.facets_confirmed = True
    asset.save(update_fields=["facets_confirmed"])
    audit.record("facets.set", by=by, at=at, subject=asset.title, details={"asset": asset.pk})
