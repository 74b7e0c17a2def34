"""What is not configured yet, in the order in which an administrator would do it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sameside.kit import sql


@dataclass(frozen=True)
class Step:
    """`command` does on the command line what the page at `url` does."""

    title: str
    text: str
    url: str
    label: str
    command: str
    done: bool


@dataclass(frozen=True)
class Ready:
    """Whether there is anything at all, and the steps; none for who is not told of them."""

    is_empty: bool
    steps: Sequence[Step]


_ASKED = """
SELECT EXISTS (SELECT FROM crm_deal) OR EXISTS (SELECT FROM leads_lead) AS crm,
    EXISTS (SELECT FROM library_asset) AS content,
    %(steps)s AND NOT EXISTS (SELECT FROM conversations_stagemapping WHERE confirmed_at IS NULL) AS stages,
    %(steps)s AND NOT EXISTS (
        SELECT FROM library_asset WHERE NOT facets_confirmed AND status = 'active'
    ) AS facets,
    %(steps)s AND NOT EXISTS (SELECT FROM people_person WHERE is_active AND role = '') AS roles,
    %(steps)s AND EXISTS (SELECT FROM library_usage) AS usage
"""
"""Does a row exist, does one still wait for somebody? Asked with every visit of Today."""


def look(*, steps: bool) -> Ready:
    """What is there and, when `steps` are wanted, what is done of them."""
    done = sql.row(_ASKED, {"steps": steps})
    return Ready(not done["crm"] and not done["content"], _steps(done) if steps else ())


def _steps(done: Mapping[str, bool]) -> Sequence[Step]:
    return (
        Step(
            "Bring in your CRM",
            "Accounts, contacts, leads, opportunities with history, campaigns, activities, as Salesforce exports them.",
            "/imports/new/",
            "Import CRM data",
            "sameside import salesforce FOLDER",
            done["crm"],
        ),
        Step(
            "Bring in your content",
            "A folder of PDF, PowerPoint, Word, HTML and Markdown files. Text and pages are read, facets proposed.",
            "/imports/new/",
            "Import content",
            "sameside import content FOLDER",
            done["content"],
        ),
        Step(
            "Confirm how stages become conversations",
            "A mapping was proposed for the stages found. Conversations are as right as it is.",
            "/conversations/stages/",
            "Look at the mapping",
            "",
            done["stages"],
        ),
        Step(
            "Confirm the facets of your content",
            "Proposals wait for a yes: what each asset is for, and for whom.",
            "/library/proposals/",
            "Go through the proposals",
            "",
            done["facets"],
        ),
        Step(
            "Give people their roles",
            "Somebody from the CRM has no role yet and can not sign in.",
            "/people/?role=none",
            "Give roles",
            "sameside person EMAIL --role seller",
            done["roles"],
        ),
        Step(
            "Let use be recorded",
            "Searches, opens and shares are recorded from the first day; earlier ones come in from a file.",
            "/library/",
            "Open the library",
            "sameside import usage FILE.csv",
            done["usage"],
        ),
    )
