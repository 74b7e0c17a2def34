"""What the tables of marketing automation become: events of e-mails, campaigns, members, leads.

Ids of campaigns that share a number carry their kind: `email:75`, `program:1001`, `list:330`.
"""

from collections.abc import Callable
from dataclasses import replace

from sameside.connectors import values
from sameside.connectors.emails import rules
from sameside.connectors.objects import Derived, Field, Join, Key, Object, Reference
from sameside.connectors.salesforce import rules as person
from sameside.connectors.touches.objects import row_key
from sameside.connectors.values import Value

HUBSPOT, MARKETO, PARDOT, MAUTIC, OTHER = "hubspot", "marketo", "pardot", "mautic", "email"
EVENT, DETAIL = "crm_emailevent", "the event itself is not here: bring in the table that says when and to whom"
_DELETED = ("isdeleted", "fivetrandeleted")
_BY_ADDRESS = "{alias}.email = lower({ref}) AND {alias}.email <> ''"
_ADDRESSED = (
    Join("contact", "crm_contact", "address", on=_BY_ADDRESS, unique=True),
    Join("lead", "leads_lead", "address", on=_BY_ADDRESS, unique=True),
)
_TO_PERSON = {"contact_id": "contact.id", "lead_id": "CASE WHEN contact.id IS NULL THEN lead.id END"}


def _text(cell: str) -> Value:
    return cell.strip() or None


def prefixed(prefix: str) -> Callable[[str], Value]:
    """Reads an id under the name of its kind."""

    def read(cell: str) -> Value:
        found = values.text_id(cell)
        return f"{prefix}:{found}"[:64] if found else None

    return read


def _campaign(name: str, source: str, prefix: str, fields: tuple[Field, ...], derived: tuple[Derived, ...]) -> Object:
    key = Key(read=prefixed(prefix)) if prefix else Key()
    return Object(name, "crm_campaign", source=source, key=key, fields=fields, derived=derived, deleted=_DELETED,
                  constants={"status": "''"}, required={"name": "It has no name"})  # fmt: skip


def _named(given: Value, other: Value, key: Value) -> Value:
    return given or other or (f"{key} (name not told)" if key else None)


def _is_list(_: Value) -> Value:
    return "List"


def _channel_of_email(_: Value) -> Value:
    return "email"


HUBSPOT_EVENT = Object(
    "HubSpotEmailEvent", EVENT, source=HUBSPOT, label="HubSpot e-mail events",
    fields=(
        Field("word", ("type",), most=40, helper=True),
        Field("at", ("created",), "moment"),
        Field("address", ("recipient",), most=254),
        Field("email", ("emailcampaignid",), most=80),
        Field("filtered", ("filteredevent",), "boolean", helper=True),
    ),
    references=(
        Reference("address", ("recipient",), read=_text, label="recipient"),
        Reference("campaign", ("emailcampaignid",), read=prefixed("email"), label="e-mail campaign"),
    ),
    joins=(*_ADDRESSED, Join("campaign", "crm_campaign", "campaign")),
    derived=(
        Derived("kind", ("word",), rules.hubspot_kind),
        Derived("address", ("address",), rules.address),
        Derived("recipient", ("address",), rules.address),
        Derived("suspicion", ("filtered",), rules.filtered),
    ),
    targets={**_TO_PERSON, "campaign_id": "campaign.id"},
    kept={
        "suspicion": "COALESCE(NULLIF(EXCLUDED.suspicion, ''), t.suspicion)",
        "kind": "CASE WHEN EXCLUDED.kind = 'changed' THEN t.kind ELSE EXCLUDED.kind END",
    },
    required={"at": "Created is empty"},
)  # fmt: skip


def _detail(
    name: str, fields: tuple[Field, ...], derived: tuple[Derived, ...] = (), kind: str = "event.kind"
) -> Object:
    """What a further table says of events that are here: it changes them, and makes none."""
    return Object(
        name, EVENT, source=HUBSPOT, label="HubSpot e-mail event details",
        fields=fields,
        references=(Reference("event", ("id",)),),
        joins=(Join("event", EVENT, "event", required=DETAIL),),
        derived=derived,
        targets={"kind": kind, "at": "event.at"},
    )  # fmt: skip


_CLICK = _detail("HubSpotClick", (Field("url", ("url",), most=1000),))
_BOUNCE = _detail(
    "HubSpotBounce",
    (Field("detail", ("category",), most=255),),
    (Derived("permanent", ("detail",), rules.hubspot_permanent),),
)
_DROPPED = _detail("HubSpotDropped", (Field("detail", ("dropreason",), most=255),))
_STATUS = _detail(
    "HubSpotStatusChange",
    (Field("detail", ("portalsubscriptionstatus",), most=255), Field("status", ("portalsubscriptionstatus",), most=40,
                                                                     helper=True)),
    (),
    "CASE upper(s.detail) WHEN 'UNSUBSCRIBED' THEN 'unsubscribed' WHEN 'SUBSCRIBED' THEN 'subscribed'"
    " ELSE event.kind END",
)  # fmt: skip
_SAID = _detail("HubSpotAnswer", (Field("detail", ("response", "subject"), most=255),))

