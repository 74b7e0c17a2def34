"""Small phrases about a big rock."""

from collections.abc import Sequence

from sameside.attribution.bigrock.forms import label
from sameside.attribution.bigrock.models import BigRock


def counted(number: int, one: str, many: str = "") -> str:
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def times(value: float | None) -> str:
    """A return: 3.24 → 3.2×."""
    if value is None:
        return "–"
    return f"{value:,.0f}×" if value >= 100 else f"{value:,.1f}×"


def age(rock: BigRock) -> str:
    """How long it was out when it was measured; its first day is the launch day."""
    if rock.measured_at is None:
        return "not measured yet"
    days = rock.found["days"]
    if days < 0:
        return f"launched in {counted(-days, 'day')}"
    return "launched today" if days == 0 else f"{counted(days, 'day')} old"


def target_words(rock: BigRock) -> str:
    targets = rock.found.get("reach", {}).get("targets")
    return f"of {targets:,}" if targets is not None else ""


def either(values: Sequence[str]) -> str:
    named = [label(value) for value in values]
    return named[0] if len(named) == 1 else f"{', '.join(named[:-1])} or {named[-1]}"


def aimed_at(rock: BigRock) -> str:
    """Whom it is for, in words; empty while nobody said."""
    parts = [either(values) for values in (rock.seniorities, rock.personas) if values]
    industry = f"in {either(rock.verticals)}" if rock.verticals else ""
    return " ".join(part for part in (", ".join(parts), industry) if part)
