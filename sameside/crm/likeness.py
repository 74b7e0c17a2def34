"""What stays of a name, an address or a number once spelling is taken away, and which of them say who somebody is.

A mailbox that a role answers (`info@`, `sales@`), an address of a free mail service as a company's domain, and a domain
under which many companies have their page say nothing about who is who.
"""

import re
import unicodedata
from functools import lru_cache

import phonenumbers


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_LEGAL_FORMS = _words(
    """inc incorporated corp corporation co company llc llp lp ltd limited plc gmbh mbh ag kg ohg ug kgaa se sa sas sarl
    sl slu srl spa bv nv ab as asa oy oyj aps pty pte sdn bhd kk lda ltda eirl sro doo zrt kft eood ood"""
)
_NO_NAME = frozenset({"the", "group", "holding", "holdings", "and", "und", "et", "y", "of"})
_NO_EMPLOYER = frozenset(
    {
        *("private", "privat", "none", "na", "n a", "unknown", "not provided", "no", "self", "self employed", "test"),
        *(
            "selfemployed",
            "freelance",
            "freelancer",
            "individual",
            "student",
            "consultant",
            "personal",
            "home",
            "retired",
        ),
    }
)
_ROLES = _words(
    """info sales support contact office hello hi admin administrator help helpdesk service services kontakt mail team
    marketing billing accounts accounting finance hr jobs career careers press media news newsletter noreply no-reply
    donotreply postmaster webmaster hostmaster abuse security privacy legal it purchasing orders order enquiries
    inquiries enquiry reception welcome customerservice customer-service vertrieb einkauf buchhaltung empfang ventas
    contacto administracion compras commercial comptabilite accueil test"""
)
_FREE_MAIL = _words(
    """gmail.com googlemail.com yahoo.com yahoo.co.uk yahoo.de yahoo.fr yahoo.es yahoo.co.in yahoo.co.jp ymail.com
    hotmail.com hotmail.co.uk hotmail.de hotmail.fr outlook.com outlook.de outlook.fr outlook.es live.com live.de
    msn.com icloud.com me.com mac.com aol.com aol.de gmx.de gmx.net gmx.at gmx.ch gmx.com web.de t-online.de freenet.de
    orange.fr wanadoo.fr free.fr laposte.net sfr.fr libero.it virgilio.it mail.ru yandex.ru yandex.com proton.me
    protonmail.com pm.me tutanota.com fastmail.com hey.com zoho.com mail.com qq.com 163.com 126.com sina.com naver.com
    hanmail.net rediffmail.com comcast.net verizon.net att.net sbcglobal.net btinternet.com bluewin.ch"""
)
_SHARED_HOSTS = _words(
    """wordpress.com wixsite.com wix.com weebly.com blogspot.com github.io gitlab.io facebook.com linkedin.com
    instagram.com twitter.com x.com youtube.com google.com sites.google.com squarespace.com myshopify.com shopify.com
    herokuapp.com netlify.app vercel.app web.app firebaseapp.com azurewebsites.net amazonaws.com cloudfront.net
    godaddysites.com jimdo.com jimdofree.com tumblr.com medium.com substack.com notion.site carrd.co webflow.io
    example.com example.org example.net test.com localhost"""
)
_NICKNAMES = (
    "william will bill billy", "robert rob bob bobby", "richard rick dick", "elizabeth liz beth lisa betty",
    "michael mike mick", "james jim jimmy", "john jack johnny", "thomas tom tommy", "margaret maggie meg peggy",
    "katherine catherine kate katie kathy cathy", "christopher chris", "joseph joe", "daniel dan danny",
    "matthew matt", "anthony tony", "andrew andy drew", "alexander alex sascha", "alexandra alex sandra",
    "benjamin ben", "samuel sam", "nicholas nick", "jonathan jon", "edward ed eddie ted", "david dave",
    "steven stephen steve", "patrick pat", "patricia pat patty", "jennifer jen jenny", "jessica jess",
    "susan sue", "rebecca becky", "deborah debbie deb", "gregory greg", "jeffrey jeff", "kenneth ken", "ronald ron",
    "timothy tim", "lawrence larry", "francis frank", "philip phil", "peter pete", "charles charlie chuck",
    "victoria vicky", "maximilian max", "friedrich fritz", "josef sepp", "johannes hans", "jose pepe",
    "francisco paco",
)  # fmt: skip
_NICKNAMES_OF: dict[str, set[int]] = {}
for _place, _names in enumerate(_NICKNAMES):
    for _name in _names.split():
        _NICKNAMES_OF.setdefault(_name, set()).add(_place)
