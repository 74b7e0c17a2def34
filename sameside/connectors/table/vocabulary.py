"""What people call things in the header line of a table, in English, German, French and Spanish.

`normal` brings a header into the form in which it is compared: no case, no accents, no punctuation, camelCase parted.
`phrases` writes out combinations, so that `Company name`, `Firmenname` and `Nom de l'entreprise` need not be listed
each: what is filler (`of`, `der`, `de la`) is left out on both sides.
"""

import re
import unicodedata
from functools import lru_cache

COMPANY = (
    *("company", "account", "organization", "organisation", "org", "business", "employer", "customer", "client"),
    *("firma", "firmen", "unternehmen", "kunde", "kunden", "arbeitgeber", "mandant", "gesellschaft"),
    *("entreprise", "societe", "compte", "employeur", "raison sociale", "empresa", "compania", "cuenta", "cliente"),
    *(
        "organizacion",
        "parent customer",
        "verbundenes unternehmen",
        "associated company",
        "related company",
        "companies",
        "school",
    ),
)
PERSON = (
    *("contact", "person", "people", "attendee", "participant", "member", "subscriber", "user", "prospect"),
    *("kontakt", "ansprechpartner", "ansprechperson", "teilnehmer", "mitglied", "abonnent"),
    *("personne", "interlocuteur", "membre", "contacto", "persona", "asistente", "suscriptor", "primary contact"),
)
LEAD = ("lead", "prospect", "inquiry", "interessent", "anfrage", "piste", "cliente potencial", "candidato")
DEAL = (
    *("deal", "opportunity", "opp", "opportunities", "sale", "verkaufschance", "chance", "geschaft", "auftrag"),
    *("angebot", "affaire", "opportunite", "vente", "oportunidad", "negocio", "trato", "potential", "project"),
)
CAMPAIGN = ("campaign", "kampagne", "campagne", "campana", "program", "programm", "programme", "event", "webinar")
ACTIVITY = (
    *("activity", "task", "engagement", "call", "meeting", "event", "note", "aktivitat", "aufgabe", "termin", "anruf"),
    *("activite", "tache", "appel", "actividad", "tarea", "llamada"),
)
NAME = ("", "name", "title", "bezeichnung", "nom", "titre", "intitule", "libelle", "nombre", "titulo")
ID = (
    *("id", "record id", "external id", "number", "no", "nr", "nummer", "key", "uuid", "guid", "identifier", "code"),
    *("identifiant", "identificador", "numero", "kennung", "schlussel", "ref", "reference"),
)

_CAMEL = re.compile(r"(?<=[a-zà-ÿ])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_NO_WORD = re.compile(r"[^\w]+|_+")
_ASIDE = re.compile(r"[(\[{][^)\]}]*[)\]}]")
FILLER = frozenset(
    {
        *("the", "of", "a", "an", "de", "la", "le", "les", "des", "du", "d", "l", "del", "el", "los", "las", "der"),
        *("die", "das", "dem", "den", "von", "vom", "zum", "zur", "am", "im", "in", "en", "al", "au", "y", "et", "und"),
        *("and", "s", "full", "primary", "main", "haupt", "principal", "crm", "c", "utc", "gmt", "eur", "usd", "gbp"),
    }
)
_TOGETHER = (("e mail", "email"), ("e post", "email"), ("web site", "website"), ("tele phone", "telephone"))


def folded(text: str) -> str:
    """Without case and accents."""
    parted = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in parted if not unicodedata.combining(character))


def _words(header: str) -> str:
    parted = _CAMEL.sub(" ", header[:300])
    words = " ".join(_NO_WORD.sub(" ", folded(parted)).split())
    for apart, together in _TOGETHER:
        words = re.sub(rf"\b{apart}\b", together, words)
    return words


def _without_filler(words: str) -> str:
    kept = [word for word in words.split() if word not in FILLER]
    return " ".join(kept) or words


@lru_cache(maxsize=20_000)
def normal(header: str) -> str:
    """`E-Mail (privat)` is `email privat`; `CloseDate` is `close date`."""
    return _without_filler(_words(header))


@lru_cache(maxsize=20_000)
def readings(header: str) -> tuple[str, ...]:
    """The header as it may be meant, the most exact first: as written, without what is in brackets, run together, and
    with `ae` for `ä`."""
    found = [normal(header), normal(_ASIDE.sub(" ", header))]
    found += [_umlauts(each) for each in found]
    found += [each.replace(" ", "") for each in found]
    return tuple(dict.fromkeys(each for each in found if each))


def _umlauts(words: str) -> str:
    return words.replace("ae", "a").replace("oe", "o").replace("ue", "u")


def phrases(*groups: tuple[str, ...] | str) -> tuple[str, ...]:
    """Every combination of one word of each group, in this order and in the other: `company name`, `name company`."""
    if len(groups) == 1:
        return tuple(groups[0].split(", ")) if isinstance(groups[0], str) else groups[0]
    lists = [tuple(group.split(", ")) if isinstance(group, str) else group for group in groups]
    combined = [f"{first} {second}".strip() for first in lists[0] for second in lists[1]]
    turned = [f"{second} {first}".strip() for first in lists[0] for second in lists[1]]
    return tuple(dict.fromkeys([*combined, *turned]))


