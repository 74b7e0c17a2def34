"""A touch log as a table: what its columns are called, and how a row without an id is known again.

A row's key is made of everything it says, and of its number among rows that say the same: two equal rows at one
instant are two touches, and the same log brought in again adds nothing, in whatever order it stands.
"""

import hashlib
from collections import Counter
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation

from sameside.connectors import values
from sameside.connectors.objects import Derived, Field, Key, Object, plain
from sameside.connectors.touches import channels
from sameside.connectors.values import Value

SOURCE = "touches"
HEADERS: dict[str, tuple[str, ...]] = {
    "at": ("time", "timestamp", "eventtime", "eventtimestamp", "occurredat", "touchtime", "touchdate", "datetime",
           "visitedat", "visittime", "eventdate", "interactiontime", "date", "createdat", "zeitpunkt", "datum", "fecha",
           "horodatage"),
    "channel_word": ("channel", "channelgrouping", "channelgroup", "defaultchannelgroup", "sessiondefaultchannelgroup",
                     "defaultchannelgrouping", "marketingchannel", "touchchannel", "kanal", "canal"),
    "origin": ("utmsource", "source", "trafficsource", "sessionsource"),
    "medium": ("utmmedium", "medium", "sessionmedium", "source/medium", "sourcemedium", "sessionsource/medium"),
    "campaign_word": ("utmcampaign", "campaignname", "campaign", "sessioncampaign", "campaignid", "kampagne"),
    "company_word": ("companyid", "accountid", "companydomain", "accountdomain", "domain", "companyname", "accountname",
                     "company", "account", "firma", "unternehmen"),
    "address": ("email", "emailaddress", "contactemail", "useremail", "leademail", "personemail", "e-mail"),
    "person": ("visitorid", "visitor", "customerid", "cookieid", "cookie", "clientid", "anonymousid", "userpseudoid",
               "userid", "fullvisitorid", "distinctid", "deviceid", "uuid", "customer", "user"),
    "interaction": ("interaction", "interactiontype", "touchtype", "eventtype", "eventname", "event", "action"),
    "converted": ("conversion", "converted", "isconversion", "isconverted", "conversionflag", "conversions"),
    "amount": ("conversionvalue", "value", "revenue", "conversionamount", "transactionrevenue", "ordervalue", "amount"),
    "currency": ("currency", "currencycode", "conversioncurrency"),
    "cost": ("cost", "touchcost", "adcost", "costperclick"),
    "url": ("url", "pageurl", "pagelocation", "landingpage", "landingpageurl", "page", "asset", "link", "pagepath"),
}  # fmt: skip
IDS = ("eventid", "touchid", "touchpointid", "hitid", "interactionid", "id")
_KEYED = tuple(name for name in HEADERS if name != "converted")


def exact(cell: str) -> Value:
    """An amount with all its decimals, however it is written."""
    text = cell.strip()
    if not text or text in values.NOTHING:
        return None
    try:
        number = Decimal(text)
    except InvalidOperation:
        return values.amount(cell)
    if not number.is_finite() or abs(number) >= Decimal(10) ** 13:
        raise ValueError(f"“{text[:40]}” is too large for an amount")
    return format(round(number, 4), "f")


def cost(cell: str) -> Value:
    """What one touch cost."""
    found = exact(cell)
    if found is not None and abs(Decimal(found)) >= Decimal(10) ** 8:
        raise ValueError(f"“{cell.strip()[:40]}” is too large for the cost of one touch")
    return found


def flag(cell: str) -> Value:
    """Whether a row is a conversion: a yes, or any number but nought."""
    text = cell.strip()
    try:
        return "t" if Decimal(text) else "f"
    except InvalidOperation:
        return values.boolean(cell)


def row_key(*cells: Value) -> Value:
    return "row:" + hashlib.sha1("\x1f".join(cell or "" for cell in cells).encode(), usedforsecurity=False).hexdigest()


class Words:
    """Counts the words for channels that are not in the table."""

    def __init__(self) -> None:
        self.unknown: Counter[str] = Counter()

    def channel(self, word: Value, origin: Value, medium: Value) -> Value:
        found = channels.channel_of(word or "", origin or "", medium or "")
        if found and not channels.is_known(found):
            self.unknown[found] += 1
        return found

    @property
    def sentence(self) -> str:
        shown = ", ".join(f"{name} ({count:,})" for name, count in self.unknown.most_common(8))
        more = f" and {len(self.unknown) - 8:,} more" if len(self.unknown) > 8 else ""
        return f"channels kept under their own names: {shown}{more}" if shown else ""


def touch_object(header: Sequence[str], words: Words) -> Object:
    """What a log with this header is read as. Ids are those of this log: another log may use the same ones."""
    present = {plain(title) for title in header}
    ids = tuple(name for name in IDS if name in present)
    log = hashlib.sha1("|".join(sorted(present)).encode(), usedforsecurity=False).hexdigest()[:8]

    def log_id(cell: str) -> Value:
        found = values.text_id(cell)
        return f"{log}:{found}" if found else None

    return Object(
        "Touch",
        "crm_touch",
        label="Touch log",
        fields=(
            Field("at", HEADERS["at"], "moment", label="When"),
            Field("channel_word", HEADERS["channel_word"], most=120, label="Channel"),
            Field("origin", HEADERS["origin"], most=120, label="Source"),
            Field("medium", HEADERS["medium"], most=120, label="Medium"),
            Field("campaign_word", HEADERS["campaign_word"], most=255, label="Campaign"),
            Field("company_word", HEADERS["company_word"], most=255, label="Company"),
            Field("address", HEADERS["address"], most=254, label="E-mail"),
            Field("person", HEADERS["person"], most=120, label="Visitor"),
            Field("interaction", HEADERS["interaction"], most=20, label="Interaction"),
            Field("converted", HEADERS["converted"], "boolean", read=flag, label="Conversion"),
            Field("amount", HEADERS["amount"], "amount", read=exact, label="Conversion value"),
            Field("currency", HEADERS["currency"], most=3, label="Currency"),
            Field("cost", HEADERS["cost"], "amount", read=cost, label="Cost"),
            Field("url", HEADERS["url"], most=500, label="Page or asset"),
        ),
        source=SOURCE,
        key=Key(headers=ids, read=log_id, of=_KEYED, rule=row_key, numbered=not ids),
        derived=(
            Derived("channel", ("channel_word", "origin", "medium"), words.channel),
            Derived("paid", ("channel", "medium"), _paid),
            Derived("visitor", ("person", "address", "company_word"), _visitor),
        ),
        required={"at": "The time is empty", "visitor": "It names no visitor, no address and no company"},
        deleted=(),
    )


def _paid(channel: Value, medium: Value) -> Value:
    return "t" if channels.is_paid(channel or "", medium or "") else "f"


def _visitor(person: Value, address: Value, company: Value) -> Value:
    """Who it was, in the log's words: the visitor's id, else the address, else the company."""
    return (person or (address or "").lower() or company or "")[:120]
