"""The tables of quality, and which targets are met."""

from collections.abc import Sequence
from statistics import mean

from benchmarks.search_peers import Fts5, TantivyAlone
from benchmarks.search_quality import HYBRID, MEASURES, MODEL_FREE, TYPO, Scores


def quality(scores: Sequence[Scores]) -> list[tuple[str, bool]]:
    ours = [name for name in (MODEL_FREE, HYBRID) if name in scores[0].values]
    _by_collection(scores, ours)
    for name in ours:
        _ratios(scores, name)
    _typos(scores, ours)
    _prefix(scores)
    return _targets(scores)


def _row(*cells: object) -> None:
    print("| " + " | ".join(str(cell) for cell in cells) + " |")


def _head(*cells: str) -> None:
    _row(*cells)
    _row("---", *["---:"] * (len(cells) - 1))


def _by_collection(scores: Sequence[Scores], ours: Sequence[str]) -> None:
    for measure in MEASURES:
        print(f"\n## {measure}\n")
        peers = [name for name in scores[0].values if name not in ours and not name.endswith(TYPO)]
        _head("collection", "queries", *ours, *peers)
        for each in scores:
            _row(
                _named(each),
                len(each.collection.queries),
                *[f"{each.mean(name, measure):.3f}" for name in [*ours, *peers]],
            )


def _named(scores: Scores) -> str:
    crossing = f" ({scores.collection.asked_in} → {scores.collection.language})" if scores.collection.crosses else ""
    return scores.collection.name + crossing


def _ratios(scores: Sequence[Scores], ours: str) -> None:
    print(f"\n## {ours}: nDCG@10 against the best of each kind (p: paired randomisation test)\n")
    _head("collection", "best BM25", "ratio", "p", "better/worse", "best PostgreSQL", "ratio", "p")
    for each in scores:
        bm25, postgresql = each.best("BM25"), each.best("PostgreSQL")
        one, other = each.against(ours, bm25), each.against(ours, postgresql)
        _row(
            _named(each), f"{each.mean(bm25):.3f} {bm25.removeprefix('BM25, ')}", f"{each.ratio(ours, bm25):.3f}",
            f"{one.p:.3f}", f"{one.better}/{one.worse}",
            f"{each.mean(postgresql):.3f}", f"{each.ratio(ours, postgresql):.3f}", f"{other.p:.3f}",
        )  # fmt: skip


def _typos(scores: Sequence[Scores], ours: Sequence[str]) -> None:
    print("\n## One typo in every query: share of nDCG@10 that is kept\n")
    engines = [*ours, TantivyAlone.name]
    _head("collection", *engines)
    for each in scores:
        _row(_named(each), *[f"{_kept(each, name):.3f}" for name in engines])


def _kept(scores: Scores, name: str) -> float:
    return scores.mean(name + TYPO) / max(scores.mean(name), 1e-9)


def _prefix(scores: Sequence[Scores]) -> None:
    print("\n## Two words and half of a third one of a passage: share with that passage among the first ten\n")
    engines = [name for name in scores[0].prefix if name != HYBRID]
    _head("collection", *[f"{name}{' (prefix*)' if name == Fts5.name else ''}" for name in engines])
    for each in scores:
        _row(_named(each), *[f"{each.prefix[name]:.2f}" for name in engines])


def _targets(scores: Sequence[Scores]) -> list[tuple[str, bool]]:
    within = [each for each in scores if not each.collection.crosses]
    across = [each for each in scores if each.collection.crosses]
    met = _model_free(within, across)
    if HYBRID in scores[0].values:
        met += _hybrid(within, across)
    kept = mean(_kept(each, MODEL_FREE) for each in within) if within else 1.0
    return [*met, (f"typo, without a model: mean kept share ≥ 0.98, is {kept:.3f}", kept >= 0.98)]


def _best(scores: Sequence[Scores], ours: str) -> dict[str, float]:
    return {each.collection.name: each.ratio(ours, each.best("BM25")) for each in scores}


def _lowest(ratios: dict[str, float]) -> str:
    name = min(ratios, key=lambda each: ratios[each])
    return f"{ratios[name]:.3f} ({name})"


def _model_free(within: Sequence[Scores], across: Sequence[Scores]) -> list[tuple[str, bool]]:
    ratios = _best([*within, *across], MODEL_FREE)
    met = [
        (f"without a model ≥ 0.98× the best BM25 on each, lowest is {_lowest(ratios)}", min(ratios.values()) >= 0.98)
    ]
    if across:
        far = mean(_best(across, MODEL_FREE).values())
        met.append((f"without a model ≥ 1.25× across languages, is {far:.3f}", far >= 1.25))
    return met


def _hybrid(within: Sequence[Scores], across: Sequence[Scores]) -> list[tuple[str, bool]]:
    met: list[tuple[str, bool]] = []
    if within:
        near = mean(_best(within, HYBRID).values())
        met.append((f"with the model ≥ 1.08× the best BM25 within a language, is {near:.3f}", near >= 1.08))
    if across:
        far = mean(_best(across, HYBRID).values())
        met.append((f"with the model ≥ 1.6× across languages, is {far:.3f}", far >= 1.6))
    everywhere = [*within, *across]
    ratios = _best(everywhere, HYBRID)
    met.append((f"with the model never below the best BM25, lowest is {_lowest(ratios)}", min(ratios.values()) >= 1))
    against = {each.collection.name: each.ratio(HYBRID, each.best("PostgreSQL")) for each in everywhere}
    met.append((f"with the model never below PostgreSQL, lowest is {_lowest(against)}", min(against.values()) >= 1))
    return met
