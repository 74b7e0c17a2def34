"""Which languages a question is asked in: told from its words when there are enough, else all that there are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from sameside.retrieval import analysis
from sameside.retrieval.analysis import STEMMERS

ENOUGH_WORDS = 4
"""Fewer words are told wrongly too often: three in one case of ten, two in one of four."""
_SURE = 0.8
_OTHER = 0.8


@cache
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(sorted(STEMMERS))
    return identifier


@lru_cache(maxsize=1_000)
def told(text: str) -> str:
    """The language of a text of at least `ENOUGH_WORDS` words, empty when unsure.

    Names and headwords look like any language, so one of its stop words must be there too."""
    words = text.split()
    if len(words) < ENOUGH_WORDS:
        return ""
    language, certainty = _identifier().classify(text)
    if certainty < _SURE or not any(analysis.may_be_stop_word(word, str(language)) for word in words):
        return ""
    return str(language)


@dataclass(frozen=True)
class Tongue:
    """A language that stems are asked in, and what its matches weigh."""

    language: str
    weight: float = 1.0


@dataclass(frozen=True)
class Asked:
    """`language` of the question, empty when not told; `tongues` in which documents are asked by their stems.
    `foreign`: no document is in the language, so that only what languages share can match."""

    language: str
    tongues: tuple[Tongue, ...]
    foreign: bool = False

    @property
    def languages(self) -> list[str]:
        """Those that the words may be of."""
        return [self.language] if self.language else [tongue.language for tongue in self.tongues]


def of_question(text: str, present: Mapping[str, int], read: Sequence[str]) -> Asked:
    """How to ask documents of the languages that are `present`; `read` are those the person reads."""
    there = list(dict.fromkeys(tongue for language in present for tongue in analysis.tongues_of(language)))
    language = told(text)
    if language in there:
        return Asked(language, (Tongue(language),))
    preferred = set(read) & set(there)
    tongues = (Tongue(other, 1.0 if not preferred or other in preferred else _OTHER) for other in there)
    return Asked(language, tuple(tongues), foreign=bool(language and there))
