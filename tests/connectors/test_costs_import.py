"""Ad costs: every platform's own report, added up by campaign and day, equal to its own total, never counted twice."""

from decimal import Decimal
from pathlib import Path

import pytest

from sameside.connectors import runs, undoing
from sameside.connectors.models import ImportFile, ImportRun
from sameside.crm.models import Campaign, CampaignCost, ExchangeRate
from tests.connectors.exports import NOW

pytestmark = pytest.mark.django_db

GOOGLE = '''Campaign report
"May 1, 2026 - May 2, 2026"
Day,Campaign,Currency code,Campaign type,Impr.,Clicks,Conversions,Cost
2026-05-01,Brand | DACH,EUR,Search,"1,103,153","16,463",8.25,"1,033.33"
2026-05-02,Brand | DACH,EUR,Search,10, --,0.00,0.01
2026-05-02,"Généric, ""Search""",EUR,Display,10,1,0.00,5.00
Total: Campaigns,,EUR,,,,,"1,038.34"
Total: Account,,EUR,,,,,"1,038.34"
'''
GERMAN = """Kampagnenbericht
1. Mai 2026 - 2. Mai 2026
Tag\tKampagne\tWährungscode\tKampagnentyp\tImpr.\tKlicks\tConversions\tKosten
01.05.2026\tMarke\tEUR\tSuchnetzwerk\t1.103.153\t16.463\t8,25\t1.033,33
02.05.2026\tMarke\tEUR\tSuchnetzwerk\t10\t1\t0,00\t5,01
Gesamt: Kampagnen\t\t\t\t\t\t\t1.038,34
"""
LINKEDIN = """Campaign Performance Report (in UTC)
"Report Start: 5/1/2026, Report End: 5/14/2026"
"Date Generated: 5/15/2026, 9:00 AM"
""
Start Date (in UTC),Account Name,Currency,Campaign Name,Campaign ID,Campaign End Date,Creative,Total Spent,Impressions
5/1/2026,Example GmbH,EUR,"Leads, directors",290001,5/1/2026,A,33.31,1000
5/1/2026,Example GmbH,EUR,"Leads, directors",290001,5/1/2026,B,3.31,100
5/14/2026,Example GmbH,EUR,"Leads, directors",290001,5/1/2026,A,33.32,1000
"""
META = """\ufeff"Campaign name","Day","Reporting starts","Reporting ends","Amount spent (USD)","Impressions",Clicks
"",2026-05-01,2026-05-01,2026-05-02,100.00,5000,100
"Retarget",2026-05-01,2026-05-01,2026-05-02,60.00,3000,60
"Prospect",2026-05-01,2026-05-01,2026-05-02,40.00,2000,40
"""
CAMPAIGN_STATS = """customer_id,date,ad_network_type,base_campaign,clicks,conversions,cost_micros,device,id,impressions
21,2021-02-01,SEARCH,customers/21/campaigns/99,49,0,36150000,MOBILE,99,166
21,2021-02-01,SEARCH,customers/21/campaigns/99,1,0,1000001,DESKTOP,99,4
"""
AD_GROUP_STATS = """customer_id,date,ad_network_type,base_ad_group,campaign_id,clicks,cost_micros,id,impressions
21,2021-02-01,SEARCH,customers/21/adGroups/7,99,49,36000000,7,166
21,2021-02-02,SEARCH,customers/21/adGroups/7,99,9,2000000,7,66
"""
CAMPAIGN_HISTORY = """id,updated_at,name,customer_id,advertising_channel_type,start_date,end_date,status
99,2021-08-25T20:21:09,Brand new,21,SEARCH,2020-04-22,2037-12-30,PAUSED
99,2021-06-29T17:19:05,Brand old,21,SEARCH,2020-04-22,2037-12-30,ENABLED
"""
ACCOUNTS = """id,updated_at,currency_code,descriptive_name
21,2022-02-01 2:20:51,USD,Ours
"""


