"""The pages of business hours, and who may change what on them."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sameside.leads.clock import absences, changing
from sameside.leads.models import Absence, Calendar, Holiday, HoursChange, WorkingPlace
from sameside.people.models import Person
from tests.conftest import NOW, signed_in
from tests.leads.agreed import office_hours
from tests.leads.clock.test_changing import ICS, WEEK

FILLED = {
    "name": "Berlin",
    "zone": "Europe/Berlin",
    **{f"from-{day}-0": "9" for day in range(5)},
    **{f"to-{day}-0": "17:00" for day in range(5)},
    "from-5-0": "20:00",
    "to-5-0": "0:00",
}


def text(response: object) -> str:
    return " ".join(response.content.decode().split())  # type: ignore[attr-defined]


def test_an_administrator_makes_a_calendar(gus: Person) -> None:
    client = signed_in(gus)
    assert "This holds until a calendar is made" in text(client.get("/leads/hours/"))
    assert 'value="17:00"' in text(client.get("/leads/hours/calendars/new/"))
    answer = client.post("/leads/hours/calendars/new/", FILLED)
    calendar = Calendar.objects.get()
    assert answer.url == f"/leads/hours/calendars/{calendar.pk}/"
    assert calendar.is_default
    assert calendar.week[5] == [["20:00", "24:00"]]
    page = text(client.get(answer.url))
    assert "Monday to Friday 9:00 to 17:00, Saturday 20:00 to 24:00" in page
    assert 'value="24:00"' in page


def test_what_is_refused_stays_filled_in(gus: Person) -> None:
    answer = signed_in(gus).post("/leads/hours/calendars/new/", {**FILLED, "to-0-0": "800"})
    page = text(answer)
    assert "Monday: 09:00 to 08:00 ends before it begins." in page
    assert 'value="Berlin"' in page
    assert 'value="800"' in page
    assert not Calendar.objects.exists()


def test_the_preview_says_when_a_lead_would_be_due(gus: Person) -> None:
    page = text(signed_in(gus).post("/leads/hours/calendars/preview/", {**FILLED, "from-5-0": "", "to-5-0": ""}))
    assert "With 2 business hours to accept or return it." in page
    assert "16:40</strong>" in page
    assert "10:40</strong>" in page
    assert not Calendar.objects.exists()
    assert "is not a time zone" in text(signed_in(gus).post("/leads/hours/calendars/preview/", {"zone": "x"}))


def test_holidays_come_by_paste_and_by_file(gus: Person) -> None:
    calendar, client = office_hours(), signed_in(gus)
    address = f"/leads/hours/calendars/{calendar.pk}/holidays/"
    client.post(address, {"lines": "2026-12-24 Christmas Eve 9:00-12:00"})
    assert Holiday.objects.get().hours == [["9:00", "12:00"]]
    client.post(address, {"file": SimpleUploadedFile("h.ics", ICS)})
    assert Holiday.objects.count() == 9
    page = text(client.get(f"/leads/hours/calendars/{calendar.pk}/"))
    assert "Left out: 1 entry with a time of day, repetitions of 1 entry." in page
    assert "Christmas Eve" in page
    assert "does not begin with a date" in text(client.post(address, {"lines": "Christmas"}))
    client.post(f"{address}{Holiday.objects.earliest('on').pk}/removal/")
    assert Holiday.objects.count() == 8


def test_the_last_change_can_be_undone_from_every_page(gus: Person, bob: Person) -> None:
    client = signed_in(gus)
    client.post("/leads/hours/calendars/new/", FILLED)
    place = {"calendar": Calendar.objects.get().pk, "capacity": "12", "is_taking": "on"}
    client.post(f"/leads/hours/people/{bob.pk}/place/", place)
    assert "Changed how leads reach Bob." in text(client.get("/leads/hours/"))
    change = HoursChange.objects.latest("pk")
    client.post(f"/leads/hours/changes/{change.pk}/undoing/")
    assert WorkingPlace.objects.get().capacity is None
    assert "undone by Gus" in text(client.get(f"/leads/hours/people/{bob.pk}/"))


def test_the_count_of_moved_due_times_is_shown(gus: Person) -> None:
    calendar = office_hours()
    change = changing.save_calendar(calendar, name="A", zone="UTC", hours=WEEK, by=gus, at=NOW)
    client = signed_in(gus)
    assert "Due times are being set anew" in text(client.get("/leads/hours/"))
    HoursChange.objects.filter(pk=change.pk).update(due_of=40, due_moved=3, settled_at=NOW)
    line = text(client.get(f"/leads/hours/changes/{change.pk}/"))
    assert "3 of 40 open hand-overs have other due times." in line
    assert "hx-get" not in line


def test_a_seller_sees_everything_and_changes_their_own(bob: Person, colleague: Person, gus: Person) -> None:
    calendar, client = office_hours(), signed_in(bob)
    for path in ("", f"calendars/{calendar.pk}/", "people/", f"people/{colleague.pk}/", "absences/"):
        assert client.get(f"/leads/hours/{path}").status_code == 200
    for path in ("calendars/new/", f"calendars/{calendar.pk}/week/", f"people/{bob.pk}/place/"):
        assert client.post(f"/leads/hours/{path}", FILLED).status_code == 403
    days = {"starts_on": "2026-12-21", "ends_on": "2026-12-31", "cover": colleague.pk}
    client.post("/leads/hours/absences/entry/", days)
    (absence,) = Absence.objects.all()
    assert (absence.person, absence.cover) == (bob, colleague)
    client.post("/leads/hours/absences/entry/", {**days, "person": colleague.pk, "cover": ""})
    assert Absence.objects.count() == 1, "nobody enters another's"
    client.post(f"/leads/hours/people/{bob.pk}/taking/", {"taking": "no"})
    assert not WorkingPlace.objects.get(person=bob).is_taking
    client.post(f"/leads/hours/people/{colleague.pk}/taking/", {"taking": "no"})
    assert not WorkingPlace.objects.filter(person=colleague).exists()
    client.post(f"/leads/hours/absences/{absence.pk}/cancellation/")
    absence.refresh_from_db()
    assert absence.cancelled_at is not None


def test_an_editor_and_somebody_without_a_role_are_refused(dora: Person, charlie: Person) -> None:
    assert signed_in(dora).get("/leads/hours/").status_code == 403
    assert signed_in(charlie).get("/leads/hours/").status_code == 403


def test_a_refused_absence_stays_filled_in(bob: Person) -> None:
    page = text(
        signed_in(bob).post("/leads/hours/absences/entry/", {"starts_on": "2026-12-21", "ends_on": "2026-12-20"})
    )
    assert "The last day is before the first." in page
    assert 'value="2026-12-21"' in page


@pytest.mark.parametrize("path", ["/leads/hours/", "/leads/hours/people/", "/leads/hours/absences/"])
def test_the_queries_do_not_grow_with_the_rows(gus: Person, bob: Person, colleague: Person, path: str) -> None:
    client = signed_in(gus)
    calendar = office_hours()
    absences.enter(bob, starts_on=date(2027, 1, 4), ends_on=date(2027, 1, 8), cover=None, note="", by=gus, at=NOW)
    changing.set_place(bob, {"calendar": calendar.pk}, by=gus, at=NOW)
    client.get(path)
    with CaptureQueriesContext(connection) as few:
        client.get(path)
    for number in range(6):
        one = Person.objects.create_user(f"s{number}@example.com", None, name=f"S{number}", role="seller")
        other = changing.save_calendar(None, name=f"C{number}", zone="UTC", hours=WEEK, by=gus, at=NOW).calendar
        assert other is not None
        changing.add_holidays(other, [changing.Day(date(2030, 1, 1), "New Year")], by=gus, at=NOW)
        changing.set_place(one, {"calendar": other.pk}, by=gus, at=NOW)
        absences.enter(one, starts_on=date(2027, 1, 4), ends_on=date(2027, 1, 8), cover=None, note="", by=gus, at=NOW)
    with CaptureQueriesContext(connection) as many:
        client.get(path)
    assert len(many) == len(few)
