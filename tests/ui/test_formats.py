"""Figures as people read them."""

from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.template import Context, Template
from django.utils.timezone import override

from sameside.kit.tables import Column, Table
from sameside.ui import formats, markup
from sameside.ui.cells import Badge


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, "–"),
        (0, "€0"),
        (Decimal("12.50"), "€12.50"),
        (Decimal("99.999"), "€100.00"),
        (4310.4, "€4,310"),
        (-250, "−€250"),
        (1_240_000, "€1.24M"),
        (2_000_000, "€2M"),
    ],
)
def test_money_is_compact_from_a_million_on_and_has_cents_below_a_hundred(value: object, shown: str) -> None:
    assert formats.money(value) == shown


def test_money_says_another_currency() -> None:
    assert formats.money(50, "USD") == "$50"
    assert formats.money(50, "NOK") == "NOK 50"


@pytest.mark.parametrize(
    ("value", "shown"), [(0.413, "41 %"), (1, "100 %"), (0.042, "4.2 %"), (0, "0 %"), (None, "–"), (-0.5, "-50 %")]
)
def test_percent_takes_a_share_of_one(value: object, shown: str) -> None:
    assert formats.percent(value) == shown


def test_durations_have_units() -> None:
    assert [formats.days(1), formats.days(3.25), formats.days(21.3)] == ["1 day", "3.2 days", "21 days"]
    assert [formats.hours(0.4), formats.hours(3.4), formats.hours(61.5)] == ["24 min", "3.4 h", "62 h"]


def test_compact_and_number() -> None:
    assert [formats.compact(950), formats.compact(1234), formats.compact(5_600_000)] == ["950", "1.2k", "5.6M"]
    assert [formats.number(1234567), formats.number(2.5), formats.number(None)] == ["1,234,567", "2.5", "–"]


def test_dates_come_from_rows_and_from_json_alike() -> None:
    assert formats.date(date(2026, 3, 2)) == "2 Mar 2026"
    assert formats.date("2026-03-02") == "2 Mar 2026"
    assert formats.moment(datetime(2026, 3, 2, 9, 5, tzinfo=UTC)) == "2 Mar 2026, 09:05 UTC"
    assert formats.moment("2026-03-02T09:05:00") == "2 Mar 2026, 09:05"
    with override("Europe/Berlin"):
        assert formats.moment(datetime(2026, 7, 2, 9, 5, tzinfo=UTC)) == "2 Jul 2026, 11:05 CEST"
    assert formats.due(datetime(2026, 3, 2, 9, 5, tzinfo=ZoneInfo("Asia/Dubai"))) == "Mon 2 Mar, 09:05 UTC+04"


def test_a_cell_escapes_text_and_keeps_a_badge() -> None:
    assert formats.cell("<b>", Column("a", "A")) == "&lt;b&gt;"
    assert formats.cell(Badge("<New>", "info"), Column("a", "A")) == '<span class="tag tag-info">&lt;New&gt;</span>'
    assert formats.cell(0.5, Column("a", "A", "percent")) == "50 %"


def test_a_table_links_its_first_cell_and_says_when_it_is_empty() -> None:
    columns = [Column("name", "Name"), Column("n", "Number", "number")]
    shown = markup.table(Table(columns, [{"name": "A&B", "n": 1200, "link": "/x/?a=1&b=2"}]))
    assert '<a class="row-link" href="/x/?a=1&amp;b=2">A&amp;B</a>' in shown
    assert '<td class="num" data-label="Number">1,200</td>' in shown
    assert "Nothing here." in markup.table(Table(columns, [], empty="Nothing here."))


def test_a_sparkline_needs_two_values() -> None:
    assert markup.sparkline([1], "One") == ""
    assert 'aria-label="Up &amp; up"' in markup.sparkline([1, None, 3], "Up & up")


def test_initials_and_tags_render_in_templates() -> None:
    template = Template('{{ name|initials }} {{ 0.413|percent }} {% stat "Won" name tone="good" %}')
    assert template.render(Context({"name": "Anna <Berg>"})) == (
        'A&lt; 41 % <div class="stat stat-good"><div class="stat-label">Won</div>'
        '<div class="stat-value">Anna &lt;Berg&gt;</div></div>'
    )
