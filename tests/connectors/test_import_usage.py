"""Usage from another system: resolved by name, e-mail and CRM id; an id that is known is not read again."""

import pytest

from sameside.crm.models import Deal, Touch
from sameside.library.models import Asset, AssetVersion, Search, Usage
from tests.conftest import NOW
from tests.connectors import exports

pytestmark = pytest.mark.django_db

HEADER = ["id", "at", "person_email", "action", "asset", "deal_id", "lead_id", "query", "results", "shown"]
ROWS = [
    HEADER,
    ["u1", "2026-05-01T10:00:00Z", "BOB@example.com", "open", "cfo-guide.pdf", "", "", "", "", ""],
    ["u2", "2026-05-01T10:05:00Z", "bob@example.com", "share", "CFO guide", exports.WIDGETS, "", "", "", ""],
    ["u3", "2026-05-01T10:06:00Z", "bob@example.com", "search", "", "", "", "guide", "1", "cfo-guide.pdf;gone.pdf"],
    ["u4", "2026-05-01T10:07:00Z", "nobody@example.com", "open", "CFO guide", "006000000000009AAA", "", "", "", ""],
    ["u5", "2026-05-01T10:08:00Z", "bob@example.com", "open", "No such thing", "", "", "", "", ""],
    ["u6", "yesterday", "bob@example.com", "open", "CFO guide", "", "", "", "", ""],
    ["u7", "2026-05-01T10:08:00Z", "bob@example.com", "liked", "CFO guide", "", "", "", "", ""],
]


@pytest.fixture
def guide(db) -> Asset:
    asset = Asset.objects.create(title="CFO guide", slug="cfo-guide", format="pdf", created_at=NOW, updated_at=NOW)
    AssetVersion.objects.create(
        asset=asset, number=1, file="x", filename="cfo-guide.pdf", sha256="0" * 64, bytes=1, created_at=NOW
    )
    return asset


def test_usage_and_searches_come_in_once(guide, bob, tmp_path):
    exports.bring_in(exports.write(tmp_path / "crm", {"Opportunity.csv": exports.OPPORTUNITY}))
    folder = exports.write(tmp_path / "usage", {"usage.csv": ROWS})
    first, again = exports.bring_in(folder, "usage"), exports.bring_in(folder, "usage")
    assert exports.counts(first) == {"usage.csv": (4, 0, 0, 3, 2)}
    assert exports.counts(again) == {"usage.csv": (0, 0, 4, 3, 2)}
    share = Usage.objects.get(action="share")
    assert (share.asset, share.person, share.deal) == (guide, bob, Deal.objects.get(name="Widgets"))
    search = Search.objects.get()
    assert (search.query, search.results, search.shown, search.person) == ("guide", 1, [guide.pk], bob)


def test_a_share_in_a_deal_is_a_touch(guide, bob, tmp_path):
    exports.bring_in(
        exports.write(tmp_path / "crm", {"Account.csv": exports.ACCOUNT, "Opportunity.csv": exports.OPPORTUNITY})
    )
    exports.bring_in(exports.write(tmp_path / "usage", {"usage.csv": ROWS}), "usage")
    touch = Touch.objects.get(channel="content-share")
    assert (touch.asset, touch.company.name, touch.person) == (guide, "Acme, Inc.", bob)


def test_a_file_without_the_columns_is_not_needed_and_says_so(tmp_path):
    run = exports.bring_in(
        exports.write(tmp_path, {"a.csv": [["id", "at", "asset", "action"], ["1", "2", "3", "4"]]}), "usage"
    )
    assert run.files.get().note == "It lacks the column person_email."


def test_a_time_or_a_number_that_cannot_be_is_refused(tmp_path, guide, bob):
    rows = [
        HEADER,
        ["v1", "9999-12-31T23:59:59-12:00", "bob@example.com", "open", "CFO guide", "", "", "", "", ""],
        ["v2", "0001-01-01", "bob@example.com", "open", "CFO guide", "", "", "", "", ""],
        ["v3", "2026-05-01T10:00:00Z", "bob@example.com", "search", "", "", "", "guide", "1e400", ""],
        ["v4", "2026-05-01T10:00:00Z", "bob@example.com", "search", "", "", "", "guide", "9999999999", ""],
        ["v5", "2026-05-01T10:00:00Z", "bob@example.com", "open", "CFO guide", "", "", "", "", ""],
    ]
    run = exports.bring_in(exports.write(tmp_path, {"usage.csv": rows}), "usage")
    file = run.files.get()
    assert (run.state, file.created, file.refused) == ("done", 1, 4)


def test_the_words_of_another_system_are_understood(guide, bob, tmp_path):
    rows = [
        ["Date", "User Email", "Activity Type", "Content Title", "Opportunity ID"],
        ["5/31/2026 10:00 AM", "bob@example.com", "Viewed", "CFO guide", ""],
        ["5/31/2026 10:05 AM", "bob@example.com", "Pitched", "CFO guide", exports.WIDGETS],
        ["5/31/2026 10:05 AM", "bob@example.com", "Pitched", "CFO guide", exports.WIDGETS],
    ]
    exports.bring_in(exports.write(tmp_path / "crm", {"Opportunity.csv": exports.OPPORTUNITY}))
    folder = exports.write(tmp_path / "usage", {"activity.csv": rows})
    first, again = exports.bring_in(folder, "usage"), exports.bring_in(folder, "usage")
    assert exports.counts(first) == {"activity.csv": (3, 0, 0, 0, 0)}
    assert exports.counts(again) == {"activity.csv": (0, 0, 3, 0, 0)}
    assert list(Usage.objects.order_by("action").values_list("action", flat=True)) == ["open", "share", "share"]
    assert Usage.objects.filter(deal__name="Widgets").count() == 2
