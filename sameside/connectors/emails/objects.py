"""Every table of marketing automation that is read, in the order of reading: what is referred to first."""

from sameside.connectors.emails import campaigns, events, people

ORDER = (
    campaigns.HUBSPOT_CAMPAIGN,
    campaigns.HUBSPOT_LIST,
    campaigns.MARKETO_PROGRAM,
    campaigns.MARKETO_CAMPAIGN,
    campaigns.PARDOT_CAMPAIGN,
    campaigns.PARDOT_LIST,
    people.MARKETO_LEAD,
    people.PARDOT_PROSPECT,
    people.MAUTIC_CONTACT,
    people.MARKETO_DELETED,
    campaigns.HUBSPOT_MEMBER,
    campaigns.PARDOT_MEMBER,
    events.HUBSPOT_EVENT,
    events.MARKETO_ACTIVITY,
    events.PARDOT_ACTIVITY,
    events.GENERIC_EVENT,
    *events.DETAILS,
)
BY_NAME = {each.name: each for each in ORDER}
MERGES = "MarketoMergedLeads"
