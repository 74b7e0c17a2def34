"""Workbooks, Parquet and web pages become text, in a process that cannot do harm."""

import struct
import zipfile
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from math import isfinite
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from sameside.connectors import tabular
from sameside.connectors.documents.recognition import reason_to_skip
from sameside.connectors.tabular import Choices, Rows, Table, conversion, parquet
from sameside.connectors.tabular.sheets import Limits


def tables(folder: Path, *names: str) -> list[Table]:
    return tabular.tables([(name, folder / name) for name in names], folder / "workspace")


def rows_of(table: Table) -> list[list[str]]:
    assert table.layout is not None, table.problem
    return [cells for _, cells in Rows(table.path, table.layout) if not isinstance(cells, tabular.Broken)]


@pytest.fixture
def book(tmp_path):
    with xlsxwriter.Workbook(tmp_path / "book.xlsx") as workbook:
        day = workbook.add_format({"num_format": "yyyy-mm-dd"})
        minute = workbook.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        hours = workbook.add_format({"num_format": "[h]:mm:ss"})
        clock = workbook.add_format({"num_format": "hh:mm"})
        sheet = workbook.add_worksheet("Deals")
        sheet.write_row(0, 0, ["Record ID", "Name", "Won", "Close", "Created", "Took", "At", "Sum", "Text"])
        sheet.write_row(1, 0, [51000000041, "=cmd|' /C calc'!A0", True])
        sheet.write_string(1, 1, "=cmd|' /C calc'!A0")
        sheet.write_datetime(1, 3, datetime(2026, 1, 2), day)  # noqa: DTZ001
        sheet.write_datetime(1, 4, datetime(2026, 1, 2, 3, 4), minute)  # noqa: DTZ001
        sheet.write_datetime(1, 5, timedelta(hours=112, minutes=4, seconds=9), hours)
        sheet.write_datetime(1, 6, time(15, 30), clock)
        sheet.write_formula(1, 7, "=1+1", value=2)
        sheet.write_string(1, 8, 'two\nlines, “quoted” "x"')
        sheet.write_row(2, 0, [51000000052, "Müller", False])
        sheet.merge_range(2, 3, 2, 5, "merged")
        sheet.write(2, 7, 0.1)
        workbook.add_worksheet("Empty")
        hidden = workbook.add_worksheet("Old ones")
        hidden.write_row(0, 0, ["Id", "Name"])
        hidden.write_row(1, 0, [1, "x"])
        hidden.hide()
    return tmp_path


def test_a_sheet_is_a_table_and_its_cells_are_what_was_seen(book):
    deals, old = tables(book, "book.xlsx")
    assert (deals.name, deals.file) == ("book.xlsx › Deals", "book.xlsx")
    first, second = rows_of(deals)
    assert first[:8] == (
        ["51000000041", "=cmd|' /C calc'!A0", "true", "2026-01-02", "2026-01-02 03:04:00", "112:04:09", "15:30:00", "2"]
    )
    assert first[8] == 'two\nlines, “quoted” "x"'
    assert second == ["51000000052", "Müller", "false", "merged", "", "", "", "0.1", ""]
    assert (old.name, old.layout.note, rows_of(old)) == ("book.xlsx › Old ones", "a hidden sheet", [["1", "x"]])


def test_a_workbook_is_converted_once(book):
    first = tables(book, "book.xlsx")[0].path
    stamp = first.stat().st_mtime_ns
    assert tables(book, "book.xlsx")[0].path == first
    assert first.stat().st_mtime_ns == stamp
    assert sorted(path.name for path in (book / "workspace").iterdir()) == [first.parent.name]


def test_one_sheet_may_be_chosen(book):
    found = tabular.of_file("book.xlsx", book / "book.xlsx", book / "workspace", Choices(sheet="Old ones"))
    assert [table.name for table in found] == ["book.xlsx › Old ones"]


