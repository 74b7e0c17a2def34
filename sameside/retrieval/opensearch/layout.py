"""How documents lie in an index: one document each, its parts and the vectors of its passages nested in it.

Fields of words hold terms that are ready, parted by spaces. Facets and numbers become fields by themselves, under names
in which every sign that OpenSearch would read is spelt out.
"""

import re
from collections.abc import Sequence

from sameside.retrieval import analysis
from sameside.retrieval.analysis import GRAM, STEMMERS, tongues_of
from sameside.retrieval.embedder import Vectors
from sameside.retrieval.engine import Document
from sameside.retrieval.opensearch.connection import Json
from sameside.retrieval.schema import TITLE_WEIGHT

VERSION = 1
PassageVectors = Sequence[tuple[int, Vectors]]
"""The part of each passage (0: the document itself), and its vector."""


def stem_field(language: str) -> str:
    return f"stem_{language}"


def facet_field(facet: str) -> str:
    return f"facets.f{_spelt(facet)}"


def number_field(name: str) -> str:
    return f"numbers.n{_spelt(name)}"


def _spelt(name: str) -> str:
    return re.sub("[^a-z0-9]", lambda sign: f"_{ord(sign.group()):x}_", name)


def index_body(dimensions: int | None, *, shards: int = 1) -> Json:
    """Settings and mappings of a new index."""
    terms = {"type": "text", "analyzer": "ready"}
    worded: Json = {"words": terms} | {stem_field(language): terms for language in STEMMERS}
    keyword, whole = {"type": "keyword"}, {"type": "long"}
    stored = {"type": "keyword", "index": False, "doc_values": False}
    fields: Json = {
        **worded,
        "words": {**terms, "fields": {"grams": {"type": "text", "analyzer": "grams"}}},
        "vocabulary": keyword,
        "key": whole,
        "title": stored,
        "summary": stored,
        "title_order": keyword,
        "language": keyword,
        "groups": keyword,
        "valid_from": {"type": "integer"},
        "valid_until": {"type": "integer"},
        "facets": {"type": "object", "dynamic": True},
        "numbers": {"type": "object", "dynamic": True},
        "parts": {"type": "nested", "properties": {"number": {"type": "integer"}, "text": stored, **worded}},
    }
    settings: Json = {
        "number_of_shards": shards,
        "refresh_interval": "-1",
        "mapping.total_fields.limit": 2_000,
    }
    if dimensions is not None:
        method = {"name": "hnsw", "engine": "lucene", "space_type": "cosinesimil"}
        vector = {"type": "knn_vector", "dimension": dimensions, "method": method}
        fields["passages"] = {"type": "nested", "properties": {"part": {"type": "integer"}, "vector": vector}}
        settings["knn"] = True
    ngram = {"type": "ngram", "min_gram": GRAM, "max_gram": GRAM, "token_chars": ["letter", "digit"]}
    return {
        "settings": {
            "index": settings,
            "analysis": {
                "tokenizer": {"grams": ngram},
                "analyzer": {
                    "ready": {"type": "custom", "tokenizer": "whitespace"},
                    "grams": {"type": "custom", "tokenizer": "grams"},
                },
            },
        },
        "mappings": {
            "dynamic": False,
            "dynamic_templates": [
                {"facets": {"path_match": "facets.*", "mapping": {"type": "keyword"}}},
                {"numbers": {"path_match": "numbers.*", "mapping": {"type": "long"}}},
            ],
            "properties": fields,
        },
    }


def source(document: Document, vectors: PassageVectors = ()) -> Json:
    """What the index holds of a document."""
    tongues = tongues_of(document.language) if document.language or document.parts else ()
    texts = [document.summary, *(part.text for part in document.parts)]
    body = " ".join([*([document.title] * TITLE_WEIGHT), *texts])
    words = analysis.words(" ".join([body, *document.names]))
    fields: Json = {
        "key": document.key,
        "title": document.title,
        "summary": document.summary,
        "title_order": analysis.folded(document.title)[:80],
        "language": document.language,
        "groups": list(document.groups),
        "valid_from": document.valid_from,
        "valid_until": document.valid_until,
        "words": " ".join(words),
        "vocabulary": sorted(set(words)),
        "facets": {facet_field(facet)[7:]: list(values) for facet, values in document.terms.items()},
        "numbers": {number_field(name)[8:]: int(number) for name, number in document.numbers.items()},
        "parts": [
            {"number": part.number, "text": part.text, "words": analysis.folded(part.text)}
            | {stem_field(tongue): " ".join(analysis.stems(part.text, tongue)) for tongue in tongues}
            for part in document.parts
        ],
    }
    fields |= {stem_field(tongue): " ".join(analysis.stems(body, tongue)) for tongue in tongues}
    if vectors:
        fields["passages"] = [{"part": part, "vector": [float(each) for each in vector]} for part, vector in vectors]
    return fields
