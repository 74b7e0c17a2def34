"""Companies, contacts and leads as a table may hold them."""

from sameside.connectors.table import vocabulary as words
from sameside.connectors.table.target import (
    COMPANY_DOMAIN,
    COMPANY_ID,
    COMPANY_NAME,
    CREATED,
    LEAD_SOURCE,
    OWNER,
    PERSON_FIELDS,
    Target,
    TargetField,
    id_of,
)
from sameside.connectors.table.vocabulary import phrases

COMPANIES = Target(
    "companies",
    "Companies",
    "Company",
    "Organisations you sell to: accounts, customers, prospects.",
    words.COMPANY,
    (
        id_of(words.COMPANY),
        TargetField(
            "name",
            "Name",
            "company",
            ("name", *phrases(words.COMPANY, words.NAME), "nom", "nombre", "bezeichnung", "name 1", "display name"),
            required=True,
        ),
        TargetField(
            "domain",
            "Website",
            "domain",
            phrases(
                "website, domain, url, web, homepage, website url, domain name, company domain name, webseite,"
                " internet, internetseite, webadresse, site web, site internet, site, sitio web, pagina web, web"
                " page, web address"
            ),
            "Becomes the domain, by which companies are told apart.",
            signal=1.3,
        ),
        TargetField("industry", "Industry", "text", words.INDUSTRY, signal=1.3),
        TargetField("country", "Country", "country", words.COUNTRY, signal=0.5),
        TargetField(
            "employees",
            "Employees",
            "whole",
            phrases(
                "employees, number employees, no employees, employee count, num employees, company size,"
                " headcount, no of employees, mitarbeiter, mitarbeiterzahl, anzahl mitarbeiter, mitarbeiteranzahl,"
                " beschaftigte, effectif, nombre employes, effectifs, salaries, nombre salaries, empleados, numero"
                " empleados, plantilla"
            ),
            signal=1.8,
        ),
        TargetField(
            "annual_revenue",
            "Annual revenue",
            "amount",
            phrases(
                "annual revenue, revenue, yearly revenue, turnover, annual turnover, umsatz, jahresumsatz, chiffre"
                " affaires, ca annuel, ca, chiffre affaires annuel, ingresos anuales, facturacion, facturacion anual,"
                " ingresos"
            ),
            signal=1.3,
        ),
        TargetField("phone", "Phone", "phone", words.PHONE, signal=0.4),
        OWNER,
        CREATED,
    ),
    known_by=(("domain",), ("name",)),
    hints=(
        "compan",
        "account",
        "organi",
        "firm",
        "unternehmen",
        "kunden",
        "entreprise",
        "empresa",
        "societe",
        "client",
    ),
)

CONTACTS = Target(
    "contacts",
    "Contacts",
    "Contact",
    "Persons at the companies you work with.",
    (*words.PERSON, "business", "geschaftlich", "work"),
    (
        id_of(words.PERSON),
        *PERSON_FIELDS,
        TargetField("department", "Department", "text", words.DEPARTMENT, signal=0.8),
        LEAD_SOURCE,
        COMPANY_NAME,
        COMPANY_ID,
        COMPANY_DOMAIN,
        OWNER,
        CREATED,
    ),
    known_by=(("email",), ("full_name", "company_name"), ("first_name", "last_name", "company_name")),
    one_of=(("email", "last_name", "full_name"),),
    hints=("contact", "kontakt", "people", "person", "contacto", "connections", "adress", "address"),
)

LEADS = Target(
    "leads",
    "Leads",
    "Lead",
    "Persons who showed interest and may be handed to sales: form entries, fair scans, sign-ups.",
    (*words.LEAD, *words.PERSON),
    (
        id_of(words.LEAD),
        *PERSON_FIELDS,
        TargetField(
            "company_name",
            "Company",
            "company",
            (*phrases(words.COMPANY, words.NAME), "company name"),
            "",
            "",
            signal=0.9,
        ),
        TargetField("industry", "Industry", "text", words.INDUSTRY, signal=0.6),
        TargetField("country", "Country", "country", words.COUNTRY, signal=0.5),
        TargetField("lead_source", "Lead source", "text", words.LEAD_SOURCE, signal=1.1),
        TargetField(
            "status",
            "Status",
            "stage",
            (
                *phrases(words.LEAD, "status, stage, estado, statut, etat"),
                *phrases("status, stage, lifecycle stage, estado, statut, etat, lead state"),
            ),
            signal=1.0,
        ),
        TargetField(
            "rating",
            "Rating",
            "text",
            phrases(
                "rating, lead rating, lead score, score, grade, temperature, bewertung, note, evaluation,"
                " calificacion, points, puntuacion, lead qualitat, prioritat, interest level"
            ),
            signal=1.1,
        ),
        OWNER,
        TargetField(
            "created_at",
            "Created at",
            "moment",
            words.CREATED,
            "Without it, the time of the import counts.",
            signal=0.7,
        ),
        TargetField(
            "is_converted", "Is converted", "boolean", phrases("converted, is converted, konvertiert"), signal=2
        ),
        TargetField(
            "converted_on", "Converted on", "day", phrases("converted date, converted on, conversion date"), signal=2
        ),
    ),
    known_by=(("email",), ("full_name", "company_name"), ("first_name", "last_name", "company_name")),
    one_of=(("email", "last_name", "full_name"),),
    hints=(
        *(
            "lead",
            "prospect",
            "interessent",
            "registr",
            "anmeld",
            "inscri",
            "signup",
            "sign up",
            "messe",
            "fair",
            "scan",
        ),
        *("visitor", "subscriber", "newsletter", "attendee", "besucher", "formular", "form"),
    ),
)
