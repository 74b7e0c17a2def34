"""What marketing automation calls the things that become of an e-mail, and whether a bounce will heal."""

import re

from sameside.connectors.touches.channels import plain
from sameside.connectors.values import Value
from sameside.crm import channels
from sameside.crm.models import EmailEvent

Kind = EmailEvent.Kind
_HUBSPOT = {
    "SENT": Kind.SENT,
    "PROCESSED": Kind.PROCESSED,
    "DROPPED": Kind.DROPPED,
    "DEFERRED": Kind.DEFERRED,
    "DELIVERED": Kind.DELIVERED,
    "BOUNCE": Kind.BOUNCED,
    "OPEN": Kind.OPENED,
    "CLICK": Kind.CLICKED,
    "FORWARD": Kind.FORWARDED,
    "PRINT": Kind.PRINTED,
    "REPLY": Kind.REPLIED,
    "SPAMREPORT": Kind.SPAM,
    "STATUSCHANGE": Kind.CHANGED,
    "UNSUBSCRIBED": Kind.UNSUBSCRIBED,
}
_MARKETO = {
    "6": Kind.SENT,
    "7": Kind.DELIVERED,
    "8": Kind.BOUNCED,
    "9": Kind.UNSUBSCRIBED,
    "10": Kind.OPENED,
    "11": Kind.CLICKED,
    "27": Kind.BOUNCED,
}
# Pardot's visitor activities; 35 to 37 happened to another prospect with the same address.
_PARDOT = {
    "1": Kind.CLICKED,
    "6": Kind.SENT,
    "11": Kind.OPENED,
    "12": Kind.UNSUBSCRIBED,
    "13": Kind.BOUNCED,
    "14": Kind.SPAM,
    "16": Kind.SUBSCRIBED,
    "17": Kind.CLICKED,
    "35": Kind.UNSUBSCRIBED,
    "36": Kind.BOUNCED,
    "37": Kind.SUBSCRIBED,
}
_PARDOT_CLICKS = frozenset({"1", "17"})
PARDOT_NAMES = {"35": "Indirect unsubscribe", "36": "Indirect bounce", "37": "Indirect resubscription"}
_WORDS: dict[str, str] = {
    Kind.SENT: "sent, send, email sent, send email, versendet, gesendet, envoye, enviado",
    Kind.PROCESSED: "processed, queued",
    Kind.DROPPED: "dropped, drop, skipped, suppressed, not sent, rejected",
    Kind.DEFERRED: "deferred, delayed",
    Kind.DELIVERED: "delivered, delivery, email delivered, zugestellt, livre, entregado",
    Kind.BOUNCED: "bounce, bounced, hard bounce, soft bounce, hardbounce, softbounce, email bounced, blocked",
    Kind.OPENED: "open, opened, opens, email opened, open email, geoffnet, ouvert, abierto",
    Kind.CLICKED: "click, clicked, clicks, email clicked, click email, link click, link clicked, geklickt, clic",
    Kind.FORWARDED: "forward, forwarded",
    Kind.REPLIED: "reply, replied",
    Kind.UNSUBSCRIBED: "unsubscribe, unsubscribed, unsub, group unsubscribe, opt out, opted out, optout, email"
    " unsubscribed, unsubscribe email, abgemeldet, desabonne, desuscrito",
    Kind.SUBSCRIBED: "subscribed, resubscribed, resubscribe, group resubscribe, opt in",
    Kind.SPAM: "spam, spamreport, spam report, spam complaint, complaint, complained, abuse, marked as spam",
}
_BY_WORD = {word.strip(): str(kind) for kind, words in _WORDS.items() for word in words.split(",")}
_SOFT = re.compile(r"soft|block|full|throttl|timeout|temporar|greylist|spam|defer", re.IGNORECASE)


def hubspot_kind(word: Value) -> Value:
    return str(_HUBSPOT[word]) if word in _HUBSPOT else None


def marketo_kind(number: Value, result: Value) -> Value:
    """An e-mail that Marketo skipped was not sent."""
    if number == "6" and (result or "").lower() in ("skipped", "failed"):
        return str(Kind.DROPPED)
    return str(_MARKETO[number]) if number in _MARKETO else None


def pardot_kind(number: Value, email: Value, list_email: Value, name: Value) -> Value:
    """A click counts as an e-mail's only when it names the e-mail: Pardot has clicks of many other things."""
    if number not in _PARDOT or (number in _PARDOT_CLICKS and not (email or list_email or (name or "") == "Email")):
        return None
    return str(_PARDOT[number])


def kind(word: Value) -> Value:
    """What a word of any other system means; None when it is no event of an e-mail."""
    return _BY_WORD.get(plain(word or ""))


def hubspot_permanent(category: Value) -> Value:
    return "t" if category in ("UNKNOWN_USER", "DNS_FAILURE", "MAILBOX_MISCONFIGURATION") else "f"


def marketo_permanent(number: Value, category: Value) -> Value:
    """Category 2 are addresses that do not exist; the others may be reached another day."""
    return "t" if number == "8" and category == "2" else "f"


def pardot_permanent(number: Value) -> Value:
    return "t" if number in ("13", "36") else "f"


def permanent(word: Value, detail: Value) -> Value:
    return "t" if kind(word) == Kind.BOUNCED and not _SOFT.search(f"{word} {detail}") else "f"


def subscription(status: Value) -> Value:
    return {"UNSUBSCRIBED": str(Kind.UNSUBSCRIBED), "SUBSCRIBED": str(Kind.SUBSCRIBED)}.get(
        (status or "").upper(), str(Kind.CHANGED)
    )


def campaign_channel(told: Value, name: Value) -> Value:
    """The channel of a program or campaign of marketing automation: what it says, else e-mail, its main tool."""
    found = channels.campaign_channel(told or "", name or "")
    return "email" if found == "other" else found


def address(cell: Value) -> Value:
    return (cell or "").lower()


def either(first: Value, second: Value) -> Value:
    return first or second


def filtered(flag: Value) -> Value:
    return "HubSpot leaves it out of its own reports" if flag == "t" else ""


def opted_out(first: Value, second: Value) -> Value:
    return "unsubscribed" if "t" in (first, second) else ""


def opted_status(first: Value, second: Value) -> Value:
    return "Opted out" if "t" in (first, second) else ""
