"""What the values of a column look like: e-mail addresses, dates, money, countries. A proposal weighs this against the
header; neither is believed alone."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sameside.connectors.table.vocabulary import folded
from sameside.crm import titles, verticals

NULLS = frozenset(
    {"", "-", "--", "---", "n/a", "na", "#n/a", "null", "none", "nil", "(none)", "(blank)", "select", "-none-", "keine"}
)
LOOKED_AT = 300
_LONGEST = 400
_EMAIL = re.compile(r"[^@\s,;<>]+@[^@\s,;<>.]+(?:\.[^@\s,;<>.]+)+")
_ADDRESSED = re.compile(r".*<[^@\s<>]+@[^@\s<>]+>")
_URL = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,12}", re.IGNORECASE)
_PROFILE = re.compile(r"\b(?:linkedin|xing|facebook|twitter|instagram|youtube)\.com/|\bx\.com/", re.IGNORECASE)
_DATE = re.compile(
    r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}"
    r"|\d{1,2}\.? ?-?[A-Za-zäéû]{3,10}\.?,? ?-?\d{2,4}|[A-Za-zäéû]{3,10}\.? \d{1,2},? \d{4}"
)
_TIME = re.compile(r"\d{1,2}:\d{2}(?::\d{2})?")
_NUMBER = re.compile(
    r"[-+(]?\d{1,3}(?:[., '\u00a0\u202f\u2019]\d{3})*(?:[.,]\d+)?\)?|[-+]?\d+(?:[.,]\d+)?(?:[eE]\+?\d+)?"
)
_SIGN = re.compile(r"[$€£¥₹₽]|\b(?:EUR|USD|GBP|CHF|MXN|CAD|AUD|SEK|NOK|DKK|PLN|JPY|INR|BRL)\b")
_CURRENCY = re.compile(r"[A-Z]{3}")
_CURRENCIES = frozenset(
    [
        "EUR",
        "USD",
        "GBP",
        "CHF",
        "MXN",
        "CAD",
        "AUD",
        "NZD",
        "SEK",
        "NOK",
        "DKK",
        "PLN",
        "CZK",
        "HUF",
        "RON",
        "JPY",
        "CNY",
        "INR",
        "BRL",
        "ARS",
        "CLP",
        "COP",
        "PEN",
        "ZAR",
        "TRY",
        "AED",
        "SGD",
    ]
)
_PHONE = re.compile(r"\+?[\d\s()./\-–]{6,22}(?:\s?(?:x|ext\.?)\s?\d{1,6})?", re.IGNORECASE)
_PERCENT = re.compile(r"[-+]?\d{1,3}(?:[.,]\d+)?\s?%")
_COMPANY = re.compile(
    r"\b(?:gmbh|ag|kg|ohg|se|ug|e\.?v|inc|corp|corporation|llc|llp|ltd|limited|plc|co|company|group|gruppe|holding"
    r"|s\.?a|s\.?l|s\.?a\.?s|s\.?r\.?l|sarl|sas|sasu|eurl|b\.?v|n\.?v|a/s|oy|ab|pty|university|universität|bank)\b\.?",
    re.IGNORECASE,
)
_BOOLEAN = frozenset(
    {
        "true",
        "false",
        "yes",
        "no",
        "y",
        "n",
        "0",
        "1",
        "t",
        "f",
        "ja",
        "nein",
        "oui",
        "non",
        "si",
        "wahr",
        "falsch",
        "x",
    }
    | {"vrai", "faux", "verdadero", "falso"}
)
_STAGE = re.compile(
    r"\b(?:won|lost|closed|open|proposal|negotiation|qualif\w*|discovery|demo|prospect\w*|contract|quote|gewonnen|verloren"
    r"|angebot|verhandlung|offen|gagne\w*|perdu\w*|proposition|negociation|ganad\w+|perdid\w+|propuesta|negociacion)\b"
)
_SALUTATION = frozenset(
    [
        "mr",
        "mrs",
        "ms",
        "miss",
        "dr",
        "prof",
        "herr",
        "frau",
        "m",
        "mme",
        "mlle",
        "sr",
        "sra",
        "srta",
        "hr",
        "fr",
        "don",
        "dona",
        "mx",
        "sir",
        "madam",
    ]
)
_IDENTIFIER = re.compile(r"(?=.*\d)[A-Za-z0-9][A-Za-z0-9_.:{}-]{2,49}")
_PERSON = re.compile(r"[^\W\d_][\w.'’-]*(?:,? [^\W\d_][\w.'’-]*){1,4}")
_OTHER_COUNTRIES = frozenset(
    [
        "united states",
        "usa",
        "united kingdom",
        "uk",
        "czechia",
        "czech republic",
        "tschechien",
        "hungary",
        "ungarn",
        "romania",
        "russia",
        "turkey",
        "turkei",
        "tokelau",
        "israel",
        "egypt",
        "morocco",
        "nigeria",
        "kenya",
        "united arab emirates",
        "uae",
        "saudi arabia",
        "thailand",
        "vietnam",
        "indonesia",
        "malaysia",
        "philippines",
        "hong kong",
        "greece",
        "griechenland",
        "bulgaria",
        "croatia",
        "slovenia",
        "slovakia",
        "serbia",
        "ukraine",
        "estonia",
        "latvia",
        "lithuania",
        "vereinigte staaten",
        "vereinigtes konigreich",
        "grossbritannien",
        "frankreich",
        "spanien",
        "italien",
        "belgien",
        "niederlande",
        "polen",
        "schweden",
        "danemark",
        "norwegen",
        "finnland",
        "osterreich",
        "allemagne",
        "suisse",
        "autriche",
        "pays bas",
        "espagne",
        "italie",
        "royaume uni",
        "etats unis",
        "angleterre",
        "pologne",
        "suede",
        "alemania",
        "suiza",
        "francia",
        "italia",
        "estados unidos",
        "reino unido",
        "paises bajos",
        "belgica",
        "brasil",
        "japon",
        "austria",
        "irland",
        "kanada",
        "australien",
        "indien",
        "japan",
        "china",
        "korea",
        "brasilien",
    ]
)


@dataclass(frozen=True)
class Evidence:
    """Shares, between 0 and 1, of the filled values that look like something; `filled` is how many were looked at."""

    filled: int
    distinct: float
    email: float = 0
    url: float = 0
    date: float = 0
    time: float = 0
    number: float = 0
    money: float = 0
    percent: float = 0
    phone: float = 0
    country: float = 0
    currency: float = 0
    boolean: float = 0
    company: float = 0
    stage: float = 0
    salutation: float = 0
    title: float = 0
    identifier: float = 0
    person: float = 0
    whole: float = 0
    long: float = 0

    @property
    def is_empty(self) -> bool:
        return not self.filled


NOTHING = Evidence(0, 0)


def is_country(value: str) -> bool:
    plain = folded(value).replace(".", "").replace("-", " ").strip()
    return plain in _OTHER_COUNTRIES or (len(plain) > 1 and bool(verticals.language_of(value)))


def _is_phone(value: str) -> bool:
    digits = sum(character.isdigit() for character in value)
    if not 6 <= digits <= 17 or not _PHONE.fullmatch(value) or _DATE.fullmatch(value):
        return False
    return value.startswith(("+", "0", "(")) or (digits >= 9 and any(character in value for character in " -/()"))


def _is_number(value: str) -> bool:
    return bool(_NUMBER.fullmatch(value.strip("%").strip()))


def _is_money(value: str) -> bool:
    return bool(_SIGN.search(value)) and _is_number(_SIGN.sub("", value).strip())


def _is_date(value: str) -> bool:
    day = _TIME.split(value)[0].strip(" T,")
    return bool(_DATE.fullmatch(day)) and not _is_number(value)


def _is_person(value: str) -> bool:
    return bool(_PERSON.fullmatch(value)) and not _COMPANY.search(value) and any(letter.isupper() for letter in value)


def _is_title(value: str) -> bool:
    return titles.seniority(value) != "staff" or bool(titles.department(value))


_TESTS: dict[str, Callable[[str], bool]] = {
    "email": lambda value: bool(_EMAIL.fullmatch(value) or _ADDRESSED.fullmatch(value)),
    "url": lambda value: bool(_URL.match(value) or _DOMAIN.fullmatch(value)) and not _PROFILE.search(value),
    "date": _is_date,
    "time": lambda value: bool(_TIME.search(value)) and _is_date(value),
    "number": lambda value: _is_number(value) or _is_money(value),
    "money": _is_money,
    "percent": lambda value: bool(_PERCENT.fullmatch(value)),
    "phone": _is_phone,
    "country": is_country,
    "currency": lambda value: bool(_CURRENCY.fullmatch(value)) and value in _CURRENCIES,
    "boolean": lambda value: value.casefold() in _BOOLEAN or folded(value) in _BOOLEAN,
    "company": lambda value: bool(_COMPANY.search(value)) and not _EMAIL.fullmatch(value),
    "stage": lambda value: len(value) < 60 and bool(_STAGE.search(folded(value))),
    "salutation": lambda value: folded(value).strip(". ") in _SALUTATION,
    "title": lambda value: folded(value).strip(". ") not in _SALUTATION and _is_title(value),
    "identifier": lambda value: bool(_IDENTIFIER.fullmatch(value)),
    "person": _is_person,
    "whole": str.isdecimal,
    "long": lambda value: len(value) > 80,
}


def look(values: Sequence[str]) -> Evidence:
    """The evidence of a column's sample; what only stands for nothing is left out."""
    filled = [value.strip()[:_LONGEST] for value in values if value.strip().casefold() not in NULLS][:LOOKED_AT]
    if not filled:
        return NOTHING
    distinct = dict.fromkeys(filled)
    weights = dict.fromkeys(distinct, 0)
    for value in filled:
        weights[value] += 1
    shares = {
        name: sum(count for value, count in weights.items() if test(value)) / len(filled)
        for name, test in _TESTS.items()
    }
    return Evidence(len(filled), len(distinct) / len(filled), **shares)
