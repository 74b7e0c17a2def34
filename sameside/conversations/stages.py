"""Which conversation a stage of the CRM stands for: the proposal, as a pure rule over what the data shows of stages.

Three readings are joined. Words: a stage's name in English, German, French or Spanish often says what is being talked
about. Outcomes: a stage whose deals are all won (or all lost) closes. Order: stages follow the probability the CRM
gives them, or the place they usually have in a deal's history, and a later stage is never an earlier conversation. So
names that contradict the order give way to it, and stages without a telling name take the place between their
neighbours. Stages an administrator confirmed are fixed points.
"""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sameside.conversations.models import KINDS, RANK, Kind, StageMapping

Closes = StageMapping.Closes

# (kind, what it speaks of, words); the first match counts, each word begins a word of the stage's name.
WORDS: tuple[tuple[Kind, str, tuple[str, ...]], ...] = (
    (Kind.DEFINITION_OF_SUCCESS, "value, evaluation or the plan for success", (
        "value", "solution", "evaluat", "business case", "success", "proof", "poc", "pilot", "trial", "perception",
        "technical", "scop", "wert", "losung", "bewert", "erfolg", "konzept", "test", "valeur", "essai", "reussite",
        "valor", "solucion", "prueba", "exito",
    )),
    (Kind.TANGIBLE_VALUE, "price, contract or signature", (
        "proposal", "propuesta", "proposition commerciale",
        "quote", "price", "pricing", "negotiat", "contract", "legal", "procurement", "signature", "sign",
        "commit", "order", "purchase", "angebot", "preis", "verhandl", "vertrag", "unterschrift", "bestell", "offre",
        "devis", "prix", "negoci", "contrat", "commande", "oferta", "presupuesto", "precio", "firma", "pedido",
    )),
    (Kind.RELEVANT_MEETING, "needs, a demonstration or a meeting", (
        "need", "discover", "demo", "meeting", "presentation", "analys", "appointment", "workshop", "requirement",
        "engag", "bedarf", "termin", "vorfuhr", "prasent", "anforderung", "besoin", "rendez", "decouverte",
        "reunion", "necesidad", "descubr", "cita",
    )),
    (Kind.RIGHT_PEOPLE, "who qualifies and decides", (
        "qualif", "decision maker", "stakeholder", "champion", "buying", "contact", "connect", "entscheid",
        "ansprech", "kontakt", "decideur", "interlocuteur", "calific", "cualific", "decisor",
    )),
    (Kind.TAILORED_POV, "the first approach", (
        "prospect", "new", "lead", "target", "open", "identif", "research", "suspect", "neu", "erst", "recherche",
        "interess", "nouveau", "piste", "cible", "nuevo", "potencial", "inicial", "initial",
    )),
)  # fmt: skip
WON = ("closed won", "won", "gewonnen", "gagne", "ganad", "abgeschlossen gewonnen", "activated", "signed")
LOST = (
    "closed lost", "lost", "verloren", "perdu", "perdid", "abandon", "cancel", "abgebrochen", "annul", "rejected",
    "disqualif", "dead", "no decision",
)  # fmt: skip
_SURE = 0.95
_ENOUGH = 5
_CONFIRMED_WEIGHT = 1_000


@dataclass(frozen=True)
class Found:
    """A stage as the data shows it: how many deals are in it now, how they ended, and where it usually stands."""

    stage: str
    deals: int = 0
    won: int = 0
    lost: int = 0
    probability: Decimal | None = None
    place: float | None = None
    confirmed: tuple[str, str] | None = None


@dataclass(frozen=True)
class Proposal:
    stage: str
    kind: str
    closes: str
    reason: str


def plain(text: str) -> str:
    """Lower case without accents, everything but letters and digits as one blank."""
    folded = unicodedata.normalize("NFKD", text.casefold())
    return re.sub(r"[^a-z0-9]+", " ", folded.encode("ascii", "ignore").decode()).strip()


def _says(stage: str, words: Sequence[str]) -> str:
    """The words of the stage's name that one of `words` begins; nothing when none does."""
    name = f" {plain(stage)} "
    for word in words:
        place = name.find(f" {word}")
        if place >= 0:
            return name[place + 1 : name.index(" ", place + 1 + len(word))]
    return ""


