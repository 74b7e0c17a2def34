"""The channels touches count for, and how a campaign's type or a lead's source becomes one of them."""

from functools import lru_cache

from sameside.crm.phrases import pattern, plain

CHANNELS = {
    "email": "E-mail",
    "paid-search": "Paid search",
    "paid-social": "Paid social",
    "display": "Display",
    "organic-search": "Organic search",
    "social": "Social",
    "webinar": "Webinar",
    "event": "Event",
    "content": "Content",
    "website": "Website",
    "referral": "Referral",
    "partner": "Partner",
    "direct-mail": "Direct mail",
    "sales-call": "Sales call",
    "sales-email": "Sales e-mail",
    "meeting": "Meeting",
    "content-share": "Content shared",
    "other": "Other",
}
PAID = frozenset({"paid-search", "paid-social", "display"})

# Read from top to bottom; the first line with a phrase of the text wins. Phrases are compared as whole words.
RULES: tuple[tuple[str, str], ...] = (
    ("webinar", "webinar, webcast, online seminar, virtual event, web seminar"),
    ("paid-social", "paid social, social ads, linkedin ads, linkedin ad, facebook ads, facebook ad, meta ads,"
     " instagram ads,"
     " sponsored content, lead gen form"),
    ("paid-search", "paid search, google ads, google adwords, adwords, sem, ppc, search ads, bing ads, pay per"
     " click, cpc"),
    ("display", "display, banner, banner ads, retargeting, remarketing, programmatic, advertisement,"
     " advertising, anzeige,"
     " publicite, publicidad, ads"),
    ("organic-search", "organic search, organic, seo, search engine, google, bing, suche"),
    ("direct-mail", "direct mail, postal mail, mailing, mailer, brief, postmailing"),
    ("email", "email, e mail, newsletter, nurture, e mail campaign, purchased list, list, correo"),
    ("social", "social media, social, linkedin, twitter, facebook, instagram, youtube, xing"),
    ("event", "event, events, trade show, tradeshow, conference, seminar, seminar conference, messe, fair, roadshow,"
     " workshop, salon, evenement, evento, feria, dinner, field marketing, user conference"),
    ("content", "content, whitepaper, white paper, ebook, e book, guide, download, case study, report, blog, podcast,"
     " video, content syndication, asset"),
    ("partner", "partner, partners, reseller, channel, alliance, distributor"),
    ("referral", "referral, referrals, word of mouth, employee referral, external referral, customer referral,"
     " empfehlung,"
     " recommandation, recomendacion, advocate"),
    ("sales-call", "cold call, telemarketing, phone, call, phone inquiry, outbound, telefon, telephone, sdr,"
     " prospecting"),
    ("sales-email", "sales email, outbound email, cold email"),
    ("website", "web, website, web form, online form, contact form, contact us, chat, demo request, trial,"
     " signup, sign up,"
     " inbound, web direct, webseite, site web, sitio web, pagina web, in store, online"),
)  # fmt: skip

_RULES = tuple((channel, pattern(phrases)) for channel, phrases in RULES)
_BY_LABEL = {plain(label): slug for slug, label in CHANNELS.items()} | {plain(slug): slug for slug in CHANNELS}


@lru_cache(maxsize=10_000)
def channel_of(text: str) -> str:
    """The channel that a campaign's type, a campaign's name or a lead's source speaks of; "other" when none is
    known."""
    words = plain(text)
    if words in _BY_LABEL:
        return _BY_LABEL[words]
    for channel, known in _RULES:
        if known.search(words):
            return channel
    return "other"


def campaign_channel(kind: str, name: str = "") -> str:
    """The channel of a campaign: from its type, else from its name."""
    channel = channel_of(kind)
    return channel if channel != "other" else channel_of(name)
