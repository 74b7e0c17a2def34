"""Content in the one box: pages that match with their pictures, filters typed as words, what continues the words."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone

from sameside.library import asking, card_facts, facets, helping, origins, searching, spellings
from sameside.library.asking import Answer, Asking
from sameside.library.facets import Narrowing
from sameside.library.models import Asset, Facet
from sameside.library.models.usage import LONGEST_QUERY
from sameside.library.origins import Origin
from sameside.library.searching import Hit
from sameside.library.usage import recorder
from sameside.people.models import Person
from sameside.search import box, embedding, kinds, progress, typed
from sameside.search.box import Answered, Asked, Chip, Entry, Suggestion
from sameside.search.typed import Begun

NAME, PLURAL, ICON = searching.KIND, "Content", "books"
SUGGESTED = 3
RECENT = 5
COMPLETED = 8
TOLD_LATELY = 60.0
"""Seconds after which nobody is taken to be computing what content means any more."""
ICONS = {
    "pptx": "presentation", "ppt": "presentation", "odp": "presentation", "pdf": "file-type-pdf",
    "docx": "file-type-docx", "doc": "file-type-docx", "xlsx": "file-spreadsheet", "xls": "file-spreadsheet",
    "html": "world", "md": "markdown", "video": "video", "image": "photo", "svg": "photo", "eml": "mail", "msg": "mail",
}  # fmt: skip


def answer(asked: Asked) -> Answered:
    wanted = asking.read(asked.query, asked.person)
    begun = typed.begun(wanted.text, wanted.vocabulary) if asked.typing else None
    if begun:
        return replace(_nothing(wanted), suggestions=_values(begun, asked.person), note=_note_of(begun))
    if not wanted.text and not wanted.context.is_there:
        return replace(_nothing(wanted), suggestions=helping.recent(asked.person, RECENT))
    further = SUGGESTED if asked.typing else 0
    found = asking.find(wanted, asked.person, size=asked.size + further, counted=False)
    is_nothing = not found.results.total and not found.results.problem
    shown = Origin(timezone.now())
    return replace(
        _nothing(found.asking),
        entries=entries(found, shown, asked),
        total=found.results.total,
        more=address(asked.query, wanted.text),
        note=note(found),
        corrected=found.results.corrected,
        instead=address(asked.query, wanted.text, exact="1") if found.results.corrected else "",
        chips=chips(found.asking),
        suggestions=suggestions(found, asked, is_nothing=is_nothing),
        missing=reverse("library:missing") if is_nothing else "",
        record=_record(found, shown, asked),
    )


def _nothing(wanted: Asking) -> Answered:
    about = wanted.context
    return Answered(NAME, PLURAL, ICON, context=about.name, note=about.refused)


def address(query: QueryDict, text: str, **changes: str) -> str:
    """The library's page with what the box was asked."""
    changed = query.copy()
    changed["q"] = text
    for key in ("ms", "after", "before", "from", *changes):
        changed.pop(key, None)
    for key, value in changes.items():
        changed[key] = value
    return f"{reverse('library:list')}?{changed.urlencode()}"


def entries(found: Answer, shown: Origin, asked: Asked) -> list[Entry]:
    """What was found, each with the page that matched; its address says which search led there."""
    assets, hits = found.results.assets[: asked.size], found.results.hits
    about = found.asking.context
    known = card_facts.of(assets, asked.person, found.asking.narrowing, hits, also=about.facets)
    return [
        _entry(
            asset,
            hits.get(asset.pk),
            shown.at(place),
            asked.query,
            is_drawn=asset.pk in known and known[asset.pk].is_drawn,
            why=card_facts.why(asset, known, about),
        )
        for place, asset in enumerate(assets, start=1)
    ]


def _entry(asset: Asset, hit: Hit | None, origin: str, query: QueryDict, *, is_drawn: bool, why: str) -> Entry:
    url = f"{reverse('library:list')}{asset.slug}/"
    about = "".join(f"&{key}={query[key]}" for key in ("deal", "lead") if query.get(key, "").isdecimal())
    language = facets.label(Facet.LANGUAGE, asset.language) if asset.language else ""
    pages = f"{asset.page_count:,} page{'' if asset.page_count == 1 else 's'}" if asset.page_count else ""
    form = facets.label(Facet.FORMAT, asset.format)
    picture = f"{url}thumbnail/" if asset.thumbnail else ""
    if hit and is_drawn:
        picture = f"{url}pages/{hit.page}/thumbnail/"
    return Entry(
        title=asset.title,
        line=" · ".join(filter(None, (form, pages, language))),
        url=f"{url}?{f'page={hit.page}&' if hit else ''}from={origin}{about}",
        icon=ICONS.get(asset.format, "file-text"),
        picture=picture,
        page=hit.page if hit else 0,
        snippet=hit.snippet if hit else "",
        why=why,
    )


