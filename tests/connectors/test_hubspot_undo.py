"""An import of HubSpot is undone with everything its rows told besides."""

import pytest

from sameside.connectors import undoing
from sameside.connectors.models import ImportRun, RowBefore
from sameside.crm.models import Activity, Company, Contact, Deal, DealContact, PipelineStage, StageChange, Touch
from sameside.leads.models import Lead, LeadStage
from tests.connectors import hubspot_exports as exports

pytestmark = [
    pytest.mark.django_db(transaction=True, databases=["default", "aside"]),
    pytest.mark.usefixtures("committed"),
]
MODELS = (Company, Contact, Deal, DealContact, PipelineStage, StageChange, Lead, LeadStage, Activity)


def undone(run):
    undoing.ask(run, by=None, at=exports.NOW, queue=False)
    return undoing.execute(run.pk)


def everything():
    own = {"id", "changed_by_run"}
    return {
        model.__name__: sorted(
            str({name: value for name, value in row.items() if name not in own})
            for row in model.objects.order_by().values()
        )
        for model in MODELS
    }


def test_nothing_stays_of_an_undone_import(tmp_path):
    run = exports.bring_in(exports.write(tmp_path, exports.WHOLE))
    assert undone(run).state == ImportRun.State.UNDONE
    for model in (*MODELS, Touch, RowBefore):
        assert model.objects.count() == 0, model


def test_what_a_later_import_changed_is_as_it_was(tmp_path):
    exports.bring_in(exports.write(tmp_path / "first", exports.WHOLE))
    before = everything()
    later = [["Record ID", "Email", "Lifecycle Stage"], [exports.BO, "bo@new.example", "Customer"]]
    run = exports.bring_in(exports.write(tmp_path / "later", {"contacts.csv": later}))
    assert Contact.objects.get(external_id=exports.BO).email == "bo@new.example"
    undone(run)
    assert everything() == before
