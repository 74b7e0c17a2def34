"""`sameside leads`: try on any export how well outcomes can be foretold, and learn from what was brought in."""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from sameside.connectors.terminal import clean


def add(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `leads evaluate FILE`, `leads train` and `leads rebuild`."""
    leads = subparsers.add_parser("leads", help="score leads by what became of others")
    verbs = leads.add_subparsers(dest="verb", metavar="VERB", required=True)
    sentence = "learn from the earlier leads of an export and judge the later: area under the curve, calibration, lift"
    evaluate = verbs.add_parser("evaluate", help=sentence, description=sentence)
    evaluate.add_argument("file", type=Path, metavar="FILE", help="leads as a table, with a column of outcomes")
    evaluate.add_argument("--outcome", required=True, metavar="COLUMN", help="the column that says how a lead ended")
    evaluate.add_argument("--yes", default="", metavar="VALUE", help="what it says of a success (several: A|B)")
    evaluate.add_argument("--when", default="", metavar="COLUMN", help="the column that says when a lead came")
    evaluate.add_argument("--score", default="", metavar="COLUMN", help="a score to compare with, higher is better")
    evaluate.add_argument(
        "--leave-out", action="append", default=[], metavar="COLUMN", help="a column that was written afterwards"
    )
    evaluate.add_argument("--json", action="store_true", help="print JSON")
    evaluate.set_defaults(run=run_evaluate)
    train = verbs.add_parser("train", help="learn the score model anew from the leads here (weekly by itself)")
    train.set_defaults(run=run_train, django=True)
    rebuild = verbs.add_parser(
        "rebuild", help="rebuild hand-overs from what imports tell (after each import by itself)"
    )
    rebuild.set_defaults(run=run_rebuild, django=True)


def run_evaluate(given: argparse.Namespace) -> int:
    """Exit code 2: FILE is no such table, or says too little."""
    import django

    django.setup()
    from sameside.analytics.likelihood import trial
    from sameside.analytics.likelihood.learning import TooLittle
    from sameside.connectors import lead_outcomes, tabular

    path = given.file.expanduser()
    if not path.is_file():
        return _say_no(f"{given.file} does not exist.")
    asked = lead_outcomes.Asked(given.outcome, given.yes, given.when, given.score, given.leave_out)
    try:
        found = lead_outcomes.read(path, asked)
        held = trial.hold(found.columns, found.yes, other=found.score)
    except (lead_outcomes.Unsuitable, tabular.Unreadable, TooLittle) as problem:
        return _say_no(str(problem))
    told = {
        "leads": int(found.yes.size), "succeeded": int(found.yes.sum()), "tested": int(held.tested.size),
        "fields": [one.name for one in found.columns], "left_out": found.left_out, "remarks": found.remarks,
        "wins": held.wins, **held.figures,
    }  # fmt: skip
    sys.stdout.write(json.dumps(told, indent=2) + "\n" if given.json else _as_text(told))
    return 0


def _say_no(sentence: str) -> int:
    sys.stderr.write(f"sameside: {clean(sentence)}\n")
    return 2


def _as_text(told: dict[str, Any]) -> str:
    model, lines = told["model"], []
    lines.append(
        f"{told['leads']:,} leads, {told['succeeded']:,} succeeded ({told['succeeded'] / told['leads']:.1%}). "
        f"Learnt from the earlier, judged on the latest {told['tested']:,}."
    )
    lines += told["remarks"]
    area, low, high = model["area"]
    lines += ["", f"Area under the curve   {area:.3f}   ({low:.3f} to {high:.3f}; .5 is chance, 1 is perfect)"]
    if "other" in told:
        area, low, high = told["other"]["area"]
        lines.append(f"  of the given score   {area:.3f}   ({low:.3f} to {high:.3f})")
        gain, low, high = told["gain"]
        lines.append(f"  gain over it        {gain:+.3f}   ({low:+.3f} to {high:+.3f})")
    lines += [
        f"Calibration error      {model['calibration_error']:.3f}   (mean distance of chances from what came true)",
        f"Brier skill            {model['brier_skill']:+.3f}   (0: no better than the average, 1: perfect)",
        "", "Chance said   came true   (95 % interval)    leads",
    ]  # fmt: skip
    lines += [
        f"{said:>10.1%} {came:>11.1%}   ({low:.1%} to {high:.1%}){'':<4}{rows:>7,}"
        for said, came, low, high, rows in model["calibration"]
    ]
    lines += ["", "Best-scored   leads   of all successes   lift"]
    lines += [f"{share:>10.0%} {rows:>8,} {held:>15.1%} {lift:>8.2f}×" for share, rows, held, lift in model["lifts"]]
    lines += ["", "What matters (area lost when a field is dealt out anew)"]
    ranked = sorted(told["importances"].items(), key=lambda item: -item[1])
    lines += [f"  {lost:+.3f}  {clean(name)}" for name, lost in ranked[:15]]
    if told["left_out"]:
        lines += ["", "Left out"] + [f"  {clean(name)}: {why}" for name, why in told["left_out"].items()]
    verdict = "better than chance" if "other" not in told else "surely better than the given score"
    lines += ["", f"The model is {verdict if told['wins'] else 'not ' + verdict}."]
    return "\n".join(lines) + "\n"


def run_rebuild(_given: argparse.Namespace) -> int:
    from django.utils import timezone

    from sameside.leads import fates
    from sameside.leads.history import rebuilding

    now = timezone.now()
    fates.settle(at=now)

    def tell(done: int, of: int) -> None:
        sys.stderr.write(f"  {done:,} of {of:,}\n")

    done = rebuilding.rebuild(at=now, tell=tell)
    sys.stdout.write(f"{done.written:,} derived hand-overs written, {done.removed:,} removed.\n")
    return 0


def run_train(_given: argparse.Namespace) -> int:
    from django.utils import timezone

    from sameside.leads.likelihood import applying, training

    now = timezone.now()
    made = training.train(at=now)
    changed = applying.apply_all(at=now)
    sys.stdout.write(f"{made}: {made.get_state_display()}. {made.because}\n{changed:,} leads got another likelihood.\n")
    return 0
