"""The copy holds what credit is computed from, and follows every kind of change by writing again what changed."""

import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.db import connection

from sameside import cli
from sameside.attribution.copy import folder, lag, refreshing
from sameside.attribution.copy.contents import DEALS, TOUCHES
from sameside.crm.models import Campaign, Company, Deal, Touch
from sameside.identity import merging
from sameside.people.models import Person, Team
from tests.attribution.conftest import Story, asset, at, company, deal, lead, touch
from tests.conftest import NOW

FEBRUARY, OUTCOMES, PIPELINE = "touches/2026-02.parquet", "outcomes/outcomes.parquet", "pipeline/pipeline.parquet"


@pytest.fixture(autouse=True)
def place(settings: object, tmp_path: Path) -> Path:
    settings.DATA = tmp_path  # type: ignore[attr-defined]
    return tmp_path / "copy"


def written() -> tuple[str, ...]:
    done = refreshing.refresh()
    assert refreshing.refresh() == refreshing.Done((), (), 0)
    return (*done.written, *done.removed)


def held(name: str) -> list[dict[str, object]]:
    found: list[dict[str, object]] = pq.read_table(folder.place() / name).to_pylist()
    return found


def everything() -> dict[str, tuple[str, pa.Table]]:
    known = folder.known()
    return {name: (mark, pq.read_table(folder.place() / name)) for name, mark in known.items()}


def same_as_from_zero() -> None:
    before = everything()
    refreshing.rebuild()
    after = everything()
    assert before.keys() == after.keys()
    for name, (mark, table) in after.items():
        assert before[name][0] == mark, name
        assert before[name][1].equals(table), name


def test_touches_lie_in_files_of_months_and_deals_in_two(story: Story, bob: Person, place: Path) -> None:
    touch(story.acme, "1969-12-31", "email")
    Touch.objects.create(
        occurred_at=at("2026-02-03"), channel="email", source="test", external_id="T-nobody", company=None
    )
    assert written() == (
        OUTCOMES, PIPELINE, "touches/2025-09.parquet", "touches/2025-10.parquet", "touches/2025-11.parquet",
        "touches/2026-01.parquet", FEBRUARY,
    )  # fmt: skip
    [call] = held(FEBRUARY)
    number = Touch.objects.get(channel="sales-call").pk
    assert call == {
        "touch_id": number, "sequence": number, "company_id": story.acme.pk, "channel": "sales-call",
        "occurred_at": datetime(2026, 2, 1, tzinfo=UTC), "origin": "seller", "paid": False, "campaign_id": None,
        "asset_id": story.guide.pk, "contact_id": None, "team_id": bob.team_id, "cost": None,
    }  # fmt: skip
    assert [row["deal_id"] for row in held(OUTCOMES)] == [story.big.pk, story.early.pk, story.event.pk]
    assert [(row["deal_id"], row["amount"], row["closed_at"]) for row in held(PIPELINE)] == [
        (story.open.pk, 2000.0, None),
        (story.bare.pk, 0.0, None),
    ]


def test_only_its_owner_may_read_it_and_it_names_nobody(story: Story, place: Path) -> None:
    written()
    assert {oct(path.stat().st_mode & 0o777) for path in place.rglob("*") if path.is_dir()} == {"0o700"}
    assert {oct(path.stat().st_mode & 0o777) for path in place.rglob("*") if path.is_file()} == {"0o600"}
    texts = [field.name for content in (TOUCHES, DEALS) for field in content.schema if field.type == pa.string()]
    assert texts == ["channel", "origin"]


