"""Before an import begins, a person sees what it will do, answers what is open, and decides; nothing is written until
then."""

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from sameside.connectors import preview, runs, sampling, shown, tabular
from sameside.connectors.models import ImportFile, ImportRun
from sameside.connectors.table import saved
from sameside.connectors.table.mapping import MappedColumn, TableSpec
from sameside.crm.models import Deal
from sameside.leads.models import Lead
from sameside.people.models import AuditEntry
from tests.conftest import signed_in
from tests.connectors.exports import NOW

pytestmark = pytest.mark.django_db

DEALS = """Deal ID,Deal name,Stage,Deal value,Expected close date,Owner,Color
1,Licence,Proposal,"12,000.00",03/04/2026,bob@nowhere.example,red
2,Rollout,Qualified,abc,05/06/2026,,blue
2,Rollout,Won,N/A,05/07/2026,,blue
"""
SPEC = TableSpec(
    "deals",
    (
        MappedColumn("Deal ID", "id"),
        MappedColumn("Deal name", "name"),
        MappedColumn("Stage", "stage"),
        MappedColumn("Deal value", "amount"),
        MappedColumn("Expected close date", "close_on"),
        MappedColumn("Owner", "owner"),
        MappedColumn("Color", ""),
    ),
    "crm",
)


@pytest.fixture
def deals(tmp_path: Path) -> ImportFile:
    (tmp_path / "deals.csv").write_text(DEALS)
    run = runs.create("any", tmp_path, origin="deals.csv", by=None, at=NOW, preview=True)
    return saved.use(run.files.get(), SPEC, by=None, at=NOW)


def _page(client: Client, file: ImportFile) -> str:
    return client.get(reverse("connectors:preview", args=[file.run_id])).content.decode()


def test_a_column_is_shown_with_what_it_becomes_and_how_it_is_read(deals: ImportFile):
    told = preview.of_file(deals)
    assert told.problem == ""
    by_header = {column.header: column for column in told.columns}
    assert by_header["Expected close date"].becomes == ("Close date",)
    assert [(each.raw, each.read) for each in by_header["Expected close date"].samples[:1]] == [
        ("03/04/2026", "4 March 2026")
    ]
    amount = by_header["Deal value"].samples
    assert [(each.read, each.problem) for each in amount] == [
        ("12,000.00", False),
        ("“abc” is no number", True),
        ("nothing", False),
    ]
    assert [column.header for column in told.unused] == ["Color"]
    assert (told.rows, told.is_estimate) == (3, False)


def test_what_goes_wrong_is_said_before_it_does(deals: ImportFile):
    warnings = " ".join(preview.of_file(deals).warnings)
    assert "a row comes again further down; the last one counts" in warnings
    assert "An owner is nobody here: bob@nowhere.example." in warnings


def test_rows_that_would_be_refused_are_counted_with_the_reason(deals: ImportFile):
    deals.place.write_text(DEALS.replace("2,Rollout,Won", "3,,Won"))
    warnings = " ".join(preview.of_file(deals).warnings)
    assert "2 rows would be refused: Amount: “abc” is no number (1); The name is empty (1)." in warnings


def test_what_is_open_is_asked_and_the_answer_is_honoured(gus: Any, deals: ImportFile):
    client = signed_in(gus)
    assert "does the day or the month come first?" in _page(client, deals)
    address = reverse("connectors:choices", args=[deals.run_id, deals.pk])
    answered = client.post(address, {"format:Expected close date": "day first"}, headers={"HX-Request": "true"})
    assert "3 April 2026" in answered.content.decode()
    client.post(reverse("connectors:beginning", args=[deals.run_id]))
    runs.execute(deals.run_id)
    assert Deal.objects.get(external_id="1").close_on.isoformat() == "2026-04-03"
    assert AuditEntry.objects.filter(action="import.choices").count() == 1


def test_encoding_separator_and_header_can_be_overruled(gus: Any, deals: ImportFile):
    address = reverse("connectors:choices", args=[deals.run_id, deals.pk])
    signed_in(gus).post(address, {"encoding": "cp1252", "separator": "tab", "header_row": "2", "zone": "Europe/Berlin"})
    deals.refresh_from_db()
    chosen = tabular.Choices.from_json(deals.choices)
    assert (chosen.encoding, chosen.separator, chosen.header_row, chosen.zone) == ("cp1252", "\t", 2, "Europe/Berlin")
    assert "mapping" in deals.choices
    signed_in(gus).post(address, {"encoding": "", "separator": "", "header_row": "", "zone": "nowhere"})
    deals.refresh_from_db()
    assert tabular.Choices.from_json(deals.choices) == tabular.Choices()


