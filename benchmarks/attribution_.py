"""Credit, against the packages that people use for it: the same Parquet in, answers compared, what it costs.

Every run is a process of its own, from the start of Python to its end, ours and the peer's in turn; medians. Peers live
in an environment of their own (`requirements/peers.lock`). A peer that takes more of the processor than `--seconds` is
left at that and said to be over it; one that takes more than `--once` is run in one round alone. What misses its target
is said.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks import attribution_agreement, attribution_data

SHORT = ((10_000, 10), (10_000, 100), (100_000, 100), (1_000_000, 100))
FULL = tuple((journeys, channels) for journeys in (10_000, 100_000, 1_000_000) for channels in (10, 100, 1000))
HEURISTICS = "first,last,linear,u_shape,time_decay"
SAME_WORK = {
    "channelattribution": "first,last,linear,markov",
    "mam-heuristics": HEURISTICS,
    "mam-markov": "markov",
    "shapley-attribution": "shapley",
    "do-attribution": "markov",
}
NAMES = {
    "channelattribution": "ChannelAttribution: 3 rules, Markov 1 (simulated)",
    "mam-heuristics": "marketing-attribution-models: 5 rules",
    "mam-markov": "marketing-attribution-models: Markov 1",
    "shapley-attribution": "shapley-attribution: Shapley",
    "do-attribution": "do-attribution: Markov 1",
}
TARGETS = {"channelattribution": 0.2, "mam-heuristics": 0.3, "mam-markov": 0.3}
TARGET_SIZE = (1_000_000, 100)


@dataclass(frozen=True)
class Cost:
    cpu: float
    wall: float
    peak: float  # MB


@dataclass
class Runs:
    """Of one program: what each run cost, what the last of them told, and whether the limit ended it."""

    costs: list[Cost]
    told: dict[str, Any] | None
    over: bool = False

    def middle(self) -> Cost:
        return Cost(*(median(getattr(cost, part) for cost in self.costs) for part in ("cpu", "wall", "peak")))


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--full",
        action="store_true",
        help="10,000 to a million journeys, each by 10 to 1,000 channels; without it 10,000 by 10 and 100, 100,000 and "
        "a million by 100, about eight minutes of the processor",
    )
    parser.add_argument("--sizes", nargs="+", metavar="JOURNEYSxCHANNELS", help="others, such as 1000000x1000")
    parser.add_argument("--peers", nargs="+", choices=list(NAMES), default=list(NAMES))
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=60, help="of the processor: who takes more is left at that (60)")
    parser.add_argument("--once", type=int, default=15, help="seconds: who takes more is run in one round alone (15)")
    parser.add_argument("--folder", type=Path, default=Path(".cache/bench"), help="kept between runs: journeys, peers")


def run(given: argparse.Namespace) -> int:
    folder = given.folder.resolve() / "attribution"
    folder.mkdir(parents=True, exist_ok=True)
    python = environment(folder)
    sizes = [tuple(map(int, size.split("x"))) for size in given.sizes or ()] or (FULL if given.full else SHORT)
    met: list[tuple[str, bool]] = []
    print(
        "Processor seconds, wall seconds and peak MB of whole processes; peer ÷ ours by processor time. `same work`:\n"
        "the models that the peer has, without intervals. `everything`: nine models with their intervals."
    )
    for journeys, channels in sizes:
        files = attribution_data.write(folder, journeys, channels)
        met += _size(journeys, channels, files, python, given)
    print("\n## Targets\n\n| target | met |\n| --- | --- |")
    for sentence, is_met in met:
        print(f"| {sentence} | {'yes' if is_met else '**no**'} |")
    return 0 if all(is_met for _, is_met in met) else 1


def environment(folder: Path) -> Path:
    """The Python of the peers' environment, made from `requirements/peers.lock` when it is not there yet; one of them
    is compiled: about a minute.
    """
    python = folder / "peers" / "bin" / "python"
    if not python.exists():
        uv = str(Path(sys.executable).with_name("uv"))
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder / "peers")], check=True)
        command = [uv, "pip", "sync", "--quiet", "--compile-bytecode", "--require-hashes", "--python", str(python)]
        subprocess.run([*command, "requirements/peers.lock"], check=True)
    return python


def _size(
    journeys: int, channels: int, files: tuple[Path, Path], python: Path, given: argparse.Namespace
) -> list[tuple[str, bool]]:
    print(f"\n## {journeys:,} journeys, {channels:,} channels\n")
    place = files[0].with_name(f"answers-{os.getpid()}.json")
    ours = [sys.executable, "-m", "benchmarks.attribution_ours"]
    peers = [str(python), str(Path(__file__).with_name("attribution_child.py"))]
    wanted: dict[str, list[str]] = {"limit": [*ours, "limit"], "everything": [*ours, "everything"]}
    for peer in given.peers:
        wanted[SAME_WORK[peer]] = [*ours, SAME_WORK[peer]]
        wanted[peer] = [*peers, peer]
    wanted["kernel"] = [*ours, "kernel"]
    runs = {name: Runs([], None) for name in wanted}
    for number in range(given.rounds):
        for name, command in wanted.items():
            known = runs[name]
            over = number and (known.told is None or name == "kernel" or known.costs[0].cpu > given.once)
            if not over:
                _once(known, [*command, *map(str, files), str(place)], place, given.seconds)
    place.unlink(missing_ok=True)
    return _report(journeys, channels, runs, given)


def _once(runs: Runs, command: Sequence[str], place: Path, seconds: int) -> None:
    place.unlink(missing_ok=True)
    start = time.monotonic()
    with open(os.devnull, "w") as nowhere:  # noqa: PTH123
        limited = ["sh", "-c", f'ulimit -t {seconds}; exec "$@"', "sh", *command]
        process = subprocess.Popen(limited, stdout=nowhere, stderr=nowhere)
        _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    cpu = usage.ru_utime + usage.ru_stime
    runs.costs.append(Cost(cpu, time.monotonic() - start, usage.ru_maxrss / 1000))
    runs.over = process.returncode in (-signal.SIGXCPU, -signal.SIGKILL) and cpu > 0.8 * seconds
    runs.told = json.loads(place.read_text()) if place.exists() else None


def _report(
    journeys: int, channels: int, runs: Mapping[str, Runs], given: argparse.Namespace
) -> list[tuple[str, bool]]:
    whole, limit, met = runs["everything"].middle(), runs["limit"].middle(), []
    print("| program | CPU | wall | peak | same work of ours, CPU | peer ÷ same work | peer ÷ everything | answers |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: | --- |")
    for name, title in (
        ("limit", "DuckDB alone: scan, join, filter, encode"),
        ("everything", "**Sameside, everything**"),
    ):
        print(f"| {title} | {_costs(runs[name].middle())} | | | | |")
    for peer in given.peers:
        same, cost = runs[SAME_WORK[peer]], runs[peer].middle()
        if runs[peer].told is None:
            over = runs[peer].over
            told = f">{given.seconds} | | {cost.peak:.0f}" if over else f"failed at {cost.cpu:.0f} | | {cost.peak:.0f}"
            least = f"over {given.seconds / same.middle().cpu:.0f}× | over {given.seconds / whole.cpu:.0f}×"
            print(f"| {NAMES[peer]} | {told} | {same.middle().cpu:.2f} | {least if over else ' | '} | not finished |")
            continue
        assert same.told
        agrees = attribution_agreement.compare(peer, runs[peer].told["answers"], same.told["answers"])  # type: ignore[index]
        less = cost.cpu / same.middle().cpu
        print(
            f"| {NAMES[peer]}{_rounds(runs[peer])} | {_costs(cost)} | {same.middle().cpu:.2f} | {less:.1f}× "
            f"| {cost.cpu / whole.cpu:.1f}× | {agrees.sentence} |"
        )
        size = f"{journeys:,} × {channels:,}"
        met.append((f"{size}: answers of {NAMES[peer]} are ours", agrees.equal))
        met.append((f"{size}: the same work costs less than {NAMES[peer]} ({1 / less:.2f})", less > 1))
        if peer in TARGETS and (journeys, channels) == TARGET_SIZE:
            share = whole.cpu / cost.cpu
            met.append(
                (f"{size}: everything at most {TARGETS[peer]} of {NAMES[peer]} ({share:.2f})", share <= TARGETS[peer])
            )
    if (journeys, channels) == TARGET_SIZE:
        kernels = whole.cpu - limit.cpu
        said = f"{journeys:,} × {channels:,}: all kernels at most the scan ({kernels:.1f} of {limit.cpu:.1f} s)"
        met.append((said, kernels <= limit.cpu))
    _models(runs)
    sys.stdout.flush()
    return met


def _rounds(runs: Runs) -> str:
    return " (one round)" if len(runs.costs) == 1 else ""


def _costs(cost: Cost) -> str:
    return f"{cost.cpu:.2f} | {cost.wall:.2f} | {cost.peak:.0f}"


def _models(runs: Mapping[str, Runs]) -> None:
    """Processor seconds of each step, from one process each."""
    lines = []
    for name, each in runs.items():
        if each.told and each.told["spent"]:
            steps = ", ".join(f"{step} {spent:.3f}" for step, spent in each.told["spent"].items())
            lines.append(f"- {NAMES.get(name, 'Sameside')}: {steps}")
    print("\nProcessor seconds of each step:\n\n" + "\n".join(lines))
