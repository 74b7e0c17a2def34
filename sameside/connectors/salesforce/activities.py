"""Tasks and events: what somebody did with a contact, a lead, a company or a deal."""

from sameside.connectors.objects import Derived, Field, Join
from sameside.connectors.salesforce import rules
from sameside.connectors.salesforce.pieces import CREATED, OWNER, an_object, owner, to

_ABOUT = (
    to("who", ("whoid",), ("003", "00Q")),
    to("what", ("whatid",), ("001", "006")),
    to("account", ("accountid",)),
)
_ABOUT_JOINS = (
    OWNER,
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

TASK = an_object(
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
        Field("created", CREATED, "moment", helper=True),
    ),
    references=(owner(), *_ABOUT),
    joins=_ABOUT_JOINS,
    derived=(
        Derived("kind", ("subtype", "type", "subject"), rules.task_kind),
        Derived("is_done", ("is_done", "status"), rules.is_done),
        Derived("at", ("is_done", "completed", "day", "created"), rules.task_time),
    ),
    targets=_ABOUT_TARGETS,
    required={"at": "ActivityDate and CreatedDate are empty"},
)

EVENT = an_object(
    "Event",
    "crm_activity",
    "00U",
    fields=(
        Field("subject", ("subject",), most=255),
        Field("body", ("description",)),
        Field("type", ("type", "typec"), helper=True),
        Field("at", ("startdatetime", "activitydatetime", "activitydate", "createddate"), "moment"),
    ),
    references=(owner(), *_ABOUT),
    joins=_ABOUT_JOINS,
    derived=(Derived("kind", ("type",), rules.event_kind),),
    targets=_ABOUT_TARGETS | {"is_done": "s.at <= %(at)s"},
    required={"at": "StartDateTime, ActivityDate and CreatedDate are empty"},
)
