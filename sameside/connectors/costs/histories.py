"""The tables of an ad platform that cost nothing but say what the costs are of: names of campaigns, currencies of
accounts, campaigns of ads. They keep every former version of a row; the newest counts, wherever in the file it stands.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sameside.connectors import tabular, values
from sameside.connectors.batch import Batch, Refused
from sameside.connectors.costs import rules
from sameside.connectors.costs.recognition import ACCOUNTS, ADS, CAMPAIGNS, Kind, kind_of
from sameside.connectors.models import ImportFile, ImportRun
from sameside.connectors.objects import Field, Object, plain
from sameside.connectors.tabular import Rows
from sameside.connectors.values import Value
from sameside.crm.models import CampaignCost

_CHANGED = ("updatedat", "updatedtime", "lastmodifiedtime", "lastmodifiedat", "modifiedtime", "fivetransynced")
_BEGINNING = datetime(1900, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Version:
    """The newest version of a row: its number and cells, and these by the plain form of their header."""

    number: int
    cells: list[str]
    named: dict[str, str]


@dataclass
class Newest:
    rows: int = 0
    versions: dict[str, Version] = field(default_factory=dict)
    refused: list[Refused] = field(default_factory=list)


def newest(file: ImportFile) -> Newest:
    """The newest version of every row of the file, by its id. `Unreadable` when the file is none."""
    layout = tabular.layout(file.place)
    header = [plain(title) for title in layout.header]
    found, times = Newest(), dict[str, datetime]()
    for number, cells in Rows(file.place, layout):
        found.rows += 1
        if isinstance(cells, csv.Error):
            found.refused.append((number, [], f"The row cannot be read: {cells}"))
            continue
        named = {name: cell.strip() for name, cell in zip(header, cells, strict=False)}
        key = named.get("id", "")
        if not key:
            found.refused.append((number, cells, "Id is empty"))
            continue
        changed = _changed(named)
        if key not in times or changed >= times[key]:
            times[key] = changed
            found.versions[key] = Version(number, cells, named)
    return found


def _changed(named: dict[str, str]) -> datetime:
    for name in _CHANGED:
        if named.get(name):
            try:
                return values.parse_time(named[name])
            except ValueError:
                continue
    return _BEGINNING


@dataclass(frozen=True)
class Lookups:
    """What the histories of a run and the costs that are here say of one platform."""

    currency_of_account: dict[str, str]
    account_of_campaign: dict[str, str]
    campaign_of_ad: dict[str, str]

    def account(self, told: str, campaign_id: str) -> str:
        return told or self.account_of_campaign.get(campaign_id, "")

    def currency(self, account: str) -> str:
        return self.currency_of_account.get(account, "")


def lookups(run: ImportRun, platform: str) -> Lookups:
    """Read the histories of the run, also those that were finished already: a run that was cut off needs them again."""
    here = CampaignCost.objects.filter(source=platform).exclude(currency="").exclude(account="")
    found = Lookups(dict(here.values_list("account", "currency").distinct()), {}, {})
    for kind, file in _histories(run, platform):
        try:
            versions = newest(file).versions
        except tabular.Unreadable:
            continue
        for key, version in versions.items():
            named = version.named
            if kind.content == ACCOUNTS:
                found.currency_of_account[key] = (named.get("currencycode") or named.get("currency", "")).upper()
            elif kind.content == CAMPAIGNS:
                found.account_of_campaign[key] = named.get("accountid") or named.get("customerid", "")
            elif kind.content == ADS:
                found.campaign_of_ad[key] = named.get("campaignid", "")
    return found


def _histories(run: ImportRun, platform: str) -> Iterator[tuple[Kind, ImportFile]]:
    for file in run.files.filter(connector="costs").exclude(recognised_as="").order_by("pk"):
        kind = kind_of(file.recognised_as)
        if kind.platform == platform and kind.content in (ACCOUNTS, CAMPAIGNS, ADS):
            yield kind, file


def campaign_object(platform: str) -> Object:
    return Object(
        "AdCampaign",
        "crm_campaign",
        fields=(
            Field("name", ("name",), most=255),
            Field("kind", ("advertisingchanneltype", "type"), most=80),
            Field("channel", ()),
            Field("status", ("status",), most=60),
            Field("starts_on", ("startdate",), "day"),
            Field("ends_on", ("enddate",), "day"),
        ),
        source=platform,
    )


def campaign_batch(platform: str, found: Newest) -> Batch:
    """The campaigns as a batch; 2037 is how Google Ads writes that a campaign has no end."""
    batch = Batch(rows=found.rows, refused=list(found.refused))
    lines: list[dict[str, Value]] = []
    for key, version in found.versions.items():
        named = version.named
        kind = named.get("advertisingchanneltype") or named.get("type", "")
        name = named.get("name") or f"{key} (name not told)"
        ends = _day(named.get("enddate", ""))
        lines.append(
            {
                "external_id": key[:60],
                "deleted_in_source": "t" if named.get("status", "").upper() == "REMOVED" else "f",
                "name": name[:255],
                "kind": kind[:80],
                "channel": rules.channel(platform, kind, name),
                "status": named.get("status", "")[:60],
                "starts_on": _day(named.get("startdate", "")),
                "ends_on": None if ends and ends >= "2037" else ends,
            }
        )
        batch.numbers.append(version.number)
        batch.cells.append(version.cells)
        batch.occurrences.append(1)
    batch.superseded = found.rows - len(lines) - len(found.refused)
    if lines:
        batch.columns = {name: [line[name] for line in lines] for name in lines[0]}
    return batch


def _day(cell: str) -> Value:
    if not cell:
        return None
    try:
        return values.plausible(values.parse_time(cell)).date().isoformat()
    except ValueError:
        return None