def test_each_kind_of_change_writes_what_it_touches(story: Story, bob: Person, alice: Person, gus: Person) -> None:
    written()
    touch(story.event.company, "2026-02-20", "webinar")
    assert written() == (FEBRUARY,)
    Touch.objects.filter(channel="webinar").update(current=False)
    assert written() == (FEBRUARY,)
    Deal.objects.filter(pk=story.big.pk).update(amount="9.99")
    assert written() == (OUTCOMES,)
    Deal.objects.filter(pk=story.open.pk).update(is_closed=True, closed_at=NOW)
    assert written() == (OUTCOMES, PIPELINE)
    assert [row["deal_id"] for row in held(PIPELINE)] == [story.bare.pk]
    lead(story.acme, "2024-12-01")
    assert written() == (OUTCOMES,)
    Person.objects.filter(pk=bob.pk).update(team=Team.objects.create(name="Sales West", side="sales"))
    assert written() == (FEBRUARY,)
    Campaign.objects.update(owner=alice)
    assert written() == ("touches/2025-10.parquet", "touches/2025-11.parquet")
    Deal.objects.filter(pk=story.big.pk).update(name="Another name", stage="Won")
    assert written() == ()
    merge = merging.merge(story.acme, story.event.company, by=gus, at=NOW)
    assert written() == (OUTCOMES, "touches/2026-01.parquet")
    assert held("touches/2026-01.parquet")[0]["company_id"] == story.acme.pk
    merging.undo(merge, by=gus, at=NOW)
    assert written() == (OUTCOMES, "touches/2026-01.parquet")
    same_as_from_zero()


def test_rows_that_an_undone_import_takes_away_leave_the_copy(story: Story) -> None:
    touch(story.acme, "2026-02-10", "email", created_by_run=77)
    touch(story.acme, "2024-05-10", "email", created_by_run=77)
    written()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL sameside.undoing = 'on'; DELETE FROM crm_touch WHERE created_by_run = 77")
    assert written() == (FEBRUARY, "touches/2024-05.parquet")
    assert len(held(FEBRUARY)) == 1
    same_as_from_zero()


@pytest.mark.parametrize("seed", [1, 2])
def test_refreshed_through_any_changes_it_is_as_made_from_zero(seed: int, story: Story, gus: Person) -> None:
    drawn = random.Random(seed)
    merges: list[object] = []
    guide = asset("Price list", "price-list")
    for number in range(12):
        for _ in range(drawn.randint(1, 4)):
            day = (NOW - timedelta(days=drawn.randint(0, 500))).date().isoformat()
            companies = list(Company.objects.unmerged().order_by("pk"))
            one = drawn.choice(companies)
            match drawn.randint(0, 8):
                case 0 | 1 | 2:
                    touch(one, day, drawn.choice(["email", "event", "meeting"]), asset=drawn.choice([None, guide]),
                          created_by_run=number)  # fmt: skip
                case 3:
                    deal(drawn.choice([one, None]), "New", "7.50", won=drawn.choice(["", day]))
                case 4:
                    Deal.objects.filter(pk=drawn.choice(list(Deal.objects.all())).pk).update(amount=drawn.random() * 99)
                case 5:
                    company(f"Company {number}")
                case 6:
                    Touch.objects.filter(created_by_run=drawn.randint(0, number), current=True).update(current=False)
                case 7:
                    with connection.cursor() as cursor:
                        cursor.execute(
                            "SET LOCAL sameside.undoing = 'on'; DELETE FROM crm_touch WHERE created_by_run = %s",
                            [drawn.randint(0, number)],
                        )
                case 8:
                    if merges and drawn.random() < 0.5:
                        merging.undo(merges.pop(), by=gus, at=NOW)  # type: ignore[arg-type]
                    elif len(companies) > 1:
                        kept, merged = drawn.sample(companies, 2)
                        merges.append(merging.merge(kept, merged, by=gus, at=NOW))
        refreshing.refresh()
    same_as_from_zero()


