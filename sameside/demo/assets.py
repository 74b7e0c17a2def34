"""Four hundred documents as a plan: what each is about, how it is named and filed, and what becomes of it.

The fate of a document is a cause of the story. Documents on healthcare carry internal code words and lie in an archive
folder, so nobody finds them; others tell about the company and are passed over; others are opened and never presented.
"""

from dataclasses import dataclass

import numpy as np

from sameside.demo import times
from sameside.demo.companies import plain
from sameside.demo.lexicon import SLUGS, VERTICALS
from sameside.demo.subjects import ANY_FIELD, CODE_WORDS, FIELDS, KINDS, LANGUAGES, OFF_TARGET, SORTS, TOPICS, Field

USED, NOT_FOUND, NOT_RELEVANT, NOT_UNDERSTOOD, NO_DEMAND = (
    "used",
    "not_found",
    "not_relevant",
    "not_understood",
    "no_demand",
)
FATES = (USED, NOT_FOUND, NOT_RELEVANT, NOT_UNDERSTOOD, NO_DEMAND)
HELPER_TITLE = "The thirty-day mutual success plan"
HELPER_FILE = "Thirty-day-mutual-success-plan.docx"
_LANGUAGE_SHARE = (0.77, 0.12, 0.07, 0.04)
_FOLDERS = {
    "tailored_pov": "1 Point of view",
    "right_people": "2 Decision makers",
    "relevant_meeting": "3 First meeting",
    "definition_of_success": "4 Success plan",
    "tangible_value": "5 Pricing and proof",
}


@dataclass(frozen=True)
class Asset:
    number: int
    title: str
    folder: str
    filename: str
    format: str
    language: str
    vertical: str  # empty for every vertical
    topic: int
    sort: int
    fate: str
    pages: int
    created: int
    popularity: float
    is_helper: bool = False
    is_off_target: bool = False

    @property
    def kind(self) -> str:
        return SORTS[self.sort].kind

    @property
    def rank(self) -> int:
        """The place of its conversation among the five."""
        return KINDS.index(self.kind)

    @property
    def tongue(self) -> int:
        return LANGUAGES.index(self.language)

    @property
    def field(self) -> Field:
        return FIELDS[self.vertical] if self.vertical else ANY_FIELD


def _slug(text: str) -> str:
    kept = "".join(c if c.isascii() and c.isalnum() else "-" for c in plain(text))
    return "-".join(part for part in kept.split("-") if part)


def _titled(topic: int, sort: int, vertical: str, tongue: int) -> str:
    field = FIELDS[vertical] if vertical else None
    what, of = TOPICS[topic].words[tongue], SORTS[sort].words[tongue]
    link = (" for ", " für ", " pour ", " para ")[tongue]
    return f"{what}: {of}{link}{field.name[tongue]}" if field else f"{what}: {of}"


def _fates(rng: np.random.Generator, verticals: list[str], languages: list[str]) -> list[str]:
    """What becomes of each document; healthcare is not found, what nobody is sold any more has no demand."""
    draws = rng.random(len(verticals)).tolist()
    fates: list[str] = []
    for vertical, language, draw in zip(verticals, languages, draws, strict=True):
        if language == "es" or vertical == "education":
            fates.append(NO_DEMAND)
        elif vertical == "healthcare":
            fates.append(NOT_FOUND if draw < 0.9 else USED)
        else:
            edges = (0.5, 0.69, 0.91)
            fates.append((USED, NOT_FOUND, NOT_RELEVANT, NOT_UNDERSTOOD)[sum(draw >= edge for edge in edges)])
    return fates


def plan(rng: np.random.Generator, *, count: int, start: int, end: int) -> tuple[Asset, ...]:
    """All documents, the success plan first; titles and file names are unique."""
    weights = np.array([0.22] + [vertical.weight * 0.78 for vertical in VERTICALS])
    verticals = [
        ("", *SLUGS)[place] for place in rng.choice(len(weights), size=count, p=weights / weights.sum()).tolist()
    ]
    languages = [LANGUAGES[place] for place in rng.choice(4, size=count, p=_LANGUAGE_SHARE).tolist()]
    topics, sorts = rng.integers(0, len(TOPICS), count).tolist(), rng.integers(0, len(SORTS), count).tolist()
    fates = _fates(rng, verticals, languages)
    pages = (1 + rng.integers(0, 6, count) + rng.integers(0, 7, count) * (rng.random(count) < 0.4)).tolist()
    created = times.to_office(rng, start + (rng.random(count) ** 0.8 * 560 * times.DAY).astype(np.int64), latest=end)
    popularity = np.exp(rng.normal(0, 0.7, count)).tolist()
    made = [
        Asset(
            0, HELPER_TITLE, _FOLDERS["definition_of_success"], HELPER_FILE, "docx", "en", "", 3, 12, USED, 4,
            start - 40 * times.DAY, 3.0, is_helper=True,
        )
    ]  # fmt: skip
    seen = {HELPER_TITLE}
    for place in range(1, count):
        vertical, language, fate = verticals[place], languages[place], fates[place]
        topic, sort, tongue = topics[place], sorts[place], LANGUAGES.index(languages[place])
        off_target = fate == NOT_RELEVANT and place % 3 == 0
        if off_target:
            vertical, language, tongue = "", "en", 0
            title = f"{OFF_TARGET[topic % len(OFF_TARGET)]}, {2024 + sort % 3} edition {place}"
        elif fate == NOT_FOUND and vertical == "healthcare":
            title = f"Project {CODE_WORDS[place % len(CODE_WORDS)]}, workbook {place}"
        elif fate == NOT_FOUND and place % 2:
            word = f"Initiative {CODE_WORDS[(place * 7) % len(CODE_WORDS)]} {place}"
            title = f"{word}: {_titled(topic, sort, vertical, tongue).partition(': ')[2]}"
        else:
            for turn in range(len(TOPICS) * len(SORTS)):
                topic = (topics[place] + turn // len(SORTS)) % len(TOPICS)
                sort = (sorts[place] + turn) % len(SORTS)
                title = _titled(topic, sort, vertical, tongue)
                if title not in seen:
                    break
            else:
                title = f"{title}, edition {place}"
        seen.add(title)
        form = SORTS[sort].format
        made.append(
            Asset(
                place, title, _folder(place, fate, vertical, language, sort, is_off_target=off_target),
                _filename(title, fate, place, form), form, language, vertical, topic, sort, fate,
                min(pages[place], 12), int(created[place]), popularity[place], is_off_target=off_target,
            )
        )  # fmt: skip
    return tuple(made)


def _filename(title: str, fate: str, number: int, form: str) -> str:
    if fate == NOT_FOUND:
        return f"{_slug(title)[:40].rstrip('-')}_v{number % 4 + 1}_final{'_new' if number % 3 else ''}.{form}"
    return f"{_slug(title)[:90].rstrip('-')}.{form}"


def _folder(number: int, fate: str, vertical: str, language: str, sort: int, *, is_off_target: bool) -> str:
    if is_off_target:
        return "9 Company news"
    if fate == NOT_FOUND:
        return ("8 Archive/Sorted later", "8 Archive/From the old share")[number % 2]
    folder = _FOLDERS[SORTS[sort].kind]
    return f"{folder}/{language.upper()}" if language != "en" else folder
