"""Whether a peer answers what we answer: rules and Shapley to 1e-6 of an outcome, removal effects to 1e-9 of a share.

ChannelAttribution simulates its chain: how far it lies from the exact answer is said, and may be 5 % (the sum of
differences over all outcomes).
"""

from collections.abc import Mapping
from dataclasses import dataclass

RULES = {
    "channelattribution": {
        "first_touch": "first", "last_touch": "last", "linear_touch": "linear",
        "first_touch amount": "first amount", "last_touch amount": "last amount",
        "linear_touch amount": "linear amount",
    },
    "mam-heuristics": {
        "first_click": "first", "last_click": "last", "linear": "linear", "position_based": "u_shape",
        "time_decay": "time_decay",
    },
    "shapley-attribution": {"shapley": "shapley"},
}  # fmt: skip
SIMULATED = 0.05
Answers = Mapping[str, Mapping[str, float]]


@dataclass(frozen=True)
class Agreement:
    equal: bool
    sentence: str


def compare(peer: str, theirs: Answers, ours: Answers) -> Agreement:
    off, told = 0.0, []
    for their_name, our_name in RULES.get(peer, {}).items():
        mine, other = ours[our_name], theirs[their_name]
        worth = sum(mine.values()) if our_name.endswith("amount") else 1.0
        off = max(off, *(abs(mine[key] - other.get(key, 0.0)) / worth for key in mine))
    equal = off <= 1e-6
    if peer in RULES:
        told.append(f"equal to {off:.0e}")
    if "removal" in theirs:
        away = _shares_off(theirs["removal"], ours["markov"])
        equal, told = equal and away <= 1e-9, [*told, f"removal effects equal to {away:.0e}"]
    if "markov" in theirs:
        away = sum(abs(ours["markov"][key] - n) for key, n in theirs["markov"].items()) / sum(ours["markov"].values())
        equal, told = equal and away <= SIMULATED, [*told, f"its chain {away:.1%} off"]
    return Agreement(equal, "; ".join(told))


def _shares_off(effects: Mapping[str, float], credited: Mapping[str, float]) -> float:
    theirs, ours = sum(effects.values()), sum(credited.values())
    return max(abs(effects.get(key, 0.0) / theirs - n / ours) for key, n in credited.items())