HUBSPOT_CAMPAIGN = _campaign(
    "HubSpotEmailCampaign", HUBSPOT, "email",
    (
        Field("name", ("name",), most=255),
        Field("subject", ("subject",), most=255, helper=True),
        Field("given", ("id",), most=40, helper=True),
        Field("kind", ("type",), most=80),
    ),
    (Derived("name", ("name", "subject", "given"), _named), Derived("channel", ("given",), _channel_of_email)),
)  # fmt: skip


def _list(name: str, source: str) -> Object:
    return _campaign(
        name, source, "list",
        (
            Field("name", ("name", "title"), most=255),
            Field("given", ("id",), most=40, helper=True),
            Field("created_at", ("createdat",), "moment"),
        ),
        (
            Derived("name", ("name", "name", "given"), _named),
            Derived("kind", ("given",), _is_list),
            Derived("channel", ("given",), _channel_of_email),
        ),
    )  # fmt: skip


def _member(
    name: str, source: str, lists: tuple[str, ...], people: tuple[str, ...], joins: tuple[Join, ...], key: Key
) -> Object:
    return Object(
        name, "crm_campaignmember", source=source, key=key, deleted=_DELETED,
        fields=(
            Field("at", ("addedat", "createdat"), "moment"),
            Field("list", lists, most=40, helper=True),
            Field("person", people, most=40, helper=True),
        ),
        references=(
            Reference("campaign", lists, read=prefixed("list"), label="list"),
            Reference("person", people, label="person"),
        ),
        joins=(Join("campaign", "crm_campaign", "campaign", required="the list is not here"), *joins),
        targets={"campaign_id": "campaign.id", **{f"{join.alias}_id": f"{join.alias}.id" for join in joins}},
        constants={"status": "'On the list'", "responded": "false"},
        required={"at": "It does not say since when"},
    )  # fmt: skip


def _membership(list_: Value, member: Value) -> Value:
    return f"list:{list_}:{member}"[:64] if list_ and member else None


HUBSPOT_MEMBER = _member(
    "HubSpotListMember", HUBSPOT, ("contactlistid",), ("contactid",), (Join("contact", "crm_contact", "person"),),
    Key(headers=(), of=("list", "person"), rule=_membership, missing="It lacks the list or the contact"),
)  # fmt: skip
PARDOT_MEMBER = _member(
    "PardotListMember", PARDOT, ("listid",), ("prospectid",), (Join("lead", "leads_lead", "person"),),
    Key(read=prefixed("list")),
)  # fmt: skip

MARKETO_ACTIVITY = Object(
    "MarketoActivity", EVENT, source=MARKETO, label="Marketo e-mail activities",
    key=Key(headers=("id", "marketoguid")),
    fields=(
        Field("word", ("activitytypeid",), most=10, helper=True),
        Field("result", ("actionresult",), most=40, helper=True),
        Field("category", ("category",), most=10, helper=True),
        Field("at", ("activitydate",), "moment"),
        Field("recipient", ("leadid",), most=254),
        Field("address", ("email",), most=254),
        Field("email", ("primaryattributevalue",), most=80),
        Field("url", ("link",), most=1000),
        Field("detail", ("details",), most=255),
    ),
    references=(
        Reference("person", ("leadid",), label="lead"),
        Reference("campaign", ("campaignid",), label="campaign"),
    ),
    joins=(Join("lead", "leads_lead", "person"), Join("campaign", "crm_campaign", "campaign")),
    derived=(
        Derived("kind", ("word", "result"), rules.marketo_kind),
        Derived("permanent", ("word", "category"), rules.marketo_permanent),
        Derived("address", ("address",), rules.address),
    ),
    targets={"lead_id": "lead.id", "campaign_id": "campaign.id"},
    required={"at": "ActivityDate is empty"},
)  # fmt: skip
MARKETO_CAMPAIGN = _campaign(
    "MarketoCampaign", MARKETO, "",
    (
        Field("name", ("name",), most=255),
        Field("given", ("id",), most=40, helper=True),
        Field("kind", ("type",), most=80),
        Field("created_at", ("createdat",), "moment"),
    ),
    (Derived("name", ("name", "name", "given"), _named), Derived("channel", ("given",), _channel_of_email)),
)  # fmt: skip
MARKETO_CAMPAIGN = replace(
    MARKETO_CAMPAIGN,
    references=(Reference("program", ("programid",), read=prefixed("program"), label="program"),),
    joins=(Join("program", "crm_campaign", "program"),),
    targets={"parent_id": "program.id"},
)
MARKETO_PROGRAM = _campaign(
    "MarketoProgram", MARKETO, "program",
    (
        Field("name", ("name",), most=255),
        Field("given", ("id",), most=40, helper=True),
        Field("kind", ("channel", "type"), most=80),
        Field("starts_on", ("startdate",), "day"),
        Field("ends_on", ("enddate",), "day"),
        Field("created_at", ("createdat",), "moment"),
    ),
    (
        Derived("name", ("name", "name", "given"), _named),
        Derived("channel", ("kind", "name"), rules.campaign_channel),
    ),
)  # fmt: skip


