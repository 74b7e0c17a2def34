"""HubSpot as a data warehouse holds it: a table for each object, association and history, by the names of its API.

Every table of the usual connectors (Fivetran and its like) is either read or left out with the reason.
"""

from collections.abc import Iterable
from pathlib import Path

from sameside.connectors.objects import plain
from sameside.connectors.signatures import Signature

_SYNCED = "fivetransynced"
SIGNATURES = (
    Signature("Deal", "dealid propertydealname"),
    Signature("LeadObject", "id propertyhsleadname"),
    Signature("Contact", "id", "propertyemail propertyfirstname propertylastname propertylifecyclestage"),
    Signature("Company", "id", "propertyname propertydomain", "propertysubject propertyhspipelinestage"),
    Signature("Stage", "stageid label pipelineid", "closedwon probability isclosed", "ticketstate"),
    Signature("Pipeline", "pipelineid label displayorder", "", "stageid objecttypeid"),
    Signature("DealStage", "dealid value dateentered"),
    Signature("DealHistory", "dealid name value", "timestamp timestampinstant"),
    Signature("ContactHistory", "contactid name value", "timestamp timestampinstant"),
    Signature("DealMerge", "dealid mergeddealid"),
    Signature("ContactMerge", "canonicalvid vidtomerge"),
    Signature("DealContact", f"contactid dealid {_SYNCED}", "", "engagementid"),
    Signature("DealContact", "contactid dealid typeid", "", "engagementid"),
    Signature("DealCompany", "companyid dealid typeid"),
    Signature("DealCompany", f"companyid dealid {_SYNCED}"),
    Signature("EngagementContact", "engagementid contactid"),
    Signature("EngagementDeal", "engagementid dealid"),
    Signature("EngagementCompany", "engagementid companyid"),
    Signature("Meeting", "engagementid starttime endtime"),
    Signature("Email", "engagementid", "propertyhsemailsubject propertyhsemailtext"),
    Signature("Note", "engagementid", "propertyhsnotebody"),
    Signature("Task", "engagementid", "propertyhstasktype propertyhstasksubject propertyhstaskstatus"),
    Signature("Call", "engagementid", "propertyhscalltitle propertyhscallbody propertyhscalldirection"),
    Signature("Meeting", "engagementid", "propertyhsmeetingtitle propertyhsmeetingstarttime"),
    Signature("Engagement", "engagementid type propertyhstimestamp"),
    Signature("Owner", f"ownerid email {_SYNCED}", "firstname lastname", "id accountid"),
    Signature("User", "id roleid primaryteamid email"),
    Signature("OwnerTeam", "ownerid teamid isteamprimary"),
    Signature("Submission", "formid contactid conversionid"),
    Signature("Form", "guid formtype name"),
)
_LEFT_OUT = (
    (Signature("", "contactlistid contactid"), "Who is on a list: a list selects contacts, it is nothing they did."),
    (
        Signature("", "id listversion processingtype"),
        "A list of contacts: it selects them by what the other tables say, and is no campaign.",
    ),
    (
        Signature("", "companyid name value", "timestamp timestampinstant"),
        "Former values of companies; the current ones are used.",
    ),
    (
        Signature("", "ticketid", f"companyid contactid dealid engagementid value {_SYNCED}"),
        "Tickets are support work; Sameside does not use them.",
    ),
    (
        Signature("", "id propertysubject propertyhspipelinestage"),
        "Tickets are support work; Sameside does not use them.",
    ),
    (Signature("", "stageid ticketstate"), "Stages of tickets, which are not used."),
    (Signature("", "pipelineid label displayorder objecttypeid"), "Pipelines of tickets, which are not used."),
    (
        Signature("", "id type portalid fivetransynced", "", "created emailcampaignid recipient"),
        "It only says of what kind each activity is; the tables of calls, e-mails, meetings, notes and tasks say more.",
    ),
    (
        Signature("", "hubspotobject fieldtype groupname"),
        "It describes HubSpot's columns; what they mean is known here.",
    ),
    (Signature("", "propertyid value displayorder"), "It lists the choices of HubSpot's columns."),
    (Signature("", "id name requiresbillingwrite"), "Roles within HubSpot give no rights here."),
    (Signature("", "userid teamid issecondaryuser"), "Teams by HubSpot user; the teams of owners are used."),
)


def recognise(header: Iterable[str], name: str = "") -> tuple[str, str] | None:
    """(records, sentence) as in `recognition`; None for what is no table of a warehouse."""
    names = frozenset(map(plain, header))
    if "recordid" in names:
        return None
    for signature in SIGNATURES:
        if signature.fits(names):
            if signature.name == "Pipeline" and "ticket" in Path(name).stem.lower():
                return "", "Pipelines of tickets, which are not used."
            return signature.name, ""
    if names == {"id", "name", _SYNCED}:
        return "Team", ""
    for signature, sentence in _LEFT_OUT:
        if signature.fits(names):
            return "", sentence
    return None
