"""What may come next while somebody types: words that go on, and titles where there are few of these.

Only of what the request leaves.
"""

from dataclasses import replace
from typing import TYPE_CHECKING

from sameside.retrieval import analysis

if TYPE_CHECKING:
    from sameside.retrieval.asking import Question

SHORTEST = 2
_WORDS = 3


def suggestions(question: "Question", typed: str, limit: int, *, titles: bool = True) -> list[str]:
    before, space, last = typed.rpartition(" ")
    terms = analysis.words(last)
    found: dict[str, str] = {}
    if len(terms) == 1 and len(terms[0]) >= SHORTEST and not analysis.is_paired(terms[0]):
        scope = question.scope.query()
        longer = question.snapshot.documents.terms_with_prefix("words", terms[0], filter_query=scope, limit=50)
        for term, _ in longer:
            if term != terms[0] and len(found) < min(_WORDS, limit) and not any(map(str.isdigit, term)):
                found[term] = f"{before}{space}{term}"
    if len(found) >= min(_WORDS, limit) or not titles:
        return list(found.values())
    request = replace(
        question.request,
        words=typed,
        typing=True,
        semantic=False,
        size=limit,
        parts=False,
        counted=(),
        order="",
        after="",
    )
    for hit in question.again(request).found().hits if typed.strip() else ():
        title = "".join(fragment.text for fragment in hit.title)
        if title:
            found.setdefault(title.casefold(), title)
    return list(found.values())[:limit]
