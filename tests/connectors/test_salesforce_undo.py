"""An undone import of rates leaves no amount behind that was converted with them, histories go with their import."""

from decimal import Decimal
from pathlib import Path

import pytest

from sameside.connectors import undoing
from sameside.connectors.models import ImportRun
from sameside.crm.models import Deal, ExchangeRate, StageChange
from sameside.leads.models import LeadStage
from tests.connectors import exports
from tests.connectors.test_salesforce_histories import ALL, OWN

pytestmark = [
    pytest.mark.django_db(transaction=True, databases=["default", "aside"]),
    pytest.mark.usefixtures("committed"),
]


def undone(run: ImportRun) -> ImportRun:
    undoing.ask(run, by=None, at=exports.NOW, queue=False)
    return undoing.execute(run.pk)


def test_amounts_lose_the_rates_of_an_undone_import(tmp_path: Path) -> None:
    deals = [
        ["Id", "Name", "StageName", "Amount", "CurrencyIsoCode", "CreatedDate"],
        [exports.WIDGETS, "Widgets", "Proposal", "1000", "USD", "2025-01-01 00:00:00"],
    ]
    rates = [
        ["Id", "IsoCode", "ConversionRate"],
        ["01L000000000001AAA", "EUR", "1"], ["01L000000000002AAA", "USD", "1.25"],
    ]  # fmt: skip
    exports.bring_in(exports.write(tmp_path / "deals", {"Opportunity.csv": deals}))
    run = exports.bring_in(exports.write(tmp_path / "rates", {"CurrencyType.csv": rates}))
    assert Deal.objects.get().amount == Decimal(800)
    assert undone(run).state == ImportRun.State.UNDONE
    assert not ExchangeRate.objects.exists()
    assert Deal.objects.get().amount is None


def test_histories_go_with_their_import(tmp_path: Path) -> None:
    exports.bring_in(exports.write(tmp_path / "whole", exports.WHOLE))
    stages = StageChange.objects.count()
    histories = {"OpportunityFieldHistory.csv": OWN, "EntityHistory.csv": ALL}
    run = exports.bring_in(exports.write(tmp_path / "histories", histories))
    assert (StageChange.objects.count() > stages, LeadStage.objects.count()) == (True, 3)
    assert undone(run).state == ImportRun.State.UNDONE
    assert (StageChange.objects.count(), LeadStage.objects.count()) == (stages, 0)
