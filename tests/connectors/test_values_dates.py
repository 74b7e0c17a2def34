"""Dates in every form, in zones that change their clocks, in columns that count days or seconds."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sameside.connectors import dates, values

BERLIN = ZoneInfo("Europe/Berlin")
MOMENTS = st.datetimes(min_value=datetime(1970, 1, 1), max_value=datetime(2068, 12, 31, 23, 59))  # noqa: DTZ001
MONTHS = {
    "%d. {} %Y": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "%d de {} de %Y": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "%d {} %Y": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "{} %d, %Y": "January February March April May June July August September October November December",
    "%d-{}-%y": "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec",
}


@given(MOMENTS, st.sampled_from(sorted(MONTHS)), st.booleans())
def test_names_of_months_in_four_languages(moment, form, timed):
    minute = (
        moment.replace(second=0, microsecond=0) if timed else moment.replace(hour=0, minute=0, second=0, microsecond=0)
    )
    month = MONTHS[form].split()[moment.month - 1]
    cell = minute.strftime(form).format(month) + (minute.strftime(" %H:%M") if timed else "")
    assert dates.parse(cell) == minute


@given(
    MOMENTS,
    st.sampled_from(("/", ".", "-")),
    st.booleans(),
    st.sampled_from(("", " %H:%M", " %I:%M %p", ", %I:%M:%S %p")),
)
def test_figures_in_both_orders(moment, mark, day_first, clock):
    moment = moment.replace(microsecond=0, second=moment.second if "S" in clock else 0)
    moment = moment if clock else moment.replace(hour=0, minute=0)
    order = ("%d", "%m") if day_first else ("%m", "%d")
    assert dates.parse(moment.strftime(mark.join((*order, "%Y")) + clock), day_first=day_first) == moment


@given(MOMENTS)
def test_counted_days_and_seconds(moment):
    second = moment.replace(microsecond=0, tzinfo=UTC)
    stamp = int(second.timestamp())
    serial = (second - datetime(1899, 12, 30, tzinfo=UTC)).total_seconds() / 86_400
    read = [values.Days(format="seconds").moment(str(stamp)), values.Days(format="milliseconds").moment(f"{stamp}000")]
    assert [*read, values.Days(format="excel").moment(repr(serial))] == [second.isoformat()] * 3


@given(st.text(max_size=20))
def test_any_text_is_a_date_or_refused(cell):
    for days in (values.Days(), values.Days(day_first=True, zone=BERLIN), values.Days(format="excel")):
        for read in (days.moment, days.day):
            try:
                read(cell)
            except ValueError as problem:
                assert str(problem)  # noqa: PT017


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("2024-01-19 10:00 CET", "2024-01-19T09:00:00+00:00"),
        ("2024-05-01 10:00 (UTC+2)", "2024-05-01T08:00:00+00:00"),
        ("Mon, 01 Jan 2024 10:00:00 GMT", "2024-01-01T10:00:00+00:00"),
        ("1.2.24 14.30 Uhr", "2024-02-01T14:30:00+00:00"),
        ("1er janvier 2024 14:30", "2024-01-01T14:30:00+00:00"),
        ("May 4, 2026, 9:00 AM", "2026-05-04T09:00:00+00:00"),
        ("2024/01/19", "2024-01-19T00:00:00+00:00"),
        ("20240119", "2024-01-19T00:00:00+00:00"),
        ("0000-00-00", None),
        ("N/A", None),
    ],
)
def test_times_as_systems_write_them(cell, expected):
    assert values.Days(day_first=True).moment(cell) == expected


@pytest.mark.parametrize("cell", ["24/03/02", "24-3-2", "2024/03/02", "2024-03-02"])
def test_the_year_may_come_first(cell):
    assert values.Days(format="year first").day(cell) == "2024-03-02"


@pytest.mark.parametrize("name", ["CST", "IST", "BST"])
def test_zones_of_several_meanings_are_refused(name):
    with pytest.raises(ValueError, match="several meanings"):
        values.Days().moment(f"2024-01-19 10:00 {name}")


def test_clocks_that_change():
    days = values.Days(zone=BERLIN)
    assert days.moment("2026-03-29 01:59:00") == "2026-03-29T00:59:00+00:00"
    assert days.moment("2026-03-29 02:30:00") == "2026-03-29T01:30:00+00:00"  # skipped: read by the old clock
    assert days.moment("2026-03-29 03:00:00") == "2026-03-29T01:00:00+00:00"
    assert days.moment("2026-10-25 02:30:00") == "2026-10-25T00:30:00+00:00"  # shown twice: the first
    assert days.moment("2026-10-25 03:00:00") == "2026-10-25T02:00:00+00:00"
    assert (days.skipped, days.repeated) == (1, 1)
    assert days.moment("2026-03-29T02:30:00Z") == "2026-03-29T02:30:00+00:00"
    assert days.day("2026-03-29 23:30") == "2026-03-29"


def test_a_column_that_counts_is_seen():
    for cells, counted in (
        (("45000", "45001.5"), "excel"),
        (("1700000000", "1700000001"), "seconds"),
        (("1700000000000",), "milliseconds"),
        (("45000", "2024-01-01"), ""),
        (("45000", "1700000000"), ""),
    ):
        order = dates.DayOrder()
        for cell in cells:
            order.look(cell)
        assert order.counted == counted
