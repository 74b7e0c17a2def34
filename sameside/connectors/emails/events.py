"""What became of e-mails: one row for each event, and tables that tell more of events that are here."""

from sameside.connectors.emails import rules
from sameside.connectors.emails.keys import HUBSPOT, MARKETO, OTHER, PARDOT, prefixed, text
from sameside.connectors.objects import Derived, Field, Join, Key, Object, Reference
from sameside.connectors.touches.objects import row_key

EVENT, DETAIL = "crm_emailevent", "the event itself is not here: bring in the table that says when and to whom"

_BY_ADDRESS = "{alias}.email = lower({ref}) AND {alias}.email <> ''"
_ADDRESSED = (
    Join("contact", "crm_contact", "address", on=_BY_ADDRESS, unique=True),
    Join("lead", "leads_lead", "address", on=_BY_ADDRESS, unique=True),
)
_TO_PERSON = {"contact_id": "contact.id", "lead_id": "CASE WHEN contact.id IS NULL THEN lead.id END"}

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
        Reference("address", ("recipient",), read=text, label="recipient"),
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
    references=(
        Reference("address", ADDRESS, read=text, label="recipient"),
        Reference("campaign", ("campaigntitle", "campaign", "campaignname"), read=text, label="campaign"),
    ),
    joins=(*_ADDRESSED, Join("campaign", "crm_campaign", "campaign", on="{alias}.name = {ref}", unique=True)),
    derived=(
        Derived("kind", ("word",), rules.kind),
        Derived("permanent", ("word", "detail"), rules.permanent),
        Derived("address", ("address",), rules.address),
        Derived("recipient", ("address",), rules.address),
    ),
    targets={**_TO_PERSON, "campaign_id": "campaign.id"},
    required={"at": "The time is empty", "address": "The address is empty"},
)  # fmt: skip
DETAILS = (_CLICK, _BOUNCE, _DROPPED, _STATUS, _SAID)
