"""E-mail events of marketing automation: whom they reached, which clicks are touches, who cannot be written to."""

from pathlib import Path

import pytest

from sameside.connectors import runs
from sameside.connectors.emails import rules
from sameside.connectors.models import ImportFile, ImportRun
from sameside.crm.models import Campaign, CampaignMember, Contact, EmailEvent, Touch
from sameside.identity.models import SourceMerge
from sameside.leads.models import Lead
from tests.connectors.exports import NOW

pytestmark = pytest.mark.django_db

LEADS = """id,created_at,updated_at,email,first_name,last_name
1,2019-12-29 08:15:15.000,2020-05-13 23:43:24.000,ANA@acme.example,Ana,Ruiz
2,2019-12-29 08:16:18.000,2020-05-13 17:52:16.000,leo@acme.example,Leo,Lang
"""
CLICKS = """\ufeffactivity_date,activity_type_id,campaign_id,email_template_id,id,lead_id,link,primary_attribute_value
2020-04-30 08:05:11.000,11,2522,1810,101,1,https://us.example/a,Invite
2020-04-30 08:06:19.000,11,2522,1810,102,1,https://us.example/b,Invite
2020-04-30 08:05:03.000,11,2522,1810,103,2,https://us.example/a,Invite
2020-04-30 09:00:00.000,11,2522,1810,104,99,https://us.example/a,Invite
"""
DELIVERED = """activity_date,activity_type_id,campaign_id,id,lead_id,primary_attribute_value
2020-04-30 08:00:00.000,7,2522,201,1,Invite
2020-04-30 08:05:00.000,7,2522,202,2,Invite
"""
BOUNCED = """activity_date,activity_type_id,campaign_id,category,details,email,id,lead_id,primary_attribute_value
2020-05-08 17:45:53.000,8,2681,2,550 no such user,leo@acme.example,301,2,News
2020-05-08 17:45:53.000,8,2681,1,blocked,ana@acme.example,302,1,News
"""
UNSUBSCRIBED = """activity_date,activity_type_id,campaign_id,id,lead_id,primary_attribute_value
2020-05-14 03:02:52.000,9,2594,401,1,News
"""
MARKETO = {"marketo_lead.csv": LEADS, "clicks.csv": CLICKS, "delivered.csv": DELIVERED}
HUBSPOT_EVENTS = """id,app_id,created,email_campaign_id,type,filtered_event,recipient
e1,1,2020-03-16 19:00:00,75,SENT,,Ana@acme.example
e2,1,2020-03-16 19:05:00,75,CLICK,false,Ana@acme.example
e3,1,2020-03-16 19:06:00,75,CLICK,true,leo@acme.example
e4,1,2020-03-17 10:00:00,75,BOUNCE,,shared@acme.example
e5,1,2020-03-17 10:00:00,75,MELTED,,ana@acme.example
"""
HUBSPOT_CLICKS = """id,_fivetran_synced,referer,browser,location,ip_address,url,user_agent
e2,2020-03-16 19:10:00,,,,,https://us.example/offer,Mozilla
e9,2020-03-16 19:10:00,,,,,https://us.example/none,Mozilla
"""
HUBSPOT_CAMPAIGNS = """id,app_id,content_id,type,name,subject
75,1,11,BATCH_EMAIL,,Our offer
"""
SENDGRID = """email,event,timestamp,url,reason
ana@acme.example,delivered,2026-05-01T10:00:00Z,,
ana@acme.example,click,2026-05-01T10:00:02Z,https://us.example/1,
leo@acme.example,click,2026-05-01T11:00:00Z,https://us.example/1,
leo@acme.example,click,2026-05-01T11:00:01Z,https://us.example/2,
leo@acme.example,click,2026-05-01T11:00:02Z,https://us.example/3,
new@acme.example,bounce,2026-05-01T11:00:02Z,,550 unknown user
"""


def bring_in(folder: Path, files: dict[str, str]) -> ImportRun:
    folder.mkdir(exist_ok=True, parents=True)
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return runs.execute(runs.create("emails", folder, origin="events", by=None, at=NOW).pk)


def counts(run: ImportRun, name: str) -> tuple[int, int, int, int]:
    file = run.files.get(name=name)
    return file.created, file.updated, file.unchanged, file.refused