def closing(found: Found) -> tuple[str, str]:
    """`won`, `lost` or nothing, with the reason."""
    for closes, words, ended in ((Closes.LOST, LOST, found.lost), (Closes.WON, WON, found.won)):
        word = _says(found.stage, words)
        if word and ended * 2 >= found.deals:
            return closes, f"The name says that the deal is {closes.label.lower()}."
        if found.deals >= _ENOUGH and ended >= found.deals * _SURE:
            return closes, f"{ended:,} of the {found.deals:,} deals in this stage are {closes.label.lower()}."
    return Closes.NO, ""


def in_order(found: Sequence[Found]) -> list[Found]:
    """The pipeline's order: by the usual probability where every stage has one, else by the usual place in the
    history; among equals by name."""
    if found and all(one.probability is not None for one in found):
        return sorted(found, key=lambda one: (one.probability, one.place or 0.0, one.stage))
    return sorted(found, key=lambda one: (one.place is None, one.place or 0.0, one.stage))


def _named(stage: str) -> tuple[int, str] | None:
    for kind, topic, words in WORDS:
        word = _says(stage, words)
        if word:
            return RANK[kind], f"The name speaks of {topic} (“{word}”)."
    return None


def _consistent(ranks: Sequence[int | None], weights: Sequence[int]) -> set[int]:
    """Indexes of the heaviest choice among the known ranks that never goes back along the order."""
    best: list[tuple[int, list[int]]] = []
    for index, rank in enumerate(ranks):
        if rank is None:
            continue
        before = [one for one in best if (ranks[one[1][-1]] or 0) <= rank]
        weight, chosen = max(before, key=lambda one: one[0], default=(0, []))
        best.append((weight + weights[index], [*chosen, index]))
    return set(max(best, key=lambda one: one[0], default=(0, []))[1])


def _between(index: int, kept: Sequence[int], ranks: Sequence[int | None], total: int) -> int:
    """The rank of a stage without a telling name: evenly between its neighbours that have one."""
    after = bisect_right(kept, index)
    left, low = (kept[after - 1], ranks[kept[after - 1]] or 0) if after else (-1, 0)
    right, high = (kept[after], ranks[kept[after]] or 0) if after < len(kept) else (total, len(KINDS) - 1)
    if left < 0 and right == total:
        return index * len(KINDS) // total
    return low + round((high - low) * (index - left) / (right - left) - 0.001)


def _neighbours(index: int, stages: Sequence[Found]) -> str:
    before = f"after “{stages[index - 1].stage}”" if index else ""
    after = f"before “{stages[index + 1].stage}”" if index + 1 < len(stages) else ""
    return " and ".join(part for part in (before, after) if part) or "alone"


def proposals(found: Sequence[Found]) -> list[Proposal]:
    """What each stage stands for, in the pipeline's order: open stages first, then won, then lost."""
    closed: list[Proposal] = []
    still_open: list[Found] = []
    for one in found:
        closes, reason = (one.confirmed[1], "Confirmed.") if one.confirmed else closing(one)
        if closes:
            closed.append(Proposal(one.stage, "", closes, reason))
        else:
            still_open.append(one)
    stages = in_order(still_open)
    named = [_named(one.stage) for one in stages]
    ranks: list[int | None] = []
    for one, name in zip(stages, named, strict=True):
        fixed = RANK.get(one.confirmed[0]) if one.confirmed else None
        ranks.append(fixed if one.confirmed else (name[0] if name else None))
    weights = [_CONFIRMED_WEIGHT if one.confirmed else 1 for one in stages]
    kept = sorted(_consistent(ranks, weights))
    result = []
    for index, (one, name) in enumerate(zip(stages, named, strict=True)):
        if one.confirmed:
            result.append(Proposal(one.stage, one.confirmed[0], "", "Confirmed."))
        elif index in kept and name:
            result.append(Proposal(one.stage, KINDS[name[0]], "", name[1]))
        else:
            kind = KINDS[_between(index, kept, ranks, len(stages))]
            where = _neighbours(index, stages)
            reason = f"It stands {where}; its name {'contradicts that order' if name else 'does not tell'}."
            result.append(Proposal(one.stage, kind, "", reason))
    return result + sorted(closed, key=lambda one: (one.closes != Closes.WON, one.stage))
