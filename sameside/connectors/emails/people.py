"""The people of marketing automation become leads; whom the CRM has too, identity finds."""

from dataclasses import replace

from sameside.connectors.emails import rules
from sameside.connectors.emails.keys import DELETED, MARKETO, MAUTIC, PARDOT
from sameside.connectors.objects import Derived, Field, Join, Key, Object, Reference
from sameside.connectors.salesforce import rules as person


def _lead(name: str, source: str, fields: tuple[Field, ...], created: tuple[str, ...], missing: str) -> Object:
    return Object(
        name, "leads_lead", source=source, deleted=DELETED,
        fields=(
            Field("first_name", ("firstname",), most=120),
            Field("last_name", ("lastname",), most=160),
            Field("email", ("email",), most=254),
            Field("phone", ("phone", "mobile", "mobilephone"), most=60),
            Field("country", ("country",), most=80),
            Field("industry", ("industry",), most=120),
            Field("created_at", created, "moment"),
            *fields,
        ),
        derived=(
            Derived("email", ("email",), rules.address),
            Derived("seniority", ("title",), person.seniority),
            Derived("department", ("title",), person.department),
            Derived("vertical", ("industry",), person.vertical),
        ),
        constants={"fate": "'waiting'", "attempts": "0", "is_converted": "false", "rating": "''", "status": "''"},
        required={"created_at": missing},
    )  # fmt: skip


def _company(*headers: str) -> Field:
    return Field("company_name", headers, most=255)


MARKETO_LEAD = _lead(
    "MarketoLead", MARKETO,
    (Field("title", ("title",), most=255), _company("company"), Field("lead_source", ("leadsource",), most=80)),
    ("createdat",), "CreatedAt is empty",
)  # fmt: skip
MAUTIC_CONTACT = _lead(
    "MauticContact", MAUTIC,
    (Field("title", ("position",), most=255), _company("company"), Field("lead_source", ("attribution",), most=80)),
    ("dateadded", "createdat", "dateidentified", "lastactive"), "It does not say since when (dateAdded, last_active)",
)  # fmt: skip
_PROSPECT = _lead(
    "PardotProspect", PARDOT,
    (
        Field("title", ("jobtitle",), most=255),
        _company("company"),
        Field("lead_source", ("source",), most=80),
        Field("opted", ("optedout",), "boolean", helper=True),
        Field("barred", ("isdonotemail",), "boolean", helper=True),
    ),
    ("createdat",), "CreatedAt is empty",
)  # fmt: skip
PARDOT_PROSPECT = replace(
    _PROSPECT,
    references=(Reference("contact", ("crmcontactfid",), label="contact of the CRM"),),
    joins=(
        Join("contact", "crm_contact", "contact", on="{alias}.source = 'salesforce' AND {alias}.external_id = {ref}"),
    ),
    derived=(
        *_PROSPECT.derived,
        Derived("email_status", ("opted", "barred"), rules.opted_out),
        Derived("status", ("opted", "barred"), rules.opted_status),
    ),
    targets={"contact_id": "contact.id", "company_id": "contact.company_id"},
    constants={name: value for name, value in _PROSPECT.constants.items() if name != "status"},
    # What the events say stays, unless Pardot itself says that somebody opted out.
    kept={"email_status": "COALESCE(NULLIF(EXCLUDED.email_status, ''), t.email_status)"},
)

_LEAD_TEXTS = (
    "first_name", "last_name", "email", "phone", "title", "seniority", "department", "company_name", "industry",
    "vertical", "country", "lead_source", "status", "rating",
)  # fmt: skip
MARKETO_DELETED = Object(
    "MarketoDeletedLead", "leads_lead", source=MARKETO, label="Marketo deleted leads",
    key=Key(headers=("leadid",)),
    fields=(Field("type", ("activitytypeid",), most=10, helper=True),),
    references=(Reference("lead", ("leadid",)),),
    joins=(Join("known", "leads_lead", "lead", required="the lead is not here"),),
    derived=(Derived("deleted_in_source", ("type",), lambda _: "t"),),
    deleted=(),
    constants={
        "created_at": "%(at)s",
        **dict.fromkeys(_LEAD_TEXTS, "''"),
        "fate": "'waiting'",
        "attempts": "0",
        "is_converted": "false",
    },
)  # fmt: skip
