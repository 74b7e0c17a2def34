"""Why the CRM says that a lead was given up or back, as one of the reasons of the list where that is certain.

What a company writes there is its own: only the part before a colon or full stop counts first, and only where it fits
exactly one reason. Everything else stays the text that it was (`HandOver.source_reason`).
"""

import re
import unicodedata
from functools import cache

# Words begin a word of the text, without accents; keys are those of `leads_reason`.
WORDS: dict[str, tuple[str, ...]] = {
    "not_our_segment": (
        "wrong company", "wrong vertical", "wrong industry", "wrong country", "wrong region", "wrong segment",
        "too small", "too big", "too large", "not our segment", "outside territory", "out of territory", "not a fit",
        "not a good fit", "no fit", "bad fit", "poor fit", "falsche firma", "falsche branche", "zu klein",
        "mauvais segment", "trop petit", "mauvaise entreprise", "empresa incorrecta", "demasiado pequen",
    ),
    "no_need": (
        "no interest", "not interested", "no need", "not needed", "kein interesse", "kein bedarf", "pas interess",
        "pas de besoin", "aucun besoin", "sin interes", "no interesad", "sin necesidad",
    ),
    "wrong_person": (
        "wrong person", "wrong contact", "student", "private person", "falsche person", "falscher ansprech",
        "mauvaise personne", "mauvais contact", "persona equivocada", "contacto equivocado",
    ),
    "no_budget": ("no budget", "budget", "kein budget", "pas de budget", "sin presupuesto"),
    "no_authority": (
        "no authority", "not a decision", "not decision maker", "no decision power",
        "no decision making power", "kein entscheid", "pas decideur",
        "sin autoridad", "sin poder de decision",
    ),
    "timing": (
        "timing", "bad timing", "not now", "later", "too early", "next year", "next quarter", "spater", "zu fruh",
        "plus tard", "trop tot", "mas tarde", "demasiado pronto",
    ),
    "duplicate": ("duplicat", "duplikat", "doublon", "duplicad", "already customer", "already a customer"),
    "bad_data": (
        "bad data", "bad contact data", "wrong data", "invalid", "bounced", "wrong number", "wrong email", "spam",
        "junk", "fake", "incomplete", "ungultig", "falsche daten", "invalide", "datos incorrect",
    ),
    "competitor": (
        "competitor", "went with competitor", "chose competitor", "wettbewerb", "konkurren", "concurren", "competidor",
    ),
    "no_answer": (
        "no answer", "no response", "no reply", "unresponsive", "unreachable", "could not reach", "unable to reach",
        "never answered", "nicht erreich", "keine antwort", "injoignable", "pas de reponse", "sin respuesta",
        "no contesta",
    ),
}  # fmt: skip


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKD", text.casefold()).encode("ascii", "ignore").decode()
    return " " + re.sub(r"[^a-z0-9]+", " ", folded).strip()


def _fitting(text: str) -> list[str]:
    plain = _plain(text)
    return [key for key, words in WORDS.items() if any(f" {word}" in plain for word in words)]


@cache
def reason_of(text: str) -> str:
    """The key of the one reason that the text certainly means; empty where none or several fit."""
    for part in (re.split(r"[:.;(\n]", text, maxsplit=1)[0], text):
        found = _fitting(part)
        if found:
            return found[0] if len(found) == 1 else ""
    return ""
