"""Documents as they are indexed: each carries a digest of itself, by which an index is compared with the database."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import replace

from sameside.retrieval.engine import Document
from sameside.search.kinds import Kind

DIGEST = "digest"


def read(kind: Kind, ids: Sequence[int]) -> Iterator[Document]:
    for document in kind.read(ids):
        yield replace(document, terms={**document.terms, DIGEST: [digest(document)]})


def digest(document: Document) -> str:
    """Of everything that is in the document; equal only for equal ones."""
    said = (
        *(document.key, document.title, document.summary, document.language),
        *(document.valid_from, document.valid_until),
        sorted(document.groups),
        list(document.names),
        [(part.number, part.text) for part in document.parts],
        sorted((facet, sorted(values)) for facet, values in document.terms.items() if facet != DIGEST),
        sorted(document.numbers.items()),
    )
    return hashlib.blake2b(repr(said).encode(), digest_size=9).hexdigest()
