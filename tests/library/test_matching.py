"""One asset for one content: formats join it, versions stand behind it, doubts are asked, and all can be taken back."""

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sameside.library import files, intake, kinship, likeness, matching, pinning
from sameside.library.extraction.reader import Limits, Reader
from sameside.library.intake import Intake, Verdict
from sameside.library.models import Asset, AssetRendition, AssetVersion, VersionProposal
from sameside.library.refusals import NotPossible
from sameside.people.models import Person
from tests.conftest import NOW, signed_in
from tests.library import documents

LIMITS = Limits(pages=50, seconds=60, megabytes=1024)
State = VersionProposal.State


def lines(first: int, last: int, word: str = "plan") -> list[str]:
    """Paragraphs that share no pair of words with those of other numbers."""
    return [
        f"Line{n} {word}{n} explains{n} how{n} team{n} works{n} with{n} figure{n} and{n} date{n}"
        for n in range(first, last)
    ]


@pytest.fixture(autouse=True)
def data(settings: Any, tmp_path: Path) -> None:
    settings.DATA = tmp_path / "data"


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    with Reader(LIMITS) as opened:
        yield opened


class Bring:
    def __init__(self, folder: Path, by: Person, reader: Reader) -> None:
        self.folder, self.by, self.reader = folder, by, reader

    def __call__(self, path: Path, *, beside: frozenset[str] = frozenset(), place: Asset | None = None) -> Intake:
        return intake.bring_in(
            path, by=self.by, at=NOW, source_path=path.name, reader=self.reader, beside=beside, known_place=place
        )

    def word(self, name: str, text: list[str], *, heading: str = "", **more: Any) -> Intake:
        return self(documents.word(self.folder / name, text, heading=heading), **more)

    def md(self, name: str, text: list[str], **more: Any) -> Intake:
        path = self.folder / name
        path.write_text("\n\n".join(text))
        return self(path, **more)


@pytest.fixture
def bring(alice: Person, reader: Reader, tmp_path: Path) -> Bring:
    return Bring(tmp_path, alice, reader)


def test_one_content_in_four_formats_is_one_asset(bring: Bring, tmp_path: Path) -> None:
    text = lines(0, 30)
    first = bring.word("Guide.docx", text, heading="Guide to closing")
    pdf = bring(documents.pdf(tmp_path / "guide-print.pdf", ["Guide to closing", *text]))
    body = "".join(f"<text:p>{line}</text:p>" for line in ["Guide to closing", *text])
    odt = bring(documents.open_document(tmp_path / "x.odt", "text", body))
    html = tmp_path / "y.html"
    html.write_text("".join(f"<p>{line}</p>" for line in ["Guide to closing", *text]))
    assert first.verdict is Verdict.CREATED
    assert pdf.reason == "The same content as “Guide to closing” (100 %), now also as PDF."
    assert {odt.verdict, bring(html).verdict} == {Verdict.UPDATED}
    assert Asset.objects.count() == AssetVersion.objects.count() == 1
    assert list(AssetRendition.objects.values_list("format", flat=True)) == ["html", "odt", "pdf"]
    again = bring(documents.pdf(tmp_path / "copy.pdf", ["x"]).with_name("guide-print.pdf"))
    assert (again.verdict, again.reason) == (Verdict.UNCHANGED, "Already in the library, with Guide.docx.")


def test_every_file_is_kept_byte_for_byte(bring: Bring, bob: Person, tmp_path: Path) -> None:
    text = lines(0, 30)
    bring.word("Guide.docx", text)
    pdf = documents.pdf(tmp_path / "Guide.pdf", text)
    bring(pdf)
    rendition = AssetRendition.objects.get()
    asset = Asset.objects.get()
    client = signed_in(bob)
    answer = client.post(f"/library/{asset.slug}/renditions/{rendition.pk}/download/")
    assert answer.getvalue() == pdf.read_bytes()
    assert answer["Content-Disposition"] == 'attachment; filename="Guide.pdf"'
    assert answer["Content-Type"] == "application/octet-stream"
    answer = client.post(f"/library/{asset.slug}/download/")
    assert answer.getvalue() == (tmp_path / "Guide.docx").read_bytes()
    assert "also as PDF" in client.get(f"/library/{asset.slug}/").content.decode()
    page = client.get(f"/library/{asset.slug}/versions/").content.decode()
    assert "Also as <strong>PDF</strong>" in page
    assert "Make Guide.pdf an asset of its own" not in page


