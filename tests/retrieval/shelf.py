"""Small indexes to search in."""

from collections.abc import Sequence
from pathlib import Path

from sameside.retrieval.engine import Document, Found, Fragment, Part, Request
from sameside.retrieval.lexical import LexicalEngine


def indexed(*documents: Document, folder: Path | None = None) -> LexicalEngine:
    engine = LexicalEngine(folder)
    with engine.writing() as writer:
        writer.put(documents)
    return engine


def page(key: int, text: str, language: str = "en", **more: object) -> Document:
    """A document whose title says nothing and whose one page is the text."""
    return Document(key, f"#{key}", [Part(1, text)], language=language, **more)  # type: ignore[arg-type]


def keys(engine: LexicalEngine, words: str, **more: object) -> list[int]:
    return [hit.key for hit in engine.search(Request(words, **more)).hits]  # type: ignore[arg-type]


def found(engine: LexicalEngine, words: str, **more: object) -> set[int]:
    return set(keys(engine, words, **more))


def marked(fragments: Sequence[Fragment]) -> str:
    return "".join(f"[{piece.text}]" if piece.marked else piece.text for piece in fragments)


def every_page(engine: LexicalEngine, request: Request) -> list[Found]:
    pages = [engine.search(request)]
    while pages[-1].next:
        pages.append(engine.search(Request(**{**vars(request), "after": pages[-1].next})))
    return pages
