"""Tasks and events as the weekly export has them, and the usage of content as Sameside's own CSV: the largest files."""

from pathlib import Path

import numpy as np

from sameside.demo import ids, times
from sameside.demo.activities import CALL, MEETING, NOTES, SUBJECTS, TODO
from sameside.demo.companies import Ints
from sameside.demo.crm_files import USERS
from sameside.demo.dirt import planted
from sameside.demo.members import MEMBERS
from sameside.demo.plan import Plan
from sameside.demo.times import dates, stamps
from sameside.demo.usage import ACTIONS
from sameside.demo.writing import CHUNK, Table

_TASK = (
    "Id", "IsDeleted", "WhoId", "WhatId", "AccountId", "Subject", "ActivityDate", "Status", "Priority", "OwnerId",
    "Description", "IsClosed", "TaskSubtype", "Type", "CreatedDate", "CreatedById", "CompletedDateTime",
)  # fmt: skip
_EVENT = (
    "Id", "IsDeleted", "WhoId", "WhatId", "AccountId", "Subject", "StartDateTime", "EndDateTime", "ActivityDate",
    "DurationInMinutes", "OwnerId", "Description", "Type", "CreatedDate", "CreatedById",
)  # fmt: skip
SHARED = ("Sent: {title}", "Email: {title}", "Shared {title}", "Sent our document")


def tasks(folder: Path, plan: Plan) -> int:
    """Everything that was not a meeting."""
    rows = np.flatnonzero(plan.activities.kind != MEETING)
    with Table(folder, "Task.csv", _TASK) as table:
        table.chunks(len(rows), planted("Task", _TASK, lambda a, b: _task_rows(plan, rows[a:b], a)))
        return table.rows


def events(folder: Path, plan: Plan) -> int:
    rows = np.flatnonzero(plan.activities.kind == MEETING)
    with Table(folder, "Event.csv", _EVENT) as table:
        table.chunks(len(rows), planted("Event", _EVENT, lambda a, b: _event_rows(plan, rows[a:b], a)))
        return table.rows


def _ids(kind: str, numbers: Ints) -> list[str]:
    made = ids.make(kind, np.maximum(numbers, 0))
    return [one if number >= 0 else ids.NONE for one, number in zip(made, numbers.tolist(), strict=True)]


def _about(plan: Plan, rows: Ints) -> tuple[list[str], list[str], list[str]]:
    """WhoId, WhatId and AccountId."""
    done = plan.activities
    lead, contact = _ids("Lead", done.lead[rows]), _ids("Contact", done.contact[rows])
    deal, company = _ids("Opportunity", done.deal[rows]), _ids("Account", done.company[rows])
    who = [a if a != ids.NONE else b for a, b in zip(lead, contact, strict=True)]
    what = [a if a != ids.NONE else b for a, b in zip(deal, company, strict=True)]
    return who, what, company


def _words(plan: Plan, rows: Ints) -> tuple[list[str], list[str]]:
    """Subject and description; those that share a document name it by title, by file name, or by both."""
    done = plan.activities
    subjects: list[str] = []
    notes: list[str] = []
    for row, kind, subject, note, asset in zip(
        rows.tolist(), done.kind[rows].tolist(), done.subject[rows].tolist(), done.note[rows].tolist(),
        done.asset[rows].tolist(), strict=True,
    ):  # fmt: skip
        if asset < 0:
            subjects.append(SUBJECTS[kind][subject])
            notes.append(NOTES[note] if note >= 0 else "")
            continue
        document = plan.assets[asset]
        subjects.append(SHARED[row % 4].format(title=document.title)[:255])
        notes.append(
            f'Attached: {document.filename}\n"As discussed."' if row % 4 == 3 or row % 3 == 0 else "As discussed."
        )
    return subjects, notes


def _task_rows(plan: Plan, rows: Ints, first: int) -> list[list[str]]:
    done = plan.activities
    made = ids.span("Task", len(rows), start=first)
    who, what, account = _about(plan, rows)
    subject, note = _words(plan, rows)
    moment, day = stamps(np.minimum(done.at[rows], plan.end - 60)), dates(done.at[rows])
    out: list[list[str]] = []
    for one, w, t, a, s, d, m, n, kind, owner in zip(
        made, who, what, account, subject, day, moment, note, done.kind[rows].tolist(), done.owner[rows].tolist(),
        strict=True,
    ):  # fmt: skip
        user = USERS[owner]
        if kind == TODO:
            out.append([one, "0", w, t, a, s, d, "Not Started", "Normal", user, n, "0", "Task", "", m, user, ""])
        else:
            sort = "Call" if kind == CALL else "Email"
            out.append([one, "0", w, t, a, s, d, "Completed", "Normal", user, n, "1", sort, sort, m, user, m])
    return out


def _event_rows(plan: Plan, rows: Ints, first: int) -> list[list[str]]:
    done = plan.activities
    made = ids.span("Event", len(rows), start=first)
    who, what, account = _about(plan, rows)
    subject, note = _words(plan, rows)
    begins, ends = stamps(done.at[rows]), stamps(done.at[rows] + 2700)
    days, entered = dates(done.at[rows]), stamps(done.at[rows] - 3 * times.DAY)
    return [
        [one, "0", w, t, a, s, b, e, d, "45", USERS[owner], n, "Meeting", c, USERS[owner]]
        for one, w, t, a, s, b, e, d, n, c, owner in zip(
            made, who, what, account, subject, begins, ends, days, note, entered, done.owner[rows].tolist(), strict=True
        )
    ]


_USAGE = ("id", "at", "person_email", "action", "asset", "deal_id", "lead_id", "query", "results", "shown")


def usage(folder: Path, plan: Plan) -> int:
    """What was done in the library before Sameside, and every search: searches first, then the rest by time."""
    used, found = plan.usage, plan.usage.searches
    files = [asset.filename for asset in plan.assets]
    emails = [member.email for member in MEMBERS]
    order = np.argsort(np.array(found.at), kind="stable").tolist()
    with Table(folder, "usage.csv", _USAGE) as table:
        for start in range(0, len(order), CHUNK):
            some = order[start : start + CHUNK]
            moments = stamps(np.array([found.at[n] for n in some]))
            table.add([
                [
                    f"S{start + place}", moment, emails[found.person[n]], "search", "", "", "", found.query[n],
                    str(len(found.shown[n])), ";".join(files[asset] for asset in found.shown[n]),
                ]
                for place, (n, moment) in enumerate(zip(some, moments, strict=True))
            ])  # fmt: skip

        def rows(start: int, stop: int) -> list[list[str]]:
            moments = stamps(used.at[start:stop])
            deals, leads = _ids("Opportunity", used.deal[start:stop]), _ids("Lead", used.lead[start:stop])
            return [
                [
                    f"U{start + place}", moment, emails[person], ACTIONS[action], files[asset],
                    deal if deal != ids.NONE else "", lead if lead != ids.NONE else "", "", "", "",
                ]
                for place, (moment, person, action, asset, deal, lead) in enumerate(zip(
                    moments, used.person[start:stop].tolist(), used.action[start:stop].tolist(),
                    used.asset[start:stop].tolist(), deals, leads, strict=True,
                ))
            ]  # fmt: skip

        table.chunks(len(used.at), rows)
        return table.rows
