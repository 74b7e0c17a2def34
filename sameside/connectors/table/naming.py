"""Which fields a header may name, and how surely: by a usual name, one close to it, or a part of it."""

from functools import lru_cache

from sameside.connectors.table.targets import BY_NAME, Target
from sameside.connectors.table.vocabulary import UNUSED, normal, readings


@lru_cache(maxsize=32)
def _vocabulary(target: str) -> tuple[dict[str, list[tuple[float, str]]], dict[str, list[tuple[float, str]]]]:
    """Phrase to fields, with how sure the phrase is; and the same for phrases with one letter left out."""
    exact: dict[str, list[tuple[float, str]]] = {}
    for each in BY_NAME[target].fields:
        for place, phrase in enumerate(each.words):
            sure = 1.0 - min(place, 200) * 0.0006
            for form in {normal(phrase), normal(phrase).replace(" ", "")}:
                exact.setdefault(form, []).append((sure, each.name))
    near: dict[str, list[tuple[float, str]]] = {}
    for form, found in exact.items():
        for less in _one_less(form):
            near.setdefault(less, []).extend(found)
    return exact, near


def _one_less(word: str) -> set[str]:
    return {word[:place] + word[place + 1 :] for place in range(len(word))} if 6 <= len(word) <= 40 else set()


@lru_cache(maxsize=32)
def own(target: str) -> frozenset[str]:
    """Words that say only what the table is about: `contact` in `contact email`."""
    return frozenset(normal(word) for word in BY_NAME[target].own)


def named(target: Target, header: str) -> dict[str, tuple[float, str]]:
    """Fields that the header may name: how sure, and the reason."""
    exact, near = _vocabulary(target.name)
    found: dict[str, tuple[float, str]] = {}

    def note(score: float, name: str, reason: str) -> None:
        if score > found.get(name, (0.0, ""))[0]:
            found[name] = (score, reason)

    shown = header.strip()[:60]
    known = readings(header)
    unused = not UNUSED.isdisjoint(known)
    for turn, reading in enumerate(known):
        for sure, name in exact.get(reading, ()):
            note(sure - 0.01 * turn, name, f"The header “{shown}” is a usual name for it.")
        for shorter in _without_own(target, reading):
            for sure, name in exact.get(shorter, ()):
                note(sure - 0.03 - 0.01 * turn, name, f"The header “{shown}” is a usual name for it.")
        if unused:
            continue
        for sure, name in near.get(reading, ()):
            note(sure * 0.82, name, f"The header “{shown}” is close to a usual name for it.")
        for less in _one_less(reading):
            for sure, name in (*exact.get(less, ()), *near.get(less, ())):
                note(sure * 0.8, name, f"The header “{shown}” is close to a usual name for it.")
        for sure, name in _within(exact, reading):
            if target.by_name[name].kind == "id" or reading.split()[-1] not in ("id", "ids"):
                note(sure, name, f"The header “{shown}” contains a usual name for it.")
    return found


def _without_own(target: Target, reading: str) -> list[str]:
    """What is left of `contact email` for contacts: `email`."""
    words, known = reading.split(), own(target.name)
    shorter = []
    if len(words) > 1 and words[-1] in known:
        shorter.append(" ".join(words[:-1]))
    while len(words) > 1 and words[0] in known:
        words = words[1:]
        shorter.append(" ".join(words))
    return shorter


def _within(exact: dict[str, list[tuple[float, str]]], reading: str) -> list[tuple[float, str]]:
    """Phrases that are a part of the header, weaker the more of it they leave over."""
    words = reading.split()
    if not 2 <= len(words) <= 8:
        return []
    found = []
    for size in range(len(words) - 1, 0, -1):
        for start in range(len(words) - size + 1):
            part = " ".join(words[start : start + size])
            share = size / len(words)
            at_end = 0.06 if start + size == len(words) else 0.0
            told = [name for _, name in exact.get(part, ()) if len(part) > 3 and (name != "id" or size > 1)]
            found += [(0.34 + 0.34 * share + at_end, name) for name in told]
        if found:
            break
    return found
