"""Text to terms, the same for what is searched and for what is asked.

Text is first made plain: NFKC, no invisible marks, Arabic, Greek, Hebrew and Cyrillic letters without their marks, and
runs of scripts that do not part words (Han, Kana, Hangul, Thai ...) as overlapping pairs of characters. Then there are
three kinds of terms. Words: lower case, Latin letters without accents; for exact words, beginnings, typos and phrases.
Stems: stop words dropped, stemmed in the language of the text, and only then without accents, because stemmers need
them. Grams: every four letters in a row of a word, which find parts of words, compounds and words spelt differently.
"""

import re
import unicodedata
from collections.abc import Callable
from functools import cache, lru_cache

import tantivy

STEMMERS = {
    "en": "english",
    "de": "german",
    "fr": "french",
    "es": "spanish",
    "it": "italian",
    "pt": "portuguese",
    "nl": "dutch",
    "sv": "swedish",
    "da": "danish",
    "no": "norwegian",
    "fi": "finnish",
    "hu": "hungarian",
    "ru": "russian",
    "ar": "arabic",
    "ro": "romanian",
    "tr": "turkish",
    "el": "greek",
}
UNTOLD = ("en", "de", "fr", "es")
"""The languages a text of unknown language is stemmed in."""
_WITHOUT_STOP_WORDS = {"ar", "ro", "tr", "el"}
COMPOUNDING = frozenset({"de", "nl", "sv", "da", "no", "fi"})
"""Languages that write compounds as one word, so that a word is also looked for inside longer ones."""
GRAM = 4
LONGEST = 60
"""Longer words are cut from the index: they are keys, hashes and encoded files."""
_ASKED_WITH = {
    "en": frozenset(
        (
            *("about", "am", "any", "because", "been", "before", "can", "could", "did", "do", "does", "doing", "from"),
            *("had", "has", "have", "having", "he", "her", "his", "how", "i", "its", "many", "me", "more", "most"),
            *("much", "my", "our", "she", "should", "so", "some", "than", "them", "those", "us", "we", "were", "what"),
            *("when", "where", "which", "who", "whom", "whose", "why", "would", "you", "your"),
        )
    )
}
"""Further stop words of questions; the list for indexing is short, so that these can be found in phrases."""
_LONGEST_ASKED = 10_000

_PAIRED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff"
    "\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
)
_RUN = re.compile(f"[{_PAIRED}]+")
_MARKED = re.compile("[\u00ad\u0300-\u06ff\u1f00-\u1fff\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]")


def _unmarked() -> dict[int, str | None]:
    table: dict[int, str | None] = dict.fromkeys(
        [
            *(0x00AD, 0x0640, 0x0670, 0xFEFF),
            *range(0x0300, 0x0370),
            *range(0x0591, 0x05C8),
            *range(0x0610, 0x061B),
            *range(0x064B, 0x0660),
            *range(0x200B, 0x2010),
            *range(0x202A, 0x202F),
            *range(0x2060, 0x2070),
        ]
    )
    for code in (*range(0x0370, 0x0400), *range(0x1F00, 0x2000)):
        base = unicodedata.normalize("NFD", chr(code))[0].lower()
        if base != chr(code).lower() or code == 0x03C2:
            table[code] = "σ" if base == "ς" else base
    table |= {ord(letter): "ا" for letter in "أإآٱ"}
    return table | {ord("ى"): "ي", ord("ة"): "ه", ord("ё"): "е", ord("Ё"): "е", 0x05BE: " "}


_UNMARKED = _unmarked()


def _pairs(run: re.Match[str]) -> str:
    text = run.group()
    return f" {' '.join(text[at : at + 2] for at in range(len(text)))} "


def _asked_pairs(run: re.Match[str]) -> str:
    text = run.group()
    return f" {' '.join(text[at : at + 2] for at in range(max(1, len(text) - 1)))} "


def plain(text: str, pairs: Callable[[re.Match[str]], str] = _pairs) -> str:
    """The text as the tokenisers take it. The last character of a paired run is a term, so that any may begin one."""
    if text.isascii():
        return text
    text = unicodedata.normalize("NFKC", text)
    if _MARKED.search(text):
        text = text.translate(_UNMARKED)
    return _RUN.sub(pairs, text)


def is_paired(word: str) -> bool:
    return _RUN.search(word) is not None


@cache
def word_analyzer(longest: int = LONGEST) -> tantivy.TextAnalyzer:
    builder = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple()).filter(tantivy.Filter.remove_long(longest))
    return builder.filter(tantivy.Filter.lowercase()).filter(tantivy.Filter.ascii_fold()).build()


@cache
def stem_analyzer(language: str) -> tantivy.TextAnalyzer:
    builder = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple()).filter(tantivy.Filter.remove_long(LONGEST))
    builder = builder.filter(tantivy.Filter.lowercase())
    if language not in _WITHOUT_STOP_WORDS:
        builder = builder.filter(tantivy.Filter.stopword(STEMMERS[language]))
    return builder.filter(tantivy.Filter.stemmer(STEMMERS[language])).filter(tantivy.Filter.ascii_fold()).build()


@cache
def gram_analyzer() -> tantivy.TextAnalyzer:
    builder = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.ngram(GRAM, GRAM)).filter(tantivy.Filter.lowercase())
    return builder.filter(tantivy.Filter.ascii_fold()).filter(tantivy.Filter.alphanum_only()).build()


def words(text: str) -> list[str]:
    """The terms of a text, lower case and folded."""
    return word_analyzer().analyze(plain(text))


def asked(text: str) -> list[str]:
    """The terms of a question: as `words`, but what ends a paired run there may go on in a document, and a word that is
    too long for the index is one that nothing holds."""
    return word_analyzer(_LONGEST_ASKED).analyze(plain(text, _asked_pairs))


def folded(text: str) -> str:
    """The terms of a text in one line: two texts that fold to the same are the same to a search."""
    return " ".join(words(text))


def stems(text: str, language: str) -> list[str]:
    """The stems of a text; none for its stop words."""
    return stem_analyzer(language).analyze(plain(text))


@lru_cache(maxsize=50_000)
def stem(word: str, language: str) -> str:
    """The stem of a word, of several the first; empty for a stop word."""
    return "".join(stems(word, language)[:1])


def grams(word: str) -> list[str]:
    return list(dict.fromkeys(word[at : at + GRAM] for at in range(len(word) - GRAM + 1)))


@lru_cache(maxsize=20_000)
def is_stop_word(word: str, language: str) -> bool:
    if word.lower() in _ASKED_WITH.get(language, ()):
        return True
    return language in STEMMERS and language not in _WITHOUT_STOP_WORDS and not stems(word, language)


def may_be_stop_word(word: str, language: str) -> bool:
    """As `is_stop_word`; for languages without a list of them any word may be one."""
    return language in _WITHOUT_STOP_WORDS or (bool(words(word)) and is_stop_word(word, language))


def tongues_of(language: str) -> tuple[str, ...]:
    """The languages that a text of this one is stemmed in."""
    return UNTOLD if not language else (language,) if language in STEMMERS else ()
