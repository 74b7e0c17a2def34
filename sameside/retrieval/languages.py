"""Which languages a question is asked in: told from its words when there are enough, else all that there are."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sameside.retrieval.analysis import STEMMERS
from sameside.retrieval.matching import Tongue

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


def told(text: str) -> str:
    """The language of a text of at least `ENOUGH_WORDS` words, empty when unsure."""
    if len(text.split()) < ENOUGH_WORDS:
        return ""
    language, certainty = _identifier().classify(text)
    return str(language) if certainty >= _SURE else ""


def of_question(text: str, present: Mapping[str, int], read: Sequence[str]) -> list[Tongue]:
    """The tongues to ask in, of those that documents are `present` in; `read` are those the person reads."""
    there = [language for language in present if language in STEMMERS]
    if len(there) > 1 and (language := told(text)) in there:
        return [Tongue(language)]
    if not read or not set(read) & set(there):
        return [Tongue(language) for language in there]
    return [Tongue(language, 1.0 if language in read else _OTHER) for language in there]
