"""What goes with a lead: what they did and read, as the reader may see it, and a first conversation with its reason."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from sameside.crm.models import Campaign, CampaignMember, Touch
from sameside.leads.handover import carrying, opening
from sameside.leads.handover.handing import hand_over
from sameside.leads.models import Lead
from sameside.people.models import Person
from tests.conftest import NOW, signed_in
from tests.leads.routing.routes import lead, qualified
from tests.library.shelf import shelve


def _touch(of: Lead, at: datetime, channel: str = "website", **more: Any) -> Touch:
    number = Touch.objects.count()
    return Touch.objects.create(lead=of, occurred_at=at, channel=channel, source="t", external_id=f"T{number}", **more)


def test_it_tells_what_they_did_and_read(alice: Person, bob: Person) -> None:
    one = lead()
    paper = shelve("Security paper")
    webinar = Campaign.objects.create(source="t", external_id="C1", name="Spring webinar", channel="webinar")
    CampaignMember.objects.create(
        source="t", external_id="M1", campaign=webinar, lead=one, responded=True, at=NOW - timedelta(days=9)
    )
    _touch(one, NOW - timedelta(days=5), asset=paper)
    _touch(one, NOW - timedelta(days=2), asset=paper)
    _touch(one, NOW - timedelta(days=9), "webinar", campaign=webinar)
    _touch(one, NOW - timedelta(days=1), "sales-call")
    hand_over(one, bob, by=alice, at=NOW, note="Call today.")

    carried = carrying.of(one, bob, at=NOW)

    assert [(piece.title, piece.times) for piece in carried.read] == [("Security paper", 2)]
    assert carried.pages.startswith("Which pages they read, and for how long, is not known")
    assert [(did.label, did.times, did.about) for did in carried.did][1:] == [("Webinar", 1, "Spring webinar")]
    assert [(joined.campaign, joined.responded) for joined in carried.joined] == [("Spring webinar", True)]
    assert carried.handover is not None
    assert carried.handover.note == "Call today."
    assert carrying.in_short(one, at=NOW) == "3 touches, last: Website on 30 May; read 1 piece of content."


def test_where_nothing_is_known_it_says_so(alice: Person) -> None:
    carried = carrying.of(lead(), alice, at=NOW)

    assert carried.nothing
    assert carried.pages == ""
    assert carrying.in_short(lead(), at=NOW) == "Nothing is known yet of what they did."


def test_why_it_qualified_is_kept(alice: Person) -> None:
    kept = qualified()
    kept.reasons = ["Country is Germany"]
    kept.save()

    found = carrying.of(kept.lead, alice, at=NOW).qualified

    assert found is not None
    assert (found.segment, found.reasons) == ("everybody", ["Country is Germany"])


@pytest.mark.parametrize(
    ("seniority", "kind", "why"),
    [
        ("c-level", "tailored_pov", "It is the first conversation, and their title says somebody of the board"),
        ("staff", "right_people", "Their title says one of the staff: find out together who decides."),
        ("", "tailored_pov", "It is the first conversation; nothing is known yet that says otherwise."),
    ],
)
def test_the_title_says_which_conversation_comes_first(db: None, seniority: str, kind: str, why: str) -> None:
    found, because = opening.conversation(lead(seniority=seniority), [], at=NOW)

    assert found == kind
    assert because.startswith(why)


def test_who_reads_ahead_is_met_there(db: None) -> None:
    calculator = shelve("Value calculator", conversation="tangible_value")
    lately, long_ago = NOW - timedelta(days=5), NOW - timedelta(days=200)

    kind, why = opening.conversation(lead(), [(calculator.pk, lately)], at=NOW)

    assert kind == "tangible_value"
    assert why == "They read 1 piece made for this conversation already, last on 27 May."
    assert opening.conversation(lead(), [(calculator.pk, long_ago)], at=NOW)[0] == "tailored_pov"
    assert opening.conversation(lead(), [(calculator.pk, long_ago)] * 2, at=NOW)[0] == "tangible_value"


def test_content_for_every_conversation_says_nothing(db: None) -> None:
    kinds = ["tailored_pov", "right_people", "relevant_meeting", "tangible_value"]
    overview = shelve("Overview", conversation=kinds)

    assert opening.conversation(lead(), [(overview.pk, NOW)], at=NOW)[0] == "tailored_pov"


def test_the_page_of_a_lead_brings_it_after_itself(alice: Person, bob: Person, colleague: Person) -> None:
    one = lead()
    hand_over(one, bob, by=alice, at=NOW, note="Call today.")
    part = f"/leads/{one.pk}/carried/"

    assert f'hx-get="{part}" hx-trigger="load"' in signed_in(bob).get(f"/leads/{one.pk}/").content.decode()
    alone = signed_in(bob).get(part).content.decode()
    swapped = signed_in(bob).get(part, headers={"HX-Request": "true"}).content.decode()
    assert [tag in alone for tag in ("<blockquote", "</html>")] == [True, True]
    assert [tag in swapped for tag in ("<blockquote", "</html>")] == [True, False]
    assert signed_in(colleague).get(part).status_code == 404