@pytest.fixture
def people(db: None) -> dict[str, Contact]:
    people = [("ana", "ana@acme.example"), ("leo", "leo@acme.example"), ("x", "shared@acme.example")]
    made = {
        name: Contact.objects.create(source="salesforce", external_id=name, last_name=name, email=email)
        for name, email in people
    }
    Contact.objects.create(source="salesforce", external_id="y", last_name="y", email="shared@acme.example")
    return made


def test_marketo_clicks_become_one_touch_unless_a_machine_clicked(tmp_path):
    first, again = (bring_in(tmp_path, MARKETO) for _ in range(2))
    assert counts(first, "clicks.csv") == (4, 0, 0, 0)
    assert counts(again, "clicks.csv") == (0, 0, 4, 0)
    assert list(Touch.objects.filter(external_id__startswith="EmailEvent").values_list("external_id", "channel")) == [
        ("EmailEvent:101", "email")
    ]
    suspected = EmailEvent.objects.exclude(suspicion="").get()
    assert (suspected.external_id, suspected.suspicion) == ("103", "Within 10 seconds of the delivery")


def test_a_lead_that_comes_later_gets_its_events(tmp_path):
    bring_in(tmp_path / "a", {"clicks.csv": CLICKS})
    assert not EmailEvent.objects.filter(lead__isnull=False).exists()
    bring_in(tmp_path / "b", {"marketo_lead.csv": LEADS})
    assert EmailEvent.objects.get(external_id="101").lead == Lead.objects.get(external_id="1")
    assert Touch.objects.filter(external_id="EmailEvent:101", lead__external_id="1").exists()


def test_the_latest_event_says_who_can_be_written_to(tmp_path):
    bring_in(tmp_path / "a", {"marketo_lead.csv": LEADS, "bounced.csv": BOUNCED, "unsubscribed.csv": UNSUBSCRIBED})
    assert dict(Lead.objects.values_list("external_id", "email_status")) == {"1": "unsubscribed", "2": "bounced"}
    later = DELIVERED.replace("2020-04-30 08", "2020-06-30 08")
    bring_in(tmp_path / "b", {"delivered.csv": later})
    assert dict(Lead.objects.values_list("external_id", "email_status")) == {"1": "unsubscribed", "2": ""}


def test_leads_that_marketo_merged_or_deleted(tmp_path):
    merges = "id,activity_date,activity_type_id,lead_id,merge_ids\n1,2020-05-07 22:45:08,32,1,[2]\n"
    deletes = "id,activity_date,activity_type_id,lead_id\n2,2020-05-14 00:28:21,29,2\n3,2020-05-14 00:28:21,29,77\n"
    run = bring_in(tmp_path, {"marketo_lead.csv": LEADS, "merges.csv": merges, "deletes.csv": deletes})
    assert list(SourceMerge.objects.values_list("kept_external_id", "merged_external_id")) == [("1", "2")]
    assert counts(run, "deletes.csv") == (0, 1, 0, 1)
    assert Lead.objects.get(external_id="2").deleted_in_source
    assert run.files.get(name="deletes.csv").reasons == {"the lead is not here": 1}


def test_hubspot_events_find_people_by_address_and_details_fill_them(people, tmp_path):
    files = {"event.csv": HUBSPOT_EVENTS, "click.csv": HUBSPOT_CLICKS, "campaign.csv": HUBSPOT_CAMPAIGNS}
    first, again = (bring_in(tmp_path, files) for _ in range(2))
    assert counts(first, "event.csv") == (4, 0, 0, 0)
    assert "1 rows are no events of e-mails and left out: MELTED (1)" in first.files.get(name="event.csv").note
    assert counts(first, "click.csv") == (0, 1, 0, 1)
    assert counts(again, "event.csv") == (0, 0, 4, 0)
    assert counts(again, "click.csv") == (0, 0, 1, 1)
    click = EmailEvent.objects.get(external_id="e2")
    assert (click.contact, click.url) == (people["ana"], "https://us.example/offer")
    assert (click.campaign.name, click.campaign.channel) == ("Our offer", "email")
    assert Touch.objects.get().contact == people["ana"]


