"""What the tables of a warehouse become that hold no records of their own: ties, histories, stages, forms, owners."""

from sameside.connectors import values
from sameside.connectors.hubspot import rules
from sameside.connectors.hubspot.activities import tie
from sameside.connectors.hubspot.deals import Stages
from sameside.connectors.hubspot.objects import OWNER, SOURCE, same_id
from sameside.connectors.objects import Derived, Field, Join, Key, Object, Reference
from sameside.crm import channels
from sameside.leads.models import OWNED, UNOWNED

Value = str | None
_DELETED = ("_fivetran_deleted", "is_deleted")


def _both(first: Value, second: Value) -> Value:
    return values.short(f"{first}:{second}") if first and second else None


def _event(deal: Value, stage: str, at: Value) -> Value:
    return values.short(f"{deal}:{stage[:24]}:{at[:19]}") if deal and stage and at else None


def _owner_event(contact: Value, at: Value) -> Value:
    return values.short(f"owner:{contact}:{at}") if contact and at else None


def _submission(contact: Value, form: Value, at: Value) -> Value:
    return values.short(f"{contact}:{(form or '')[:20]}:{at[:19]}") if contact and at else None


OWNER_TABLE = Object(
    "Owner",
    "people_person",
    source=SOURCE,
    key=Key(("ownerid",), read=rules.record_id, same=same_id, missing="owner_id is empty"),
    deleted=_DELETED,
    fields=(
        Field("email", ("email",), most=254),
        Field("first_name", ("firstname",), most=100, helper=True),
        Field("last_name", ("lastname",), most=100, helper=True),
    ),
    label="Owners",
)
USER_TABLE = Object(
    "User",
    "people_person",
    source=SOURCE,
    key=Key(("id",), read=lambda cell: values.short(f"user:{cell.strip()}") if cell.strip() else None),
    deleted=_DELETED,
    fields=OWNER_TABLE.fields,
    label="Users",
)
TEAM = Object(
    "Team",
    "people_team",
    source=SOURCE,
    key=Key(("id",)),
    fields=(Field("name", ("name",), most=120),),
    label="Teams",
)
OWNER_TEAM = Object(
    "OwnerTeam",
    "people_person",
    source=SOURCE,
    key=Key((), of=("ref_owner", "ref_team"), rule=_both, missing="owner_id or team_id is empty"),
    fields=(Field("is_primary", ("isteamprimary",), "boolean"),),
    references=(
        Reference("owner", ("ownerid",), read=rules.reference, label="owner"),
        Reference("team", ("teamid",)),
    ),
    label="Owners' teams",
)
STAGE = Object(
    "Stage",
    "crm_pipelinestage",
    source=SOURCE,
    key=Key(("stageid",), missing="stage_id is empty"),
    deleted=_DELETED,
    fields=(
        Field("label", ("label",), most=120),
        Field("pipeline", ("pipelineid",), most=120),
        Field("position", ("displayorder",), "whole"),
        Field("probability", ("probability",), "percentage"),
        Field("closed", ("isclosed",), "boolean", helper=True, read=rules.told),
        Field("won", ("closedwon",), "boolean", helper=True, read=rules.told),
    ),
    derived=(
        Derived("probability", ("probability",), rules.probability),
        Derived("is_won", ("won", "probability"), rules.stage_won),
        Derived("is_closed", ("closed", "won", "probability"), rules.stage_closed),
    ),
    kept={"pipeline": "t.pipeline"},
    required={"label": "label is empty"},
    label="Stages of pipelines",
)
PIPELINE = Object(
    "Pipeline",
    "crm_pipelinestage",
    source=SOURCE,
    key=Key(("pipelineid",), missing="pipeline_id is empty"),
    deleted=_DELETED,
    fields=(Field("label", ("label",), most=120),),
    label="Pipelines",
)
ROLES = Object(
    "DealContact",
    "crm_dealcontact",
    source=SOURCE,
    key=Key((), of=("ref_deal", "ref_contact"), rule=_both, missing="deal_id or contact_id is empty"),
    deleted=_DELETED,
    fields=(Field("role", ()), Field("is_primary", ())),
    references=(
        Reference("deal", ("dealid",), read=rules.reference, label="deal"),
        Reference("contact", ("contactid",), read=rules.reference, label="contact"),
    ),
    joins=(
        Join("deal", "crm_deal", "deal", required="the deal is not here"),
        Join("contact", "crm_contact", "contact", required="the contact is not here"),
    ),
    derived=(Derived("is_primary", ("role",), lambda role: "f"),),
    targets={"deal_id": "deal.id", "contact_id": "contact.id"},
    label="Contacts in deals",
)
_DEAL_KEPT = (
    *("name", "stage", "currency", "kind", "lead_source", "created_at", "is_closed", "is_won", "lost_reason"),
    *("next_step", "closed_at", "deleted_in_source"),
)
DEAL_COMPANY = Object(
    "DealCompany",
    "crm_deal",
    source=SOURCE,
    key=Key(("dealid",), read=rules.record_id, same=same_id, missing="deal_id is empty"),
    fields=(),
    references=(
        Reference("deal", ("dealid",), read=rules.reference, label="deal"),
        Reference("company", ("companyid",), read=rules.reference, label="company"),
    ),
    joins=(
        Join("deal", "crm_deal", "deal", required="the deal is not here"),
        Join("company", "crm_company", "company", required="the company is not here"),
    ),
    targets={column: f"deal.{column}" for column in _DEAL_KEPT} | {"company_id": "company.id"},
    label="Companies of deals",
)