def bring_in(folder: Path, files: dict[str, str], *, encoding: str = "utf-8") -> ImportRun:
    folder.mkdir(exist_ok=True, parents=True)
    for name, text in files.items():
        (folder / name).write_bytes(text.encode(encoding))
    return runs.execute(runs.create("costs", folder, origin="reports", by=None, at=NOW).pk)


def verdict(run: ImportRun, name: str) -> tuple[int, int, int, int]:
    file = run.files.get(name=name)
    return file.created, file.updated, file.unchanged, file.refused


def test_a_google_report_is_its_own_total_and_comes_in_once(tmp_path):
    first, again = (bring_in(tmp_path, {"report.csv": GOOGLE}) for _ in range(2))
    assert verdict(first, "report.csv") == (3, 0, 0, 0)
    assert verdict(again, "report.csv") == (0, 0, 3, 0)
    assert "total 1,038.34 EUR = the file's own total" in first.files.get().note
    costs = list(CampaignCost.objects.order_by("day", "campaign__name"))
    assert [(str(cost.campaign), cost.amount, cost.clicks) for cost in costs] == [
        ("Brand | DACH", Decimal("1033.33"), 16463),
        ("Brand | DACH", Decimal("0.01"), None),
        ('Généric, "Search"', Decimal("5"), 1),
    ]
    channels = dict(Campaign.objects.values_list("name", "channel"))
    assert channels == {"Brand | DACH": "paid-search", 'Généric, "Search"': "display"}


def test_a_german_report_in_utf_16_is_read_with_its_commas(tmp_path):
    run = bring_in(tmp_path, {"Bericht.csv": GERMAN}, encoding="utf-16")
    note = run.files.get().note
    assert "1,038.34 EUR = the file's own total" in note
    assert "numbers read with a decimal comma" in note
    assert [(str(cost.day), cost.amount) for cost in CampaignCost.objects.order_by("day")] == [
        ("2026-05-01", Decimal("1033.33")),
        ("2026-05-02", Decimal("5.01")),
    ]


def test_linkedin_days_are_months_first_and_creatives_add_up(tmp_path):
    run = bring_in(tmp_path, {"linkedin.csv": LINKEDIN})
    assert verdict(run, "linkedin.csv") == (2, 0, 0, 0)
    first = CampaignCost.objects.order_by("day").first()
    assert (first.source, first.external_id, first.amount) == ("linkedin_ads", "290001:2026-05-01", Decimal("36.62"))
    assert first.impressions == 1100
    assert first.campaign.channel == "paid-social"


def test_metas_row_without_a_name_is_the_total_not_a_campaign(tmp_path):
    run = bring_in(tmp_path, {"meta.csv": META})
    assert verdict(run, "meta.csv") == (2, 0, 0, 0)
    assert run.files.get().note.startswith("Total 100.00 USD = the file's own total")
    assert set(Campaign.objects.values_list("name", flat=True)) == {"Retarget", "Prospect"}


def test_another_currency_waits_for_a_rate(tmp_path):
    bring_in(tmp_path, {"meta.csv": META})
    assert set(CampaignCost.objects.values_list("amount", "currency")) == {(None, "USD")}
    ExchangeRate.objects.create(
        source="hand", external_id="1", base="EUR", currency="USD", starts_on="2026-01-01", rate=Decimal("1.25")
    )
    bring_in(tmp_path, {"meta.csv": META.replace("40.00", "45.00")})
    changed = CampaignCost.objects.get(campaign__name="Prospect")
    assert (changed.amount_given, changed.amount) == (Decimal("45"), Decimal("36"))