def test_looking_writes_nothing(gus: Any, deals: ImportFile):
    assert "Nothing has been written yet" in _page(signed_in(gus), deals)
    assert not Deal.objects.exists()
    assert ImportRun.objects.get().state == "preview"


def test_trying_keeps_nothing(gus: Any, deals: ImportFile):
    signed_in(gus).post(reverse("connectors:beginning", args=[deals.run_id]), {"dry": "1"})
    run = ImportRun.objects.get()
    assert (run.state, run.dry) == ("queued", True)


def test_a_discarded_import_is_over(gus: Any, deals: ImportFile):
    client = signed_in(gus)
    client.post(reverse("connectors:discarding", args=[deals.run_id]))
    assert ImportRun.objects.get().state == "cancelled"
    again = client.post(reverse("connectors:beginning", args=[deals.run_id]), follow=True)
    assert "was started already" in again.content.decode()


def test_who_may_not_bring_it_in_may_not_begin_it(alice: Any, bob: Any, deals: ImportFile):
    assert "Try without writing" not in _page(signed_in(alice), deals)
    assert signed_in(alice).post(reverse("connectors:beginning", args=[deals.run_id])).status_code == 403
    assert signed_in(alice).get(reverse("connectors:mapping", args=[deals.run_id, deals.pk])).status_code == 403
    assert signed_in(bob).get(reverse("connectors:preview", args=[deals.run_id])).status_code == 403
    assert ImportRun.objects.get().state == "preview"


def test_a_table_that_nobody_knows_waits_for_a_word(gus: Any, tmp_path: Path):
    (tmp_path / "fair.csv").write_text("Vorname;Nachname;E-Mail;Firma\nAnna;Berg;anna@x.example;X GmbH\n")
    run = runs.create("any", tmp_path, origin="fair.csv", by=None, at=NOW, preview=True)
    page = _page(signed_in(gus), run.files.get())
    assert "It looks like leads. Its columns name" in page
    assert "Say what its columns mean" in page


def test_a_file_can_be_left_out(gus: Any, deals: ImportFile):
    signed_in(gus).post(reverse("connectors:omission", args=[deals.run_id, deals.pk]))
    deals.refresh_from_db()
    assert (deals.state, deals.note) == ("ignored", "Left out by hand.")


def test_hostile_headers_and_cells_are_only_text(gus: Any, tmp_path: Path):
    header = ["Email", "<script>alert(1)</script>", "\u202egnal", "h" * 5_000, *(f"c{n}" for n in range(490))]
    row = ["a@b.example", "=HYPERLINK(1)", "\u0007bell", "x" * 180_000, *["<img src=x>"] * 490]
    (tmp_path / "evil.csv").write_text(",".join(header) + "\n" + ",".join(row) + "\n", encoding="utf-8")
    run = runs.create("any", tmp_path, origin="<b>evil</b>", by=None, at=NOW, preview=True)
    file = run.files.get()
    client = signed_in(gus)
    editor = client.get(reverse("connectors:mapping", args=[run.pk, file.pk]) + "?target=leads").content.decode()
    assert "&lt;script&gt;alert(1)" in editor
    assert "<script>alert(1)" not in editor
    assert "[U+202E]" in editor
    assert len(editor) < 3_000_000
    saved.use(file, TableSpec("leads", (MappedColumn("Email", "email"),)), by=None, at=NOW)
    page = _page(client, file)
    assert "<img src=x>" not in page
    assert "<b>evil" not in page
    assert "(180,000 characters)" in page
    assert len(page) < 500_000


def test_a_large_file_is_only_sampled(tmp_path: Path):
    path = tmp_path / "large.csv"
    with path.open("w") as file:
        file.write("id,email\n")
        file.writelines(f"{number:08d},somebody{number:08d}@acme.example\n" for number in range(200_000))
    rows = sampling.SampledRows(path, tabular.layout(path))
    assert not rows.whole
    assert len(rows.records) < 2_500
    assert 190_000 < rows.estimate < 210_000
    numbers = [int(cells[0]) for _, cells in rows if isinstance(cells, list)]
    assert max(numbers) > 150_000


