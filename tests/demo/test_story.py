"""The story is the same for the same seed, whole but for the planted dirt, and holds the causes it promises."""

import hashlib
from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from sameside.demo import ids, story
from sameside.demo.assets import HELPER_FILE, HELPER_TITLE
from sameside.demo.campaigns import PRIZE_DRAW, ROUND_TABLES
from sameside.demo.members import IGNORING_TEAM
from sameside.demo.plan import Plan
from tests.demo.conftest import SCALE, SEED, TODAY, Rows

Tables = dict[str, Rows]
END = datetime.combine(TODAY, datetime.min.time(), tzinfo=UTC)


def _moment(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)


def _digests(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_the_same_seed_gives_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    again = Plan(SEED, SCALE, TODAY)
    story.write_usage(tmp_path, again)  # the last piece first: pieces do not depend on the order of writing
    story.write_activities(tmp_path, again)
    story.write_crm(tmp_path, again)

    assert _digests(tmp_path) == _digests(folder)


def test_another_seed_gives_another_company(tables: Tables) -> None:
    other = Plan(SEED + 1, SCALE, TODAY)

    assert other.companies.name[:20] != [row["Name"] for row in tables["Account"][:20]]


def test_documents_are_the_same_bytes_in_every_format(plan: Plan, tmp_path: Path) -> None:
    first = {asset.format: asset.number for asset in reversed(plan.assets)}
    for name in ("one", "two"):
        for number in first.values():
            story.write_content(tmp_path / name, plan, part=(number, number + 1))

    assert set(first) == {"pdf", "pptx", "docx", "md"}
    assert _digests(tmp_path / "one") == _digests(tmp_path / "two")
    assert len(_digests(tmp_path / "one")) == 4


def test_the_story_has_the_size_it_says(tables: Tables, plan: Plan) -> None:
    good = {name: [row for row in rows if row.get("Id")] for name, rows in tables.items()}

    assert story.touches(plan) == 25_000
    assert len(tables["User"]) == 75
    assert len(good["Account"]) == 150
    assert len(good["Opportunity"]) == 202  # two more than the story has: bad copies
    assert len(good["Lead"]) == 1_002
    assert len(tables["Campaign"]) == 60


def test_every_id_is_valid(tables: Tables) -> None:
    for name, prefix in ids.PREFIXES.items():
        for row in tables.get(name, []):
            if row["Id"]:
                assert len(row["Id"]) == 18
                assert row["Id"].startswith(prefix)
                assert row["Id"][15:] == ids.checksum(row["Id"][:15])


def test_the_checksum_is_salesforces() -> None:
    assert ids.checksum("0013000000abcDE") == "AAY"
    assert ids.checksum("001A0000006Vm9u") == "IAC"


@pytest.mark.parametrize(
    ("name", "column", "target"),
    [
        ("Contact", "AccountId", "Account"),
        ("Opportunity", "AccountId", "Account"),
        ("Opportunity", "CampaignId", "Campaign"),
        ("OpportunityHistory", "OpportunityId", "Opportunity"),
        ("OpportunityContactRole", "ContactId", "Contact"),
        ("Lead", "ConvertedOpportunityId", "Opportunity"),
        ("CampaignMember", "LeadId", "Lead"),
        ("CampaignMember", "CampaignId", "Campaign"),
        ("Task", "OwnerId", "User"),
        ("Event", "AccountId", "Account"),
    ],
)
def test_rows_refer_to_rows_that_are_there(tables: Tables, name: str, column: str, target: str) -> None:
    there = {row["Id"] for row in tables[target]} | {ids.NONE}
    missing = [row for row in tables[name] if row[column] not in there]

    assert len(missing) <= 3  # the planted ones


def test_there_is_some_dirt_for_the_import_report(tables: Tables) -> None:
    without_id = sum(1 for rows in tables.values() for row in rows if row.get("Id") == "")
    deleted = sum(1 for rows in tables.values() for row in rows if row.get("IsDeleted") == "1")

    assert without_id == 5
    assert deleted == 11
    assert any("\n" in row["Description"] and '"' in row["Description"] for row in tables["Task"])


def test_nothing_is_dated_after_today(tables: Tables) -> None:
    for name, column in (("Lead", "CreatedDate"), ("Opportunity", "CreatedDate"), ("CampaignMember", "CreatedDate")):
        dated = [row[column] for row in tables[name] if row[column].startswith("20")]
        assert max(dated) < f"{TODAY:%Y-%m-%d} 00:00:00"
    assert max(row["CompletedDateTime"] for row in tables["Task"]) < f"{TODAY:%Y-%m-%d} 00:00:00"


def test_a_team_ignores_its_leads(tables: Tables) -> None:
    team_of = {row["Id"]: row["Department"] for row in tables["User"]}
    untouched: Counter[str] = Counter()
    leads: Counter[str] = Counter()
    for row in tables["Lead"]:
        team = team_of.get(row["OwnerId"], "")
        leads[team] += 1
        untouched[team] += row["Status"] == "Open - Not Contacted"

    assert untouched[IGNORING_TEAM] / leads[IGNORING_TEAM] > 0.4
    assert untouched["Sales Development"] / leads["Sales Development"] < 0.12


def test_the_prize_draw_is_cheap_and_worthless_the_round_tables_dear_and_good(tables: Tables) -> None:
    campaigns = {row["Name"]: row for row in tables["Campaign"]}
    lead_of = {row["Id"]: row for row in tables["Lead"]}

    def outcome(name: str) -> tuple[float, float, int]:
        row = campaigns[name]
        of = {m["LeadId"] for m in tables["CampaignMember"] if m["CampaignId"] == row["Id"]} - {ids.NONE}
        leads = [lead_of[lead] for lead in of if lead in lead_of]
        converted = sum(lead["IsConverted"] == "1" for lead in leads)
        deals = sum(lead["ConvertedOpportunityId"] != ids.NONE for lead in leads)
        return float(row["ActualCost"]) / len(leads), converted / len(leads), deals

    prize_cost, prize_converted, prize_deals = outcome(PRIZE_DRAW)
    table_cost, table_converted, table_deals = outcome(ROUND_TABLES)
    assert prize_cost < 15 < 500 < table_cost
    assert prize_converted < 0.03 < 0.25 < table_converted
    assert prize_deals < table_deals


def test_the_success_plan_helps_the_conversation_about_success(plan: Plan) -> None:
    plans = [plan, *(Plan(SEED + more, SCALE, TODAY) for more in (1, 2))]  # one small company has too few to tell
    stays = [stay for one in plans for stay in one.deals.stays if stay.stage == 3 and stay.end < one.end]
    rate = {
        helped: sum(stay.succeeded for stay in stays if stay.helped is helped)
        / sum(1 for stay in stays if stay.helped is helped)
        for helped in (True, False)
    }
    given = {
        int(deal) for deal, asset in zip(plan.usage.mentions[3], plan.usage.mentions[2], strict=True) if asset == 0
    }

    assert plan.assets[0].title == HELPER_TITLE
    assert rate[True] > 0.7 > 0.6 > rate[False]
    assert given
    assert given <= {stay.deal for stay in plan.deals.stays if stay.helped}


def test_tasks_name_what_was_shared(tables: Tables) -> None:
    named = [row for row in tables["Task"] if HELPER_TITLE in row["Subject"] or HELPER_FILE in row["Description"]]

    assert len(named) > 5
    assert all(row["WhatId"] != ids.NONE for row in named)


def _recent_usage(tables: Tables) -> dict[str, Counter[str]]:
    since = END - timedelta(days=90)
    used: dict[str, Counter[str]] = defaultdict(Counter)
    for row in tables["usage"]:
        if row["action"] != "search" and _moment(row["at"]) >= since:
            used[row["asset"]][row["action"]] += 1
    return used


def test_healthcare_is_looked_for_and_not_found(tables: Tables, plan: Plan) -> None:
    used = _recent_usage(tables)
    health = [a for a in plan.assets if a.vertical == "healthcare" and a.language != "es"]
    unfound = [asset for asset in health if used[asset.filename]["impression"] < 5]
    industry = {row["Id"]: row["Industry"] for row in tables["Account"]}
    open_deals = [row for row in tables["Opportunity"] if row["IsClosed"] == "0"]
    searches = [row for row in tables["usage"] if row["action"] == "search" and "hospital" in row["query"]]

    assert len(unfound) >= len(health) * 0.7
    assert sum(industry.get(row["AccountId"]) == "Healthcare" for row in open_deals) > len(open_deals) * 0.08
    assert sum(row["results"] == "0" for row in searches) > len(searches) * 0.3


def test_content_is_used_or_left_as_planned(tables: Tables, plan: Plan) -> None:
    used = _recent_usage(tables)
    by_task = {plan.assets[asset].filename for asset in plan.usage.mentions[2].tolist()}
    for asset in plan.assets:
        seen = used[asset.filename]
        if asset.fate == "used":
            assert seen["share"] + seen["present"] > 0 or asset.filename in by_task
            continue
        assert seen["share"] + seen["present"] == 0
        if asset.fate in ("not_found", "no_demand"):
            assert max(seen["impression"], seen["open"] + seen["download"]) < 5
        else:
            assert seen["impression"] >= 8
            assert (seen["download"] > 0) == (asset.fate == "not_understood")


def test_spain_and_education_have_no_open_deals(tables: Tables) -> None:
    gone = {
        row["Id"] for row in tables["Account"] if row["BillingCountry"] == "Spain" or row["Industry"] == "Education"
    }

    assert gone
    assert not [row for row in tables["Opportunity"] if row["IsClosed"] == "0" and row["AccountId"] in gone]


def test_a_size_of_nothing_is_refused(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    from sameside.cli import main

    assert main(["demo-files", str(tmp_path / "x"), "--scale", "0"]) == 2
    assert capsys.readouterr().err == "sameside: --scale must be more than 0.\n"
    assert not (tmp_path / "x").exists()
