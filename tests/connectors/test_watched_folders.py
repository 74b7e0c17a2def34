"""What is laid into a watched folder comes in when it stands still, once; what vanishes is marked."""

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from sameside.connectors import runs
from sameside.connectors.documents import watching
from sameside.connectors.documents.watching import NotWatchable
from sameside.connectors.models import ImportRun
from sameside.library.models import Asset, WatchedFile, WatchedFolder
from sameside.people.models import Person
from tests.conftest import NOW, signed_in
from tests.library.documents import ENGLISH

MINUTE = timedelta(minutes=1)


@pytest.fixture
def inbox(settings: Any, tmp_path: Path, gus: Person) -> WatchedFolder:
    settings.DATA = tmp_path / "data"
    settings.WATCH_ROOTS = [str(tmp_path / "shares")]
    (tmp_path / "shares" / "marketing" / "Banking").mkdir(parents=True)
    return watching.add(str(tmp_path / "shares" / "marketing"), by=gus, at=NOW)


def lay(folder: WatchedFolder, name: str, text: str, *, second: int = 1) -> Path:
    path = Path(folder.path) / name
    path.write_text(text)
    os.utime(path, (second, second))
    return path


def look(folder: WatchedFolder, minute: int) -> ImportRun | None:
    run = watching.scan(folder, at=NOW + minute * MINUTE)
    if run is not None:
        runs.execute(run.pk)
    return run


def test_a_file_comes_in_when_it_stands_still(inbox: WatchedFolder) -> None:
    lay(inbox, "Banking/guide.md", ENGLISH)
    assert look(inbox, 1) is None
    run = look(inbox, 2)
    assert run is not None
    assert (run.origin, run.started_by) == (f"watched folder {inbox.path}", inbox.added_by)
    assert Asset.objects.get().path == "Banking/guide.md"
    assert [look(inbox, minute) for minute in (3, 4, 5)] == [None, None, None]
    assert ImportRun.objects.count() == 1


def test_a_file_that_is_still_being_written_waits(inbox: WatchedFolder) -> None:
    lay(inbox, "a.md", "Half", second=1)
    assert look(inbox, 1) is None
    lay(inbox, "a.md", ENGLISH, second=2)
    assert look(inbox, 2) is None
    assert look(inbox, 3) is not None


def test_a_changed_file_is_a_new_version_whatever_it_says(inbox: WatchedFolder) -> None:
    lay(inbox, "a.md", f"# Guide\n\n{ENGLISH} {ENGLISH}")
    look(inbox, 1)
    look(inbox, 2)
    words = " ".join(f"word{number}" for number in range(80))
    lay(inbox, "a.md", f"# Other\n\n{words}", second=2)
    look(inbox, 3)
    run = look(inbox, 4)
    assert run is not None
    assert run.files.get().note == "Version 2, 1 page: new content at the same place."
    assert Asset.objects.get().versions.count() == 2


def test_a_file_that_vanished_is_marked_and_said_on_its_page(inbox: WatchedFolder, alice: Person) -> None:
    path = lay(inbox, "a.md", ENGLISH)
    look(inbox, 1)
    look(inbox, 2)
    path.unlink()
    look(inbox, 3)
    assert WatchedFile.objects.get().missing_since == NOW + 3 * MINUTE
    asset = Asset.objects.get()
    assert asset.status == Asset.Status.ACTIVE
    assert (
        "no longer in the watched folder" in signed_in(alice).get(f"/library/{asset.slug}/versions/").content.decode()
    )
    lay(inbox, "a.md", ENGLISH)
    look(inbox, 4)
    assert WatchedFile.objects.get().missing_since is None


def test_a_renamed_file_is_not_missed(inbox: WatchedFolder, alice: Person) -> None:
    path = lay(inbox, "a.md", ENGLISH)
    look(inbox, 1)
    look(inbox, 2)
    path.rename(path.with_name("b.md"))
    look(inbox, 3)
    run = look(inbox, 4)
    assert run is not None
    assert run.files.get().note == "Already in the library, as a.md."
    page = signed_in(alice).get(f"/library/{Asset.objects.get().slug}/").content.decode()
    assert "no longer in the watched folder" not in page


def test_a_run_that_failed_is_not_begun_again_every_minute(inbox: WatchedFolder) -> None:
    lay(inbox, "a.md", ENGLISH)
    watching.scan(inbox, at=NOW)
    run = watching.scan(inbox, at=NOW)
    assert run is not None
    assert watching.scan(inbox, at=NOW) is None
    ImportRun.objects.filter(pk=run.pk).update(state=ImportRun.State.FAILED)
    assert watching.scan(inbox, at=NOW) is None
    inbox.refresh_from_db()
    assert inbox.problem == "The last import from here did not end well; look at it, then scan again."
    assert watching.scan(inbox, at=NOW, again=True) is not None


def test_a_folder_that_is_gone_is_said(inbox: WatchedFolder) -> None:
    Path(inbox.path, "Banking").rmdir()
    Path(inbox.path).rmdir()
    look(inbox, 1)
    inbox.refresh_from_db()
    assert inbox.problem == "The folder is not there, or this program may not open it."


def test_a_paused_folder_is_left_alone(inbox: WatchedFolder, gus: Person) -> None:
    lay(inbox, "a.md", ENGLISH)
    watching.pause(inbox, by=gus, at=NOW)
    assert [watching.scan_all(at=NOW) for _ in range(3)] == [0, 0, 0]
    watching.resume(inbox, by=gus, at=NOW)
    assert [watching.scan_all(at=NOW) for _ in range(3)] == [0, 1, 0]


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ("", "Name a folder of this machine."),
        ("relative", "Name the folder from the root on, such as /srv/content."),
        ("/etc", "Only folders below"),
        ("{root}/../..", "Only folders below"),
        ("{root}/link", "Only folders below"),
        ("{root}/none", "There is no folder"),
        ("{root}/marketing/Banking", "is watched already"),
        ("{root}", "is watched already"),
    ],
)
def test_other_folders_are_refused(inbox: WatchedFolder, tmp_path: Path, given: str, sentence: str) -> None:
    root = tmp_path / "shares"
    (root / "link").symlink_to("/etc")
    with pytest.raises(NotWatchable, match=sentence):
        watching.check(given.format(root=root))


def test_the_page_is_for_administrators(inbox: WatchedFolder, gus: Person, alice: Person) -> None:
    assert signed_in(alice).get("/imports/watched/").status_code == 403
    client = signed_in(gus)
    page = client.get("/imports/watched/").content.decode()
    assert inbox.path in page
    refused = client.post("/imports/watched/", {"path": "/etc"})
    assert (refused.status_code, b"Only folders below" in refused.content) == (422, True)
    lay(inbox, "a.md", ENGLISH)
    assert client.post(f"/imports/watched/{inbox.pk}/scan/").status_code == 302
    assert ImportRun.objects.get().files.get().name == "a.md"
    client.post(f"/imports/watched/{inbox.pk}/pause/")
    client.post(f"/imports/watched/{inbox.pk}/removal/")
    assert WatchedFolder.objects.count() == 0


def test_a_folder_that_became_a_link_out_is_not_entered(inbox: WatchedFolder, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.md").write_text(ENGLISH)
    (Path(inbox.path) / "Banking").rmdir()
    Path(inbox.path).rmdir()
    Path(inbox.path).symlink_to(outside)
    assert look(inbox, 1) is None
    assert look(inbox, 2) is None
    inbox.refresh_from_db()
    assert inbox.problem.startswith("The folder leads out")
    assert not WatchedFile.objects.exists()