def test_an_address_of_several_people_glues_nobody(people, tmp_path):
    bring_in(tmp_path, {"event.csv": HUBSPOT_EVENTS})
    bounce = EmailEvent.objects.get(external_id="e4")
    assert (bounce.contact_id, bounce.address) == (None, "shared@acme.example")
    assert not Contact.objects.exclude(email_status="").exists()


def test_any_table_of_events_is_read_by_its_words(people, tmp_path):
    first, again = (bring_in(tmp_path, {"events.csv": SENDGRID}) for _ in range(2))
    assert counts(first, "events.csv") == (6, 0, 0, 0)
    assert counts(again, "events.csv") == (0, 0, 6, 0)
    reasons = list(EmailEvent.objects.exclude(suspicion="").order_by("at").values_list("suspicion", flat=True))
    assert reasons == ["Within 10 seconds of the delivery", *["3 links or more of one e-mail within 10 seconds"] * 3]
    assert not Touch.objects.exists()
    assert EmailEvent.objects.get(kind="bounced").permanent


def test_members_of_a_list(tmp_path):
    lists = "id,is_crm_visible,is_dynamic,is_public,name,title,created_at\n11,false,false,false,Friends,,2019-05-01\n"
    members = (
        "id,created_at,list_id,opted_out,prospect_id\n7,2020-03-11 17:22:29 UTC,11,false,1\n8,2020-03-11,12,false,1\n"
    )
    run = bring_in(tmp_path, {"list.csv": lists, "members.csv": members})
    assert counts(run, "members.csv") == (1, 0, 0, 1)
    assert (Campaign.objects.get().kind, CampaignMember.objects.get().status) == ("List", "On the list")
    assert run.files.get(name="members.csv").reasons == {"the list is not here": 1}


def test_other_activities_in_the_table_are_left_out_and_said(tmp_path):
    rows = (
        "id,campaign_id,created_at,email_id,list_email_id,prospect_id,type,type_name,visitor_id,details\n"
        "1,7,2019-03-29 07:24:17 UTC,58,58,9,13,Email,3,\n2,7,2019-03-29 07:24:17 UTC,,,9,8,New Opportunity,,\n"
    )
    run = bring_in(tmp_path, {"activity.csv": rows})
    assert counts(run, "activity.csv") == (1, 0, 0, 0)
    assert "1 rows are no events of e-mails and left out: New Opportunity (1)" in run.files.get().note


def test_a_prospect_who_opted_out_stays_so_when_the_export_comes_again(tmp_path):
    header = "id,email,first_name,last_name,created_at,crm_contact_fid,crm_lead_fid,prospect_account_id,opted_out\n"
    row = "9,Pia@acme.example,Pia,Post,2019-07-12 09:50:36 UTC,,,5,"
    bring_in(tmp_path, {"prospect.csv": f"{header}{row}false\n"})
    changed = bring_in(tmp_path, {"prospect.csv": f"{header}{row}true\n"})
    again = bring_in(tmp_path, {"prospect.csv": f"{header}{row}true\n"})
    assert (counts(changed, "prospect.csv"), counts(again, "prospect.csv")) == ((0, 1, 0, 0), (0, 0, 1, 0))
    lead = Lead.objects.get()
    assert (lead.email, lead.email_status, lead.status) == ("pia@acme.example", "unsubscribed", "Opted out")


def test_what_is_not_needed_says_why(tmp_path):
    changes = "activity_date,activity_type_id,id,lead_id,new_value,old_value\n2020-05-06 00:14:31,13,1,2,a,b\n"
    run = bring_in(tmp_path, {"changes.csv": changes, "clicks.csv": CLICKS})
    ignored = run.files.get(name="changes.csv")
    assert (ignored.state, ignored.note) == (
        ImportFile.State.IGNORED, "Changes of a lead's fields; the lead has what they came to."
    )  # fmt: skip


@pytest.mark.parametrize(
    ("word", "kind"),
    [("Hard Bounce", "bounced"), ("spam_report", "spam"), ("Geöffnet", "opened"), ("open", "opened"), ("Called", None)],
)
def test_words_for_events(word, kind):
    assert rules.kind(word) == kind
