"""What Sameside reads of each Salesforce object, as a table: which column of the export becomes which column here."""

from typing import Any

from sameside.connectors.objects import Derived, Field, Join, Key, Object, Reference
from sameside.connectors.salesforce import ids, rules

SOURCE = "salesforce"
DELETED = ("isdeleted", "fivetrandeleted")


_CALLED = {
    "company": "account",
    "deal": "opportunity",
    "parent": "parent campaign",
    "who": "contact or lead",
    "what": "account or opportunity",
    "named": "account named as company",
    "record": "record",
}


def _owner(*headers: str) -> Reference:
    return Reference("owner", headers or ("ownerid",), read=ids.owner)


def _to(name: str, headers: tuple[str, ...], prefixes: tuple[str, ...] = ()) -> Reference:
    return Reference(name, headers, prefixes, read=ids.reference, label=_CALLED.get(name, ""))


def key(*prefixes: str, headers: tuple[str, ...] = ("id",), missing: str = "Id is empty") -> Key:
    """Rows known again by their id, which begins with one of `prefixes`; 15 characters of it tell two apart."""
    read = ids.id_of(*prefixes) if prefixes else ids.record_id
    return Key(headers=headers, read=read, same=lambda cell: cell[:15], missing=missing)


def _object(name: str, table: str, *prefixes: str, **described: Any) -> Object:
    return Object(name, table, source=SOURCE, key=key(*prefixes), deleted=DELETED, **described)


_OWNER = Join("owner", "people_person", "owner")
_CREATED = ("createddate", "lastmodifieddate", "systemmodstamp")

USER = _object(
    "User",
    "people_person",
    "005",
    fields=(
        Field("email", ("email",), most=254),
        Field("name", ("name",), most=200),
        Field("first_name", ("firstname",), most=100, helper=True),
        Field("last_name", ("lastname", "username", "alias"), most=100, helper=True),
        Field("title", ("title",), most=200),
        Field("department", ("department", "division"), most=120, helper=True),
        Field("is_active", ("isactive",), "boolean"),
    ),
)

ACCOUNT = _object(
    "Account",
    "crm_company",
    "001",
    fields=(
        Field("name", ("name",), most=255),
        Field("first_name", ("firstname",), most=120, helper=True),
        Field("last_name", ("lastname",), most=160, helper=True),
        Field("domain", ("website",), most=255),
        Field("industry", ("industry",), most=120),
        Field("country", ("billingcountry", "billingcountrycode", "shippingcountry", "shippingcountrycode"), most=80),
        Field("employees", ("numberofemployees",), "whole"),
        Field("annual_revenue", ("annualrevenue",), "amount"),
        Field("phone", ("phone",), most=60),
        Field("created_at", ("createddate",), "moment"),
    ),
    references=(_owner(),),
    joins=(_OWNER,),
    derived=(
        Derived("name", ("name", "first_name", "last_name"), rules.account_name),
        Derived("domain", ("domain",), rules.domain),
        Derived("vertical", ("industry",), rules.vertical),
        Derived("language", ("country",), rules.language),
    ),
    targets={"owner_id": "owner.id"},
    required={"name": "Name is empty"},
)

CONTACT = _object(
    "Contact",
    "crm_contact",
    "003",
    fields=(
        Field("first_name", ("firstname",), most=120),
        Field("last_name", ("lastname", "name"), most=160),
        Field("email", ("email",), most=254),
        Field("phone", ("phone", "mobilephone", "homephone"), most=60),
        Field("title", ("title",), most=255),
        Field("given_department", ("department",), most=255, helper=True),
        Field("lead_source", ("leadsource",), most=80),
        Field("created_at", ("createddate",), "moment"),
    ),
    references=(_owner(), _to("company", ("accountid",))),
    joins=(_OWNER, Join("company", "crm_company", "company")),
    derived=(
        Derived("email", ("email",), rules.email),
        Derived("seniority", ("title",), rules.seniority),
        Derived("department", ("title", "given_department"), rules.department),
    ),
    targets={"owner_id": "owner.id", "company_id": "company.id"},
)

