"""Everything that a table of Salesforce is read as, by name and in the order of reading."""

from sameside.connectors.objects import Object
from sameside.connectors.salesforce.objects import ORDER
from sameside.connectors.salesforce.reports import REPORTS

_REPORTS = {report.target.name.removesuffix("Report"): report.target for report in REPORTS}


def _ordered() -> dict[str, Object]:
    """A report of an object is read before its export, which has the last word; one of activities at the end."""
    found: dict[str, Object] = {}
    for each in ORDER:
        if report := _REPORTS.get(each.name):
            found[report.name] = report
        found[each.name] = each
    return found | {report.target.name: report.target for report in REPORTS}


TARGETS = _ordered()
