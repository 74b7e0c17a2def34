"""What Sameside reads of each Salesforce object, as a table: which column of the export becomes which column here."""

from sameside.connectors.objects import Derived, Field, Join
from sameside.connectors.salesforce import rules
from sameside.connectors.salesforce.activities import EVENT, TASK
from sameside.connectors.salesforce.histories import (
    CURRENCY,
    DATED_RATE,
    ENTITY_HISTORY,
    FIELD_HISTORY,
    HISTORY,
    LEAD_HISTORY,
)
from sameside.connectors.salesforce.pieces import CREATED, OWNER, an_object, owner, to

USER = an_object(
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

ACCOUNT = an_object(
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
    references=(owner(),),
    joins=(OWNER,),
    derived=(
        Derived("name", ("name", "first_name", "last_name"), rules.account_name),
        Derived("domain", ("domain",), rules.domain),
        Derived("vertical", ("industry",), rules.vertical),
        Derived("language", ("country",), rules.language),
    ),
    targets={"owner_id": "owner.id"},
    required={"name": "Name is empty"},
)

CONTACT = an_object(
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
    references=(owner(), to("company", ("accountid",))),
    joins=(OWNER, Join("company", "crm_company", "company")),
    derived=(
        Derived("email", ("email",), rules.email),
        Derived("seniority", ("title",), rules.seniority),
        Derived("department", ("title", "given_department"), rules.department),
    ),
    targets={"owner_id": "owner.id", "company_id": "company.id"},
)

CAMPAIGN = an_object(
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
    references=(owner(), to("parent", ("parentid",))),
    joins=(OWNER, Join("parent", "crm_campaign", "parent")),
    derived=(Derived("channel", ("kind", "name"), rules.channel),),
    targets={"owner_id": "owner.id", "parent_id": "parent.id"},
    required={"name": "Name is empty"},
    refers_to_itself=True,
)

OPPORTUNITY = an_object(
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
        Field("created_at", CREATED, "moment"),
        Field("close_on", ("closedate",), "day"),
        Field("is_closed", ("isclosed",), "boolean"),
        Field("is_won", ("iswon",), "boolean"),
        Field("modified_at", ("lastmodifieddate", "systemmodstamp"), "moment", helper=True),
        Field("lost_reason", rules.LOST_REASON_HEADERS, most=255),
        Field("next_step", ("nextstep",), most=255),
    ),
    references=(owner(), to("company", ("accountid",)), to("campaign", ("campaignid",))),
    joins=(OWNER, Join("company", "crm_company", "company"), Join("campaign", "crm_campaign", "campaign")),
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

# No field of the standard: what companies call the one that says why sales gave a lead up or back.
RETURN_REASONS = tuple(
    f"{word}reasonc"
    for word in (
        *("return", "returned", "recycle", "recycled", "reject", "rejected", "rejection", "disqualification"),
        *("disqualified", "unqualified", "nurture", "closed", "lost", "lead", "status"),
    )
)

LEAD = an_object(
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
        Field("source_reason", RETURN_REASONS, most=255),
        Field("created_at", CREATED, "moment"),
        Field("is_converted", ("isconverted",), "boolean"),
        Field("converted_on", ("converteddate",), "day"),
    ),
    references=(
        owner(),
        to("company", ("convertedaccountid",)),
        to("contact", ("convertedcontactid",)),
        to("deal", ("convertedopportunityid",)),
        to("named", ("company",), ("001",)),
    ),
    joins=(
        OWNER,
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

CONTACT_ROLE = an_object(
    "OpportunityContactRole",
    "crm_dealcontact",
    "00K",
    fields=(Field("role", ("role",), most=80), Field("is_primary", ("isprimary",), "boolean")),
    references=(to("deal", ("opportunityid",)), to("contact", ("contactid",))),
    joins=(
        Join("deal", "crm_deal", "deal", required="the opportunity is not here"),
        Join("contact", "crm_contact", "contact", required="the contact is not here"),
    ),
    derived=(Derived("is_primary", ("is_primary",), rules.truth),),
    targets={"deal_id": "deal.id", "contact_id": "contact.id"},
)

MEMBER = an_object(
    "CampaignMember",
    "crm_campaignmember",
    "00v",
    fields=(
        Field("status", ("status",), most=80),
        Field("responded", ("hasresponded",), "boolean"),
        Field("at", ("firstrespondeddate", *CREATED), "moment"),
    ),
    references=(
        to("campaign", ("campaignid",)),
        to("lead", ("leadid", "leadorcontactid"), ("00Q",)),
        to("contact", ("contactid", "leadorcontactid"), ("003",)),
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