CAMPAIGN = _object(
    "Campaign",
    "crm_campaign",
    "701",
    fields=(
        Field("name", ("name",), most=255),
        Field("kind", ("type",), most=80),
        Field("status", ("status",), most=60),
        Field("starts_on", ("startdate",), "day"),
        Field("ends_on", ("enddate",), "day"),
        Field("budgeted_cost_given", ("budgetedcost",), "amount"),
        Field("actual_cost_given", ("actualcost",), "amount"),
        Field("currency", ("currencyisocode",), most=3),
        Field("created_at", ("createddate",), "moment"),
    ),
    references=(_owner(), _to("parent", ("parentid",))),
    joins=(_OWNER, Join("parent", "crm_campaign", "parent")),
    derived=(Derived("channel", ("kind", "name"), rules.channel),),
    targets={"owner_id": "owner.id", "parent_id": "parent.id"},
    required={"name": "Name is empty"},
    refers_to_itself=True,
)

OPPORTUNITY = _object(
    "Opportunity",
    "crm_deal",
    "006",
    fields=(
        Field("name", ("name",), most=255),
        Field("stage", ("stagename",), most=120),
        Field("amount_given", ("amount",), "amount"),
        Field("currency", ("currencyisocode",), most=3),
        Field("probability", ("probability",), "percentage"),
        Field("kind", ("type",), most=80),
        Field("lead_source", ("leadsource",), most=80),
        Field("created_at", _CREATED, "moment"),
        Field("close_on", ("closedate",), "day"),
        Field("is_closed", ("isclosed",), "boolean"),
        Field("is_won", ("iswon",), "boolean"),
        Field("modified_at", ("lastmodifieddate", "systemmodstamp"), "moment", helper=True),
        Field("lost_reason", rules.LOST_REASON_HEADERS, most=255),
        Field("next_step", ("nextstep",), most=255),
    ),
    references=(_owner(), _to("company", ("accountid",)), _to("campaign", ("campaignid",))),
    joins=(_OWNER, Join("company", "crm_company", "company"), Join("campaign", "crm_campaign", "campaign")),
    derived=(
        Derived("is_won", ("stage", "is_closed", "is_won"), rules.is_won),
        Derived("is_closed", ("stage", "is_closed", "is_won"), rules.is_closed),
        Derived("closed_at", ("is_closed", "close_on", "modified_at", "created_at"), rules.closed_at),
    ),
    targets={"owner_id": "owner.id", "company_id": "company.id", "campaign_id": "campaign.id"},
    kept={
        "closed_at": "CASE WHEN t.is_closed AND EXCLUDED.is_closed AND t.close_on IS NOT DISTINCT FROM"
        " EXCLUDED.close_on "
        "THEN t.closed_at ELSE EXCLUDED.closed_at END"
    },
    required={"name": "Name is empty", "stage": "StageName is empty", "created_at": "CreatedDate is empty"},
)

LEAD = _object(
    "Lead",
    "leads_lead",
    "00Q",
    fields=(
        Field("first_name", ("firstname",), most=120),
        Field("last_name", ("lastname", "name"), most=160),
        Field("email", ("email",), most=254),
        Field("phone", ("phone", "mobilephone"), most=60),
        Field("title", ("title",), most=255),
        Field("company_name", ("company",), most=255),
        Field("industry", ("industry",), most=120),
        Field("country", ("country", "countrycode"), most=80),
        Field("lead_source", ("leadsource",), most=80),
        Field("status", ("status",), most=120),
        Field("rating", ("rating",), most=40),
        Field("created_at", _CREATED, "moment"),
        Field("is_converted", ("isconverted",), "boolean"),
        Field("converted_on", ("converteddate",), "day"),
    ),
    references=(
        _owner(),
        _to("company", ("convertedaccountid",)),
        _to("contact", ("convertedcontactid",)),
        _to("deal", ("convertedopportunityid",)),
        _to("named", ("company",), ("001",)),
    ),
    joins=(
        _OWNER,
        Join("company", "crm_company", "company"),
        Join("contact", "crm_contact", "contact"),
        Join("deal", "crm_deal", "deal"),
        Join("named", "crm_company", "named"),
    ),
    derived=(
        Derived("is_converted", ("is_converted", "converted_on"), rules.is_converted),
        Derived("email", ("email",), rules.email),
        Derived("seniority", ("title",), rules.seniority),
        Derived("department", ("title",), rules.department),
        Derived("vertical", ("industry",), rules.vertical),
    ),
    targets={
        "owner_id": "owner.id",
        "company_id": "COALESCE(company.id, named.id)",
        "contact_id": "contact.id",
        "deal_id": "deal.id",
        "company_name": "COALESCE(named.name, s.company_name)",
    },
    constants={"fate": "'waiting'", "attempts": "0"},
    required={"created_at": "CreatedDate is empty"},
)