def test_the_rows_of_a_file_of_middle_size_are_estimated_from_its_beginning(tmp_path: Path):
    path = tmp_path / "middle.csv"
    path.write_text("id,email\n" + "".join(f"{n:08d},somebody{n:08d}@acme.example\n" for n in range(20_000)))
    rows = sampling.SampledRows(path, tabular.layout(path))
    assert not rows.whole
    assert 19_000 < rows.estimate < 21_000


def test_invisible_characters_are_made_visible():
    assert shown.cell("a\u202eb\x00c\nd") == "a[U+202E]b␀c↵d"
    assert shown.cell("x" * 200, longest=10) == "xxxxxxxxxx… (200 characters)"
    assert shown.value("2026-04-03", "day") == "3 April 2026"
    assert shown.value("2026-04-03T10:15:00+00:00", "moment") == "3 April 2026, 10:15 UTC"
    assert shown.value("1234567.50", "amount") == "1,234,567.50"


def test_the_editor_keeps_a_mapping_and_uses_it(gus: Any, tmp_path: Path):
    (tmp_path / "fair.csv").write_text("Wer,Mail,Stand\nAnna Berg,anna@x.example,heiß\n", encoding="utf-8")
    run = runs.create("any", tmp_path, origin="fair.csv", by=None, at=NOW, preview=True)
    file = run.files.get()
    client = signed_in(gus)
    address = reverse("connectors:mapping", args=[run.pk, file.pk])
    form = client.get(f"{address}?target=leads").context["form"]
    sent = {
        "target": "leads",
        "signature": form.signature,
        "field-0": "full_name",
        "field-1": "email",
        "field-2": "rating",
        "words-2": "heiß = Hot",
        "constant-0": "lead_source",
        "value-0": "Fair 2026",
        "source": "fair",
        "name": "Fair scans",
    }
    checked = client.post(
        reverse("connectors:mapping_check", args=[run.pk, file.pk]), {**sent, "field-1": "", "field-0": ""}
    )
    assert "E-mail, Last name or Full name is needed." in checked.content.decode()
    assert client.post(address, {**sent, "field-1": "", "field-0": ""}).status_code == 422
    assert client.post(address, sent).status_code == 302
    client.post(reverse("connectors:beginning", args=[run.pk]))
    runs.execute(run.pk)
    lead = Lead.objects.get()
    assert (lead.last_name, lead.rating, lead.lead_source) == ("Berg", "Hot", "Fair 2026")
    assert saved.named("fair scans").used_at is not None


def test_a_form_for_other_columns_is_not_used(gus: Any, deals: ImportFile):
    address = reverse("connectors:mapping", args=[deals.run_id, deals.pk])
    answer = signed_in(gus).post(address, {"target": "leads", "signature": "old", "field-0": "email"})
    assert answer.status_code == 422
    assert "read with other columns by now" in answer.content.decode()


def test_kept_mappings_are_listed_renamed_removed_brought_back_and_carried_over(
    gus: Any, django_assert_num_queries: Any
):
    for number in range(5):
        saved.save(f"Deals {number}", SPEC, choices={}, by=gus, at=NOW)
    client = signed_in(gus)
    address = reverse("connectors:mappings")
    client.get(address)
    with django_assert_num_queries(4):
        page = client.get(address).content.decode()
    assert "Deals 4" in page
    kept = saved.named("Deals 0")
    client.post(reverse("connectors:kept_mapping", args=[kept.pk]), {"name": "Pipeline"})
    assert "Pipeline" in client.get(reverse("connectors:kept_mapping", args=[kept.pk])).content.decode()
    copy = client.post(reverse("connectors:mapping_export", args=[kept.pk]))
    removed = client.post(reverse("connectors:mapping_removal", args=[kept.pk]), follow=True).content.decode()
    assert "“Pipeline” was removed" in removed
    client.post(reverse("connectors:mapping_restoration", args=[kept.pk]))
    assert saved.named("Pipeline").pk == kept.pk
    saved.remove(kept, by=gus, at=NOW)
    client.post(reverse("connectors:mapping_import"), {"file": SimpleUploadedFile("m.json", copy.content)})
    assert saved.named("Pipeline").pk != kept.pk
    answer = client.post(
        reverse("connectors:mapping_import"), {"file": SimpleUploadedFile("m.json", b"[" * 100_000)}, follow=True
    )
    assert "This is no mapping that was exported here." in answer.content.decode()