def _lead(name: str, source: str, fields: tuple[Field, ...], created: tuple[str, ...], missing: str) -> Object:
    return Object(
        name, "leads_lead", source=source, deleted=_DELETED,
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
    derived=(*_PROSPECT.derived, Derived("email_status", ("opted", "barred"), rules.opted_out)),
    targets={"contact_id": "contact.id", "company_id": "contact.company_id"},
)
PARDOT_CAMPAIGN = _campaign(
    "PardotCampaign", PARDOT, "",
    (
        Field("name", ("name",), most=255),
        Field("given", ("id",), most=40, helper=True),
        Field("actual_cost_given", ("cost",), "amount"),
        Field("actual_cost", ("cost",), "amount"),
    ),
    (
        Derived("name", ("name", "name", "given"), _named),
        Derived("channel", ("name", "name"), rules.campaign_channel),
        Derived("kind", ("given",), lambda _: ""),
    ),
)  # fmt: skip
PARDOT_ACTIVITY = Object(
    "PardotActivity", EVENT, source=PARDOT, label="Pardot visitor activities",
    fields=(
        Field("word", ("type",), most=10, helper=True),
        Field("type_name", ("typename",), most=40, helper=True),
        Field("list_email", ("listemailid",), most=40, helper=True),
        Field("given_email", ("emailid",), most=40, helper=True),
        Field("at", ("createdat",), "moment"),
        Field("recipient", ("prospectid",), most=254),
        Field("url", ("url",), most=1000),
        Field("detail", ("details",), most=255),
    ),
    references=(
        Reference("person", ("prospectid",), label="prospect"),
        Reference("campaign", ("campaignid",), label="campaign"),
    ),
    joins=(Join("lead", "leads_lead", "person"), Join("campaign", "crm_campaign", "campaign")),
    derived=(
        Derived("kind", ("word", "given_email", "list_email", "type_name"), rules.pardot_kind),
        Derived("email", ("list_email", "given_email"), rules.either),
        Derived("permanent", ("word",), rules.pardot_permanent),
    ),
    targets={"lead_id": "lead.id", "campaign_id": "campaign.id"},
    required={"at": "CreatedAt is empty"},
)  # fmt: skip

ADDRESS = ("email", "emailaddress", "recipient", "recipientemail", "to", "toemail", "subscriber", "e-mail")
WORD = ("event", "eventtype", "action", "activity", "activitytype", "emailevent", "eventname", "type", "status")
TIME = ("timestamp", "time", "at", "eventtime", "processed", "datetime", "occurredat", "created", "createdat",
        "eventdate", "date", "activitydate")  # fmt: skip
_GENERIC = (
    Field("word", WORD, most=60, helper=True),
    Field("at", TIME, "moment"),
    Field("address", ADDRESS, most=254),
    Field("email", ("campaigntitle", "campaign", "campaignname", "subject", "emailname", "emailsubject", "messageid"),
          most=80),
    Field("url", ("url", "link", "clickedurl"), most=1000),
    Field("detail", ("reason", "response", "detail", "details", "bouncereason", "category", "bouncetype"), most=255),
)  # fmt: skip
GENERIC_EVENT = Object(
    "EmailEvent", EVENT, source=OTHER, label="E-mail events",
    key=Key(headers=("eventid", "sgeventid", "id"), of=("word", "at", "address", "email", "url", "detail"),
            rule=row_key, numbered=True),
    fields=_GENERIC,
    references=(Reference("address", ADDRESS, read=_text, label="recipient"),),
    joins=_ADDRESSED,
    derived=(
        Derived("kind", ("word",), rules.kind),
        Derived("permanent", ("word", "detail"), rules.permanent),
        Derived("address", ("address",), rules.address),
        Derived("recipient", ("address",), rules.address),
    ),
    targets=_TO_PERSON,
    required={"at": "The time is empty", "address": "The address is empty"},
)  # fmt: skip
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
    constants={"created_at": "%(at)s", **dict.fromkeys(_LEAD_TEXTS, "''"), "fate": "'waiting'", "attempts": "0", "is_converted": "false"},
)  # fmt: skip

DETAILS = (_CLICK, _BOUNCE, _DROPPED, _STATUS, _SAID)
ORDER = (
    HUBSPOT_CAMPAIGN, _list("HubSpotList", HUBSPOT), MARKETO_PROGRAM, MARKETO_CAMPAIGN, PARDOT_CAMPAIGN,
    _list("PardotList", PARDOT), MARKETO_LEAD, PARDOT_PROSPECT, MAUTIC_CONTACT, MARKETO_DELETED, HUBSPOT_MEMBER,
    PARDOT_MEMBER, HUBSPOT_EVENT, MARKETO_ACTIVITY, PARDOT_ACTIVITY, GENERIC_EVENT, *DETAILS,
)  # fmt: skip
"""The order of reading: what is referred to first, details of events last."""
BY_NAME = {each.name: each for each in ORDER}
MERGES = "MarketoMergedLeads"
