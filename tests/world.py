"""A small company with one of everything, for tests that visit every page."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from sameside.connectors.models import ImportFile, ImportRun
from sameside.conversations.models import Conversation, Kind, StageMapping
from sameside.crm.models import Activity, Campaign, Company, Contact, Deal, DealContact, StageChange, Touch
from sameside.leads.models import Lead
from sameside.library.models import Asset, AssetFacet, AssetPage, AssetVersion, Facet, Usage
from sameside.people.models import Person

START = datetime(2026, 3, 2, 9, tzinfo=UTC)


@dataclass(frozen=True)
class World:
    company: Company
    contact: Contact
    campaign: Campaign
    lead: Lead
    deal: Deal
    asset: Asset
    run: ImportRun


def build(owner: Person, marketer: Person) -> World:
    """Acme's won deal: a webinar lead of the marketer's campaign, worked by `owner`, helped by one asset."""
    source = {"source": "salesforce"}
    company = Company.objects.create(
        **source, external_id="001A", name="Acme Bank", industry="Banking", vertical="banking", country="Germany",
        language="de", owner=owner, created_at=START,
    )  # fmt: skip
    contact = Contact.objects.create(
        **source, external_id="003A", company=company, first_name="Cleo", last_name="Carter", title="CFO",
        email="cleo@acme.example", seniority="c-level", department="finance", created_at=START,
    )  # fmt: skip
    campaign = Campaign.objects.create(
        **source, external_id="701A", name="Spring webinar", kind="Webinar", channel="webinar", owner=marketer,
        actual_cost=Decimal(5000), created_at=START,
    )  # fmt: skip
    deal = Deal.objects.create(
        **source, external_id="006A", company=company, name="Acme core banking", stage="Closed Won",
        amount=Decimal(120000), owner=owner, created_at=START + timedelta(days=5),
        closed_at=START + timedelta(days=60), close_on=(START + timedelta(days=60)).date(), is_closed=True,
        is_won=True, campaign=campaign,
    )  # fmt: skip
    DealContact.objects.create(**source, external_id="00KA", deal=deal, contact=contact, role="Decision Maker")
    lead = Lead.objects.create(
        **source, external_id="00QA", first_name="Cleo", last_name="Carter", company_name="Acme Bank",
        email="cleo@acme.example", lead_source="Webinar", status="Closed - Converted", owner=owner, created_at=START,
        is_converted=True, converted_on=(START + timedelta(days=5)).date(), company=company, contact=contact,
        deal=deal, campaign=campaign, fate=Lead.Fate.WON, handed_over_at=START, attempts=1,
        first_attempt_at=START + timedelta(hours=3), won_amount=Decimal(120000),
    )  # fmt: skip
    changes = [
        StageChange.objects.create(
            **source, external_id=f"008{n}", deal=deal, stage=stage, at=START + timedelta(days=days), by=owner
        )
        for n, (stage, days) in enumerate((("Qualification", 5), ("Proposal/Price Quote", 30), ("Closed Won", 60)))
    ]
    StageMapping.objects.create(stage="Qualification", kind=Kind.RIGHT_PEOPLE, position=1)
    StageMapping.objects.create(stage="Proposal/Price Quote", kind=Kind.TANGIBLE_VALUE, position=2)
    StageMapping.objects.create(stage="Closed Won", closes="won", position=3)
    for kind, first, last in ((Kind.RIGHT_PEOPLE, 0, 1), (Kind.TANGIBLE_VALUE, 1, 2)):
        Conversation.objects.create(
            deal=deal, kind=kind, state=Conversation.State.SUCCEEDED, opened_at=changes[first].at,
            ended_at=changes[last].at, opened_by=changes[first], ended_by=changes[last], owner=owner,
        )  # fmt: skip
    asset = Asset.objects.create(
        title="Core banking business case", slug="core-banking-business-case", format="pdf", language="en",
        owner=marketer, created_at=START - timedelta(days=30), updated_at=START - timedelta(days=30), page_count=1,
        path="Banking/core-banking-business-case.pdf",
    )  # fmt: skip
    version = AssetVersion.objects.create(
        asset=asset, number=1, file="00/missing.pdf", filename="core-banking-business-case.pdf", sha256="0" * 64,
        bytes=1000, words=12, created_at=asset.created_at, created_by=marketer,
    )  # fmt: skip
    AssetPage.objects.create(version=version, number=1, text="What a core banking programme returns in three years.")
    for facet, value in ((Facet.CONVERSATION, Kind.TANGIBLE_VALUE), (Facet.VERTICAL, "banking")):
        AssetFacet.objects.create(asset=asset, facet=facet, value=value, reason="The title says so.")
    Activity.objects.create(
        **source, external_id="00TA", kind=Activity.Kind.EMAIL, subject="Core banking business case", owner=owner,
        at=START + timedelta(days=31), company=company, contact=contact, deal=deal,
    )  # fmt: skip
    for n, (channel, days, of_campaign, of_asset) in enumerate(
        (("webinar", 0, campaign, None), ("content-share", 31, None, asset))
    ):
        Touch.objects.create(
            **source, external_id=f"T{n}", occurred_at=START + timedelta(days=days), channel=channel, company=company,
            contact=contact, campaign=of_campaign, asset=of_asset,
        )  # fmt: skip
    Usage.objects.create(
        asset=asset, action=Usage.Action.SHARE, at=START + timedelta(days=31), person=owner, deal=deal,
        source="mention", external_id="A:1",
    )  # fmt: skip
    run = ImportRun.objects.create(
        connector="salesforce", origin="export", folder="gone", state=ImportRun.State.DONE, created_at=START,
        started_at=START, finished_at=START,
    )  # fmt: skip
    ImportFile.objects.create(run=run, name="Account.csv", recognised_as="Account", state=ImportFile.State.DONE)
    return World(company, contact, campaign, lead, deal, asset, run)
