"""What is compared, in which steps, and how much each step tells.

After Fellegi and Sunter (1969), by way of Splink: `m` is how often two rows of one company or person agree so far, `u`
how often two rows of different ones do by chance. What is written here counts as long as there are few rows; from
`ENOUGH` rows on `u` is measured on pairs drawn at random, `m` is learnt by expectation maximisation, and a rare name or
address tells more than a common one. What was learnt is used only if agreement still tells more than disagreement.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import splink.comparison_level_library as levels
import splink.comparison_library as comparisons
from splink import Linker, SettingsCreator, block_on
from splink.blocking_rule_library import CustomRule
from splink.internals.exceptions import SplinkException

ENOUGH = 10_000
SEED = 20_260_101
PRIOR_FEW = 1e-3  # of the pairs of a small set
SAME_PER_ROW = 0.1  # of a large one: about one row in twenty has a twin
_PAIRS = 2e6
Learnt = Mapping[str, Sequence[Sequence[float]]]


@dataclass(frozen=True)
class Level:
    """One step of agreement, as SQL on `{c}_l` and `{c}_r`; `rare` names the column whose frequency counts."""

    sql: str
    m: float
    u: float
    rare: str = ""


@dataclass(frozen=True)
class Subject:
    """Companies, or people: what is compared, and which rows are compared at all (`blocks`, by key)."""

    name: str
    compared: Mapping[str, Sequence[Level]]
    blocks: Mapping[str, str]
    trained_on: Sequence[str]


def _alike(column: str, least: float) -> str:
    return f"jaro_winkler_similarity({column}_l, {column}_r) >= {least}"


COMPANIES = Subject(
    name="companies",
    compared={
        "name": (
            Level("name_l = name_r", 0.7, 1e-4, rare="name"),
            Level(_alike("name", 0.93), 0.15, 2e-3),
            Level("starts_with(name_l, name_r || ' ') OR starts_with(name_r, name_l || ' ')", 0.08, 3e-3),
            Level("ELSE", 0.07, 0.9949),
        ),
        "domain": (
            Level("domain_l = domain_r", 0.7, 1e-4, rare="domain"),
            Level("stem_l = stem_r", 0.1, 3e-4),
            Level("ELSE", 0.2, 0.9996),
        ),
        "phone": (Level("phone_l = phone_r", 0.5, 1e-4), Level("ELSE", 0.5, 0.9999)),
        "country": (Level("country_l = country_r", 0.9, 0.2), Level("ELSE", 0.1, 0.8)),
    },
    blocks={
        "name": "name",
        "domain": "domain",
        "stem": "stem",
        "phone": "phone",
        "beginning": "left(name, 6) || country",
    },
    trained_on=("block_domain", "block_name"),
)
PEOPLE = Subject(
    name="people",
    compared={
        "name": (
            Level("name_l = name_r", 0.75, 5e-4, rare="name"),
            Level("last_l = last_r AND left(first_l, 1) = left(first_r, 1)", 0.08, 2e-3),
            Level(f"{_alike('name', 0.92)} OR (last_l = first_r AND first_l = last_r)", 0.07, 3e-3),
            Level("last_l = last_r", 0.03, 5e-3),
            Level("first_l = first_r", 0.04, 1e-2),
            Level("ELSE", 0.03, 0.9795),
        ),
        "email": (
            Level("email_l = email_r", 0.6, 1e-5, rare="email"),
            Level("levenshtein(email_l, email_r) <= 2", 0.1, 1e-4),
            Level("ELSE", 0.3, 0.9998),
        ),
        "phone": (Level("phone_l = phone_r", 0.6, 1e-4), Level("ELSE", 0.4, 0.9999)),
        "company": (
            Level("company_l = company_r", 0.75, 1e-2, rare="company"),
            Level(_alike("company", 0.93), 0.08, 1e-2),
            Level("ELSE", 0.17, 0.98),
        ),
    },
    blocks={
        "email": "email",
        "phone": "phone",
        "name": "array_to_string(list_sort(string_split(name, ' ')), ' ')",
        "colleague": "last || '|' || company",
        "beginning": "last || '|' || left(first, 3)",
    },
    trained_on=("block_email", "block_name"),
)


def settings(subject: Subject, rows: int, learnt: Learnt | None) -> SettingsCreator:
    """The comparison as Splink wants it; every rule compares only pairs of which at least one row is new."""
    return SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name="id",
        comparisons=[_comparison(name, steps, rows, learnt) for name, steps in subject.compared.items()],
        blocking_rules_to_generate_predictions=[
            CustomRule(f"l.block_{key} = r.block_{key} AND (l.fresh OR r.fresh)") for key in subject.blocks
        ],
        probability_two_random_records_match=SAME_PER_ROW / rows if rows >= ENOUGH else PRIOR_FEW,
        retain_matching_columns=False,
        retain_intermediate_calculation_columns=True,
        linker_uid=f"sameside_{subject.name}",
    )


def _comparison(name: str, steps: Sequence[Level], rows: int, learnt: Learnt | None) -> Any:
    known = learnt[name] if learnt else [(step.m, step.u) for step in steps]
    made: list[Any] = [levels.NullLevel(name)]
    for step, (m, u) in zip(steps, known, strict=True):
        level = levels.ElseLevel() if step.sql == "ELSE" else levels.CustomLevel(step.sql)
        level.configure(m_probability=m, u_probability=u)
        if step.rare and rows >= ENOUGH:
            level.configure(tf_adjustment_column=step.rare)
        made.append(level)
    return comparisons.CustomComparison(output_column_name=name, comparison_levels=made)


def learn(linker: Linker, subject: Subject) -> Learnt | None:
    """Measure and learn the weights on the rows of `linker`; None when they make no sense."""
    try:
        linker.training.estimate_u_using_random_sampling(max_pairs=_PAIRS, seed=SEED)
        for key in subject.trained_on:
            linker.training.estimate_parameters_using_expectation_maximisation(block_on(key), max_pairs=_PAIRS)
    except SplinkException:
        return None
    model = linker.misc.save_model_to_json()
    found = {
        one["output_column_name"]: _of_levels(one["comparison_levels"], subject.compared[one["output_column_name"]])
        for one in model["comparisons"]
    }
    return found if all(_makes_sense(steps) for steps in found.values()) else None


def _of_levels(found: Sequence[Mapping[str, Any]], written: Sequence[Level]) -> list[list[float]]:
    """What was learnt; a step that no pair took keeps what is written."""
    learnt = [one for one in found if not one.get("is_null_level")]
    return [
        [_number(one.get("m_probability"), step.m), _number(one.get("u_probability"), step.u)]
        for one, step in zip(learnt, written, strict=True)
    ]


def _number(value: Any, otherwise: float) -> float:
    return float(value) if isinstance(value, int | float) and 0 < value < 1 else otherwise


def _makes_sense(steps: Sequence[Sequence[float]]) -> bool:
    """The best agreement speaks for, and disagreement against."""
    (best_m, best_u), (worst_m, worst_u) = steps[0], steps[-1]
    return best_m / best_u > 10 and worst_m < worst_u
