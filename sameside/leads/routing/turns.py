"""Whose turn it is: leads are shared out by weight, as evenly at every moment as whole leads allow.

The next goes to whoever is furthest behind what the weights give, by (given + ½) / weight (Webster's method): after as
many leads as the weights add up to, each has exactly the weight. Who cannot take any for a while owes nothing when
they are back: their count is raised to the pace of the others, so a holiday is not followed by a flood.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction


@dataclass
class Turn:
    """A member of a route as it stands; `last` orders those who are equally far behind: the longest ago first."""

    person: int
    weight: int = 1
    given: int = 0
    last: float = 0.0

    @property
    def behind(self) -> tuple[Fraction, float, int]:
        return Fraction(2 * self.given + 1, 2 * self.weight), self.last, self.person


def in_order(turns: Sequence[Turn]) -> list[Turn]:
    """Whose turn comes first, next, and so on; a weight of 0 has none."""
    return sorted((one for one in turns if one.weight > 0), key=lambda one: one.behind)


def give(turn: Turn, turns: Sequence[Turn], can_take: Callable[[int], bool], *, now: float) -> None:
    """`turn` gets one; whoever cannot take any now keeps pace with those who can."""
    able = [one for one in turns if one.weight > 0 and can_take(one.person)]
    pace = min((Fraction(one.given, one.weight) for one in able), default=Fraction(0))
    for one in turns:
        if one is not turn and one.weight > 0 and not can_take(one.person):
            one.given = max(one.given, int(pace * one.weight))
    turn.given += 1
    turn.last = now


def begin(weight: int, turns: Sequence[Turn]) -> int:
    """With how many somebody begins who joins now: with the pace of the others, not with a debt of all they got."""
    pace = min((Fraction(one.given, one.weight) for one in turns if one.weight > 0), default=Fraction(0))
    return int(pace * weight)