def test_a_refresh_killed_at_any_file_is_finished_by_the_next(story: Story, place: Path) -> None:
    written()
    old = {path: path.read_bytes() for path in place.rglob("*") if path.is_file()}
    touch(story.acme, "2026-02-10", "email")
    touch(story.acme, "2026-04-10", "email")
    Deal.objects.filter(pk=story.big.pk).update(amount="1.00")
    refreshing.refresh()
    new = {path: path.read_bytes() for path in place.rglob("*") if path.is_file()}
    changed = sorted(path for path in new if new[path] != old.get(path) and path.suffix == ".parquet")
    assert len(changed) == 3
    for reached in range(len(changed) + 1):
        for path in changed[reached:]:
            path.unlink()
            if path in old:
                path.write_bytes(old[path])
        (place / ".aside").mkdir()
        (place / ".aside" / "touch_id-1.arrow").write_bytes(b"half")
        left = tuple(path.relative_to(place).as_posix() for path in changed[reached:])
        assert written() == left
        assert {path: path.read_bytes() for path in place.rglob("*.parquet")} == {
            path: body for path, body in new.items() if path.suffix == ".parquet"
        }
        assert not (place / ".aside").exists()


def test_a_file_that_is_damaged_or_another_s_is_written_again(story: Story, place: Path) -> None:
    written()
    (place / FEBRUARY).write_bytes((place / FEBRUARY).read_bytes()[:-9])
    pq.write_table(pa.table({"a": [1]}), place / OUTCOMES)
    (place / "touches" / "2001-01.parquet").write_bytes(b"")
    assert written() == (OUTCOMES, FEBRUARY, "touches/2001-01.parquet")
    same_as_from_zero()


def test_how_far_it_is_behind_is_told(story: Story, capsys: pytest.CaptureFixture[str], place: Path) -> None:
    assert cli.main(["copy", "status"]) == 3
    assert "There is no copy" in capsys.readouterr().out
    assert cli.main(["copy", "rebuild"]) == 0
    assert "7 files with 10 rows written" in capsys.readouterr().out
    summary = folder.summary()
    assert summary is not None
    assert lag.newer(summary) == 0
    touch(story.acme, "2026-02-10", "email")
    touch(story.acme, "2026-02-11", "email")
    assert lag.newer(summary) == 2
    assert cli.main(["copy", "status"]) == 3
    said = capsys.readouterr().out
    assert "10 rows" in said
    assert f"Behind by 2 rows or more in 1 file:\n  {FEBRUARY}\n" in said
    assert cli.main(["copy", "refresh"]) == 0
    assert "touches/2026-02.parquet: 3 rows" in capsys.readouterr().out
    assert cli.main(["copy", "refresh"]) == 0
    assert capsys.readouterr().out == "Nothing changed.\n"
    assert cli.main(["copy", "status"]) == 0
    assert capsys.readouterr().out.endswith("Up to date.\n")


def test_a_folder_that_cannot_be_written_is_said(story: Story, capsys: pytest.CaptureFixture[str], place: Path) -> None:
    place.write_text("no folder")
    assert cli.main(["copy", "refresh"]) == 1
    assert capsys.readouterr().err.startswith("sameside: the copy cannot be written: ")


def test_the_command_that_credits_parquet_reads_it(
    story: Story, capsys: pytest.CaptureFixture[str], place: Path
) -> None:
    lost = deal(story.event.company, "Lost", "70.00", won="2026-03-05")
    Deal.objects.filter(pk=lost.pk).update(is_won=False)
    written()
    given = [
        "attribute",
        "--touches",
        f"{place}/touches",
        "--outcomes",
        f"{place}/outcomes",
        "--models",
        "linear,first",
    ]
    assert cli.main([*given, "--lookback-days", "365"]) == 0
    said = [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]
    assert said[0] == "3 outcomes succeeded and brought 10,600.01; before 1 of them, with 100.01, there was no touch."
    assert said[3:7] == ["email 5,000 0", "paid-search 2,500 10,000", "sales-call 2,500 0", "event 500 500"]
    assert cli.main([*given, "--by", "campaign_id,team_id"]) == 0
