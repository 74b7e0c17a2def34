"""Which ad platform a table comes from, what it holds and how finely, judged by its header alone.

The platforms' tables say the same money several times over: by account, campaign, ad group, ad, keyword and search
term. Costs are taken at the coarsest level that names a campaign; what is coarser or only a part is not needed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sameside.connectors.costs.columns import columns
from sameside.connectors.registry import Found, Source
from sameside.crm.models import CampaignCost

Level = CampaignCost.Level
GOOGLE, LINKEDIN, META, MICROSOFT = "google_ads", "linkedin_ads", "meta_ads", "microsoft_ads"
LABELS = {GOOGLE: "Google Ads", LINKEDIN: "LinkedIn", META: "Meta", MICROSOFT: "Microsoft Ads"}
COSTS, CAMPAIGNS, ACCOUNTS, ADS = "costs", "campaigns", "accounts", "ads"
_LEVELS = {Level.CAMPAIGN: "campaign", Level.AD_GROUP: "ad group", Level.AD: "ad", Level.KEYWORD: "keyword"}

ACCOUNT_TOTALS = "The account's totals; costs are kept by campaign, and both together would count twice."
SEARCH_TERMS = "Search terms tell only a part of their keywords' cost; the campaigns' own rows are used."
MEMBERS = "A breakdown by members, rounded and incomplete; the campaigns' own rows are used."
ACTIONS = "What people did after an ad, not what it cost."
ATTRIBUTES = "It describes ad groups, ads or keywords; what they cost is kept by campaign."


@dataclass(frozen=True)
class Kind:
    """`level` is only told of costs; `note` says why the table is not needed, else it is empty."""

    platform: str
    content: str = ""
    level: Level = Level.CAMPAIGN
    note: str = ""

    @property
    def name(self) -> str:
        """The word for `ImportFile.recognised_as`; `kind_of` reads it back."""
        if self.note:
            return ""
        by = f" by {_LEVELS[self.level]}" if self.content == COSTS else ""
        return f"{LABELS[self.platform]} {self.content}{by}"


def _all() -> dict[str, Kind]:
    kinds = [Kind(platform, COSTS, level) for platform in LABELS for level in Level]
    kinds += [Kind(platform, content) for platform in LABELS for content in (CAMPAIGNS, ACCOUNTS, ADS)]
    return {kind.name: kind for kind in kinds}


_BY_NAME = _all()


def kind_of(name: str) -> Kind:
    return _BY_NAME[name]


def recognise_header(header: Sequence[str], name: str = "") -> Kind | None:
    """What the table is; None when it is none of an ad platform."""
    found = columns(header)
    names = found.header
    if note := _not_needed(names, Path(name).stem.lower()):
        return note
    if described := _described(names):
        return described
    if not ({"cost", "cost_micros"} & found.at.keys()):
        return None
    platform = _platform(names, found.at)
    if not platform:
        return None
    if not ({"day", "week", "month", "start", "impressions", "clicks"} & found.at.keys()):
        return None
    level = _level(names, found.at)
    if "search_term" in found.at:
        return Kind(platform, note=SEARCH_TERMS)
    if not names.isdisjoint({"membercountry", "memberregion", "memberindustry", "memberseniority"}):
        return Kind(platform, note=MEMBERS)
    if level is None:
        return Kind(platform, note=ACCOUNT_TOTALS)
    return Kind(platform, COSTS, level)


def _platform(names: frozenset[str], at: dict[str, int]) -> str:
    if "cost_micros" in at or "metrics.costmicros" in names:
        return GOOGLE
    if "costinlocalcurrency" in names:
        return LINKEDIN
    if names >= {"spend", "accountid"} and not names.isdisjoint({"bidmatchtype", "deviceos", "currencycode"}):
        return MICROSOFT
    if "spend" in names and not names.isdisjoint({"adid", "campaignid", "adsetid"}) and "accountid" in names:
        return META
    if not names.isdisjoint(_META):
        return META
    if not names.isdisjoint(_LINKEDIN):
        return LINKEDIN
    if "spend" in names and not names.isdisjoint({"campaignname", "campaign"}):
        return MICROSOFT
    if "campaign" in at and not names.isdisjoint(_GOOGLE_COST) and not names.isdisjoint(_GOOGLE_ELSE):
        return GOOGLE
    return ""


_META = frozenset({"amountspent", "ausgegebenerbetrag", "montantdépensé", "importegastado"})
_LINKEDIN = frozenset({"totalspent", "gesamtausgaben", "ausgegebenergesamtbetrag", "totaldépensé",
                       "montanttotaldépensé", "totalgastado", "gastototal"})  # fmt: skip
_GOOGLE_COST = frozenset({"cost", "kosten", "coût", "coste", "costo"})
_GOOGLE_ELSE = frozenset({"impr.", "clicks", "klicks", "clics", "währungscode", "currencycode", "codededevise",
                          "códigodemoneda", "avg.cpc", "ctr", "impressionen", "impressions"})  # fmt: skip


def _level(names: frozenset[str], at: dict[str, int]) -> Level | None:
    """The finest thing the rows are split by; None when they name no campaign and no ad."""
    if "keyword" in at and "adid" not in names:
        return Level.KEYWORD
    if "ad_id" in at or ("ad" in at and "campaign" in at):
        return Level.AD
    if not {"ad_group", "ad_group_id"}.isdisjoint(at) or not names.isdisjoint({"baseadgroup", "adgroupbaseadgroup"}):
        return Level.AD_GROUP
    if not {"campaign", "campaign_id"}.isdisjoint(at) or "basecampaign" in names:
        return Level.CAMPAIGN
    return None


def _described(names: frozenset[str]) -> Kind | None:
    """Tables without costs: names of campaigns, currencies of accounts, campaigns of ads."""
    if names >= {"id", "name", "advertisingchanneltype"}:
        return Kind(GOOGLE, CAMPAIGNS)
    if names >= {"id", "name", "campaigngroupid", "lastmodifiedtime"}:
        return Kind(LINKEDIN, CAMPAIGNS)
    if names >= {"id", "name", "accountid", "modifiedtime", "type"}:
        return Kind(MICROSOFT, CAMPAIGNS)
    if names >= {"id", "accountid", "name", "updatedtime"} and names.isdisjoint(
        {"adsetid", "creativeid", "campaignid"}
    ):
        return Kind(META, CAMPAIGNS)
    if names >= {"id", "descriptivename", "currencycode"}:
        return Kind(GOOGLE, ACCOUNTS)
    if names >= {"id", "name", "currency", "versiontag"}:
        return Kind(LINKEDIN, ACCOUNTS)
    if names >= {"id", "name", "currencycode", "lastmodifiedtime"}:
        return Kind(MICROSOFT, ACCOUNTS)
    if names >= {"id", "campaignid", "clickuri"} or names >= {"id", "campaignid", "intendedstatus"}:
        return Kind(LINKEDIN, ADS)
    return None


def _not_needed(names: frozenset[str], stem: str) -> Kind | None:
    if names >= {"adid", "date", "actiontype", "value"}:
        return Kind(META, note=ACTIONS)
    if names >= {"id", "accountid", "name", "urltags"}:
        return Kind(META, note=ATTRIBUTES)
    if names >= {"id", "adgroupid", "keywordtext"} or names >= {"id", "adgroupid", "finalurls"}:
        return Kind(GOOGLE, note=ATTRIBUTES)
    if names >= {"id", "campaignid", "campaignname", "updatedat", "status", "type"} and "cost" not in names:
        return Kind(GOOGLE, note=ATTRIBUTES)
    if names >= {"id", "accountid", "name", "lastmodifiedtime", "createdtime"} and "campaigngroupid" not in names:
        return Kind(LINKEDIN, note="Groups of campaigns; costs are kept by campaign.")
    if "linkedin" in stem and names >= {"id", "value"} and len(names) <= 3:
        return Kind(LINKEDIN, note="Names of places; costs are not kept by place.")
    return None


def recognise(source: Source) -> list[Found]:
    """The tables of ad platforms, in the order of reading: accounts and campaigns first, then costs from the coarsest
    level to the finest."""
    found: list[tuple[tuple[int, int, str], Found]] = []
    order = (ACCOUNTS, CAMPAIGNS, ADS, COSTS)
    for table in source.tables:
        kind = recognise_header(table.layout.header, table.name) if table.layout else None
        if kind is None:
            continue
        place = (order.index(kind.content) if kind.content else len(order), int(kind.level), table.name)
        found.append((place, Found(table.name, kind.name, table.bytes, kind.note, table.path)))
    return [file for _, file in sorted(found, key=lambda pair: pair[0])]