_SPECIAL = str.maketrans({"ß": "ss", "ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "&": " ", "+": " "})
_SECOND_LEVELS = frozenset({"co", "com", "org", "net", "ac", "gov", "edu", "gob", "or", "ne"})
_REGIONS = {
    "germany": "DE", "deutschland": "DE", "austria": "AT", "switzerland": "CH", "france": "FR", "spain": "ES",
    "italy": "IT", "netherlands": "NL", "belgium": "BE", "united kingdom": "GB", "uk": "GB", "england": "GB",
    "ireland": "IE", "united states": "US", "usa": "US", "us": "US", "canada": "CA", "mexico": "MX", "brazil": "BR",
    "india": "IN", "japan": "JP", "china": "CN", "australia": "AU", "new zealand": "NZ", "sweden": "SE",
    "norway": "NO", "denmark": "DK", "finland": "FI", "poland": "PL", "portugal": "PT", "singapore": "SG",
}  # fmt: skip


def plain(text: str) -> str:
    """Lower case, without accents and punctuation, one blank between words."""
    folded = unicodedata.normalize("NFKD", text.casefold().translate(_SPECIAL))
    bare = "".join(letter for letter in folded if not unicodedata.combining(letter))
    return " ".join(re.sub(r"[^\w\s]|_", " ", re.sub(r"[.'’`]", "", bare)).split())


def employer(name: str) -> str:
    """The name of a person's company; what people write who have none to say is none."""
    key = company_name(name)
    return "" if key in _NO_EMPLOYER else key


@lru_cache(maxsize=100_000)
def company_name(name: str) -> str:
    """`ACME, Inc.` and `Acme` are one; a name that is nothing but a legal form stays as it is."""
    words = plain(name).split()
    kept = [word for word in words if word not in _LEGAL_FORMS and word not in _NO_NAME]
    return " ".join(kept or words)


def person_name(name: str) -> str:
    return plain(re.sub(r"\b(dr|prof|mr|mrs|ms|herr|frau|ing|phd|mba|jr|sr)\b\.?", " ", name, flags=re.IGNORECASE))


def mailbox(email: str) -> str:
    """The address in lower case, without what follows a plus; empty when it is none."""
    name, at, domain = email.strip().lower().rpartition("@")
    name = name.partition("+")[0]
    return f"{name}@{domain}" if at and name and "." in domain else ""


def is_role(email: str) -> bool:
    """Whether a role answers this mailbox, not a person."""
    name = email.partition("@")[0]
    return name in _ROLES or name.rstrip("0123456789.-_") in _ROLES


def personal_mailbox(email: str) -> str:
    """The address if it is a person's, else nothing."""
    address = mailbox(email)
    return "" if not address or is_role(address) else address


@lru_cache(maxsize=100_000)
def domain(address: str) -> str:
    """`https://www.Acme.com/about` is `acme.com`."""
    bare = re.sub(r"^[a-z]+://", "", address.strip().lower()).partition("/")[0].partition(":")[0]
    bare = bare.rpartition("@")[2].removeprefix("www.").strip(".")
    return bare if re.fullmatch(r"[^\s@]+\.[^\s@.]{2,}", bare) else ""


def own_domain(address: str) -> str:
    """The domain if it is one company's, not a free mail service's or a host of many pages."""
    found = domain(address)
    host = ".".join(found.split(".")[-2:])
    return "" if {found, host} & (_FREE_MAIL | _SHARED_HOSTS) else found


def domain_stem(name: str) -> str:
    """What is registered, without the country: `acme` of acme.com, acme.co.uk and shop.acme.de."""
    parts = name.split(".")
    end = 2 if len(parts) > 2 and parts[-2] in _SECOND_LEVELS else 1
    return parts[-end - 1] if len(parts) > end else ""


@lru_cache(maxsize=200_000)
def phone(number: str, country: str = "") -> str:
    """The number in international form; without a country's code only if the country is known. Empty when it is none,
    or the central number 0."""
    region = country.upper() if len(country) == 2 else _REGIONS.get(country.casefold())
    try:
        parsed = phonenumbers.parse(number, region)
    except phonenumbers.NumberParseException:
        digits = re.sub(r"\D", "", number)
        return digits if 7 <= len(digits) <= 15 and len(set(digits)) > 2 else ""
    if not phonenumbers.is_possible_number(parsed) or len(set(str(parsed.national_number))) <= 2:
        return ""
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def names_agree(one: tuple[str, str], other: tuple[str, str]) -> bool:
    """Whether two (first, last) names may be one person's: the same, an initial, a short form, or not said at all."""
    (first, last), (other_first, other_last) = one, other
    if not (first or last) or not (other_first or other_last):
        return True
    if {first, last} == {other_first, other_last}:
        return True
    return last == other_last and first_names_agree(first, other_first)


def first_names_agree(one: str, other: str) -> bool:
    if not one or not other:
        return True
    first, second = one.split()[0], other.split()[0]
    if first == second or (1 in (len(first), len(second)) and first[0] == second[0]):
        return True
    return bool(_NICKNAMES_OF.get(first, set()) & _NICKNAMES_OF.get(second, set()))


def nicknames() -> list[tuple[str, str]]:
    """Every pair of first names that may be one person's, either way round."""
    return [(one, other) for names in _NICKNAMES for one in names.split() for other in names.split() if one != other]
