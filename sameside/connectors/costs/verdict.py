"""The verdict on a file of costs in sentences: what it sums up to, whether that is its own total, what was left out."""

from decimal import Decimal

from sameside.connectors.costs.merging import Outcome, Said
from sameside.connectors.costs.reading import Report
from sameside.connectors.costs.recognition import ACCOUNTS, ADS, LABELS
from sameside.connectors.models import ImportFile
from sameside.people.models import Organisation

HELPS = {
    ACCOUNTS: "the accounts' currencies, used for their costs",
    ADS: "which campaign an ad belongs to, used for its costs",
}


def notes(report: Report, outcome: Outcome, file: ImportFile) -> list[str]:
    said = outcome.said
    counted = said.get("")
    total = sum((each.given for each in said.values()), Decimal(0))
    currencies = {currency for each in said.values() for currency in each.currencies}
    told = [_total(total, report, currencies)] if said else []
    if counted:
        told.append(_counted(counted, file))
        told += _doubts(counted, report, outcome)
    told += [_left_out(why, each, report) for why, each in said.items() if why]
    if report.footers:
        told.append(f"{report.footers:,} lines below the table left out")
    return [*told, *report.survey.notes, *report.rows.notes]


def _money(amount: Decimal, currencies: set[str]) -> str:
    code = next(iter(currencies)) if len(currencies) == 1 else ""
    return f"{amount:,.2f} {code}".strip()


def _total(total: Decimal, report: Report, currencies: set[str]) -> str:
    shown = _money(total, currencies - {""})
    own = report.total
    if own is None:
        return f"total {shown}"
    if round(own, 2) == round(total, 2):
        return f"total {shown} = the file's own total"
    return (
        f"total {shown}, but the file's own total is {_money(own, currencies - {''})}: rows are missing in one of them"
    )


def _counted(counted: Said, file: ImportFile) -> str:
    rows = file.rows - file.refused
    if counted.campaigns == 0:
        return f"{rows:,} rows are {counted.days:,} costs"
    campaigns = f"{counted.campaigns:,} {'campaign' if counted.campaigns == 1 else 'campaigns'}"
    days = f"{counted.days:,} {'day' if counted.days == 1 else 'days'}"
    return f"{rows:,} rows are {days} of {campaigns}"


def _doubts(counted: Said, report: Report, outcome: Outcome) -> list[str]:
    found = []
    if "" in counted.currencies:
        found.append(f"no currency is told, so {Organisation.current().currency} is taken, the organisation's")
    if counted.periods:
        found.append(f"{counted.periods:,} costs are of a period longer than a day, and kept as such")
    if report.period and counted.periods and not report.columns.at.keys() & {"day", "start", "month", "week"}:
        found.append(f"the period {report.period[0]} to {report.period[1]} is from the lines above the table")
    if counted.without_campaign:
        found.append(f"{counted.without_campaign:,} name an ad whose campaign is not told, and count for no campaign")
    if outcome.made:
        found.append(f"{outcome.made:,} new {'campaign' if outcome.made == 1 else 'campaigns'} made")
    return found


def _left_out(why: str, each: Said, report: Report) -> str:
    sum_ = _money(each.given, set(each.currencies) - {""})
    platform = LABELS[report.kind.platform]
    if why == "coarser":
        return f"{each.days:,} days ({sum_}) are here from the campaigns' own rows of {platform} and not added again"
    if why == "overlap":
        return f"{each.days:,} costs ({sum_}) overlap other periods of their campaign and are left out"
    return f"{each.days:,} days have costs in several currencies and are left out"
