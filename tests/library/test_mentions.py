"""What sellers write in their activities tells which assets they shared."""

from datetime import timedelta

import pytest

from sameside.crm.models import Activity
from sameside.library import mentions
from sameside.library.mentions import Matcher
from sameside.library.models import Asset, AssetVersion, Usage
from sameside.people.models import Person
from tests.conftest import NOW

ASSETS = [
    (1, "The CFO guide to automation", "the-cfo-guide-to-automation"),
    (2, "Security overview", "security-overview"),
    (3, "Security overview for banks", "security-overview-for-banks"),
    (4, "Overview", "overview"),
    (5, "大模型训练实践", "asset-5"),
    (6, "ROI calculator", "roi-calculator"),
]
FILES = [(1, "CFO_Guide-2026.pdf"), (2, "final.pdf"), (4, "index.md"), (6, "index.md")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Sent THE CFO GUIDE to  automation.", [1]),
        ("attached: cfo_guide-2026.PDF (2 MB)", [1]),
        ("https://files.example.com/CFO%20Guide%202026.pdf", [1]),
        ("see https://sameside.example.com/library/security-overview/ please", [2]),
        ("the Security overview for banks, and the ROI calculator", [3, 6]),
        ("ROI calculator security overview for banks", [6, 3]),
        ("ROI calculators", []),
        ("Here is an overview, see index.md and final.pdf", []),
        ("昨天发送了大模型训练实践。", [5]),
        ("", []),
    ],
)
def test_a_text_names_assets(text: str, expected: list[int]) -> None:
    assert Matcher.of(ASSETS, FILES).find(text) == expected


def test_a_title_in_three_formats_names_all_and_a_common_title_names_none() -> None:
    three = [(n, "Quarterly business review", f"qbr-{n}") for n in range(1, 4)]
    assert Matcher.of(three, []).find("our quarterly business review") == [1, 2, 3]
    assert Matcher.of([*three, (4, "Quarterly business review", "qbr-4")], []).find("quarterly business review") == []


def test_no_assets_name_nothing() -> None:
    assert Matcher.of([], []).find("The CFO guide to automation") == []


def _asset(title: str, slug: str) -> Asset:
    asset = Asset.objects.create(title=title, slug=slug, format="pdf", created_at=NOW, updated_at=NOW)
    AssetVersion.objects.create(
        asset=asset, number=1, file=slug, filename=f"{slug}.pdf", sha256=slug, bytes=1, created_at=NOW
    )
    return asset


def _activity(number: int, subject: str, body: str = "", **fields: object) -> Activity:
    return Activity.objects.create(
        source="salesforce",
        external_id=f"00T{number}",
        kind=Activity.Kind.EMAIL,
        subject=subject,
        body=body,
        at=NOW - timedelta(days=number),
        **fields,
    )


def test_shared_assets_are_recorded_once(bob: Person) -> None:
    guide = _asset("The CFO guide to automation", "cfo-guide")
    sent = _activity(1, "Follow-up", "As promised, the CFO guide to automation.", owner=bob)
    _activity(2, "Planned: send the CFO guide to automation", is_done=False)
    _activity(3, "Lunch")
    assert mentions.record() == 1
    assert mentions.record() == 0
    use = Usage.objects.get()
    assert (use.asset, use.action, use.person, use.at) == (guide, "share", bob, sent.at)
    assert (use.source, use.external_id) == ("mention", f"Activity:{sent.pk}:{guide.pk}")


@pytest.mark.django_db
def test_only_activities_of_the_run_and_later_are_read() -> None:
    _asset("The CFO guide to automation", "cfo-guide")
    _activity(1, "The CFO guide to automation", changed_by_run=4)
    _activity(2, "The CFO guide to automation", changed_by_run=5)
    assert mentions.record(since_run=5) == 1
    assert mentions.record() == 1
