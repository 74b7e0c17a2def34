"""Usage of content from another system: who was shown, opened, shared or searched for what, and when.

Sameside's own layout is `id`, `at`, `person_email`, `action`, `asset`, `deal_id`, `lead_id`, `query`, `results`,
`shown`; the words of other systems for these are understood as well. `asset` is a file name or a title of the library;
`deal_id` and `lead_id` are ids of the CRM; for searches, `query`, `results` and `shown` (file names joined by `;`) say
what was looked for and found. An event without an id is known again by its content.
"""

from collections.abc import Sequence

from sameside.connectors import registry
from sameside.connectors.intake import read_table
from sameside.connectors.models import ImportFile, ImportRun
from sameside.connectors.objects import Object, plain
from sameside.connectors.progress import Progress
from sameside.connectors.registry import Connector, Found, Source
from sameside.connectors.usage.merging import Names, UsageMerge
from sameside.connectors.usage.objects import ACTION, ASSET, AT, EMAIL, QUERY, USAGE

_NEEDED = (("at", AT), ("person_email", EMAIL), ("action", ACTION), ("asset", (*ASSET, *QUERY)))
OTHERS = frozenset({"channel", "interaction", "subject", "whoid", "stagename", "company", "lifecyclestage"})
"""Headers of tables that say when somebody did something, but not with content."""


def recognise(source: Source) -> Sequence[Found]:
    """Every table that says when, who, what was done and with which asset; one that lacks one of these is told."""
    found = []
    for table in source.tables:
        header = {plain(name) for name in table.layout.header} if table.layout is not None else set()
        absent = [name for name, headers in _NEEDED if header.isdisjoint(headers)]
        if header.isdisjoint(OTHERS) and not absent:
            found.append(Found(table.name, USAGE.name, table.bytes, path=table.path))
        elif header.isdisjoint(OTHERS) and len(absent) == 1 and len(header) <= len(USAGE.fields) + 3:
            found.append(Found(table.name, "", table.bytes, f"It lacks the column {absent[0]}.", table.path))
    return found


def execute(run: ImportRun, progress: Progress) -> None:
    names = Names()
    for file in progress.waiting():
        progress.phase(f"Reading {file.name}")
        merging = UsageMerge(names, run_id=run.pk, sources=list(registry.NAMES))
        read_table(run, file, progress, USAGE, merging=merging)


def target(file: ImportFile) -> Object | None:
    """What the file is read as."""
    return USAGE if file.recognised_as else None


CONNECTOR = Connector(
    name="usage",
    label="Usage of content",
    sentence="A table of impressions, opens, downloads, shares and searches from another system.",
    capability="import_content",
    suffixes=(".csv", ".tsv", ".txt", ".xlsx"),
    recognise=recognise,
    execute=execute,
    target=target,
    after="usage",
)
