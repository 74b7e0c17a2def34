"""`sameside import` and `sameside imports`: bring anything in from this machine, and look after what was brought in."""

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from sameside.connectors.terminal import Line, clean
from sameside.connectors.told import DONE, FAILED, REFUSED, USAGE, report

if TYPE_CHECKING:
    from sameside.connectors.models import ImportFile, ImportRun

KINDS = {
    "any": (
        "any",
        "Everything that is recognised, the recommended door: files, folders and archives.",
    ),
    "salesforce": ("salesforce", "Salesforce: weekly export, Data Loader, SOQL or report export."),
    "hubspot": ("hubspot", "HubSpot: contacts, companies and deals, in any header language."),
    "costs": ("costs", "Advertising costs: Google Ads, LinkedIn, Meta and others."),
    "emails": ("emails", "E-mail events: sends, opens, clicks, bounces, unsubscribes."),
    "touches": ("touches", "A log of touches: web analytics, ad clicks, events."),
    "usage": ("usage", "Usage of content from another tool: impressions, opens, shares and searches."),
    "table": ("table", "Any table, read by a saved mapping."),
    "content": ("documents", "Documents: PDF, PowerPoint, Word, Excel, HTML, Markdown and more."),
}
WEB = ("content",)
FULL = ("any", "salesforce", "hubspot", "table")
_STEERING = {
    "undo": "undo a whole import, while nothing depends on it",
    "pause": "pause an import between two batches",
    "resume": "go on where an import was paused or stopped",
    "cancel": "end an import; what came in before stays",
}


