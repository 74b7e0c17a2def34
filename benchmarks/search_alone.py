"""Tantivy alone with the features of a library: permissions, validity, a chosen facet, counts of seven facets, the
first ten with a snippet. Once over assets (whose counts are the library's), once over passages (which finds the page,
but counts pages)."""

from collections.abc import Iterable
from pathlib import Path

import tantivy
from tantivy import Occur, Query

from benchmarks.search_grown import FACETS, TODAY, Question
from benchmarks.search_peers import analyzer
from sameside.retrieval.engine import Document

COUNTS = {facet: {"terms": {"field": facet, "size": 50}} for facet in FACETS}


class Alone:
    """`by_passage`: every page is a document of its own."""

    def __init__(self, folder: Path, languages: Iterable[str], *, by_passage: bool) -> None:
        self.by_passage = by_passage
        self.languages = sorted(languages)
        builder = tantivy.SchemaBuilder()
        builder.add_integer_field("key", stored=True, indexed=True, fast=True)
        for language in self.languages:
            builder.add_text_field(f"body_{language}", stored=True, tokenizer_name=f"stemmed_{language}")
        for name in ("groups", *FACETS):
            builder.add_text_field(name, fast=True, tokenizer_name="raw", index_option="basic")
        builder.add_integer_field("valid_until", indexed=True, fast=True)
        self.schema = builder.build()
        folder.mkdir(parents=True, exist_ok=True)
        self.index = tantivy.Index(self.schema, str(folder))
        self.analyzers = {language: analyzer(language) for language in self.languages}
        for language, each in self.analyzers.items():
            self.index.register_tokenizer(f"stemmed_{language}", each)

    def write(self, documents: Iterable[Document]) -> None:
        writer = self.index.writer(128_000_000, 1)
        for document in documents:
            texts = [part.text for part in document.parts]
            for text in texts if self.by_passage else ["\n".join(texts)]:
                row = tantivy.Document()
                row.add_integer("key", document.key)
                row.add_text(f"body_{document.language}", text)
                row.add_integer("valid_until", document.valid_until)
                for group in document.groups:
                    row.add_text("groups", group)
                for facet, values in document.terms.items():
                    for value in values:
                        row.add_text(facet, value)
                writer.add_document(row)
        writer.commit()
        writer.wait_merging_threads()
        self.open()

    def open(self) -> None:
        self.index.reload()
        self.searcher = self.index.searcher()

    def answer(self, question: Question) -> tuple[list[int], dict[str, object]]:
        words = Query.boolean_query(
            [
                (Occur.Should, Query.term_query(self.schema, f"body_{language}", term, "freq"))
                for language, each in self.analyzers.items()
                for term in each.analyze(question.words)
            ]
        )
        allowed = [
            (Occur.Must, words),
            (Occur.Must, Query.const_score_query(
                Query.term_set_query(self.schema, "groups", list(question.groups)), 0.0)),
            (Occur.Must, Query.const_score_query(
                Query.range_query(self.schema, "valid_until", tantivy.FieldType.Integer, TODAY, 10_000_000), 0.0)),
        ]  # fmt: skip
        chosen = [
            (Occur.Must, Query.const_score_query(Query.term_set_query(self.schema, facet, list(values)), 0.0))
            for facet, values in question.filters.items()
        ]
        query = Query.boolean_query([*allowed, *chosen])
        found = self.searcher.search(query, 10, count=True)
        counts = self.searcher.aggregate(query, COUNTS)
        for facet in question.filters:  # the counts of a chosen facet are those without the choice
            counts.update(self.searcher.aggregate(Query.boolean_query(allowed), {facet: COUNTS[facet]}))
        keys = []
        for _, address in found.hits:
            row = self.searcher.doc(address)
            keys.append(row["key"][0])
            language = next(each for each in self.languages if row.get_first(f"body_{each}"))
            snippets = tantivy.SnippetGenerator.create(self.searcher, words, self.schema, f"body_{language}")
            snippets.snippet_from_doc(row).to_html()
        return keys, counts
