"""Store and read snapshots of reports.

A report is a function of its parameters that returns JSON-ready data. Pages read the stored result; a job computes it
anew after imports and on a schedule.
"""

import hashlib
import json
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from django.db import connection, transaction

from sameside.kit.models import Snapshot
from sameside.kit.prepared import IsOneOf, PreparedValues, place
from sameside.kit.tables import Table

Params = Mapping[str, Any]


@dataclass(frozen=True)
class Report:
    """A named report.

    `compute(params, at)` gives its JSON-ready data, `defaults` are the parameters that are kept fresh, `read(query)`
    turns a query string (strings, untrusted) into parameters, `tables(data)` shows the data as tables. One that is not
    `is_kept` is computed where somebody asks, and forgotten by the next refresh: it has too many choices to keep fresh.
    """

    name: str
    compute: Callable[[Params, datetime], dict[str, Any]]
    defaults: Params
    read: Callable[[Mapping[str, str]], dict[str, Any]]
    tables: Callable[[Mapping[str, Any]], Sequence[Table]]
    is_kept: bool = True


REGISTRY: dict[str, Report] = {}

# The latest snapshots this process has read, by id and time; their data is shared and never changed.
_KNOWN: OrderedDict[tuple[int, datetime], Snapshot] = OrderedDict()
_MOST_KNOWN = 48


def register(report: Report) -> Report:
    REGISTRY[report.name] = report
    return report


def digest(params: Params) -> str:
    return hashlib.sha256(json.dumps(dict(params), sort_keys=True).encode()).hexdigest()


def read(name: str, params: Params | None = None) -> Snapshot | None:
    """The stored snapshot of report `name` for `params` (its defaults when not given), None before the first one."""
    return read_all({name: params}).get(name)


def read_all(asked: Mapping[str, Params | None]) -> dict[str, Snapshot]:
    """The stored snapshots of several reports, by one statement; those that were never computed are not there."""
    keys = {name: digest(REGISTRY[name].defaults if params is None else params) for name, params in asked.items()}
    versions = {
        name: (pk, at)
        for name, key, pk, at in _versions()(names=list(keys), keys=list(keys.values()))
        if keys[name] == key
    }
    known = {name: _KNOWN[version] for name, version in versions.items() if version in _KNOWN}
    unknown = [pk for name, (pk, _) in versions.items() if name not in known]
    for found in Snapshot.objects.filter(pk__in=unknown) if unknown else ():
        known[found.name] = _KNOWN[found.pk, found.computed_at] = found
    while len(_KNOWN) > _MOST_KNOWN:
        _KNOWN.popitem(last=False)
    return known


@lru_cache(maxsize=1)
def _versions() -> PreparedValues:
    rows = Snapshot.objects.filter(IsOneOf("name", place("names")), IsOneOf("key", place("keys")))
    return PreparedValues(rows.values_list("name", "key", "pk", "computed_at"))


def compute(name: str, params: Params | None = None, *, at: datetime) -> Snapshot:
    """Compute report `name` as of `at` and store it, replacing the former snapshot of the same parameters.

    One computation of a report at a time, whoever asks: the next one waits, since reports keep rows of their own.
    """
    report = REGISTRY[name]
    chosen = report.defaults if params is None else params
    began = time.perf_counter()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"snapshot {name}"])
        data = report.compute(chosen, at)
        snapshot, _ = Snapshot.objects.update_or_create(
            name=name,
            key=digest(chosen),
            defaults={
                "params": dict(chosen),
                "data": data,
                "computed_at": at,
                "seconds": time.perf_counter() - began,
            },
        )
    return snapshot


SHARE = 100
"""A report is made anew no sooner than so many times as long after the last time as it took: it costs 1 % at most."""


def compute_all(*, at: datetime) -> None:
    """Refresh every report's default, and every other choice of parameters that somebody asked for; forget those that
    are not kept."""
    _refresh(at, lambda _snapshot: True)


def compute_due(*, at: datetime) -> None:
    """The same for those that are old enough for what they cost (`SHARE`), and those that were never computed."""
    _refresh(at, lambda snapshot: at - snapshot.computed_at >= timedelta(seconds=SHARE * snapshot.seconds))


def _refresh(at: datetime, is_due: Callable[[Snapshot], bool]) -> None:
    for name, report in REGISTRY.items():
        if not report.is_kept:
            Snapshot.objects.filter(name=name).delete()
            continue
        stored = list(Snapshot.objects.filter(name=name).only("key", "params", "computed_at", "seconds"))
        default = digest(report.defaults)
        if all(one.key != default for one in stored):
            compute(name, at=at)
        for snapshot in sorted(stored, key=lambda one: one.key != default):
            if is_due(snapshot):
                compute(name, snapshot.params, at=at)
