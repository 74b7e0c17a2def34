"""What became of e-mails, and the people and campaigns of marketing automation: HubSpot, Marketo, Pardot, Mautic, or
any table of e-mail events."""

from collections import Counter
from datetime import datetime

from sameside.connectors import tabular
from sameside.connectors.batch import Batch
from sameside.connectors.emails import objects, sourcemerges
from sameside.connectors.emails.recognition import recognise
from sameside.connectors.intake import read_table
from sameside.connectors.merging import Merge, Merged
from sameside.connectors.models import ImportFile, ImportRun
from sameside.connectors.objects import Object, plain
from sameside.connectors.progress import Progress
from sameside.connectors.registry import Connector
from sameside.connectors.tabular import Choices
from sameside.crm import emails


class EventMerge(Merge):
    """Leaves out the rows that are no events of e-mails: other activities stand in the same table."""

    def __init__(self, target: Object, *, run_id: int, at: datetime, untold: frozenset[str]) -> None:
        super().__init__(target, run_id=run_id, at=at, untold=untold)
        self.others: Counter[str] = Counter()

    def merge(self, batch: Batch) -> Merged:
        if not batch.numbers:
            return Merged()
        kinds = batch.columns["kind"]
        kept = [place for place, kind in enumerate(kinds) if kind]
        if len(kept) < len(kinds):
            words = batch.columns.get("type_name") or batch.columns["word"]
            self.others.update(word or "" for word, kind in zip(words, kinds, strict=True) if not kind)
            batch.numbers = [batch.numbers[place] for place in kept]
            batch.cells = [batch.cells[place] for place in kept]
            batch.occurrences = [batch.occurrences[place] for place in kept]
            batch.columns = {name: [column[place] for place in kept] for name, column in batch.columns.items()}
        return super().merge(batch)

    @property
    def sentence(self) -> str:
        shown = ", ".join(f"{word or 'nothing told'} ({count:,})" for word, count in self.others.most_common(6))
        return f"{self.others.total():,} rows are no events of e-mails and left out: {shown}" if shown else ""


def execute(run: ImportRun, progress: Progress) -> None:
    for file in progress.waiting():
        progress.phase(f"Reading {file.name}")
        if file.recognised_as == objects.MERGES:
            sourcemerges.read(run, file, progress)
        else:
            _read(run, file, progress)
    progress.phase("Looking who got the e-mails, and which clicks were a machine's")
    emails.settle(run_id=run.pk)


def _read(run: ImportRun, file: ImportFile, progress: Progress) -> None:
    target = objects.BY_NAME[file.recognised_as]
    if "word" not in {each.column for each in target.fields}:
        read_table(run, file, progress, target)
        return
    try:
        header = tabular.layout(file.place, Choices.from_json(file.choices)).header
    except tabular.Unreadable as problem:
        progress.finish(file, ImportFile.State.REFUSED, str(problem))
        return
    merge = EventMerge(target, run_id=run.pk, at=run.started_at or run.created_at, untold=_untold(target, header))
    merge.begin()
    read_table(run, file, progress, target, merging=merge)
    if merge.others:
        note = "; ".join(filter(None, (file.note.rstrip("."), merge.sentence)))
        progress.finish(file, ImportFile.State(file.state), f"{note[:1].upper()}{note[1:]}.")


def _untold(target: Object, header: tuple[str, ...]) -> frozenset[str]:
    """The columns of which the file says nothing; what is derived of them alone is untold too."""
    present = {plain(title) for title in header}
    silent = {each.column for each in target.fields if present.isdisjoint(each.headers)}
    for each in target.derived:
        (silent.add if silent.issuperset(each.of) else silent.discard)(each.column)
    return frozenset(silent | {f"ref_{each.name}" for each in target.references if present.isdisjoint(each.headers)})


def target(file: ImportFile) -> Object | None:
    return objects.BY_NAME.get(file.recognised_as)


CONNECTOR = Connector(
    name="emails",
    label="E-mail and marketing automation",
    sentence="Sends, opens, clicks, bounces and unsubscribes; leads and campaigns of Marketo, Pardot, Mautic, HubSpot.",
    capability="import_crm",
    suffixes=(".csv", ".tsv", ".txt", ".xlsx", ".parquet", ".zip"),
    recognise=recognise,
    execute=execute,
    after="crm",
    target=target,
)
