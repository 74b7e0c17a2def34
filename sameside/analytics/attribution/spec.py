"""What is to be computed: models, the key that earns, the look-back, and the rules for what is not obvious."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

RULES = (
    "first",
    "last",
    "last_non_direct",
    "lead_creation",
    "opportunity_creation",
    "linear",
    "u_shape",
    "w_shape",
    "full_path",
    "time_decay",
    "positions",
)
MODELS = (*RULES, "markov", "shapley", "shapley_ordered")
DEFAULT = ("first", "last", "linear", "u_shape", "time_decay", "markov", "shapley")

DAY = 86_400
_OF_A_RESULT = (
    "model",
    "position",
    "outcomes",
    "outcomes_low",
    "outcomes_high",
    "amount",
    "amount_low",
    "amount_high",
    "share",
)


@dataclass(frozen=True)
class Positions:
    """Own weights by position: `first` and `last` for the ends, the rest in equal parts for what lies between.

    None may be negative, and together with `middle` they are more than nothing; they need not sum to 1. A journey
    without a middle shares the weights of its ends, one touch earns all; where the ends weigh nothing and there is no
    middle, the ends share alike.
    """

    first: float = 0.4
    middle: float = 0.2
    last: float = 0.4

    def __post_init__(self) -> None:
        weights = (self.first, self.middle, self.last)
        if not all(0 <= weight < float("inf") for weight in weights) or not sum(weights):
            raise ValueError("Weights of positions are not negative, and one of them is above nothing.")


@dataclass(frozen=True)
class Spec:
    """`by`: the column of the touches that earns, or several, whose combinations earn.

    `lookback_days`: a touch counts from so many days before the outcome to the very second of it; None looks back
    without end. `several`: where a company has several outcomes, each sees all touches of its look-back (`shared`), or
    only those since the company's outcome before it (`since_last`). `with_lost`: whether journeys that did not succeed
    tell the chain what does not work; rules and Shapley's value credit what succeeded alone. `order`: how many touches
    the chain remembers, 1 to 4. `most_keys`: beyond so many keys the chain of order 2 and above takes the rarest
    together. `direct`: values of the column `channel` that `last_non_direct` passes over.
    `resamples`: how often the outcomes are drawn anew for the intervals, 0 for none.
    """

    by: str | Sequence[str] = "channel"
    models: Sequence[str] = DEFAULT
    lookback_days: float | None = 730
    half_life_days: float = 7
    positions: Positions = field(default_factory=Positions)
    several: Literal["shared", "since_last"] = "shared"
    with_lost: bool = True
    order: int = 1
    most_keys: int = 200
    direct: Sequence[str] = ("direct",)
    resamples: int = 200
    confidence: float = 0.95
    seed: int = 1

    def __post_init__(self) -> None:
        if isinstance(self.models, str):
            raise ValueError(f'Models are several names, such as ("{self.models}",).')
        unknown = [model for model in self.models if model not in MODELS]
        if unknown:
            raise ValueError(f"There is no model {unknown[0]}. There are {', '.join(MODELS)}.")
        if not self.models or not self.keys:
            raise ValueError("At least one model and one column to credit are needed.")
        for given in (self.models, self.keys):
            if len(set(given)) < len(given):
                raise ValueError(f"One name stands twice in {', '.join(given)}.")
        if taken := [key for key in self.keys if key in _OF_A_RESULT]:
            raise ValueError(f"A result has a column {taken[0]} of its own: give the one that is to earn another name.")
        if self.lookback_days is not None and not 0 < self.lookback_days <= 100 * 366:
            raise ValueError("A look-back is above nothing, and at most a hundred years.")
        if not 0 < self.half_life_days < float("inf"):
            raise ValueError("A half-life is above nothing.")
        if self.several not in ("shared", "since_last"):
            raise ValueError("Several outcomes of a company are `shared` or `since_last`.")
        if self.order not in (1, 2, 3, 4):
            raise ValueError("The chain remembers 1 to 4 touches.")
        if not all(isinstance(number, int) and number >= 0 for number in (self.resamples, self.seed)):
            raise ValueError("Resamples and the seed are whole numbers, and not negative.")
        if not 0 < self.confidence < 1:
            raise ValueError("A confidence lies between 0 and 1.")

    @property
    def keys(self) -> tuple[str, ...]:
        return (self.by,) if isinstance(self.by, str) else tuple(self.by)

    @property
    def lookback_seconds(self) -> int | None:
        return None if self.lookback_days is None else round(self.lookback_days * DAY)
