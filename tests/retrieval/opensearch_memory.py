"""Documents in memory and the queries that the adapter makes, evaluated as OpenSearch's documentation says.

It holds sets, counts and orders by field against the embedded engine; scores it has none, a hybrid query keeps the
order of keys. That a real cluster does the same is not shown by it.
"""

import re
from dataclasses import dataclass, field
from typing import Any

from sameside.retrieval.lexicon import distance
from tests.retrieval.opensearch_stub import Answer, Stub, nothing, usual

Source = dict[str, Any]


@dataclass
class Memory(Stub):
    held: dict[str, dict[int, Source]] = field(default_factory=dict)
    last: str = ""

    def __post_init__(self) -> None:
        self.answer = self._answer

    def _answer(self, method: str, path: str, body: Any) -> Answer | None:
        index, _, verb = path.lstrip("/").partition("/")
        if path == "/_bulk":
            lines = iter(body)
            for line in lines:
                ((action, of),) = line.items()
                documents = self.held.setdefault(of["_index"], {})
                if action == "index":
                    documents[int(of["_id"])] = next(lines)
                else:
                    documents.pop(int(of["_id"]), None)
            return 200, {"errors": False, "items": []}
        if verb.startswith("_search/point_in_time"):
            self.last = index
            return 200, {"pit_id": "p"}
        if verb == "_count":
            return 200, {"count": len(self.held.get(index, {}))}
        if body and (verb.startswith("_search") or path == "/_search"):
            return 200, self._found(list(self.held.get(index or "", self.held.get(self.last, {})).values()), body)
        return usual(path, body)

    def _found(self, documents: list[Source], body: Any) -> dict[str, Any]:
        query = body.get("query", {"match_all": {}})
        queries = query["hybrid"]["queries"] if "hybrid" in query else [query]
        members = [each for each in documents if any(matches(one, each) for one in queries)]
        rows = sorted((_row(each, body, query) for each in members), key=lambda row: row["order"])
        if "search_after" in body:
            after = _order(body["sort"], body["search_after"])
            rows = [row for row in rows if row["order"] > after]
        begin = body.get("from", 0)
        answer = nothing(body) | {"hits": {"hits": rows[begin : begin + body.get("size", 10)]}}
        answer["aggregations"] = {name: _counted(agg, members) for name, agg in body.get("aggs", {}).items()}
        if "suggest" in body:
            known = [word for each in documents for word in each["vocabulary"]]
            answer["suggest"] = {name: _offered(asked, known) for name, asked in body["suggest"].items()}
        return answer


def _row(source: Source, body: Any, query: Any) -> dict[str, Any]:
    score = sum(matches(each, source) for each in query.get("bool", {}).get("should", ()))
    sort = body.get("sort", [{"key": {"order": "asc"}}])
    values = [score if "_score" in each else _sorted_by(source, next(iter(each))) for each in sort]
    row = {"_id": str(source["key"]), "_score": 1.0, "_source": source, "sort": values, "order": _order(sort, values)}
    for clause in query.get("bool", {}).get("must", ()):
        if "inner_hits" in clause.get("nested", {}):
            parts = [part for part in source["parts"] if matches(clause["nested"]["query"], _flat(part))]
            row["inner_hits"] = {"parts": {"hits": {"hits": [{"_source": part} for part in parts[:1]]}}}
    return row


def _sorted_by(source: Source, name: str) -> Any:
    outer, _, inner = name.partition(".")
    return source.get(outer, {}).get(inner) if inner else source.get(outer)


def _order(sort: list[Any], values: list[Any]) -> list[Any]:
    """Comparable; what is missing comes last."""
    order: list[Any] = []
    for each, value in zip(sort, values, strict=True):
        descending = next(iter(each.values()))["order"] == "desc"
        if isinstance(value, str):
            value = [-ord(sign) for sign in value] + [1] if descending else [ord(sign) for sign in value]
            order.append((False, value))
        else:
            order.append((value is None, (-value if descending else value) if value is not None else 0))
    return order


def _flat(part: Source) -> Source:
    return {f"parts.{name}": value for name, value in part.items()}


def _values(source: Source, name: str) -> list[Any]:
    if name == "words.grams":
        words = source["words"].split()
        return [word[at : at + 4] for word in words for at in range(len(word) - 3)]
    value = source.get(name) if name in source else _sorted_by(source, name)
    is_text = name.endswith("words") or "stem_" in name
    return str(value or "").split() if is_text else value if isinstance(value, list) else [value]


def matches(query: Any, source: Source) -> bool:
    ((kind, of),) = query.items()
    if kind in ("match_all", "match_none"):
        return bool(kind == "match_all")
    if kind == "bool":
        should = [matches(each, source) for each in of.get("should", ())]
        must = [*of.get("must", ()), *of.get("filter", ())]
        needed = of.get("minimum_should_match", 0 if must or not should else 1)
        return (
            all(matches(each, source) for each in must)
            and not any(matches(each, source) for each in of.get("must_not", ()))
            and sum(should) >= needed
        )
    if kind == "constant_score":
        return matches(of["filter"], source)
    if kind == "dis_max":
        return any(matches(each, source) for each in of["queries"])
    if kind == "nested":
        return any(matches(of["query"], _flat(part)) for part in source.get(of["path"], ()))
    ((name, asked),) = of.items()
    held = _values(source, name)
    if kind == "terms":
        return not set(asked).isdisjoint(held)
    if kind == "term":
        return asked["value"] in held
    if kind == "prefix":
        return any(str(each).startswith(asked["value"]) for each in held)
    if kind == "match_phrase":
        return f" {asked['query']} " in f" {' '.join(held)} "
    if kind == "range":
        (value,) = held
        return value is not None and asked.get("gte", value) <= value <= asked.get("lte", value)
    raise AssertionError(f"The adapter makes no query {kind}.")


def _counted(agg: Any, members: list[Source]) -> dict[str, Any]:
    if "filter" in agg:
        inside = [each for each in members if matches(agg["filter"], each)]
        return {"doc_count": len(inside)} | {name: _counted(one, inside) for name, one in agg.get("aggs", {}).items()}
    include, counts = agg["terms"].get("include", ".*"), dict[str, int]()
    for source in members:
        for value in set(_values(source, agg["terms"]["field"])) - {None}:
            if re.fullmatch(include, value, re.DOTALL):
                counts[value] = counts.get(value, 0) + 1
    ordered = sorted(counts.items(), key=lambda each: (-each[1], each[0]))
    return {"buckets": [{"key": value, "doc_count": count} for value, count in ordered]}


def _offered(asked: Any, known: list[str]) -> list[Any]:
    most = asked["term"]["max_edits"]
    options = [{"text": word} for word in sorted(set(known)) if 0 < distance(asked["text"], word, most=most) <= most]
    return [{"text": asked["text"], "options": options}]