def add(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `import KIND PATH ...` and `imports list|show|undo|pause|resume|cancel`."""
    bring = subparsers.add_parser("import", help="bring in CRM data, documents, costs, e-mails, touches or usage")
    kinds = bring.add_subparsers(dest="kind", metavar="KIND", required=True)
    for kind, (_, sentence) in KINDS.items():
        command = kinds.add_parser(kind, help=sentence, description=sentence)
        metavar, sentence = (
            ("PATH_OR_URL", "files, a folder, or an address of the web") if kind in WEB else ("PATH", "")
        )
        command.add_argument("paths", type=_place if kind in WEB else Path, nargs="+", metavar=metavar, help=sentence)
        command.add_argument("--mapping", default="", metavar="NAME", help="read tables by this saved mapping")
        command.add_argument("--mends", type=int, metavar="IMPORT", help="the import whose error file PATH is, mended")
        command.add_argument("--zone", default="", help="the time zone of times without one, such as Europe/Berlin")
        command.add_argument("--encoding", default="", help="the encoding of all files, such as cp1252")
        if kind in FULL:
            command.add_argument(
                "--full",
                action="store_true",
                help="this export is complete: rows of this object that are no longer in it are marked as deleted in"
                " the source",
            )
            command.add_argument(
                "--most-may-vanish", action="store_true", help="with --full: even if more than half are gone"
            )
        how = command.add_mutually_exclusive_group()
        how.add_argument("--preview", action="store_true", help="only say what is recognised; nothing is written")
        how.add_argument("--dry-run", action="store_true", help="do everything and keep nothing")
        how.add_argument("--background", action="store_true", help="leave the work to the worker")
        command.add_argument("--json", action="store_true", help="print the summary as JSON")
        command.set_defaults(run=run, django=True)
    imports = subparsers.add_parser("imports", help="list, show, undo, pause, resume and cancel imports")
    verbs = imports.add_subparsers(dest="verb", metavar="VERB", required=True)
    listing = verbs.add_parser("list", help="the latest imports")
    listing.add_argument("--most", type=int, default=20, metavar="N", help="how many (20)")
    listing.set_defaults(run=run_list, django=True)
    show = verbs.add_parser("show", help="one import, with every file")
    show.set_defaults(run=run_show, django=True)
    steered = [verbs.add_parser(verb, help=sentence) for verb, sentence in _STEERING.items()]
    for each in steered:
        each.set_defaults(run=run_steering, django=True)
    for each in (show, *steered):
        each.add_argument("number", type=int, metavar="IMPORT")
    for each in (listing, show, *steered):
        each.add_argument("--json", action="store_true", help="print JSON")


def run(given: argparse.Namespace) -> int:
    """Import; exit code 3: something was refused or of no use; 1: it failed; 2: there is nothing at PATH."""
    from sameside.connectors import runs, uploads
    from sameside.connectors.documents.fetching import NotFetched
    from sameside.connectors.steering import NotNow

    try:
        paths = [_brought(path) for path in given.paths]
    except NotFetched as problem:
        return _say_no(str(problem))
    for path, called in zip(paths, given.paths, strict=True):
        if not path.exists():
            return _say_no(f"{clean(str(called))} does not exist.")
    try:
        made = _mended(given, paths) if given.mends else _created(given, paths)
    except (runs.NothingToImport, uploads.UploadRefused, NotNow) as problem:
        return _say_no(str(problem))
    if given.preview:
        return report(made, as_json=given.json)
    if given.background:
        runs.queue(made)
        print(json.dumps({"run": made.pk}) if given.json else f"Import {made.pk} waits for the worker.")
        return DONE
    return _execute(made, as_json=given.json)


def _place(text: str) -> Path | str:
    """An address stays as it is: a path would lose some of its slashes."""
    return text if text.lower().startswith(("http://", "https://")) else Path(text)


def _brought(place: Path | str) -> Path:
    """The folder or file of this machine; what is at an address is fetched into a folder first."""
    from sameside.connectors.documents import web

    return web.fetch(place) if isinstance(place, str) else place.expanduser().resolve()


def _say_no(sentence: str) -> int:
    print(clean(sentence), file=sys.stderr)
    return USAGE


def _created(given: argparse.Namespace, paths: list[Path]) -> "ImportRun":
    from django.db import transaction
    from django.utils import timezone

    from sameside.connectors import runs, steering, uploads

    now = timezone.now()
    folder = paths[0] if len(paths) == 1 and paths[0].is_dir() else uploads.gather(paths)
    origin = ", ".join(str(path) for path in given.paths)
    with transaction.atomic():
        made = runs.create(KINDS[given.kind][0], folder, origin=origin, by=None, at=now, preview=True)
        how = {"mapping": given.mapping, "encoding": given.encoding, "zone": given.zone}
        steering.decide(made, by=None, at=now, full=_full(given), **how)
        made.refresh_from_db()
        nothing = not made.files.exclude(state="ignored").exists()
        if given.preview or nothing:
            return made
        return steering.start(made, by=None, at=now, dry=given.dry_run, queue=False)


def _full(given: argparse.Namespace) -> "ImportFile.Full":
    """What was said about the completeness of the files; not every kind of import has the options."""
    from sameside.connectors.models import ImportFile

    full, sure = getattr(given, "full", False), getattr(given, "most_may_vanish", False)
    return ImportFile.Full.SURE if full and sure else ImportFile.Full.YES if full else ImportFile.Full.NO


def _mended(given: argparse.Namespace, paths: list[Path]) -> "ImportRun":
    """A run over one mended error file: it is known by its name, or it is the only one of that import."""
    from django.utils import timezone

    from sameside.connectors import steering, uploads
    from sameside.connectors.models import ImportFile

    refused = ImportFile.objects.filter(run_id=given.mends).exclude(error_file="").select_related("run")
    named = [file for file in refused if Path(file.error_file).name == paths[0].name]
    if len(paths) != 1 or len(named or refused) != 1:
        raise steering.NotNow(f"Give one error file of import {given.mends}, under the name it had.")
    [mended] = [path for path in uploads.gather(paths).rglob("*") if path.is_file()]
    file = (named or list(refused))[0]
    return steering.mend(file, mended, origin=str(given.paths[0]), by=None, at=timezone.now(), dry=given.dry_run)


def _execute(made: "ImportRun", *, as_json: bool) -> int:
    from sameside.connectors import runs

    line = Line(sys.stderr) if not as_json and sys.stderr.isatty() else None
    try:
        done = runs.execute(made.pk, tell=line.tell if line else None, show=line.show if line else None)
    except KeyboardInterrupt:
        print(f"\nImport {made.pk} is paused. Go on: sameside imports resume {made.pk}", file=sys.stderr)
        return FAILED
    finally:
        if line:
            line.end()
    return report(done, as_json=as_json)


def run_list(given: argparse.Namespace) -> int:
    """The latest imports, newest first."""
    from sameside.connectors import registry
    from sameside.connectors.models import ImportRun

    found = list(ImportRun.objects.order_by("-pk")[: max(given.most, 1)])
    if given.json:
        keys = ("pk", "connector", "origin", "state", "dry")
        lines = [{key: getattr(each, key) for key in keys} | {"at": each.created_at.isoformat()} for each in found]
        print(json.dumps(lines, indent=2))
        return DONE
    for each in found:
        state = f"{each.state} (dry run)" if each.dry else each.state
        label = registry.label(each.connector)
        print(f"{each.pk:>6}  {each.created_at:%Y-%m-%d %H:%M}  {state:<20}  {label:<24}  {clean(each.origin)}")
    if not found:
        print("Nothing was brought in yet.")
    return DONE


def _found(number: int) -> "ImportRun | None":
    from sameside.connectors.models import ImportRun

    return ImportRun.objects.filter(pk=number).first()


def run_show(given: argparse.Namespace) -> int:
    found = _found(given.number)
    if found is None:
        return _say_no(f"There is no import {given.number}.")
    report(found, as_json=given.json)
    return DONE


def run_steering(given: argparse.Namespace) -> int:
    """Undo and resume do their work at once, in this process; the others ask the run that is going on."""
    from django.utils import timezone

    from sameside.connectors import steering, undoing

    found = _found(given.number)
    if found is None:
        return _say_no(f"There is no import {given.number}.")
    now = timezone.now()
    verbs: dict[str, Callable[[], ImportRun]] = {
        "undo": lambda: undoing.ask(found, by=None, at=now, queue=False),
        "pause": lambda: steering.pause(found, by=None, at=now),
        "resume": lambda: steering.resume(found, by=None, at=now, queue=False),
        "cancel": lambda: steering.cancel(found, by=None, at=now),
    }
    try:
        done = verbs[given.verb]()
    except steering.NotNow as problem:
        print(clean(str(problem)), file=sys.stderr)
        return REFUSED
    if given.verb == "resume" and done.state == "queued":
        return _execute(done, as_json=given.json)
    if given.verb == "undo":
        done = undoing.execute(done.pk, tell=None if given.json else lambda sentence: print(f"  {sentence}"))
    return _told(done, as_json=given.json)


def _told(done: "ImportRun", *, as_json: bool) -> int:
    from sameside.connectors import figures

    if as_json:
        print(json.dumps({"run": done.pk, "state": done.state, "wish": done.wish, "undo": done.undo}, indent=2))
    elif done.state == "undone":
        print(figures.undo_sentence(done))
    elif done.undo.get("obstacles"):
        print(" ".join(done.undo["obstacles"]), file=sys.stderr)
        return REFUSED
    else:
        asked = f" It will {done.wish} after this batch." if done.wish else ""
        print(f"Import {done.pk}: {done.state}.{asked}")
    return DONE
