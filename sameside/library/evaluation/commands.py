"""`sameside library`: measure how good search is, by what the company judged."""

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sameside.library.evaluation.rankings import Settings
    from sameside.library.models import Evaluation


def add(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add this part's commands."""
    library = subparsers.add_parser("library", help="look after the library")
    actions = library.add_subparsers(dest="action", metavar="ACTION", required=True)
    evaluate = actions.add_parser(
        "evaluate", help="measure search by the judged set: nDCG@10, recall@20, MRR, time to find"
    )
    evaluate.add_argument(
        "--ranking", metavar="FILE|NAME", help="JSON of weights, or a ranking's name; default: the live one"
    )
    evaluate.add_argument("--json", action="store_true", help="print JSON")
    evaluate.add_argument("--save", action="store_true", help="keep the result among the evaluations")
    evaluate.set_defaults(run=run_evaluate, django=True)
    grow = actions.add_parser("grow", help="add to the judged set what people did with results (every night by itself)")
    grow.set_defaults(run=run_grow, django=True)


def run_evaluate(given: argparse.Namespace) -> int:
    from django.utils import timezone

    from sameside.library.evaluation import measuring, rankings
    from sameside.library.refusals import NotPossible
    from sameside.search import readers

    try:
        settings, name = _chosen(given.ranking)
        evaluation = measuring.evaluate(settings, name, at=timezone.now(), is_live=settings == rankings.live())
    except (NotPossible, readers.NotReady) as problem:
        sys.stderr.write(f"sameside: {problem}\n")
        return 1
    if not evaluation.queries:
        sys.stderr.write("sameside: nothing is judged yet, so there is nothing to measure by.\n")
        return 1
    if given.save:
        evaluation.save()
    sys.stdout.write(json.dumps(_as_json(evaluation), indent=2) + "\n" if given.json else _as_text(evaluation))
    return 0


def _chosen(ranking: str | None) -> "tuple[Settings, str]":
    """The weights that the option means, and what they are called."""
    from sameside.library.evaluation import rankings
    from sameside.library.models import Ranking
    from sameside.library.refusals import NotPossible

    if ranking is None:
        live = rankings.current()
        return rankings.settings_of(live), live.name if live else rankings.AS_DELIVERED
    if known := Ranking.objects.filter(name=ranking).order_by("-created_at", "-pk").first():
        return rankings.settings_of(known), known.name
    path = Path(ranking)
    if not path.is_file():
        raise NotPossible(f"“{ranking}” is neither a ranking nor a file.")
    try:
        given = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as problem:
        raise NotPossible(f"{ranking} is not JSON: {problem}") from problem
    if not isinstance(given, dict) or set(given) - set(rankings.KEYS):
        raise NotPossible(f"{ranking} should hold some of {', '.join(rankings.KEYS)}.")
    return rankings.read(given), path.stem


def _as_json(evaluation: "Evaluation") -> dict[str, object]:
    return {
        "ranking": evaluation.name,
        "weights": evaluation.ranking,
        "is_live": evaluation.is_live,
        "queries": evaluation.queries,
        "measures": {key: value for key, value in evaluation.measures.items() if key != "times"},
        "seconds_to_find": evaluation.seconds_to_find,
        "times": evaluation.measures["times"]["n"],
        "by_query": evaluation.by_query,
    }


def _as_text(evaluation: "Evaluation") -> str:
    from sameside.library.evaluation.measuring import FEW, MEASURES

    queries = "judged query" if evaluation.queries == 1 else "judged queries"
    lines = [f"{evaluation.name}: {evaluation.queries} {queries}"]
    for key, (label, _) in MEASURES.items():
        value = evaluation.measures[key]
        lines.append(
            f"  {label:<10} {value['value']:.3f}   (95 % of such sets: {value['low']:.3f} to {value['high']:.3f})"
        )
    times = evaluation.measures["times"]["n"]
    if evaluation.seconds_to_find is None:
        lines.append(f"  time to find: too few to tell ({times} in the last 90 days)")
    else:
        lines.append(f"  time to find {evaluation.seconds_to_find:.0f} s, median from first key to use, of {times}")
    if evaluation.queries < FEW:
        lines.append("  Few queries: the intervals are wide, small differences mean nothing.")
    return "\n".join(lines) + "\n"


def run_grow(given: argparse.Namespace) -> int:
    from django.utils import timezone

    from sameside.library.evaluation import growing

    grown = growing.grow(timezone.now())
    sys.stdout.write(f"Use now judges {grown.judgements} assets for {grown.queries} queries.\n")
    return 0
