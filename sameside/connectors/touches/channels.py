"""Which of our channels a log's words for one mean. Words that are not in the table stay what they are, as a slug.

A log of ads knows finer channels than a CRM: Facebook and Instagram are kept apart, not made one "social". Source and
medium, as web analytics write them, are looked at together: `google` with `cpc` is paid search, with `organic` not.
"""

import re
import unicodedata

from sameside.crm.channels import CHANNELS, PAID

LONGEST = 30
_WORDS = {
    "paid-search": "paid search, sem, ppc, cpc, search ads, google ads, adwords, google adwords, bing ads, paidsearch,"
    " bezahlte suche, referencement payant, busqueda de pago",
    "paid-social": "paid social, social ads, paidsocial, linkedin ads, facebook ads, meta ads, instagram ads",
    "display": "display, online display, display ads, banner, banners, programmatic, retargeting, remarketing, cpm",
    "organic-search": "organic search, organic, seo, natural search, organische suche, recherche naturelle",
    "social": "social, organic social, social media, social network, social networks, sm",
    "email": "email, e mail, mail, newsletter, edm, e mail marketing, email marketing, correo electronico, courriel",
    "referral": "referral, referrals, referring sites, link, partner site, verweis",
    "website": "website, web, direct, none, typein, direct traffic, direkt, site web, sitio web",
    "webinar": "webinar, webcast",
    "event": "event, events, trade show, tradeshow, conference, messe",
    "content": "content, blog, podcast, whitepaper, ebook, content syndication",
    "partner": "partner, partners, reseller, affiliates partner",
    "direct-mail": "direct mail, postal mail, mailing",
    "sales-call": "sales call, phone call, call",
    "sales-email": "sales email, outbound email",
    "meeting": "meeting, demo",
}  # fmt: skip
_PAID_MEDIA = frozenset(
    {"cpc", "ppc", "paid", "paidsearch", "cpm", "cpv", "cpa", "paidsocial", "paid social", "display"}
)
_SOCIAL = frozenset({"facebook", "instagram", "linkedin", "twitter", "x", "xing", "youtube", "tiktok", "pinterest",
                     "facebook com", "linkedin com", "t co", "l facebook com", "lnkd in"})  # fmt: skip
_SEARCH = frozenset({"google", "bing", "yahoo", "duckduckgo", "ecosia", "baidu", "yandex"})


def plain(text: str) -> str:
    folded = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(character for character in folded if not unicodedata.combining(character))
    return " ".join(re.findall(r"[^\W_]+", letters))


_BY_WORD = {word.strip(): channel for channel, words in _WORDS.items() for word in words.split(",")}
_BY_WORD |= {plain(label): slug for slug, label in CHANNELS.items()} | {plain(slug): slug for slug in CHANNELS}


def slug(text: str) -> str:
    """The word itself, fit for a channel's name; what has no letter or digit becomes "other"."""
    return "-".join(plain(text).split())[:LONGEST].strip("-") or "other"


def channel_of(channel: str, source: str, medium: str) -> str:
    """The channel that a row tells by its own word, else by source and medium; empty when it tells nothing."""
    if channel.strip():
        return _BY_WORD.get(plain(channel), slug(channel))
    medium, source = plain(medium), plain(source)
    if " " in medium and not source:  # "google / cpc" in one column
        source, _, medium = medium.rpartition(" ")
    if medium in _PAID_MEDIA and medium != "display":
        if source in _SOCIAL or medium in ("paidsocial", "paid social"):
            return "paid-social"
        return "display" if medium in ("cpm", "cpv") else "paid-search"
    if medium in _BY_WORD:
        found = _BY_WORD[medium]
        return "social" if found == "referral" and source in _SOCIAL else found
    if source in _SOCIAL:
        return "social"
    if source in _SEARCH:
        return "organic-search"
    if not medium:
        return _BY_WORD.get(source, slug(source)) if source else ""
    return slug(medium)


def is_paid(channel: str, medium: str) -> bool:
    return channel in PAID or plain(medium) in _PAID_MEDIA


def is_known(channel: str) -> bool:
    return channel in CHANNELS
