"""E-mail campaigns, programs, and lists with who is on them."""

from dataclasses import replace

from sameside.connectors import values
from sameside.connectors.emails import rules
from sameside.connectors.emails.keys import DELETED, HUBSPOT, MARKETO, PARDOT, named, prefixed
from sameside.connectors.objects import Derived, Field, Join, Key, Object, Reference
from sameside.connectors.values import Value


def _campaign(name: str, source: str, prefix: str, fields: tuple[Field, ...], derived: tuple[Derived, ...]) -> Object:
    key = Key(read=prefixed(prefix)) if prefix else Key()
    return Object(name, "crm_campaign", source=source, key=key, fields=fields, derived=derived, deleted=DELETED,
                  constants={"status": "''"}, required={"name": "It has no name"})  # fmt: skip


def _is_list(_: Value) -> Value:
    return "List"


def _channel_of_email(_: Value) -> Value:
    return "email"


HUBSPOT_CAMPAIGN = _campaign(
    "HubSpotEmailCampaign", HUBSPOT, "email",
    (
        Field("name", ("name",), most=255),
        Field("subject", ("subject",), most=255, helper=True),
        Field("given", ("id",), most=40, helper=True),
        Field("kind", ("type",), most=80),
    ),
    (Derived("name", ("name", "subject", "given"), named), Derived("channel", ("given",), _channel_of_email)),
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
            Derived("name", ("name", "name", "given"), named),
            Derived("kind", ("given",), _is_list),
            Derived("channel", ("given",), _channel_of_email),
        ),
    )  # fmt: skip


def _member(
    name: str, source: str, lists: tuple[str, ...], people: tuple[str, ...], joins: tuple[Join, ...], key: Key
) -> Object:
    return Object(
        name, "crm_campaignmember", source=source, key=key, deleted=DELETED,
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
    return values.short(f"list:{list_}:{member}") if list_ and member else None


HUBSPOT_MEMBER = _member(
    "HubSpotListMember", HUBSPOT, ("contactlistid",), ("contactid",), (Join("contact", "crm_contact", "person"),),
    Key(headers=(), of=("list", "person"), rule=_membership, missing="It lacks the list or the contact"),
)  # fmt: skip
PARDOT_MEMBER = _member(
    "PardotListMember", PARDOT, ("listid",), ("prospectid",), (Join("lead", "leads_lead", "person"),),
    Key(read=prefixed("list")),
)  # fmt: skip

MARKETO_CAMPAIGN = _campaign(
    "MarketoCampaign", MARKETO, "",
    (
        Field("name", ("name",), most=255),
        Field("given", ("id",), most=40, helper=True),
        Field("kind", ("type",), most=80),
        Field("created_at", ("createdat",), "moment"),
    ),
    (Derived("name", ("name", "name", "given"), named), Derived("channel", ("given",), _channel_of_email)),
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
        Derived("name", ("name", "name", "given"), named),
        Derived("channel", ("kind", "name"), rules.campaign_channel),
    ),
)  # fmt: skip

PARDOT_CAMPAIGN = _campaign(
    "PardotCampaign", PARDOT, "",
    (
        Field("name", ("name",), most=255),
        Field("given", ("id",), most=40, helper=True),
        Field("actual_cost_given", ("cost",), "amount"),
        Field("actual_cost", ("cost",), "amount"),
    ),
    (
        Derived("name", ("name", "name", "given"), named),
        Derived("channel", ("name", "name"), rules.campaign_channel),
        Derived("kind", ("given",), lambda _: ""),
    ),
)  # fmt: skip

HUBSPOT_LIST, PARDOT_LIST = _list("HubSpotList", HUBSPOT), _list("PardotList", PARDOT)
