"""How documents and their parts lie in the two indexes of an engine.

One index ranks and counts documents, the other finds the part inside one. Facets are one JSON field, whose names become
columns by themselves. What can be sorted by takes numbered slots, because only declared columns can be sorted by; which
name has which slot is kept beside the index (`Slots`). The words of a title are indexed several times, which weighs
them as BM25F does.
"""

import json
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import tantivy

from sameside.retrieval.analysis import STEMMERS, folded, gram_analyzer, plain, stem_analyzer, tongues_of, word_analyzer
from sameside.retrieval.engine import Damaged, Document

VERSION = 3
"""Indexes of other versions are built anew."""
SLOTS = 16
TITLE_WEIGHT = 3
_ORDERED_BY = 80


def stem_field(language: str) -> str:
    return f"stem_{language}"


def slot_field(slot: int) -> str:
    return f"number_{slot}"


def facet_field(facet: str) -> str:
    return f"facets.{_facet_name(facet)}"


def _facet_name(facet: str) -> str:
    return facet.replace(".", "\x1f")


def facet_term(value: str) -> str:
    """Values begin with a sign, or those that look like dates or numbers would be taken for such."""
    return f"={value}"


def facet_value(term: str) -> str:
    return term[1:]


@cache
def documents_schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_integer_field("key", indexed=True, fast=True)
    builder.add_bytes_field("title", stored=True)
    builder.add_bytes_field("summary", stored=True)
    builder.add_text_field("title_order", fast=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("language", fast=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("groups", tokenizer_name="raw", index_option="basic")
    builder.add_json_field("facets", fast=True, tokenizer_name="raw", index_option="basic")
    builder.add_integer_field("valid_from", fast=True)
    builder.add_integer_field("valid_until", fast=True)
    for slot in range(SLOTS):
        builder.add_integer_field(slot_field(slot), indexed=True, fast=True)
    builder.add_text_field("grams", tokenizer_name="grams", index_option="freq")
    return _with_words(builder).build()


@cache
def parts_schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_integer_field("key", indexed=True, fast=True)
    builder.add_integer_field("number", indexed=True, fast=True)
    builder.add_bytes_field("text", stored=True)
    return _with_words(builder).build()


def _with_words(builder: tantivy.SchemaBuilder) -> tantivy.SchemaBuilder:
    builder.add_text_field("words", tokenizer_name="words", index_option="position")
    for language in STEMMERS:
        builder.add_text_field(stem_field(language), tokenizer_name=stem_field(language), index_option="freq")
    return builder


def register(index: tantivy.Index) -> tantivy.Index:
    index.register_tokenizer("words", word_analyzer())
    index.register_tokenizer("grams", gram_analyzer())
    for language in STEMMERS:
        index.register_tokenizer(stem_field(language), stem_analyzer(language))
    return index


class Slots:
    """Which name of `Document.numbers` has which slot. Only the writer adds names."""

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self.names: dict[str, int] = {}
        self.refresh()

    def refresh(self) -> None:
        if self.path is None:
            return
        try:
            self.names = dict(json.loads(self.path.read_text()))
        except FileNotFoundError:
            self.names = {}
        except (ValueError, TypeError) as problem:
            raise Damaged(f"{self.path} cannot be read.") from problem

    def field_of(self, name: str) -> str | None:
        slot = self.names.get(name)
        return None if slot is None else slot_field(slot)

    def take(self, names: Iterable[str]) -> None:
        new = [name for name in names if name not in self.names]
        if not new:
            return
        if len(self.names) + len(new) > SLOTS:
            raise ValueError(f"Documents have at most {SLOTS} numbers to sort by.")
        self.names = self.names | {name: slot for slot, name in enumerate(new, len(self.names))}
        if self.path is not None:
            beside = self.path.with_suffix(".new")
            beside.write_text(json.dumps(self.names))
            beside.replace(self.path)


def document_fields(document: Document, slots: Slots) -> dict[str, Any]:
    """What the index of documents holds of one."""
    slots.take(document.numbers)
    title, summary = plain(document.title), plain(document.summary)
    texts = [plain(part.text) for part in document.parts]
    body = [*([title] * TITLE_WEIGHT), *([summary] if summary else []), *texts]
    names = [plain(name) for name in document.names]
    fields: dict[str, Any] = {
        "key": [document.key],
        "title": [document.title.encode()],
        "summary": [document.summary.encode()],
        "title_order": [folded(document.title)[:_ORDERED_BY]],
        "language": [document.language],
        "groups": list(document.groups),
        "valid_from": [document.valid_from],
        "valid_until": [document.valid_until],
        "words": [*body, *names],
        "grams": [*body, *names],
        "facets": [
            {_facet_name(facet): [facet_term(value) for value in values] for facet, values in document.terms.items()}
        ],
    }
    for name, number in document.numbers.items():
        fields[slot_field(slots.names[name])] = [int(number)]
    for tongue in _tongues(document):
        fields[stem_field(tongue)] = body
    return fields


def _tongues(document: Document) -> tuple[str, ...]:
    """Names without any text need no stems, and there may be a million of them."""
    return tongues_of(document.language) if document.language or document.parts else ()


def part_fields(document: Document) -> Iterable[dict[str, Any]]:
    """What the index of parts holds of a document."""
    for part in document.parts:
        text = plain(part.text)
        fields: dict[str, Any] = {
            "key": [document.key],
            "number": [part.number],
            "text": [part.text.encode()],
            "words": [text],
        }
        for tongue in _tongues(document):
            fields[stem_field(tongue)] = [text]
        yield fields
