"""What a table of content usage says, in the words of several systems: who did what with which asset, and when."""

import hashlib

from sameside.connectors.objects import Field, Key, Object, Reference
from sameside.connectors.salesforce.ids import reference
from sameside.connectors.values import Value
from sameside.library.models import Usage

SOURCE = "usage"
SEARCH = "search"
_WORDS = {
    Usage.Action.IMPRESSION: "impression shown surfaced recommended displayed suggested",
    Usage.Action.OPEN: "open opened view viewed click clicked read preview previewed visit visited angesehen geöffnet",
    Usage.Action.DOWNLOAD: "download downloaded export exported saved heruntergeladen téléchargé descargado",
    Usage.Action.SHARE: "share shared send sent email emailed e-mailed pitch pitched link forwarded geteilt gesendet"
    " partagé envoyé compartido enviado",
    Usage.Action.PRESENT: "present presented presentation meeting präsentiert présenté presentado",
    Usage.Action.PERSONALISE: "personalise personalised personalize personalized customise customised customize"
    " customized copy copied edited",
    Usage.Action.PLAY: "play training guidance",
}
ACTIONS = {word: str(action) for action, words in _WORDS.items() for word in words.split()}
ACTIONS |= {"search": SEARCH, "searched": SEARCH, "query": SEARCH, "gesucht": SEARCH}

AT = (
    *("at", "time", "timestamp", "datetime", "date", "eventtime", "eventdate", "eventtimestamp", "activitydate"),
    *("activitytime", "viewedat", "viewdate", "occurredat", "createdat", "zeitpunkt", "datum", "fecha", "horodatage"),
)
EMAIL = (
    *("personemail", "useremail", "actoremail", "senderemail", "repemail", "selleremail", "owneremail", "sender"),
    *("email", "user", "username", "person", "benutzer", "utilisateur", "usuario"),
)
ACTION = ("action", "eventtype", "activitytype", "event", "activity", "actiontype", "aktion", "aktivität", "acción")
ASSET = (
    *("asset", "assetname", "assettitle", "content", "contenttitle", "contentname", "contentitem", "document"),
    *("documentname", "documenttitle", "file", "filename", "item", "itemname", "itemtitle", "title", "material"),
    *("inhalt", "dokument", "contenu", "documento"),
)
QUERY = ("query", "searchterm", "searchquery", "searchtext", "keywords", "suchbegriff")


def action(cell: str) -> Value:
    """What was done, in our words; ValueError for what is none of them."""
    word = cell.strip().lower()
    known = ACTIONS.get(word) or next((ACTIONS[part] for part in word.replace("_", " ").split() if part in ACTIONS), "")
    if not known:
        raise ValueError(f"“{cell.strip()[:40]}” is no action")
    return known


def event_id(cell: str) -> Value:
    """The event's own id; ValueError when it is longer than can be kept."""
    text = cell.strip()
    if len(text) > 80:
        raise ValueError("longer than 80 characters")
    return text or None


def fingerprint(*told: Value) -> Value:
    """A stable id of an event that has none."""
    return "row:" + hashlib.sha256("\x1f".join(value or "" for value in told).encode()).hexdigest()[:32]


USAGE = Object(
    "usage",
    "library_usage",
    source=SOURCE,
    label="Usage of content",
    key=Key(
        headers=("id", "eventid", "activityid", "viewid", "usageid"),
        read=event_id,
        of=("at", "email", "action", "asset", "query", "ref_deal", "ref_lead"),
        rule=fingerprint,
        numbered=True,
    ),
    fields=(
        Field("at", AT, "moment", label="When"),
        Field("email", EMAIL, most=254, label="Who, by e-mail"),
        Field("action", ACTION, read=action, label="What was done"),
        Field("asset", ASSET, most=500, label="File name or title of the asset"),
        Field("query", QUERY, most=300, label="What was searched for"),
        Field("results", ("results", "resultcount", "numberofresults", "hits", "treffer"), "whole", label="Results"),
        Field("shown", ("shown", "resultsshown", "shownassets"), label="Assets shown, joined by ;"),
    ),
    references=(
        Reference("deal", ("dealid", "opportunityid", "crmdealid", "crmopportunityid"), read=reference, label="deal"),
        Reference("lead", ("leadid", "crmleadid"), read=reference, label="lead"),
    ),
    required={"at": "The time is empty", "action": "The action is empty"},
)
