"""What the CRM's lead status says about the work of sales, in a readable table."""

import re
import unicodedata
from functools import cache
from typing import Literal

Meaning = Literal["returned", "worked", ""]
Ending = Literal["returned", "recycled", "disqualified", ""]

# Words begin a word of the status, without accents; `RETURNED` counts before `NOT_BEGUN`, that before `WORKED`.
NOT_BEGUN = (
    "not contacted", "uncontacted", "not yet", "new", "nicht kontakt", "neu", "non contact", "nouveau", "no contact",
    "sin contact", "nuevo",
)  # fmt: skip
RETURNED = (
    "return", "recycl", "nurtur", "disqualif", "unqualif", "not qualified", "not converted", "junk", "dead", "spam",
    "bad", "invalid", "duplicate", "reject", "not interested", "no interest", "unsubscrib", "lost", "archiv",
    "zuruck", "unqualifiz", "nicht qualifiz", "kein interesse", "abgelehnt", "ungultig", "verloren", "duplikat",
    "retourn", "rejet", "non qualif", "pas interess", "perdu", "invalide", "devuelt", "descart", "no calific",
    "no cualific", "no interes", "perdid", "duplicad", "rechaz",
)  # fmt: skip
WORKED = (
    "work", "contact", "attempt", "connect", "in progress", "engag", "qualif", "open deal", "meeting", "in arbeit",
    "in bearbeitung", "kontakt", "qualifiz", "en cours", "en curso", "en progreso", "calific", "cualific", "trabaj",
)  # fmt: skip

# Which of those that sales gave up or back went back to marketing, and which are to come again; the rest is given up.
RECYCLED = ("recycl", "nurtur")
GIVEN_BACK = ("return", "zuruck", "retourn", "devuelt")


def _plain(status: str) -> str:
    folded = unicodedata.normalize("NFKD", status.casefold()).encode("ascii", "ignore").decode()
    return " " + re.sub(r"[^a-z0-9]+", " ", folded).strip()


def _any(plain: str, words: tuple[str, ...]) -> bool:
    return any(f" {word}" in plain for word in words)


@cache
def meaning(status: str) -> Meaning:
    """`returned` when sales gave the lead up or back, `worked` when the work began, nothing when it does not tell."""
    plain = _plain(status)
    if _any(plain, RETURNED):
        return "returned"
    if _any(plain, NOT_BEGUN):
        return ""
    return "worked" if _any(plain, WORKED) else ""


@cache
def ending(status: str) -> Ending:
    """How a lead ended that is said to be given up or back; nothing for any other."""
    if meaning(status) != "returned":
        return ""
    plain = _plain(status)
    if _any(plain, RECYCLED):
        return "recycled"
    return "returned" if _any(plain, GIVEN_BACK) else "disqualified"
