"""An industry becomes a vertical, the word the library's facets use; a country becomes the language spoken there."""

import re
import unicodedata
from functools import lru_cache

VERTICALS: tuple[tuple[str, str], ...] = (
    ("insurance", "insurance versicherung assurance seguros insurer insurtech"),
    ("banking", "bank banking banks finance financial capital investment fintech finanz kredit banque banca"
     " finanzas credit"),
    ("healthcare", "health healthcare medical pharma pharmaceutical pharmaceuticals biotech biotechnology hospital life"
     " gesundheit medizin sante salud farmaceutica"),
    ("education", "education university school learning bildung ausbildung enseignement educacion academic"),
    ("public-sector", "government public federal municipal defense defence administration nonprofit non-profit"
     " not-for-profit behorde verwaltung gouvernement publique gobierno publico"),
    ("telecom", "telecom telecommunication telecommunications communications telekommunikation telecoms"
     " telecomunicaciones mobile"),
    ("energy", "energy oil gas utilities utility power electricity renewable renewables energie energia mining"
     " petroleum"),
    ("logistics", "logistics transport transportation shipping freight delivery airline logistik spedition transports"
     " logistique logistica transporte supply"),
    ("software", "software technology it internet saas computer cloud electronics-software informatik logiciel"
     " tecnologia hi-tech high-tech informatique web"),
    ("retail", "retail e-commerce ecommerce wholesale consumer apparel food beverage hospitality restaurant handel"
     " einzelhandel distribution comercio detail fashion"),
    ("manufacturing", "manufacturing machinery industrial automotive chemicals chemical electronics engineering"
     " construction aerospace industry produktion maschinenbau fertigung industrie manufactura fabrication automobile"
     " agriculture semiconductor"),
    ("professional-services", "consulting services legal accounting advertising media agency marketing staffing"
     " beratung dienstleistung conseil consultoria entertainment recreation professional environmental"),
)  # fmt: skip
_BY_WORD = {
    word: (rank, name) for rank, (name, words) in reversed(list(enumerate(VERTICALS))) for word in words.split()
}
NAMES = tuple(name for name, _ in VERTICALS)

LANGUAGES = {
    "de": "germany deutschland austria osterreich switzerland schweiz liechtenstein de at ch li deu aut che",
    "fr": "france belgium belgique luxembourg monaco fr be lu mc fra bel lux senegal",
    "es": "spain espana mexico argentina colombia chile peru ecuador uruguay venezuela bolivia paraguay guatemala cuba"
    " es mx ar co cl pe ec uy ve bo py esp mex arg col chl per",
    "it": "italy italia it ita",
    "pt": "portugal brazil brasil pt br prt bra",
    "nl": "netherlands nederland holland nl nld",
    "pl": "poland polska pl pol",
    "sv": "sweden sverige se swe",
    "da": "denmark danmark dk dnk",
    "no": "norway norge no nor",
    "fi": "finland suomi fi fin",
    "ja": "japan jp jpn",
    "zh": "china taiwan cn tw chn",
    "ko": "korea kr kor",
    "en": "usa us uk gb canada ca australia au ireland ie nz india in singapore sg za gbr can aus irl nzl ind sgp zaf"
    " england scotland wales",
}
_BY_COUNTRY = {country: language for language, countries in LANGUAGES.items() for country in countries.split()}
_LONG_NAMES = {
    "united states": "en",
    "united states of america": "en",
    "united kingdom": "en",
    "great britain": "en",
    "new zealand": "en",
    "south africa": "en",
    "the netherlands": "nl",
    "south korea": "ko",
    "costa rica": "es",
    "czech republic": "cs",
    "czechia": "cs",
}


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in folded if not unicodedata.combining(character)).strip()


@lru_cache(maxsize=10_000)
def vertical_of(industry: str) -> str:
    """One of `NAMES`, or empty when no word of `industry` is known. The first line of `VERTICALS` that matches wins."""
    plain = _plain(industry)
    if plain in NAMES:
        return plain
    found = [_BY_WORD[word] for word in re.findall(r"[\w-]+", plain) if word in _BY_WORD]
    return min(found)[1] if found else ""


@lru_cache(maxsize=10_000)
def language_of(country: str) -> str:
    """The ISO 639-1 code of the language most used in `country` (a name or an ISO 3166 code); empty when unknown."""
    plain = _plain(country).replace(".", "")
    return _LONG_NAMES.get(plain) or _BY_COUNTRY.get(plain, "")
