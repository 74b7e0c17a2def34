"""What is not configured yet, in the order in which an administrator would do it."""

from collections.abc import Sequence
from dataclasses import dataclass

from sameside.conversations.models import StageMapping
from sameside.crm.models import Deal
from sameside.leads.models import Lead
from sameside.library.models import Asset, Usage
from sameside.people.models import Person


@dataclass(frozen=True)
class Step:
    """`command` does on the command line what the page at `url` does."""

    title: str
    text: str
    url: str
    label: str
    command: str
    done: bool


def has_crm() -> bool:
    return Deal.objects.exists() or Lead.objects.exists()


def has_content() -> bool:
    return Asset.objects.exists()


def steps() -> Sequence[Step]:
    """Seven bounded questions: does a row exist that still waits for somebody?"""
    unconfirmed = StageMapping.objects.filter(confirmed_at=None).exists()
    proposed = Asset.objects.filter(status=Asset.Status.ACTIVE, facets_confirmed=False).exists()
    without_role = Person.objects.get_queryset().filter(is_active=True, role="").exists()
    return (
        Step(
            "Bring in your CRM",
            "Accounts, contacts, leads, opportunities with history, campaigns, activities, as Salesforce exports them.",
            "/imports/new/",
            "Import CRM data",
            "sameside import salesforce FOLDER",
            has_crm(),
        ),
        Step(
            "Bring in your content",
            "A folder of PDF, PowerPoint, Word, HTML and Markdown files. Text and pages are read, facets proposed.",
            "/imports/new/",
            "Import content",
            "sameside import content FOLDER",
            has_content(),
        ),
        Step(
            "Confirm how stages become conversations",
            "A mapping was proposed for the stages found. Conversations are as right as it is.",
            "/conversations/stages/",
            "Look at the mapping",
            "",
            not unconfirmed,
        ),
        Step(
            "Confirm the facets of your content",
            "Proposals wait for a yes: what each asset is for, and for whom.",
            "/library/proposals/",
            "Go through the proposals",
            "",
            not proposed,
        ),
        Step(
            "Give people their roles",
            "Somebody from the CRM has no role yet and can not sign in.",
            "/people/?role=none",
            "Give roles",
            "sameside person EMAIL --role seller",
            not without_role,
        ),
        Step(
            "Let use be recorded",
            "Searches, opens and shares are recorded from the first day; earlier ones come in from a file.",
            "/library/",
            "Open the library",
            "sameside import usage FILE.csv",
            Usage.objects.exists(),
        ),
    )
