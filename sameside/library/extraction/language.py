"""The language a document is written in, when there is enough text to tell."""

from collections.abc import Sequence
from functools import cache
from typing import Any

LEAST_LETTERS = 60
LEAST_SURE = 0.9
LANGUAGES = (
    *("ar", "bg", "cs", "da", "de", "el", "en", "es", "et", "fa", "fi", "fr", "he", "hi", "hr", "hu", "id", "it"),
    *("ja", "ko", "lt", "lv", "ms", "nl", "no", "pl", "pt", "ro", "ru", "sk", "sl", "sr", "sv", "th", "tr", "uk"),
    *("vi", "zh"),
)
"""Languages business is written in; a short English text is sooner taken for Latin than it is Latin."""
_SAMPLE = 6_000


@cache
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(LANGUAGES)
    return identifier


def detect(pages: Sequence[str]) -> str:
    """The ISO 639-1 code, empty when the text is too short or the answer too doubtful."""
    sample = ""
    for page in pages:
        sample += page + "\n"
        if len(sample) > _SAMPLE:
            break
    letters = sum(letter.isalpha() for letter in sample)
    dense = sum("\u3040" <= letter <= "\u9fff" or "\uac00" <= letter <= "\ud7a3" for letter in sample)
    if letters + 3 * dense < LEAST_LETTERS:
        return ""
    code, sure = _identifier().classify(sample[:_SAMPLE])
    return str(code) if sure >= LEAST_SURE else ""