def note(found: Answer) -> str:
    """What must be said of how the words were read; empty when there is nothing to say."""
    asked, results = found.asking, found.results
    if results.problem:
        return results.problem
    if asked.context.refused:
        return asked.context.refused
    if asked.is_cut:
        return f"This is long: its first {LONGEST_QUERY:,} letters are searched."
    if results.moved:
        return "The library changed since the page before, so something may be missing here or stand here once more."
    if asked.read.unknown:
        one = asked.read.unknown[0]
        return f"No {str(Facet(one.facet).label).lower()} is called “{one.text}”, so it is searched as words."
    if results.relaxed:
        return "No content has all of these words; this has some of them."
    if results.widened:
        return f"Rare words may be misspelt, so {_quoted(results.widened)} {_are(results.widened)} searched too."
    if asked.words and meaning_is_coming():
        return "The meaning of some content is still being computed; until then, that content is found by its words."
    return ""


def _quoted(words: Sequence[str]) -> str:
    return " and ".join(f"“{word}”" for word in words)


def _are(words: Sequence[str]) -> str:
    return "is" if len(words) == 1 else "are"


def meaning_is_coming() -> bool:
    """Whether somebody computes what content means just now."""
    told = progress.read(embedding.folder(kinds.by_name(searching.KIND)))
    return told is not None and not told.is_done and time.time() - told.at < TOLD_LATELY


def chips(asked: Asking) -> list[Chip]:
    """The filters typed among the words, and those that a deal or a lead brings along."""
    found = []
    for term in asked.read.terms:
        label, text = str(Facet(term.facet).label), facets.label(term.facet, term.value)
        text = f"not {text}" if term.is_not else text
        if term.is_word:
            found.append(Chip(label, text, "word", term.text, f"“{term.text}”"))
        else:
            found.append(Chip(label, text, "text", asked.read.without(term)))
    about = asked.context
    for facet, values in about.facets.items():
        for value in values:
            label, text = str(Facet(facet).label), facets.label(facet, value)
            found.append(Chip(label, text, "without", f"{facet}:{value}", about.marked))
    return found


def suggestions(found: Answer, asked: Asked, *, is_nothing: bool) -> list[Suggestion]:
    """What goes on from here: of nothing, what would find something; while somebody types, what continues it."""
    if is_nothing:
        return helping.suggestions(found.asking, asked.person)
    return _continued(found, asked) if asked.typing else []


def _continued(found: Answer, asked: Asked) -> list[Suggestion]:
    """What continues the words, of what the person finds: longer words, then titles of what comes after those shown."""
    words, assets = found.asking.words, found.results.assets
    if len(words) < box.LEAST_LETTERS:
        return []
    known = {typed.fold(words), *(typed.fold(asset.title) for asset in assets[: asked.size])}
    longer = searching.suggest(words, asked.person, SUGGESTED, titles=False)
    texts = {typed.fold(text): text for text in (*longer, *(asset.title for asset in assets[asked.size :]))}
    return [Suggestion(text, text) for folded, text in texts.items() if folded not in known][:SUGGESTED]


def _values(begun: Begun, person: Person) -> list[Suggestion]:
    """The values of a facet that begin as typed, commonest first, with how much content has them."""
    found = searching.search("", Narrowing(), person, size=1).facets.get(begun.facet, ())
    wanted = typed.fold(begun.value)
    fitting = [
        (value, count)
        for value, count in found
        if any(spelling.startswith(wanted) for spelling in spellings.of(begun.facet, value))
    ]
    return [
        Suggestion(f"{begun.head}{begun.key}:{_written(value)} ", facets.label(begun.facet, value), count, "filter")
        for value, count in fitting[:COMPLETED]
    ]


def _written(value: str) -> str:
    return f'"{value}"' if " " in value else value


def _note_of(begun: Begun) -> str:
    return f"Narrow by {str(Facet(begun.facet).label).lower()}"


def _record(found: Answer, shown: Origin, asked_as: Asked) -> dict[str, Any]:
    asked, results = found.asking, found.results
    if not asked.text:
        return {}
    return {
        "section": NAME,
        "q": asked.text,
        "filters": asked.narrowing.as_json(),
        "results": results.total,
        "shown": [asset.pk for asset in results.assets[: asked_as.size]],
        "at": str(shown),
        "corrected": results.corrected,
        "deal": asked.context.deal_id,
        "lead": asked.context.lead_id,
        "place": "box" if asked_as.typing else "search",
    }


def record(told: Mapping[str, Any], person: Person, elapsed: str) -> None:
    """Tell the recorder what an answer showed; the browser says how long ago the first key was pressed."""
    now, shown = timezone.now(), origins.read(told["at"])
    at = shown.shown_at if shown else now
    recorder.search(
        person,
        told["q"],
        filters=told["filters"],
        results=told["results"],
        shown=told["shown"],
        at=at,
        started_at=origins.started(now, elapsed),
        deal_id=told["deal"],
        lead_id=told["lead"],
        place=told["place"],
        corrected=told["corrected"],
    )


SECTION = box.register(box.Section(NAME, "see_library", answer, record))
