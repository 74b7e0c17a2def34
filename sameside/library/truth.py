"""The truth about unused content: every active asset gets exactly one verdict, and the reason in one sentence.

The rule is read from top to bottom, and the first line that holds decides:

1. **used**: shared, presented or personalised at least once in the window.
2. **not found**: seen fewer than k times, although deals in its facets were open or searches matched it.
3. **not relevant**: judged off-target in feedback; or seen k times or more, and then passed over: nobody came back to
   it or took it along, or somebody read how to use it and still did not.
4. **not understood**: feedback says so; or somebody came back to it or downloaded it, but nobody read how to use it,
   and it was never presented.
5. **no demand**: what is left. Nothing was open in its facets, no search matched it, and too few saw it to judge it.

"Seen" is the number of impressions, or of opens and downloads when these are more: who opens by a link has found it.
"Came back" is the same person opening it a second time. What those who make the content do (marketers, editors,
administrators) is not seeing; when they share or present it, that is using.
"""

from collections.abc import Callable
from dataclasses import dataclass

from sameside.library.models import Verdict

WINDOWS = (30, 90, 180, 365)
LEAST_K, MOST_K = 1, 50


@dataclass(frozen=True)
class Facts:
    """What happened to one active asset in the window; all are counts, `plays` and `openers` of persons."""

    impressions: int = 0
    opens: int = 0
    downloads: int = 0
    returns: int = 0
    uses: int = 0
    plays: int = 0
    open_deals: int = 0
    matched_searches: int = 0
    off_target: int = 0
    misunderstood: int = 0
    openers: int = 0

    @property
    def seen(self) -> int:
        return max(self.impressions, self.opens + self.downloads)

    @property
    def wanted(self) -> bool:
        return self.open_deals > 0 or self.matched_searches > 0

    @property
    def kept(self) -> bool:
        """Somebody came back to it or took it along: it looked right to them."""
        return self.downloads > 0 or self.returns > 0


def count(number: int, one: str, many: str = "") -> str:
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def _demand(facts: Facts) -> str:
    parts = []
    if facts.open_deals:
        parts.append(
            f"{count(facts.open_deals, 'deal')} in its facets {'was' if facts.open_deals == 1 else 'were'} open"
        )
    if facts.matched_searches:
        parts.append(f"{count(facts.matched_searches, 'search', 'searches')} matched it")
    return " and ".join(parts)


def _seen(facts: Facts) -> str:
    return f"seen {count(facts.seen, 'time')}" if facts.seen else "never seen"


def _used(facts: Facts, _k: int) -> str:
    return f"Shared, presented or personalised {count(facts.uses, 'time')}." if facts.uses else ""


def _not_found(facts: Facts, k: int) -> str:
    if facts.seen >= k or not facts.wanted:
        return ""
    return f"{_seen(facts).capitalize()}, although {_demand(facts)}."


def _not_relevant(facts: Facts, k: int) -> str:
    if facts.off_target:
        return f"Judged off-target in {count(facts.off_target, 'feedback', 'feedbacks')}, and not used."
    if facts.seen < k:
        return ""
    if not facts.kept:
        opened = f"opened {count(facts.opens, 'time')}" if facts.opens else "never opened"
        return f"{_seen(facts).capitalize()}, {opened}, then passed over."
    if facts.plays:
        return f"{_seen(facts).capitalize()}; {count(facts.plays, 'person', 'people')} read how to use it, nobody did."
    return ""


def _not_understood(facts: Facts, _k: int) -> str:
    if facts.misunderstood:
        return f"{count(facts.misunderstood, 'feedback', 'feedbacks')} said it is not clear how to use it."
    if not facts.kept or facts.plays:
        return ""
    ways = []
    if facts.downloads:
        ways.append(f"downloaded {count(facts.downloads, 'time')}")
    if facts.returns:
        ways.append(f"opened again by {count(facts.returns, 'person', 'people')}")
    return f"{' and '.join(ways).capitalize()}, but never presented or sent, and nobody read how to use it."


def _no_demand(facts: Facts, k: int) -> str:
    return f"No open deal in its facets, no search matched it; {_seen(facts)}, too few to judge it (k = {k})."


RULE: tuple[tuple[Verdict, Callable[[Facts, int], str]], ...] = (
    (Verdict.USED, _used),
    (Verdict.NOT_FOUND, _not_found),
    (Verdict.NOT_RELEVANT, _not_relevant),
    (Verdict.NOT_UNDERSTOOD, _not_understood),
    (Verdict.NO_DEMAND, _no_demand),
)


def judge(facts: Facts, k: int) -> tuple[Verdict, str]:
    """The verdict on an asset with these `facts`, and its reason; `k` is the least times seen to count as found."""
    for verdict, reason in RULE:
        sentence = reason(facts, k)
        if sentence:
            return verdict, sentence
    raise AssertionError("The last line of the rule always holds.")


IN_WORDS: tuple[tuple[Verdict, str], ...] = (
    (Verdict.USED, "Shared, presented or personalised at least once."),
    (Verdict.NOT_FOUND, "Seen fewer than k times, although deals in its facets were open or searches matched it."),
    (
        Verdict.NOT_RELEVANT,
        "Seen k times or more, then passed over: nobody came back to it or downloaded it, or somebody read how to use "
        "it and still did not. Or judged off-target in feedback.",
    ),
    (
        Verdict.NOT_UNDERSTOOD,
        "Somebody came back to it or downloaded it, but nobody read how to use it, and nobody presented it.",
    ),
    (Verdict.NO_DEMAND, "Nothing was open in its facets, no search matched it, and too few saw it to judge it."),
)