CONTACT_ROLE = _object(
    "OpportunityContactRole",
    "crm_dealcontact",
    "00K",
    fields=(Field("role", ("role",), most=80), Field("is_primary", ("isprimary",), "boolean")),
    references=(_to("deal", ("opportunityid",)), _to("contact", ("contactid",))),
    joins=(
        Join("deal", "crm_deal", "deal", required="the opportunity is not here"),
        Join("contact", "crm_contact", "contact", required="the contact is not here"),
    ),
    derived=(Derived("is_primary", ("is_primary",), rules.truth),),
    targets={"deal_id": "deal.id", "contact_id": "contact.id"},
)

HISTORY = _object(
    "OpportunityHistory",
    "crm_stagechange",
    "008",
    fields=(
        Field("stage", ("stagename",), most=120),
        Field("at", ("createddate", "systemmodstamp"), "moment"),
        Field("amount_given", ("amount",), "amount"),
        Field("probability", ("probability",), "percentage"),
        Field("close_on", ("closedate",), "day"),
    ),
    references=(
        _to("deal", ("opportunityid",)),
        Reference("by", ("createdbyid",), read=ids.owner, label="user who made the change"),
    ),
    joins=(
        Join("deal", "crm_deal", "deal", required="the opportunity is not here"),
        Join("person", "people_person", "by"),
    ),
    targets={"deal_id": "deal.id", "by_id": "person.id"},
    constants={"inferred": "false"},
    required={"stage": "StageName is empty", "at": "CreatedDate is empty"},
)

_CHANGES: dict[str, Any] = {
    "fields": (
        Field("field", ("field", "fieldname"), most=120, helper=True),
        Field("old", ("oldvalue", "oldvalstring"), most=255, helper=True),
        Field("new", ("newvalue", "newvalstring"), most=255, helper=True),
        Field("at", ("createddate",), "moment"),
    ),
    "references": (
        _to("record", ("opportunityid", "leadid", "parentid")),
        Reference("by", ("createdbyid",), read=ids.owner, label="user who made the change"),
    ),
    "required": {"field": "Field is empty", "at": "CreatedDate is empty"},
}
FIELD_HISTORY = _object("OpportunityFieldHistory", "crm_stagechange", "017", **_CHANGES)
LEAD_HISTORY = _object("LeadHistory", "leads_leadstage", "017", **_CHANGES)
ENTITY_HISTORY = _object("EntityHistory", "crm_stagechange", "017", **_CHANGES)
CHANGES = (FIELD_HISTORY, LEAD_HISTORY, ENTITY_HISTORY)
"""Histories of fields: each row becomes what `changes.py` makes of it."""

STAGE_ENTERED = _object(
    "StageEntered",
    "crm_stagechange",
    fields=(Field("stage", (), most=120), Field("at", (), "moment")),
    references=HISTORY.references,
    joins=HISTORY.joins,
    targets=HISTORY.targets,
    constants=HISTORY.constants,
    kept={"deleted_in_source": "t.deleted_in_source OR EXCLUDED.deleted_in_source"},
)
LEAD_ENTERED = _object(
    "LeadEntered",
    "leads_leadstage",
    fields=(Field("stage", (), most=80), Field("at", (), "moment")),
    references=(_to("lead", ()),),
    joins=(Join("lead", "leads_lead", "lead", required="the lead is not here"),),
    targets={"lead_id": "lead.id"},
)

MEMBER = _object(
    "CampaignMember",
    "crm_campaignmember",
    "00v",
    fields=(
        Field("status", ("status",), most=80),
        Field("responded", ("hasresponded",), "boolean"),
        Field("at", ("firstrespondeddate", *_CREATED), "moment"),
    ),
    references=(
        _to("campaign", ("campaignid",)),
        _to("lead", ("leadid", "leadorcontactid"), ("00Q",)),
        _to("contact", ("contactid", "leadorcontactid"), ("003",)),
    ),
    joins=(
        Join("campaign", "crm_campaign", "campaign", required="the campaign is not here"),
        Join("lead", "leads_lead", "lead"),
        Join("contact", "crm_contact", "contact"),
    ),
    derived=(Derived("responded", ("responded",), rules.truth),),
    targets={"campaign_id": "campaign.id", "lead_id": "lead.id", "contact_id": "contact.id"},
    required={"at": "FirstRespondedDate and CreatedDate are empty"},
)

