# ruff: noqa: RUF005 a row reads better in two lines that are added
"""Histories of fields in both forms, beside and after the stage history, and the hand-over of a lead that they tell."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from sameside.crm.models import StageChange
from sameside.leads.models import Lead
from tests.connectors import exports

pytestmark = pytest.mark.django_db

OWN = [
    ["Id", "IsDeleted", "OpportunityId", "CreatedById", "CreatedDate", "Field", "OldValue", "NewValue"],
    ["017000000000001AAA", "0", exports.WIDGETS, exports.BOB, "2025-03-20 08:00:00", "StageName", "Prospecting"]
    + ["Proposal"],
    ["017000000000002AAA", "0", exports.WIDGETS, exports.BOB, "2025-04-20 08:00:00", "Amount", "1.0", "2.0"],
    ["017000000000003AAA", "0", exports.WIDGETS, exports.BOB, "2025-05-20 08:00:00", "StageName", "Proposal"]
    + ["Closed Won"],
    ["017000000000004AAA", "0", "006000000000009AAA", exports.BOB, "2025-05-20 08:00:00", "StageName", "A", "B"],
]
ALL = [
    ["Id", "IsDeleted", "ParentId", "ParentSobjectType", "CreatedById", "CreatedDate", "FieldName", "DataType"]
    + ["OldvalString", "NewvalString", "OldvalNumber", "NewvalNumber"],
    *(
        [f"01700000000001{n}AAA", "0", record, kind, exports.BOB, at, field, "Text", old, new, "", ""]
        for n, (record, kind, at, field, old, new) in enumerate(
            (
                (exports.WIDGETS, "Opportunity", "2025-03-20 08:00:00", "StageName", "Prospecting", "Proposal"),
                (exports.LEO, "Lead", "2025-02-12 09:00:00", "Owner", exports.QUEUE, exports.BOB),
                (exports.LEO, "Lead", "2025-02-12 09:00:00", "Owner", "Inbound queue", "Bob Seller"),
                (exports.LEO, "Lead", "2025-02-13 09:00:00", "Owner", exports.BOB, exports.ANA),
                (exports.LEO, "Lead", "2025-02-14 09:00:00", "Status", "Open", "Working"),
                (exports.ACME, "Account", "2025-02-14 09:00:00", "Industry", "", "Banking"),
            )
        )
    ),
]


def stages() -> list[tuple[str, str]]:
    rows = StageChange.objects.filter(deal__external_id=exports.WIDGETS, deleted_in_source=False).order_by("at", "pk")
    return [(row.stage, row.at.strftime("%m-%d")) for row in rows]


def test_the_history_of_a_field_tells_stages_from_the_first_on(tmp_path: Path) -> None:
    exports.write(tmp_path, {"Opportunity.csv": exports.OPPORTUNITY, "OpportunityFieldHistory.csv": OWN})
    file = exports.bring_in(tmp_path).files.get(recognised_as="OpportunityFieldHistory")
    assert stages() == [("Prospecting", "03-01"), ("Proposal", "03-20"), ("Closed Won", "05-20")]
    assert (file.created, file.refused) == (2, 1)
    assert "1 changes of other fields or objects are not used (Amount)" in file.note
    before = list(StageChange.objects.order_by("pk").values())
    again = exports.bring_in(tmp_path).files.get(recognised_as="OpportunityFieldHistory")
    assert (again.created, again.updated, again.unchanged) == (0, 0, 2)
    assert list(StageChange.objects.order_by("pk").values()) == before


def test_the_stage_history_stands_alone_whichever_comes_first(tmp_path: Path) -> None:
    only = [("Prospecting", "03-01"), ("Closed Won", "05-20"), ("Closed Won", "05-22")]
    exports.write(tmp_path, {"Opportunity.csv": exports.OPPORTUNITY, "OpportunityFieldHistory.csv": OWN})
    exports.bring_in(tmp_path)
    exports.write(tmp_path, {"OpportunityHistory.csv": exports.HISTORY})
    assert "says the same" in exports.bring_in(tmp_path).files.get(name="OpportunityFieldHistory.csv").note
    assert stages() == only
    (tmp_path / "OpportunityHistory.csv").unlink()
    again = exports.bring_in(tmp_path).files.get(name="OpportunityFieldHistory.csv")
    assert (again.updated, again.unchanged) == (0, 2)
    assert stages() == only


def test_one_history_of_all_objects_tells_stages_and_the_hand_over_of_leads(tmp_path: Path) -> None:
    lead = [exports.LEAD[0], [*exports.LEAD[2][:10], exports.BOB, *exports.LEAD[2][11:]]]
    tables = {"User.csv": exports.USER, "Opportunity.csv": exports.OPPORTUNITY, "Lead.csv": lead}
    exports.write(tmp_path, {**tables, "EntityHistory.csv": ALL})
    file = exports.bring_in(tmp_path).files.get(recognised_as="EntityHistory")
    assert (file.created, file.refused) == (4, 0)
    assert "2 changes of other fields or objects are not used (Owner, Industry)" in file.note
    assert stages() == [("Prospecting", "03-01"), ("Proposal", "03-20")]
    found = Lead.objects.get(external_id=exports.LEO)
    assert found.handed_over_at == datetime(2025, 2, 12, 9, tzinfo=UTC)
    assert list(found.stages.order_by("at").values_list("stage", flat=True)) == ["Handed over", "Passed on", "Working"]
    owners = found.stages.order_by("at").values_list("owner__external_id", "owner_before__external_id")
    assert list(owners)[:2] == [(exports.BOB, None), (exports.ANA, exports.BOB)]