def test_warehouse_tables_of_the_same_money_count_once(tmp_path):
    files = {
        "ad_group_stats.csv": AD_GROUP_STATS,
        "campaign_stats.csv": CAMPAIGN_STATS,
        "campaign_history.csv": CAMPAIGN_HISTORY,
        "account_history.csv": ACCOUNTS,
    }
    run = bring_in(tmp_path, files)
    assert verdict(run, "campaign_stats.csv") == (1, 0, 0, 0)
    assert verdict(run, "ad_group_stats.csv") == (1, 0, 0, 0)
    assert "1 days (36.00 USD) are here from the campaigns' own rows" in run.files.get(name="ad_group_stats.csv").note
    costs = CampaignCost.objects.order_by("day").values_list("external_id", "level", "amount_given", "currency")
    assert list(costs) == [
        ("99:2021-02-01", 1, Decimal("37.150001").quantize(Decimal("0.0001")), "USD"),
        ("99:2021-02-02", 2, Decimal("2"), "USD"),
    ]
    campaign = Campaign.objects.get()
    assert (campaign.name, campaign.ends_on) == ("Brand new", None)


def test_finer_rows_give_way_when_the_campaigns_own_come_later(tmp_path):
    bring_in(tmp_path / "a", {"ad_group_stats.csv": AD_GROUP_STATS})
    run = bring_in(tmp_path / "b", {"campaign_stats.csv": CAMPAIGN_STATS})
    assert verdict(run, "campaign_stats.csv") == (0, 1, 0, 0)
    assert sum(CampaignCost.objects.values_list("amount_given", flat=True)) == Decimal("39.15")


def test_a_report_of_a_whole_month_is_a_period_and_overlaps_nothing(tmp_path):
    report = 'Campaign report\n"May 1, 2026 - May 31, 2026"\nCampaign,Currency code,Clicks,Cost\nBrand,EUR,9,12.5\n'
    run = bring_in(tmp_path / "a", {"may.csv": report})
    cost = CampaignCost.objects.get()
    assert (str(cost.day), str(cost.until), cost.amount) == ("2026-05-01", "2026-05-31", Decimal("12.5"))
    assert "the period 2026-05-01 to 2026-05-31 is from the lines above the table" in run.files.get().note
    days = "Day,Campaign,Currency code,Clicks,Cost\n2026-05-03,Brand,EUR,1,2.5\n2026-06-03,Brand,EUR,1,2.5\n"
    run = bring_in(tmp_path / "b", {"days.csv": days})
    assert verdict(run, "days.csv") == (1, 0, 0, 0)
    assert "1 costs (2.50 EUR) overlap other periods" in run.files.get().note


def test_bad_rows_go_to_the_error_file(tmp_path):
    bad = GOOGLE.replace("2026-05-02,Brand | DACH", "someday,Brand | DACH").replace("5.00\n", "much\n")
    run = bring_in(tmp_path, {"report.csv": bad})
    file = run.files.get()
    assert verdict(run, "report.csv") == (1, 0, 0, 2)
    assert "but the file's own total is 1,038.34 EUR" in file.note
    assert sorted(file.reasons) == ["“much” is no number", "“someday” is no date"]


@pytest.mark.usefixtures("committed")
@pytest.mark.django_db(transaction=True, databases=["default", "aside"])
def test_undoing_an_import_takes_costs_and_campaigns_away_and_puts_restated_costs_back(tmp_path):
    bring_in(tmp_path / "a", {"meta.csv": META})
    restated = bring_in(
        tmp_path / "b", {"meta.csv": META.replace("40.00", "45.00").replace('"Retarget"', '"Newcomer"')}
    )
    undoing.ask(restated, by=None, at=NOW, queue=False)
    undoing.execute(restated.pk)
    assert dict(CampaignCost.objects.values_list("campaign__name", "amount_given")) == {
        "Retarget": Decimal(60),
        "Prospect": Decimal(40),
    }
    assert set(Campaign.objects.values_list("name", flat=True)) == {"Retarget", "Prospect"}


def test_what_is_not_needed_says_why(tmp_path):
    account = "customer_id,date,clicks,cost_micros,impressions\n21,2021-02-01,1,20836690,9\n"
    run = bring_in(tmp_path, {"account_stats.csv": account, "campaign_stats.csv": CAMPAIGN_STATS})
    ignored = run.files.get(name="account_stats.csv")
    assert ignored.state == ImportFile.State.IGNORED
    assert ignored.note.startswith("The account's totals")
