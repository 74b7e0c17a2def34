"""Everything a table of any system may become here."""

from sameside.connectors.table.deals import DEALS, STAGE_CHANGES
from sameside.connectors.table.doings import ACTIVITIES, CAMPAIGNS, MEMBERS
from sameside.connectors.table.target import Target, TargetField
from sameside.connectors.table.who import COMPANIES, CONTACTS, LEADS

__all__ = ["BY_NAME", "TARGETS", "Target", "TargetField"]
TARGETS = (COMPANIES, CONTACTS, LEADS, DEALS, STAGE_CHANGES, CAMPAIGNS, MEMBERS, ACTIVITIES)
BY_NAME = {each.name: each for each in TARGETS}