def stage_changes(stages: Stages, *, history: bool) -> Object:
    """The stages that deals entered; `history` is the table of all former values, of which the stages are some."""

    def name(value: str) -> str:
        return stages.name("", "", value)

    return Object(
        "DealHistory" if history else "DealStage",
        "crm_stagechange",
        source=SOURCE,
        key=Key((), of=("ref_deal", "raw_stage", "at"), rule=_event, missing="deal_id, value or the date is empty"),
        deleted=_DELETED,
        fields=(
            Field("raw_stage", ("value",), most=120, helper=True),
            Field("at", ("dateentered", "timestamp", "timestampinstant", "_fivetran_start"), "moment"),
        ),
        references=(Reference("deal", ("dealid",), read=rules.reference, label="deal"),),
        joins=(Join("deal", "crm_deal", "deal", required="the deal is not here"),),
        derived=(Derived("stage", ("raw_stage",), name),),
        targets={"deal_id": "deal.id"},
        constants={"inferred": "false"},
        required={"at": "The date is empty"},
        only=("name", "dealstage") if history else None,
        label="Stage changes",
    )


OWNER_CHANGE = Object(
    "ContactHistory",
    "leads_leadstage",
    source=SOURCE,
    key=Key((), of=("ref_lead", "at"), rule=_owner_event, missing="contact_id or the date is empty"),
    deleted=_DELETED,
    fields=(
        Field("value", ("value",), most=64, helper=True),
        Field("at", ("timestamp", "timestampinstant", "_fivetran_start"), "moment"),
    ),
    references=(
        Reference("lead", ("contactid",), read=rules.reference, label="contact"),
        Reference("owner", ("value",), read=values.text_id, label="owner"),
    ),
    joins=(Join("lead", "leads_lead", "lead", required="the lead is not here"), OWNER),
    derived=(Derived("stage", ("value",), lambda value: OWNED if value else UNOWNED),),
    targets={"lead_id": "lead.id", "owner_id": "owner.id"},
    kept={"stage": "t.stage"},
    required={"at": "The date is empty"},
    only=("name", "hubspotownerid"),
    label="Owners of contacts",
)
FORM = Object(
    "Form",
    "crm_campaign",
    source=SOURCE,
    key=Key(
        ("guid",),
        read=lambda cell: values.short(f"form:{cell.strip()}") if cell.strip() else None,
        missing="guid is empty",
    ),
    deleted=_DELETED,
    fields=(
        Field("name", ("name",), most=255),
        Field("form_type", ("formtype",), most=80, helper=True),
        Field("created_at", ("createdat",), "moment"),
        Field("status", ()),
    ),
    derived=(
        Derived("kind", ("form_type",), lambda type_: "Form"),
        Derived("channel", ("name",), lambda name: _channel(name)),
    ),
    required={"name": "name is empty"},
    label="Forms",
)
SUBMISSION = Object(
    "Submission",
    "crm_campaignmember",
    source=SOURCE,
    key=Key((), of=("ref_contact", "ref_campaign", "at"), rule=_submission, missing="contact_id or timestamp is empty"),
    fields=(Field("at", ("timestamp", "timestampinstant"), "moment"), Field("status", ())),
    references=(
        Reference(
            "campaign",
            ("formid",),
            read=lambda cell: values.short(f"form:{cell.strip()}") if cell.strip() else None,
            label="form",
        ),
        Reference("contact", ("contactid",), read=rules.reference, label="contact"),
    ),
    joins=(
        Join("campaign", "crm_campaign", "campaign", required="the form is not here"),
        Join("contact", "crm_contact", "contact", required="the contact is not here"),
        Join("lead", "leads_lead", "contact"),
    ),
    derived=(
        Derived("status", ("status",), lambda status: "Submitted"),
        Derived("responded", ("status",), lambda status: "t"),
    ),
    targets={"campaign_id": "campaign.id", "contact_id": "contact.id", "lead_id": "lead.id"},
    required={"at": "timestamp is empty"},
    label="Form submissions",
)
CONTACT_MERGE = Object(
    "ContactMerge",
    "identity_sourcemerge",
    source=SOURCE,
    key=Key(("vidtomerge",), read=rules.record_id, same=same_id, missing="vid_to_merge is empty"),
    fields=(),
    references=(
        Reference("kept", ("canonicalvid",), read=rules.reference),
        Reference("merged", ("vidtomerge",), read=rules.reference),
    ),
    label="Merges of contacts",
)
DEAL_MERGE = Object(
    "DealMerge",
    "crm_deal",
    source=SOURCE,
    key=Key(("mergeddealid",), read=rules.record_id, same=same_id, missing="merged_deal_id is empty"),
    fields=(),
    references=(
        Reference("kept", ("dealid",), read=rules.reference),
        Reference("merged", ("mergeddealid",), read=rules.reference),
    ),
    label="Merges of deals",
)
PLAIN: dict[str, Object] = {
    each.name: each
    for each in (
        *(
            OWNER_TABLE,
            USER_TABLE,
            TEAM,
            OWNER_TEAM,
            STAGE,
            PIPELINE,
            ROLES,
            DEAL_COMPANY,
            OWNER_CHANGE,
            FORM,
            SUBMISSION,
            CONTACT_MERGE,
        ),
        DEAL_MERGE,
        tie("EngagementContact", "contact", ("contactid",), ("engagementid",)),
        tie("EngagementDeal", "deal", ("dealid",), ("engagementid",)),
        tie("EngagementCompany", "company", ("companyid",), ("engagementid",)),
    )
}


def _channel(name: str) -> str:
    found = channels.campaign_channel("", name)
    return found if found != "other" else "website"