def test_content_counts_and_not_the_name(book):
    (book / "really.csv").write_bytes((book / "book.xlsx").read_bytes())
    (book / "text.xls").write_text("Id;Name\n1;Ann\n")
    (book / "page.xls").write_text(
        "<html><table><tr><th>Id</th><th>Name</th></tr><tr><td>1</td><td>Ann &amp; <b>Bob</b></td></tr>"
        "<tr><td colspan=2>Total</td></tr></table></html>"
    )
    (book / "picture.csv").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    (book / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    (book / "prose.md").write_text("Hello, world\n")
    workbook, _, text, page, picture = tables(
        book, "really.csv", "text.xls", "page.xls", "picture.csv", "picture.png", "prose.md"
    )
    assert workbook.layout.notes[0] == "called .csv, but it is an Excel workbook"
    assert text.layout.note == "called .xls, but it is text, separated by “;”"
    assert (page.layout.note, rows_of(page)[0]) == ("called .xls, but it is a web page", ["1", "Ann & Bob"])
    assert (picture.layout, picture.problem) == (None, "It is a picture.")


def test_text_called_a_workbook_is_no_document(tmp_path):
    (tmp_path / "report.xls").write_text("Name;Amount\nAcme;5\n")
    assert reason_to_skip(tmp_path / "report.xls", tmp_path) == "A table: bring it in as data, not as content."


def test_an_opendocument_workbook(tmp_path):
    names = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
    )
    cells = (
        '<table:table-row><table:table-cell office:value-type="string"><text:p>Id</text:p></table:table-cell>'
        '<table:table-cell office:value-type="string"><text:p>Close</text:p></table:table-cell></table:table-row>'
        '<table:table-row><table:table-cell office:value-type="float" office:value="51000000041"/>'
        '<table:table-cell office:value-type="date" office:date-value="2026-01-02"/></table:table-row>'
    )
    body = f'<office:spreadsheet><table:table table:name="Deals">{cells}</table:table></office:spreadsheet>'
    with zipfile.ZipFile(tmp_path / "a.ods", "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        manifest = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
        archive.writestr("META-INF/manifest.xml", f'<manifest:manifest xmlns:manifest="{manifest}"/>')
        archive.writestr(
            "content.xml",
            f"<office:document-content {names}><office:body>{body}</office:body></office:document-content>",
        )
    (table,) = tables(tmp_path, "a.ods")
    assert (table.name, rows_of(table)) == ("a.ods › Deals", [["51000000041", "2026-01-02"]])


def test_parquet_keeps_every_digit(tmp_path):
    table = pa.table(
        {
            "id": pa.array([51000000041, None], pa.int64()),
            "when": pa.array([datetime(2026, 1, 2, 3, 4, 5, 600000, tzinfo=UTC), None], pa.timestamp("ns", "UTC")),
            "naive": pa.array([datetime(2026, 1, 2), None], pa.timestamp("us")),  # noqa: DTZ001
            "day": pa.array([date(2026, 1, 2), None]),
            "cost": pa.array([Decimal("1033.330000"), None], pa.decimal128(12, 6)),
            "share": pa.array([0.1, float("nan")]),
            "large": pa.array([1e22, None]),
            "won": pa.array([True, None]),
            "tags": pa.array([["a", "b"], None]),
            "place": pa.array([{"city": "Köln", "at": date(2026, 1, 2)}, None]),
            "raw": pa.array([b"\xff\x00", b"text"]),
            "word": pa.array(["=1+1", 'say "x"'], pa.large_string()).dictionary_encode(),
        }
    )
    pq.write_table(table, tmp_path / "data.parquet")
    (found,) = tables(tmp_path, "data.parquet")
    assert (found.name, found.layout.header) == ("data.parquet", tuple(table.column_names))
    first, second = rows_of(found)
    assert first[:6] == (
        ["51000000041", "2026-01-02 03:04:05.600000+00:00", "2026-01-02 00:00:00", "2026-01-02", "1033.330000", "0.1"]
    )
    assert first[6:8] == ["10000000000000000000000", "true"]
    assert first[8:] == ['["a", "b"]', '{"city": "Köln", "at": "2026-01-02"}', "ff00", "=1+1"]
    assert second == ["", "", "", "", "", "", "", "", "", "", "text", 'say "x"']


@given(st.lists(st.floats(width=64) | st.none(), min_size=1, max_size=8))
def test_floats_of_parquet_are_written_without_exponents_and_read_back(values):
    for found, value in zip(parquet.as_text(pa.array(values, pa.float64())).to_pylist(), values, strict=True):
        if value is None or not isfinite(value):
            assert found is None
        else:
            assert "e" not in found
            assert float(found) == value


def spreadsheet(path: Path, sheet: bytes, strings: bytes = b"", *, lie: bool = False) -> None:
    """A workbook with this text as its only sheet; it may lie about how large that is."""
    kinds = (
        b'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" '
        b'ContentType="application/xml"/><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.'
        b'relationships+xml"/></Types>'
    )
    office = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = b"http://schemas.openxmlformats.org/package/2006/relationships"
    main = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    book = b'<workbook xmlns="%s" xmlns:r="%s"><sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>'
    one = b'<Relationship Id="r1" Type="%s/worksheet" Target="worksheets/sheet1.xml"/>' % office
    two = b'<Relationship Id="r2" Type="%s/sharedStrings" Target="sharedStrings.xml"/>' % office
    out = b'<Relationship Id="r3" Type="%s/image" Target="http://192.0.2.1/x" TargetMode="External"/>' % office
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", kinds)
        whole = b'<Relationship Id="r1" Type="%s/officeDocument" Target="xl/workbook.xml"/>' % office
        archive.writestr("_rels/.rels", b'<Relationships xmlns="%s">%s</Relationships>' % (package, whole))
        archive.writestr("xl/workbook.xml", book % (main, office))
        archive.writestr(
            "xl/_rels/workbook.xml.rels", b'<Relationships xmlns="%s">%s%s%s</Relationships>' % (package, one, two, out)
        )
        archive.writestr("xl/sharedStrings.xml", strings or b'<sst xmlns="%s"></sst>' % main)
        archive.writestr("xl/worksheets/sheet1.xml", sheet)
    if lie:
        content = bytearray(path.read_bytes())
        entry = content.rfind(b"PK\x01\x02", 0, content.rfind(b"xl/worksheets/sheet1.xml"))
        content[entry + 24 : entry + 28] = struct.pack("<I", 1000)
        path.write_bytes(bytes(content))


CELL = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>%s</sheetData></worksheet>'
SMALL = Limits(megabytes=1024, seconds=20, expanded_megabytes=64, rows=1000, columns=50, cells=5000, sheets=5)


def problem(folder: Path, name: str, limits: Limits = SMALL) -> str:
    kind = tabular.kinds.of(folder / name)
    ((sheet, _),) = conversion.sheets(folder / name, kind, folder / "workspace", limits)
    return sheet.problem


def test_entities_of_a_workbook_are_not_read(tmp_path):
    (tmp_path / "secret").write_text("s3cret")
    text = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file://%s/secret">]>' % str(tmp_path).encode()
    row = (
        b'<row r="1"><c r="A1" t="inlineStr"><is><t>&e;</t></is></c><c r="B1" t="inlineStr"><is><t>b</t></is></c></row>'
    )
    spreadsheet(tmp_path / "a.xlsx", text + CELL % row)
    for table in tables(tmp_path, "a.xlsx"):
        assert "s3cret" not in (table.path.read_bytes().decode("utf-8", "replace") + table.problem)


def test_a_workbook_that_unpacks_out_of_all_proportion_is_refused(tmp_path):
    spreadsheet(tmp_path / "a.xlsx", CELL % (b" " * 80_000_000))
    assert "It says that it unpacks to 76 MB, more than 64 MB." in problem(tmp_path, "a.xlsx")


def test_a_workbook_that_lies_about_its_size_is_stopped(tmp_path):
    spreadsheet(tmp_path / "a.xlsx", CELL % (b"<row>" + b"<c><v>1</v></c>" * 3_000_000 + b"</row>"), lie=True)
    assert "larger than its declared uncompressed size" in problem(tmp_path, "a.xlsx")


def test_one_cell_in_the_last_corner_is_not_a_million_rows_of_memory(tmp_path):
    row = b'<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    spreadsheet(tmp_path / "a.xlsx", CELL % row)
    said = problem(tmp_path, "a.xlsx")
    assert "columns" in said or "memory" in said


def test_more_rows_or_sheets_than_are_read_are_refused(tmp_path):
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as workbook:
        for place in range(6):
            workbook.add_worksheet(f"S{place}").write(0, 0, "x")
    assert problem(tmp_path, "a.xlsx") == "It has 6 sheets; at most 5 are read."
    with xlsxwriter.Workbook(tmp_path / "b.xlsx") as workbook:
        sheet = workbook.add_worksheet("S")
        for row in range(1001):
            sheet.write_row(row, 0, [row, row])
    assert problem(tmp_path, "b.xlsx") == "It has more than 1,000 rows."


def test_a_workbook_behind_a_password_says_so(tmp_path):
    sectors = [struct.pack("<128I", 0xFFFFFFFD, 0xFFFFFFFE, *[0xFFFFFFFF] * 126)]
    entries = b""
    for name, kind, child in (("Root Entry", 5, 1), ("EncryptedPackage", 2, 0xFFFFFFFF)):
        text = (name + "\0").encode("utf-16-le")
        entries += text.ljust(64, b"\0") + struct.pack("<HBBIII", len(text), kind, 1, 0xFFFFFFFF, 0xFFFFFFFF, child)
        entries += bytes(36) + struct.pack("<IQ", 0xFFFFFFFE, 0)
    sectors.append(entries.ljust(512, b"\0"))
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    head += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    (tmp_path / "a.xlsx").write_bytes(head + struct.pack("<109I", 0, *[0xFFFFFFFF] * 108) + b"".join(sectors))
    (table,) = tables(tmp_path, "a.xlsx")
    assert table.problem == "It is protected with a password: save it without one."


@pytest.mark.parametrize("kept", [0.3, 0.9])
def test_a_workbook_cut_short_is_damaged(book, kept):
    whole = (book / "book.xlsx").read_bytes()
    (book / "cut.xlsx").write_bytes(whole[: int(len(whole) * kept)])
    (table,) = tables(book, "cut.xlsx")
    assert table.problem == "It is damaged: an archive or workbook that cannot be opened."


@pytest.mark.parametrize(
    "content", [b"PAR1", b"PAR1" + bytes(100) + b"PAR1", b"PAR1" + b"\xff" * 5000 + b"\xff\xff\xff\x7fPAR1"]
)
def test_parquet_that_is_garbage_says_so(tmp_path, content):
    (tmp_path / "a.parquet").write_bytes(content)
    (table,) = tables(tmp_path, "a.parquet")
    assert table.problem.startswith("It is damaged")


def test_parquet_with_more_rows_than_are_read_is_refused_before_it_is_read(tmp_path):
    pq.write_table(pa.table({"a": pa.nulls(2_000_000, pa.int32())}), tmp_path / "a.parquet")
    assert problem(tmp_path, "a.parquet") == "It says that it has 2,000,000 rows of 1 columns, more than are read."


def test_nothing_is_left_of_a_conversion_that_failed(tmp_path):
    (tmp_path / "a.parquet").write_bytes(b"PAR1" + bytes(100))
    problem(tmp_path, "a.parquet", Limits(megabytes=1))
    assert [path for path in (tmp_path / "workspace").iterdir() if path.name.startswith(".")] == []
