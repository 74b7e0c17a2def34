"""What was before: the stage history, the histories of fields, and the rates that were in force."""

from typing import Any

from sameside.connectors.objects import Derived, Field, Join, Reference
from sameside.connectors.salesforce import ids, rules
from sameside.connectors.salesforce.pieces import an_object, to

HISTORY = an_object(
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
        to("deal", ("opportunityid",)),
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
        to("record", ("opportunityid", "leadid", "parentid")),
        Reference("by", ("createdbyid",), read=ids.owner, label="user who made the change"),
    ),
    "required": {"field": "Field is empty", "at": "CreatedDate is empty"},
}
FIELD_HISTORY = an_object("OpportunityFieldHistory", "crm_stagechange", "017", **_CHANGES)
LEAD_HISTORY = an_object("LeadHistory", "leads_leadstage", "017", **_CHANGES)
ENTITY_HISTORY = an_object("EntityHistory", "crm_stagechange", "017", **_CHANGES)
CHANGES = (FIELD_HISTORY, LEAD_HISTORY, ENTITY_HISTORY)
"""Histories of fields: each row becomes what `changes.py` makes of it."""

STAGE_ENTERED = an_object(
    "StageEntered",
    "crm_stagechange",
    fields=(Field("stage", (), most=120), Field("at", (), "moment")),
    references=HISTORY.references,
    joins=HISTORY.joins,
    targets=HISTORY.targets,
    constants=HISTORY.constants,
    kept={"deleted_in_source": "t.deleted_in_source OR EXCLUDED.deleted_in_source"},
)
LEAD_ENTERED = an_object(
    "LeadEntered",
    "leads_leadstage",
    fields=(Field("stage", (), most=80), Field("at", (), "moment")),
    references=(
        to("lead", ()),
        Reference("owner", (), read=ids.owner),
        Reference("owner_before", (), read=ids.owner),
    ),
    joins=(
        Join("lead", "leads_lead", "lead", required="the lead is not here"),
        Join("person", "people_person", "owner"),
        Join("former", "people_person", "owner_before"),
    ),
    targets={"lead_id": "lead.id", "owner_id": "person.id", "owner_before_id": "former.id"},
)

CURRENCY = an_object(
    "CurrencyType",
    "crm_exchangerate",
    fields=(Field("currency", ("isocode",), most=3), Field("rate", ("conversionrate",), read=rules.rate)),
    derived=(Derived("starts_on", ("currency",), rules.always),),
    constants={"base": "''"},
    required={"currency": "IsoCode is empty", "rate": "ConversionRate is empty"},
)
DATED_RATE = an_object(
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
