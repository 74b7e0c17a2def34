"""Hits as the cluster gives them become `Hit`s: shares of the score, the best part, marks."""

from collections.abc import Sequence
from dataclasses import replace

from sameside.retrieval.engine import Fragment, Hit
from sameside.retrieval.marking import marked, marks_of
from sameside.retrieval.opensearch.connection import Json
from sameside.retrieval.opensearch.layout import number_field
from sameside.retrieval.opensearch.matching import Words, permitted
from sameside.retrieval.opensearch.question import Ask, Question


def hits_of(question: Question, rows: Sequence[Json], ask: Ask) -> list[Hit]:
    marks = marks_of(question.rules, question.units)
    keys = [int(row["_source"]["key"]) for row in rows]
    parts = _best_parts(question, keys, ask) if question.units and question.request.parts and keys else {}
    found = []
    for key, row in zip(keys, rows, strict=True):
        stored = row["_source"]
        number, text = parts.get(key, (0, stored.get("summary", "")))
        snippet: Sequence[Fragment] = marked(text, marks) if question.request.parts and text else ()
        title = marked(stored.get("title", ""), marks, whole=True)
        score, why = _shares(question, key, row)
        found.append(Hit(key, score, number, snippet, title, why))
    return found


def _shares(question: Question, key: int, row: Json) -> tuple[float, dict[str, float]]:
    """The score on our scale and where it is from; `words` is what the others leave."""
    why: dict[str, float] = {}
    for name, weight in _liked(question, row["_source"]):
        why[name] = why.get(name, 0.0) + weight
    if not question.units or question.request.order:
        return sum(why.values()), why
    score = float(row["_score"] or 0.0) * (1 + sum(weight for *_, weight in question.liked))
    if question.near is not None and question.near.shares.get(key):
        why["meaning"] = question.request.weights.meaning * question.near.shares[key]
    words = score - sum(why.values())
    return score, why | ({"words": words} if words > 1e-4 else {})


def _liked(question: Question, stored: Json) -> list[tuple[str, float]]:
    found = []
    for name, query, weight in question.liked:
        if name == "context":
            (field, values), *_ = query["terms"].items()
            held = stored.get("facets", {}).get(field.removeprefix("facets."), [])
            found += [(name, weight)] if not set(values).isdisjoint(held) else []
    for boost in question.request.boosts:
        number = stored.get("numbers", {}).get(number_field(boost.number).removeprefix("numbers."))
        if boost.weight > 0 and number is not None and number >= boost.least:
            found.append(("success", boost.weight))
    return found


def _best_parts(question: Question, keys: Sequence[int], ask: Ask) -> dict[int, tuple[int, str]]:
    """The number and text of the part of each document that matches the words best."""
    words = Words(replace(question.rules, has_grams=False), "parts.")
    inner = {"size": 1, "_source": ["parts.number", "parts.text"]}
    nested = {
        "path": "parts",
        "score_mode": "max",
        "query": words.matches(question.units, any_is_enough=True),
        "inner_hits": inner,
    }
    within = [{"terms": {"key": list(keys)}}, *permitted(question.request)]
    query = {"bool": {"must": [{"nested": nested}], "filter": within}}
    found = {}
    for row in ask({"size": len(keys), "_source": ["key"], "query": query})["hits"]["hits"]:
        for hit in row["inner_hits"]["parts"]["hits"]["hits"][:1]:
            found[int(row["_source"]["key"])] = (int(hit["_source"]["number"]), str(hit["_source"]["text"]))
    return found
