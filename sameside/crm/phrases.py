"""Which of many phrases stand in a text, whatever its case, accents and punctuation."""

import re
import unicodedata


def plain(text: str) -> str:
    """Its words in lower case, without accents, one blank between two."""
    folded = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(character for character in folded if not unicodedata.combining(character))
    return " ".join(re.findall(r"[^\W_]+", letters))


def pattern(phrases: str) -> re.Pattern[str]:
    """Matches any of these phrases (plain, commas between them), the longest first."""
    words = sorted((phrase.strip() for phrase in phrases.split(",")), key=len, reverse=True)
    return re.compile(r"\b(?:" + "|".join(map(re.escape, words)) + r")\b")