@pytest.mark.parametrize(
    ("former", "later", "kinship"),
    [
        ("Plan v1.docx", "Plan v2.docx", "version"),
        ("Plan v2.docx", "Plan v1.docx", "older"),
        ("Plan-2026-03-01.docx", "Plan-2026-09-01.docx", "version"),
        ("Plan draft.docx", "Plan final.docx", "version"),
        ("Plan.docx", "Plan (2).docx", "version"),
        ("Our Plan Acme.docx", "Our Plan Globex.docx", "proposal"),
        ("Invoice 1.docx", "Invoice 2.docx", "new"),
    ],
)
def test_files_side_by_side_are_versions_only_when_their_names_say_so(
    bring: Bring, former: str, later: str, kinship: str
) -> None:
    beside = frozenset({former, later})
    bring.word(former, lines(0, 40), beside=beside)
    found = bring.word(later, lines(4, 44), beside=beside)
    current = AssetVersion.objects.filter(is_current=True).order_by("pk").values_list("path", flat=True)
    if kinship == "version":
        assert (Asset.objects.count(), list(current)) == (1, [later])
        assert found.reason.startswith("Version 2, 1 page: 8")
    elif kinship == "older":
        assert (Asset.objects.count(), list(current)) == (1, [former])
        assert found.reason.startswith("An older version, kept behind the newer one: 8")
    else:
        assert (Asset.objects.count(), list(current)) == (2, [former, later])
        assert VersionProposal.objects.count() == (kinship == "proposal")


def test_short_texts_never_match_by_content(bring: Bring) -> None:
    bring.md("a.md", ["A short letter that many are like."])
    bring.md("b.md", ["A short letter that many are like.", ""])
    assert Asset.objects.count() == 2


def test_scans_of_one_title_are_a_question(bring: Bring, tmp_path: Path) -> None:
    bring(documents.pdf(tmp_path / "a.pdf", [""], title="Contract"))
    found = bring(documents.pdf(tmp_path / "b.pdf", ["", ""], title="Contract"))
    assert found.reason.startswith("New, 2 pages. It may be a version of “Contract”: somebody should look.")


def test_the_same_name_from_elsewhere_with_another_text_is_another_asset(bring: Bring) -> None:
    bring.md("proposal.md", lines(0, 30))
    found = bring.md("proposal.md", lines(500, 530, "offer"))
    assert (found.verdict, Asset.objects.count()) == (Verdict.CREATED, 2)
    assert VersionProposal.objects.get().reason == "It has the same path, but another text."


def test_at_a_known_place_any_content_is_the_next_version(bring: Bring) -> None:
    asset = bring.md("proposal.md", lines(0, 30)).asset
    found = bring.md("proposal.md", lines(500, 530, "offer"), place=asset)
    assert (found.reason, Asset.objects.count()) == ("Version 2, 1 page: new content at the same place.", 1)


def test_a_doubt_is_accepted_and_taken_back(bring: Bring, alice: Person) -> None:
    one = bring.word("Our Plan Acme.docx", lines(0, 40), heading="Acme").asset
    two = bring.word("Our Plan Globex.docx", lines(4, 44), heading="Globex").asset
    assert one is not None
    assert two is not None
    proposal = VersionProposal.objects.get()
    kinship.accept(proposal, by=alice, at=NOW)
    assert list(one.versions.values_list("number", "title", "is_current")) == [(2, "Globex", True), (1, "Acme", False)]
    two.refresh_from_db()
    assert (two.status, two.continued_by) == (Asset.Status.RETIRED, one)
    assert signed_in(alice).get(f"/library/{two.slug}/")["Location"] == f"/library/{one.slug}/"
    with pytest.raises(NotPossible, match="decided this already"):
        kinship.accept(proposal, by=alice, at=NOW)
    VersionProposal.objects.update(before={})  # as it was when that was not kept
    kinship.take_back(proposal, by=alice, at=NOW)
    assert list(Asset.objects.order_by("pk").values_list("title", "status", "continued_by")) == [
        ("Acme", "active", None),
        ("Globex", "active", None),
    ]
    assert VersionProposal.objects.get().state == State.OPEN


def test_what_stood_behind_the_link_before_does_again_when_they_are_separated(bring: Bring, alice: Person) -> None:
    one = bring.md("proposal.md", lines(0, 30)).asset
    bring.md("proposal.md", lines(500, 530, "offer"), place=one)
    two = bring.md("other.md", lines(900, 930, "talk")).asset
    assert one is not None
    assert two is not None
    pinning.bring_back(one.versions.get(number=1), by=alice, at=NOW)
    proposal = VersionProposal.objects.create(asset=two, of=one, share=0.5, reason="Alike.", created_at=NOW)
    kinship.accept(proposal, by=alice, at=NOW)
    kinship.take_back(proposal, by=alice, at=NOW)
    assert list(one.versions.order_by("number").values_list("number", "is_current")) == [(1, True), (2, False)]
    assert list(two.versions.values_list("number", "is_current")) == [(1, True)]


def test_a_seller_follows_an_old_link(bring: Bring, alice: Person, bob: Person) -> None:
    one = bring.word("Our Plan Acme.docx", lines(0, 40), heading="Acme").asset
    two = bring.word("Our Plan Globex.docx", lines(4, 44), heading="Globex").asset
    assert one is not None
    assert two is not None
    kinship.accept(VersionProposal.objects.get(), by=alice, at=NOW)
    assert signed_in(bob).get(f"/library/{two.slug}/")["Location"] == f"/library/{one.slug}/"