FIRST_NAME = phrases(
    "first name, given name, forename, firstname, fname, vorname, prenom, primer nombre, nombre pila, christian name"
)
LAST_NAME = phrases(
    "last name, surname, family name, lastname, lname, nachname, familienname, zuname, nom famille, apellidos,"
    " apellido, primer apellido"
)
FULL_NAME = (
    *phrases("name, full name, fullname, display name, vollstandiger name, vor und nachname, nom complet, nom prenom"),
    *phrases("prenom nom, nombre completo, nombre apellidos, user name original name, complete name, file as, nom"),
    *phrases("nombre, ansprechpartner, ansprechperson, contact, contact name, kontakt, contacto, kontaktname"),
)
EMAIL = phrases(
    "email, email address, mail, email 1 value, email work, work email, business email, emailadresse, mailadresse,"
    " email geschaftlich, email 1, adresse email, courriel, adresse mail, adresse electronique, correo electronico,"
    " correo, direccion correo, email adresse, mail address, emailaddress, email addresses, e address, emails,"
    " email professionnel, adresse courriel"
)
PHONE = phrases(
    "phone, phone number, telephone, tel, business phone, work phone, office phone, phone work, direct phone, direct"
    " dial, telefon, telefonnummer, rufnummer, tel nr, telefon geschaftlich, durchwahl, mobile, mobile phone, cell,"
    " cell phone, handy, mobil, mobiltelefon, numero telephone, tel fixe, portable, telefono, numero telefono, movil,"
    " celular, phone 1 value, phone 1, sms, company phone, telephone number, phone mobile, numero tel, phones"
)
JOB_TITLE = phrases(
    "job title, jobtitle, position, title, role, function, job, occupation, organization 1 title, headline,"
    " berufsbezeichnung, funktion, stelle, stellenbezeichnung, jobbezeichnung, fonction, poste, intitule poste,"
    " metier, cargo, puesto, puesto trabajo, titulo, profession"
)
DEPARTMENT = phrases(
    "department, dept, division, organization department, company department, abteilung, bereich, departement,"
    " service, departamento, area, team"
)
COUNTRY = phrases(
    "country, country region, country name, country code, land, staat, lander, pays, pais, pais region, nation,"
    " billing country, mailing country, address country, business country region, adresse pays, landercode, ip"
    " country, address 1 country region, country address, land region, country territory, billing address country,"
    " mailing address country"
)
INDUSTRY = phrases(
    "industry, sector, branche, industrie, wirtschaftszweig, secteur, secteur activite, industria, vertical,"
    " sector actividad, rubro, market segment, industry type, giro"
)
LEAD_SOURCE = phrases(
    "lead source, source, origin, original source, acquisition channel, how did you hear about us, quelle,"
    " herkunft, leadquelle, lead quelle, kontaktquelle, origine, provenance, source lead, source piste, fuente,"
    " origen, fuente lead, origen lead, deal source, traffic source, original traffic source, utm source,"
    " marketing source"
)
OWNER = phrases(
    "owner, salesperson, sales rep, account manager, account owner, contact owner, lead owner, deal owner, record"
    " owner, opportunity owner, assigned to, assigned user, assigned to user, responsible, account executive,"
    " sales owner, besitzer, eigentumer, zustandig, verantwortlich, verantwortlicher, betreuer, bearbeiter,"
    " kundenbetreuer, vertriebler, proprietaire, responsable, commercial, vendeur, charge affaires, assigne,"
    " propietario, comercial, asignado, vendedor, agente, owner name, owner email, user id, assignee, rep,"
    " kundenberater, assigned user name, consultant, campaign owner, task owner, activity owner, ae, verkaufer,"
    " verkauferin, user name, vertrieb, representante"
)
CREATED = phrases(
    "created, created at, created on, created date, create date, date created, created time, creation date, date"
    " added, added on, added, added time, registration time, registration date, registered, signup date, opt time,"
    " optin time, connected on, subscribed, submitted at, timestamp, entry date, add date, add time, erstellt,"
    " erstellt am, erstelldatum, erstellungsdatum, angelegt, angelegt am, anlagedatum, eingang, eingegangen am,"
    " datum anlage, erfasst am, anmeldedatum, date creation, cree le, ajoute le, date ajout, date inscription,"
    " fecha creacion, creado, creado el, fecha alta, fecha registro, record creation date, date entered, order"
    " date, created time stamp, added date"
)
UNUSED = frozenset(
    normal(word)
    for word in phrases(
        "state, city, street, zip, zip code, postal code, postcode, fax, address, address 1, address 2, province,"
        " region, ort, stadt, strasse, plz, bundesland, ville, rue, code postal, adresse, ciudad, calle, codigo"
        " postal, provincia, direccion, birthday, gender, salutation, anrede, civilite, tratamiento, middle name,"
        " language, locale, time zone, timezone, linkedin, twitter, facebook, skype, tags, tag, label, labels,"
        " user agent, ip address, ip"
    )
)
"""Headers that hold something no target keeps: not taken for something else because they are spelt alike."""
