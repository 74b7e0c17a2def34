"""What PostgreSQL's full text is given: which language's stems, and text cut so that every word can be found.

Chinese and Japanese are written without spaces, so every place in such a run begins a "word" of up to eight characters:
a search for words that begin with what was typed then finds it anywhere.
"""

import re
from collections.abc import Sequence

from django.db import connection

CONFIGS = {"en": "english", "de": "german", "fr": "french", "es": "spanish"}
_RUN = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]{2,}")
_WORD = re.compile(r"\w{2,60}")
WINDOW = 8
MOST_LETTERS = 150_000
"""PostgreSQL refuses a vector of more than a megabyte; beyond this, each further word is taken once."""


def config_of(language: str) -> str:
    return CONFIGS.get(language, "simple")


def searchable(text: str) -> str:
    """`text` for `to_tsvector`, of limited length."""
    if not text.isascii():
        text = _RUN.sub(_windows, text)
    if len(text) <= MOST_LETTERS:
        return text
    head = text[:MOST_LETTERS]
    known = set(_WORD.findall(head.casefold()))
    further = dict.fromkeys(word for word in _WORD.findall(text[MOST_LETTERS:].casefold()) if word not in known)
    return f"{head} {' '.join(further)[:MOST_LETTERS]}"


def _windows(match: re.Match[str]) -> str:
    run = match[0]
    return " " + " ".join(run[start : start + WINDOW] for start in range(len(run))) + " "


def index_asset(asset_id: int, *, title: str, language: str, path: str, pages: Sequence[str]) -> None:
    """Write the asset's vector: its title weighs most, then its folder and file name, then its text."""
    config = config_of(language)
    places = re.sub(r"[\W_]+", " ", path)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE library_asset SET search =
                setweight(to_tsvector(%s::regconfig, %s), 'A') || setweight(to_tsvector('simple', %s), 'A')
                || setweight(to_tsvector('simple', %s), 'B') || to_tsvector(%s::regconfig, %s)
            WHERE id = %s
            """,
            [
                config,
                searchable(title),
                searchable(title),
                searchable(places),
                config,
                searchable("\n".join(pages)),
                asset_id,
            ],
        )


def insert_pages(version_id: int, *, language: str, pages: Sequence[str]) -> None:
    """Write the pages of a version, numbered from 1, not drawn yet."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO library_assetpage (version_id, number, text, image, thumbnail, width, height, search)
            SELECT %s, u.number, u.text, '', '', 0, 0, to_tsvector(%s::regconfig, u.searchable)
            FROM unnest(%s::int[], %s::text[], %s::text[]) AS u(number, text, searchable)
            """,
            [
                version_id,
                config_of(language),
                list(range(1, len(pages) + 1)),
                list(pages),
                [searchable(page) for page in pages],
            ],
        )