_ABOUT = (
    _to("who", ("whoid",), ("003", "00Q")),
    _to("what", ("whatid",), ("001", "006")),
    _to("account", ("accountid",)),
)
_ABOUT_JOINS = (
    _OWNER,
    Join("contact", "crm_contact", "who"),
    Join("lead", "leads_lead", "who"),
    Join("deal", "crm_deal", "what"),
    Join("what_company", "crm_company", "what"),
    Join("account", "crm_company", "account"),
)
_ABOUT_TARGETS = {
    "owner_id": "owner.id",
    "contact_id": "contact.id",
    "lead_id": "lead.id",
    "deal_id": "deal.id",
    "company_id": "COALESCE(account.id, what_company.id, deal.company_id, contact.company_id, lead.company_id)",
}

TASK = _object(
    "Task",
    "crm_activity",
    "00T",
    fields=(
        Field("subject", ("subject",), most=255),
        Field("body", ("description",)),
        Field("subtype", ("tasksubtype",), helper=True),
        Field("type", ("type", "typec"), helper=True),
        Field("status", ("status",), helper=True),
        Field("is_done", ("isclosed",), "boolean"),
        Field("completed", ("completeddatetime",), "moment", helper=True),
        Field("day", ("activitydate",), "moment", helper=True),
        Field("created", _CREATED, "moment", helper=True),
    ),
    references=(_owner(), *_ABOUT),
    joins=_ABOUT_JOINS,
    derived=(
        Derived("kind", ("subtype", "type", "subject"), rules.task_kind),
        Derived("is_done", ("is_done", "status"), rules.is_done),
        Derived("at", ("is_done", "completed", "day", "created"), rules.task_time),
    ),
    targets=_ABOUT_TARGETS,
    required={"at": "ActivityDate and CreatedDate are empty"},
)

EVENT = _object(
    "Event",
    "crm_activity",
    "00U",
    fields=(
        Field("subject", ("subject",), most=255),
        Field("body", ("description",)),
        Field("type", ("type", "typec"), helper=True),
        Field("at", ("startdatetime", "activitydatetime", "activitydate", "createddate"), "moment"),
    ),
    references=(_owner(), *_ABOUT),
    joins=_ABOUT_JOINS,
    derived=(Derived("kind", ("type",), rules.event_kind),),
    targets=_ABOUT_TARGETS | {"is_done": "s.at <= %(at)s"},
    required={"at": "StartDateTime, ActivityDate and CreatedDate are empty"},
)

CURRENCY = _object(
    "CurrencyType",
    "crm_exchangerate",
    fields=(Field("currency", ("isocode",), most=3), Field("rate", ("conversionrate",), read=rules.rate)),
    derived=(Derived("starts_on", ("currency",), rules.always),),
    constants={"base": "''"},
    required={"currency": "IsoCode is empty", "rate": "ConversionRate is empty"},
)
DATED_RATE = _object(
    "DatedConversionRate",
    "crm_exchangerate",
    fields=(
        Field("currency", ("isocode",), most=3),
        Field("rate", ("conversionrate",), read=rules.rate),
        Field("starts_on", ("startdate",), read=rules.rate_day),
    ),
    constants={"base": "''"},
    required={"currency": "IsoCode is empty", "rate": "ConversionRate is empty", "starts_on": "StartDate is empty"},
)

ORDER = (
    CURRENCY,
    DATED_RATE,
    USER,
    ACCOUNT,
    CONTACT,
    CAMPAIGN,
    OPPORTUNITY,
    LEAD,
    CONTACT_ROLE,
    HISTORY,
    FIELD_HISTORY,
    LEAD_HISTORY,
    ENTITY_HISTORY,
    MEMBER,
    TASK,
    EVENT,
)
"""The order in which files are read, so that what a row refers to is there already. Leads come after deals: a converted
lead names its account, contact and opportunity, and none of these names a lead."""
BY_NAME = {each.name: each for each in ORDER}
