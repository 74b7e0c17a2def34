"""Tarnwick's two years, written as the files a real company would have: an export of its CRM, a folder of documents,
and what was done with them.

Everything follows from (seed, scale, today). The pieces may be written one after another while the first are being
brought in: the CRM core, then documents (in slices), then activities and usage, which are the largest. Each piece may
be written by a process of its own.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from sameside.demo import activity_files, crm_files
from sameside.demo.plan import Plan

SALESFORCE, CONTENT, USAGE = "salesforce", "content", "usage"

Progress = Callable[[str, int, int], None]  # what, how many are done, of how many


def _silent(_what: str, _done: int, _of: int) -> None:
    """Nobody is told."""


@dataclass
class Summary:
    """Rows by file and the number of documents; `touches` is how many rows become touches when nothing is refused."""

    rows: dict[str, int] = field(default_factory=dict)
    documents: int = 0
    touches: int = 0


def write_crm(folder: Path, plan: Plan, *, progress: Progress = _silent) -> dict[str, int]:
    """Users, accounts, contacts, campaigns and members, leads, opportunities with history and roles, into `folder`."""
    return _each(folder, plan, crm_files.WRITERS, progress)


def write_activities(folder: Path, plan: Plan, *, progress: Progress = _silent) -> dict[str, int]:
    """Tasks and events, into `folder`."""
    return _each(folder, plan, {"Task": activity_files.tasks, "Event": activity_files.events}, progress)


def write_usage(folder: Path, plan: Plan, *, progress: Progress = _silent) -> int:
    """`usage.csv`, into `folder`."""
    rows = activity_files.usage(folder, plan)
    progress("usage", 1, 1)
    return rows


def write_content(
    folder: Path, plan: Plan, *, part: tuple[int, int | None] = (0, None), progress: Progress = _silent
) -> int:
    """The documents numbered from `part[0]` up to, but not including, `part[1]`, into the folders below `folder`."""
    from sameside.demo.documents.making import write as write_document  # the libraries for documents load slowly

    wanted = plan.assets[slice(*part)]
    for done, asset in enumerate(wanted, start=1):
        write_document(folder, asset, seed=plan.seed)
        progress("documents", done, len(wanted))
    return len(wanted)


def write(folder: Path, *, seed: int, scale: float, today: date, progress: Progress = _silent) -> Summary:
    """The whole story below `folder`: `salesforce/`, `content/` and `usage/`."""
    plan = Plan(seed, scale, today)
    summary = Summary(touches=touches(plan))
    summary.rows = write_crm(folder / SALESFORCE, plan, progress=progress)
    summary.documents = write_content(folder / CONTENT, plan, progress=progress)
    summary.rows |= write_activities(folder / SALESFORCE, plan, progress=progress)
    summary.rows["usage"] = write_usage(folder / USAGE, plan, progress=progress)
    return summary


def touches(plan: Plan) -> int:
    """Leads, answers to campaigns, documents used and activities that are done: each a touch, but a lead that answered
    a campaign, or a document that a task names, only once."""
    return plan.other_touches + int(plan.activities.is_done.sum())


def _each(
    folder: Path, plan: Plan, writers: Mapping[str, Callable[[Path, Plan], int]], progress: Progress
) -> dict[str, int]:
    rows: dict[str, int] = {}
    for done, (name, writer) in enumerate(writers.items(), start=1):
        rows[name] = writer(folder, plan)
        progress(name, done, len(writers))
    return rows
