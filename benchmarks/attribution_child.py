"""One peer on one pair of Parquet files, in a process and an environment of its own: its answers, and what they cost.

    python attribution_child.py PEER TOUCHES OUTCOMES ANSWERS

PEER is a key of `PEERS`. Written are shares or credits by channel and processor seconds of each step. What a peer needs
(paths, lists, sessions) is made by Polars, which is the fastest of what their users have. Nothing of the product is
imported: each peer lives in the peers' environment alone.
"""

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

SPENT: dict[str, float] = {}
Answers = dict[str, dict[str, float]]


@contextmanager
def step(name: str) -> Iterator[None]:
    start = time.process_time()
    yield
    SPENT[name] = time.process_time() - start


def sessions(touches: str, outcomes: str) -> Any:
    """One row for each touch before an outcome, oldest first; what happens in one second stands by channel."""
    import polars as pl

    with step("sessions"):
        ended = pl.scan_parquet(outcomes).select("deal_id", "company_id", "closed_at", "won", "amount")
        joined = ended.join(pl.scan_parquet(touches), on="company_id")
        inside = joined.filter(
            pl.col("occurred_at") <= pl.col("closed_at"),
            pl.col("occurred_at") >= pl.col("closed_at") - pl.duration(days=730),
        )
        return inside.sort("deal_id", "occurred_at", "channel").collect()


def journeys(touches: str, outcomes: str) -> Any:
    """One row for each outcome: `path` as a list."""
    import polars as pl

    rows = sessions(touches, outcomes)
    with step("paths"):
        grouped = rows.group_by("deal_id", maintain_order=True)
        return grouped.agg(path=pl.col("channel"), won=pl.col("won").first(), amount=pl.col("amount").first())


def channelattribution(touches: str, outcomes: str) -> Answers:
    import polars as pl

    told = journeys(touches, outcomes)
    with step("strings"):
        strings = told.select(
            path=pl.col("path").list.join(" > "),
            n=pl.col("won").cast(pl.Int64),
            lost=(~pl.col("won")).cast(pl.Int64),
            value=pl.when("won").then("amount").otherwise(0.0),
        )
        frame = strings.to_pandas()
    with step("import"):
        import ChannelAttribution as Peer
    with step("heuristics"):
        rules = Peer.heuristic_models(frame, "path", "n", var_value="value", flg_pro=False)
    with step("markov"):
        chain = Peer.markov_model(
            frame, "path", "n", var_value="value", var_null="lost", seed=1, verbose=False, flg_pro=False
        )
    names = rules["channel_name"].tolist()
    found = {
        model: dict(zip(names, rules[f"{model}_conversions"], strict=True))
        for model in ("first_touch", "last_touch", "linear_touch")
    }
    values = {f"{model} amount": dict(zip(names, rules[f"{model}_value"], strict=True)) for model in found}
    simulated = dict(zip(chain["channel_name"], chain["total_conversions"], strict=True))
    return found | values | {"markov": simulated}


def _mam(touches: str, outcomes: str) -> Any:
    import polars as pl

    rows = sessions(touches, outcomes)
    with step("import"):
        from mam import MAM
    with step("lists"):
        named = rows.select(pl.col("deal_id").cast(pl.String), "occurred_at", "channel", "won")
        return MAM(
            named, "session", channels_colname="channel", journey_with_conv_colname="won",
            datetime_colname="occurred_at", user_id_colname="deal_id",
        )  # fmt: skip


def mam_heuristics(touches: str, outcomes: str) -> Answers:
    mam = _mam(touches, outcomes)
    found = {}
    for model in ("first_click", "last_click", "linear", "position_based", "time_decay"):
        with step(model):
            rows = getattr(mam, f"run_{model}")().to_polars()
        found[model] = dict(zip(rows["channels"].cast(str).to_list(), rows["attribution"].to_list(), strict=True))
    return found


def mam_markov(touches: str, outcomes: str) -> Answers:
    mam = _mam(touches, outcomes)
    with step("markov"):
        effects = mam.run_markov().metadata["removal_effect"]["removal_effect"]
    return {"removal": effects.to_dict()}


def shapley(touches: str, outcomes: str) -> Answers:
    told = journeys(touches, outcomes)
    with step("import"):
        from shapley_attribution.models import SimplifiedShapleyAttribution
    with step("lists"):
        paths, won = told["path"].to_list(), told["won"].to_list()
    with step("shapley"):
        model = SimplifiedShapleyAttribution(normalize=False).fit(paths, won)
    return {"shapley": model.get_attribution()}


def do_markov(touches: str, outcomes: str) -> Answers:
    import polars as pl

    told = journeys(touches, outcomes)
    with step("import"):
        from do_attribution import MarkovAttribution
    with step("strings"):
        paths = told["path"].list.join(" > ").to_list()
        won = told["won"].cast(pl.Int64).to_list()
    with step("markov"):
        found = MarkovAttribution(removal_strategy="redirect_to_null").fit(paths, won)
    return {"removal": found["removal_effects"]}


PEERS: dict[str, Callable[[str, str], Answers]] = {
    "channelattribution": channelattribution,
    "mam-heuristics": mam_heuristics,
    "mam-markov": mam_markov,
    "shapley-attribution": shapley,
    "do-attribution": do_markov,
}


def main() -> None:
    name, touches, outcomes, place = sys.argv[1:]
    found = PEERS[name](touches, outcomes)
    with open(place, "w", encoding="utf-8") as file:  # noqa: PTH123
        json.dump({"answers": found, "spent": SPENT}, file)


main()