def test_the_queue_and_the_page_ask_editors_only(bring: Bring, alice: Person, bob: Person) -> None:
    bring.word("Our Plan Acme.docx", lines(0, 40), heading="<b>Acme</b>")
    bring.word("Our Plan Globex.docx", lines(4, 44), heading="Globex")
    proposal = VersionProposal.objects.get()
    client = signed_in(alice)
    page = client.get("/library/versions/").content.decode()
    assert "&lt;b&gt;Acme&lt;/b&gt;" in page
    assert "1 question about versions" in client.get("/library/globex/").content.decode()
    assert "It is a version" in client.get("/library/globex/versions/").content.decode()
    assert "1 question" not in signed_in(bob).get("/library/globex/").content.decode()
    assert "It is a version" not in signed_in(bob).get("/library/globex/versions/").content.decode()
    assert signed_in(bob).get("/library/versions/").status_code == 403
    assert signed_in(bob).post(f"/library/versions/{proposal.pk}/acceptance/").status_code == 403
    client.post(f"/library/versions/{proposal.pk}/rejection/", {"back": "queue"})
    assert "No doubts about versions" in client.get("/library/versions/").content.decode()


def test_a_version_is_made_an_asset_of_its_own(bring: Bring, alice: Person) -> None:
    bring.word("Plan v1.docx", lines(0, 40), heading="Plan")
    bring.word("Plan v2.docx", lines(4, 44), heading="Plan")
    asset = Asset.objects.get()
    signed_in(alice).post(f"/library/{asset.slug}/versions/2/separation/")
    assert sorted(AssetVersion.objects.values_list("asset__slug", "path", "is_current")) == [
        ("plan", "Plan v1.docx", True),
        ("plan-2", "Plan v2.docx", True),
    ]
    assert bring.word("Plan v2.docx", lines(4, 44), heading="Plan").verdict is not Verdict.CREATED
    with pytest.raises(NotPossible, match="at least one version"):
        kinship.separate_version(AssetVersion.objects.get(asset=asset), by=alice, at=NOW)


def test_a_format_is_made_an_asset_of_its_own_and_stays_one(bring: Bring, alice: Person, tmp_path: Path) -> None:
    text = lines(0, 30)
    bring.word("Guide.docx", text)
    pdf = documents.pdf(tmp_path / "Guide.pdf", text, title="Guide in print")
    bring(pdf)
    rendition = AssetRendition.objects.get()
    signed_in(alice).post(f"/library/{Asset.objects.get().slug}/renditions/{rendition.pk}/separation/")
    assert sorted(Asset.objects.values_list("title", "format")) == [("Guide", "docx"), ("Guide in print", "pdf")]
    version = AssetVersion.objects.get(format="pdf")
    with files.open_original(version) as original:
        assert original.read() == pdf.read_bytes()
    assert bring(pdf).reason == "Already in the library."


def test_a_transcript_that_comes_later_is_read(bring: Bring, tmp_path: Path) -> None:
    video = tmp_path / "Demo.mp4"
    video.write_bytes(documents.MP4)
    assert bring(video).reason.startswith("New, 1 minute. A video without a transcript")
    (tmp_path / "Demo.en.vtt").write_text(documents.TRANSCRIPT)
    assert bring(video).reason == "The same video. Text from the transcript Demo.en.vtt."
    assert bring(video).reason == "Already in the library."
    version = AssetVersion.objects.get()
    assert list(version.pages.values_list("text", flat=True))[1] == "1:00\nHere is how the books close faster."


def test_a_look_up_is_one_query_on_an_index(bring: Bring) -> None:
    for number in range(5):
        bring.md(f"{number}.md", lines(number * 100, number * 100 + 30))
    found = likeness.of(["\n".join(lines(100, 130))])
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert [round(share, 2) for _, share in matching.alike(found)] == [1.0]
    assert len(queries) == 2
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("EXPLAIN SELECT version_id FROM library_likenesskey WHERE key = ANY(%s)", [found.keys])
        assert "likeness_key" in str(cursor.fetchall())


@pytest.mark.parametrize(
    ("pages", "others", "same"),
    [
        (["The Plan"], ["the plan!"], True),
        (["A\nB", "12\n"], ["A B"], True),
        (["Slide\n\nNotes: say this"], ["Slide"], True),
        (["ﬁnance"], ["Finance"], True),
        (["one two"], ["two one"], False),
    ],
)
def test_what_counts_as_the_same_words(pages: list[str], others: list[str], same: bool) -> None:
    assert (likeness.of(pages).digest == likeness.of(others).digest) is same


def test_the_estimate_is_close_to_the_truth() -> None:
    one, two = likeness.words(["\n".join(lines(0, 90))]), likeness.words(["\n".join(lines(10, 100))])
    pairs = [set(itertools.pairwise(words)) for words in (one, two)]
    truth = len(pairs[0] & pairs[1]) / len(pairs[0] | pairs[1])
    estimate = likeness.of([" ".join(one)]).share(likeness.of([" ".join(two)]))
    assert 0.79 < truth < 0.81
    assert abs(estimate - truth) < 0.08
