"""Write what the peers answer into tests/analytics/attribution/golden.json, so that tests compare without the peers.

    python -m benchmarks.attribution_golden

Two inputs: 250 journeys of our own, whole; and of ChannelAttribution's sample only the steps of its chain, added up.
"""

import json
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import attribution_, attribution_data

GOLDEN = Path("tests/analytics/attribution/golden.json")
PACKAGES = ("ChannelAttribution", "marketing-attribution-models", "shapley-attribution", "do-attribution")


def main() -> None:
    folder = Path(".cache/bench/attribution").resolve()
    python = attribution_.environment(folder)
    own, sample = attribution_data.write(folder, 250, 8), attribution_data.sample(folder, python)
    ask = "import importlib.metadata as m, sys; print(*map(m.version, sys.argv[1:]))"
    versions = subprocess.run([python, "-c", ask, *PACKAGES], check=True, capture_output=True, text=True).stdout.split()
    golden = {
        "peers": dict(zip(PACKAGES, versions, strict=True)),
        "asked": datetime.now(UTC).date().isoformat(),
        "journeys": _journeys(*own),
        "answers": {peer: _answers(python, peer, own) for peer in attribution_.NAMES},
        "sample": {
            **_steps(*sample),
            "answers": {
                peer: _answers(python, peer, sample) for peer in ("channelattribution", "mam-markov", "do-attribution")
            },
        },
    }
    for of in (golden, golden["sample"]):
        of["answers"]["channelattribution"].pop("markov")  # simulated
    GOLDEN.write_text(json.dumps(golden, separators=(",", ":")) + "\n", encoding="utf-8")


def _answers(python: Path, peer: str, files: tuple[Path, Path]) -> Any:
    place = files[0].with_name("golden-answers.json")
    child = Path(__file__).with_name("attribution_child.py")
    subprocess.run([python, child, peer, *files, place], check=True, stdout=subprocess.DEVNULL)
    return json.loads(place.read_text())["answers"]


def _journeys(touches: Path, outcomes: Path) -> list[Any]:
    """[won, amount, [[age in seconds, channel] ...]], by outcome."""
    import duckdb

    rows = duckdb.sql(
        f"""SELECT any_value(won), any_value(amount), list([epoch(closed_at)::BIGINT - epoch(occurred_at)::BIGINT,
            right(channel, 4)::BIGINT] ORDER BY occurred_at, channel)
        FROM '{outcomes}' JOIN '{touches}' USING (company_id) GROUP BY deal_id ORDER BY deal_id"""
    ).fetchall()
    return [list(row) for row in rows]


def _steps(touches: Path, outcomes: Path) -> dict[str, Any]:
    """The names, and the steps of all journeys and of those that succeeded: [step, n, amount] as of markov.steps."""
    from sameside.analytics.attribution import Spec, measure

    found: dict[str, Any] = {}
    for name, with_lost in (("all", True), ("won", False)):
        of = measure(touches, outcomes, Spec(models=("markov",), with_lost=with_lost))
        key, n, value = of.steps.added()
        found[name] = np.stack([key, n, np.round(value, 9)], axis=1).tolist()
        found["keys"] = of.keys
    return found


if __name__ == "__main__":
    main()
