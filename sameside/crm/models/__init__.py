"""Companies, contacts, deals with their buying group and stage history, campaigns, activities, and the touch log.

Every row that came from elsewhere carries (`source`, `external_id`); a connector upserts by that pair. Amounts are in
the organisation's currency and can be added; what a source said in another one stays beside in a `..._given` column
with its `currency`, and `crm/money.py` converts it.
"""

from sameside.crm.models.campaigns import Campaign, CampaignMember
from sameside.crm.models.companies import Company, Contact, EmailStatus
from sameside.crm.models.deals import Deal, DealContact, PipelineStage, StageChange
from sameside.crm.models.marketing import CampaignCost, Conversion, EmailEvent, Visitor
from sameside.crm.models.rates import ExchangeRate
from sameside.crm.models.touches import Activity, Touch

__all__ = [
    "Activity",
    "Campaign",
    "CampaignCost",
    "CampaignMember",
    "Company",
    "Contact",
    "Conversion",
    "Deal",
    "DealContact",
    "EmailEvent",
    "EmailStatus",
    "ExchangeRate",
    "PipelineStage",
    "StageChange",
    "Touch",
    "Visitor",
]
