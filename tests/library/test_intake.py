"""A file becomes an asset, a new version, nothing new, or a refusal; and its pages are drawn."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image
from procrastinate.contrib.django.models import ProcrastinateJob

from sameside.connectors import registry, runs
from sameside.connectors.models import ImportFile
from sameside.connectors.progress import Progress
from sameside.library import files, intake, previews, searching
from sameside.library.extraction import office
from sameside.library.extraction.document import FORMAT_NAMES
from sameside.library.extraction.reader import Limits, Reader
from sameside.library.facets import Narrowing
from sameside.library.intake import Intake, Verdict
from sameside.library.models import Asset, AssetPage, AssetVersion
from sameside.people.models import Person
from tests.conftest import NOW
from tests.library import documents
from tests.library.documents import ENGLISH, GERMAN

LIMITS = Limits(pages=50, seconds=60, megabytes=1024)


@pytest.fixture(autouse=True)
def data(settings: object, tmp_path: Path) -> Path:
    settings.DATA = tmp_path / "data"  # type: ignore[attr-defined]
    return tmp_path / "data"


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    with Reader(LIMITS) as opened:
        yield opened


def bring(
    path: Path, by: Person, reader: Reader, source_path: str = "", beside: frozenset[str] = frozenset()
) -> Intake:
    return intake.bring_in(
        path, by=by, at=NOW, source_path=source_path or f"Guides/{path.name}", reader=reader, beside=beside
    )


def test_a_new_file_becomes_an_asset(alice: Person, reader: Reader, tmp_path: Path) -> None:
    path = documents.pdf(tmp_path / "close.pdf", [ENGLISH, "Second"], title="Closing the books")
    result = bring(path, alice, reader)
    assert (result.verdict, result.reason) == (Verdict.CREATED, "New, 2 pages.")
    asset = Asset.objects.get()
    assert (asset.title, asset.slug, asset.format, asset.language) == (
        "Closing the books",
        "closing-the-books",
        "pdf",
        "en",
    )
    assert (asset.owner, asset.path, asset.page_count) == (alice, "Guides/close.pdf", 2)
    version = asset.versions.get()
    with files.open_original(version) as original:
        assert original.read() == path.read_bytes()
    assert "close" not in version.file
    assert list(version.pages.values_list("number", "text"))[1] == (2, "Second")
    assert ProcrastinateJob.objects.filter(task_name="library.draw").count() == 1


def test_the_text_is_found(alice: Person, reader: Reader, tmp_path: Path) -> None:
    bring(documents.pdf(tmp_path / "a.pdf", [ENGLISH], title="Closing the books"), alice, reader)
    bring(documents.word(tmp_path / "b.docx", [GERMAN], heading="Abschluss"), alice, reader)
    (tmp_path / "c.md").write_text("# 训练\n\n大模型训练实践，数据集的应用。")
    bring(tmp_path / "c.md", alice, reader)

    def found(words: str) -> list[str]:
        return [asset.path for asset in searching.search(words, Narrowing(), alice).assets]

    assert found("decision") == ["Guides/a.pdf"]
    assert found("finanzabteilung") == ["Guides/b.docx"]
    assert found("数据集") == ["Guides/c.md"]


def test_the_same_bytes_change_nothing(alice: Person, reader: Reader, tmp_path: Path) -> None:
    path = documents.pdf(tmp_path / "a.pdf", [ENGLISH])
    bring(path, alice, reader)
    assert bring(path, alice, reader).reason == "Already in the library."
    again = bring(path, alice, reader, source_path="Elsewhere/copy.pdf")
    assert (again.verdict, again.reason) == (Verdict.UNCHANGED, "Already in the library, as Guides/a.pdf.")
    assert AssetVersion.objects.count() == 1


def test_new_content_at_the_same_place_is_a_new_version(alice: Person, reader: Reader, tmp_path: Path) -> None:
    bring(documents.pdf(tmp_path / "a.pdf", [ENGLISH], title="One"), alice, reader)
    first = (tmp_path / "a.pdf").read_bytes()
    result = bring(documents.pdf(tmp_path / "a.pdf", ["Changed"], title="Two"), alice, reader)
    assert (result.verdict, result.reason) == (Verdict.UPDATED, "Version 2, 1 page: new content at the same place.")
    asset = Asset.objects.get()
    assert (asset.title, asset.slug) == ("Two", "one")
    assert list(asset.versions.values_list("number", "is_current")) == [(2, True), (1, False)]
    (tmp_path / "a.pdf").write_bytes(first)
    assert bring(tmp_path / "a.pdf", alice, reader).reason == "Version 1 is back."
    assert list(asset.versions.values_list("number", "is_current")) == [(2, False), (1, True)]


def test_a_renamed_file_is_known_by_its_text_and_a_stranger_with_its_title_is_not(
    alice: Person, reader: Reader, tmp_path: Path
) -> None:
    text = "\n".join(
        f"Line {number} of the price list names product {number * 7} at its price." for number in range(40)
    )
    bring(documents.word(tmp_path / "a.docx", [text], heading="Price list"), alice, reader)
    renamed = documents.word(tmp_path / "prices-2027.docx", [text, "Thirty more days."], heading="Price list")
    again = bring(renamed, alice, reader, beside=frozenset({"Guides/prices-2027.docx"}))
    assert (again.verdict, again.reason[:17]) == (Verdict.UPDATED, "Version 2, 1 page")
    stranger = documents.word(tmp_path / "b.docx", [ENGLISH * 3], heading="Price list")
    assert bring(stranger, alice, reader, beside=frozenset({"Guides/b.docx"})).reason == "New, 1 page."
    assert sorted(Asset.objects.values_list("path", "slug")) == [
        ("Guides/b.docx", "price-list-2"),
        ("Guides/prices-2027.docx", "price-list"),
    ]


def test_what_cannot_be_read_leaves_nothing_behind(alice: Person, reader: Reader, tmp_path: Path, data: Path) -> None:
    (tmp_path / "x.pdf").write_bytes(b"")
    (tmp_path / "x.exe").write_bytes(b"MZ")
    assert bring(tmp_path / "x.pdf", alice, reader).reason == "The file is empty."
    assert bring(tmp_path / "x.exe", alice, reader).reason == (
        f"This format cannot be brought in. Formats that can: {FORMAT_NAMES}."
    )
    assert Asset.objects.count() == 0
    assert not list(data.rglob("*"))


def test_a_file_above_the_limit_is_refused(alice: Person, reader: Reader, tmp_path: Path, settings: object) -> None:
    settings.UPLOAD_MB = 1  # type: ignore[attr-defined]
    (tmp_path / "big.pdf").write_bytes(b"x" * 1_500_000)
    assert bring(tmp_path / "big.pdf", alice, reader).reason == "It has 2 MB; a file may have 1 MB."


def test_pages_are_drawn_afterwards(alice: Person, reader: Reader, tmp_path: Path) -> None:
    bring(documents.pdf(tmp_path / "a.pdf", [ENGLISH, "Second"], title="One"), alice, reader)
    (tmp_path / "m.md").write_text(f"# Heading\n\n{ENGLISH}\n\n大模型训练")
    bring(tmp_path / "m.md", alice, reader)
    assert previews.draw_waiting(at=NOW) == 2
    assert previews.draw_waiting(at=NOW) == 0
    for page in AssetPage.objects.all():
        with Image.open(files.page_image(page)) as image, Image.open(files.page_thumbnail(page)) as small:
            assert image.size == (page.width, page.height)
            assert image.width == 1200
            assert small.width <= 400
    assert all(asset.thumbnail for asset in Asset.objects.all())


@pytest.mark.parametrize("installed", [True, False])
def test_office_files_are_drawn_with_and_without_libreoffice(
    alice: Person, reader: Reader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, installed: bool
) -> None:
    if installed and not office.program():
        pytest.skip("LibreOffice is not installed")
    if not installed:
        monkeypatch.setenv("PATH", str(tmp_path))
    bring(documents.pptx(tmp_path / "d.pptx", [("One", ENGLISH, ""), ("Two", "x", "")]), alice, reader)
    bring(documents.word(tmp_path / "w.docx", [ENGLISH] * 40, heading="Plan"), alice, reader)
    for version in previews.waiting():
        previews.draw(version, reader=reader, at=NOW)
    assert AssetPage.objects.filter(image="").count() == 0
    assert Asset.objects.get(format="pptx").page_count == 2
    word = Asset.objects.get(format="docx")
    assert word.page_count == AssetPage.objects.filter(version__asset=word).count() >= 2


def test_no_name_leads_out_of_the_folder(alice: Person, reader: Reader, tmp_path: Path) -> None:
    result = bring(documents.pdf(tmp_path / "a.pdf", [ENGLISH]), alice, reader)
    version = result.version
    assert version is not None
    for name in ("../../secret-key", "/etc/passwd", ""):
        version.file = name
        with pytest.raises(files.OutsideTheFolder):
            files.open_original(version)


@pytest.mark.django_db
def test_a_folder_is_imported_and_a_second_time_changes_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "content"
    (folder / "Banking").mkdir(parents=True)
    (folder / ".git").mkdir()
    (folder / ".git" / "x.md").write_text(ENGLISH)
    documents.pdf(folder / "Banking" / "a.pdf", [ENGLISH], title="Banks")
    (folder / "Banking" / "b.md").write_text("")
    (folder / "~$a.docx").write_text("x")
    (folder / "data.csv").write_text("x")
    (tmp_path / "outside.md").write_text(ENGLISH)
    (folder / "link.md").symlink_to(tmp_path / "outside.md")
    connector = "documents"
    verdicts = []
    for _ in range(2):
        run = runs.create(connector, folder, origin="content", by=None, at=NOW)
        runs.execute(run.pk)
        verdicts.append({file.name: (file.state, file.note) for file in run.files.all()})
    other = "A table: bring it in as data, not as content."
    ignored = ImportFile.State.IGNORED.value
    assert verdicts[0] == {
        "Banking/a.pdf": ("done", "New, 1 page."),
        "Banking/b.md": ("refused", "The file is empty."),
        "data.csv": (ignored, other),
        "link.md": (ignored, "A link that leads out of the folder."),
        "~$a.docx": (ignored, "A lock file that an Office program left behind."),
    }
    assert verdicts[1] == verdicts[0] | {"Banking/a.pdf": ("done", "Already in the library.")}
    assert Asset.objects.get().facets.get(facet="vertical").value == "banking"


def test_the_last_word_of_a_very_long_text_is_found(alice: Person, reader: Reader, tmp_path: Path) -> None:
    (tmp_path / "long.md").write_text("\n\n".join(f"word{number} " * 5 for number in range(14_000)))
    with Reader(replace(LIMITS, pages=1000)) as patient:
        result = bring(tmp_path / "long.md", alice, patient)
    assert result.verdict is Verdict.CREATED
    assert [asset.path for asset in searching.search("word13999", Narrowing(), alice).assets] == ["Guides/long.md"]


def test_pages_of_every_new_format_are_drawn(alice: Person, reader: Reader, tmp_path: Path) -> None:
    Image.new("RGBA", (300, 200), (200, 30, 30, 90)).save(tmp_path / "Logo.png")
    pages = [Image.new("RGB", (60, 80), colour) for colour in ("red", "blue")]
    pages[0].save(tmp_path / "Fax.tiff", save_all=True, append_images=pages[1:])
    documents.workbook(tmp_path / "Prices.xlsx", {"EMEA": [["Team", "90"]], "US": [["Team", "99"]]})
    documents.epub(tmp_path / "Book.epub", [f"<h1>One</h1><p>{ENGLISH}</p>"])
    (tmp_path / "Demo.mp4").write_bytes(documents.MP4)
    (tmp_path / "Demo.vtt").write_text(documents.TRANSCRIPT)
    (tmp_path / "Funnel.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"><text>Leads</text></svg>')
    names = ("Logo.png", "Fax.tiff", "Prices.xlsx", "Book.epub", "Demo.mp4", "Funnel.svg")
    for name in names:
        assert bring(tmp_path / name, alice, reader).verdict is Verdict.CREATED
    assert previews.draw_waiting(at=NOW) == len(names)
    drawn = AssetPage.objects.exclude(image="").values_list("version__filename", flat=True)
    assert {name: list(drawn).count(name) for name in names} == {
        "Logo.png": 1,
        "Fax.tiff": 2,
        "Prices.xlsx": 2,
        "Book.epub": 1,
        "Demo.mp4": 2,
        "Funnel.svg": 1,
    }
    for page in AssetPage.objects.exclude(image=""):
        assert files.page_image(page).read_bytes().startswith(b"\xff\xd8\xff")


@pytest.mark.django_db
def test_names_that_act_on_a_terminal_are_shown_without_that(tmp_path: Path) -> None:
    folder = tmp_path / "content"
    folder.mkdir()
    (folder / "a\x1b[2Jb\n.md").write_text(ENGLISH)
    (folder / "gpj.\u202eexe.md").write_text(f"{ENGLISH} Other.")
    (folder / "no ending").write_bytes(documents.pdf(tmp_path / "x.pdf", [ENGLISH]).read_bytes())
    run = runs.create("documents", folder, origin="content", by=None, at=NOW)
    runs.execute(run.pk)
    assert list(run.files.order_by("name").values_list("name", "state", "note")) == [
        ("a\ufffd[2Jb\ufffd.md", "done", "New, 1 page."),
        ("gpj.\ufffdexe.md", "done", "New, 1 page."),
        ("no ending", "done", "New, 1 page."),
    ]
    assert not any("\x1b" in asset.title + asset.path for asset in Asset.objects.all())


@pytest.mark.django_db
def test_a_dry_run_keeps_no_original(tmp_path: Path, data: Path) -> None:
    (tmp_path / "content").mkdir()
    (tmp_path / "content" / "a.md").write_text(ENGLISH)
    run = runs.create("documents", tmp_path / "content", origin="content", by=None, at=NOW)
    connector = registry.connector("documents")
    run.dry = True
    run.save()
    connector.execute(run, Progress(run, connector="documents"))
    assert run.files.get().created == 1
    assert not [path for path in (data / "files" / "originals").rglob("*") if path.is_file()]
