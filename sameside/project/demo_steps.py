"""The steps by which the demo company comes in: the cast first, so that one can sign in at once, then what fills the
first pages, then the large rest. Every step may be repeated without harm."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import cache
from pathlib import Path

from django.utils import timezone

from sameside.connectors import runs
from sameside.connectors.models import ImportRun
from sameside.demo import advising, agreeing, asking, cast, collecting, curating, handing, judging, rocking, story
from sameside.demo.plan import Plan
from sameside.demo.times import HERE_DAYS
from sameside.kit import snapshots
from sameside.leads.likelihood import applying, training
from sameside.leads.scoring import runs as scoring_runs
from sameside.project.demonstration import PASSWORD

FIRST_DOCUMENTS = 40

Tell = Callable[[str], None]
Step = Callable[[Tell], None]


def _bring_in(connector: str, folder: Path, origin: str, tell: Tell) -> None:
    run = runs.create(connector, folder, origin=origin, by=None, at=timezone.now())
    done = runs.execute(run.pk)
    if done.state != ImportRun.State.DONE:
        raise RuntimeError(f"{origin}: {done.problem}")
    rows = sum(file.created + file.updated for file in done.files.all())
    refused = sum(file.refused for file in done.files.all())
    tell(f"{origin}: {rows:,} rows in, {refused:,} refused")


def steps(folder: Path, *, scale: float, seed: int, today: date) -> Iterator[tuple[str, Step]]:
    """Name and step, in the order in which they are to be taken; files are written below `folder`."""

    @cache
    def plan() -> Plan:
        return Plan(seed, scale, today)

    def people(tell: Tell) -> None:
        cast.assign(PASSWORD, at=timezone.now())

    def crm(tell: Tell) -> None:
        story.write_crm(folder / "salesforce", plan())
        _bring_in("salesforce", folder / "salesforce", "Salesforce weekly export", tell)

    def first_documents(tell: Tell) -> None:
        story.write_content(folder / "content", plan(), part=(0, FIRST_DOCUMENTS))
        _bring_in("documents", folder / "content", "First documents", tell)

    def reports(tell: Tell) -> None:
        snapshots.compute_all(at=timezone.now())

    def documents(tell: Tell) -> None:
        story.write_content(folder / "content", plan(), part=(FIRST_DOCUMENTS, None))
        _bring_in("documents", folder / "content", "Content folder", tell)

    def activities(tell: Tell) -> None:
        story.write_activities(folder / "salesforce-activities", plan())
        _bring_in("salesforce", folder / "salesforce-activities", "Salesforce tasks and events", tell)

    def usage(tell: Tell) -> None:
        story.write_usage(folder / "usage", plan())
        _bring_in("usage", folder / "usage", "Use of content", tell)

    def collected(tell: Tell) -> None:
        number = collecting.collect(today=today, at=timezone.now())
        tell(f"{number} collections, favourites of the cast")

    def curated(tell: Tell) -> None:
        if curating.curate(today=today, at=timezone.now()):
            tell("plays, verified dates, permissions, rules")

    def launched(tell: Tell) -> None:
        tell(f"{rocking.launch(today=today, scale=scale, at=timezone.now())} big rocks")

    def asked(tell: Tell) -> None:
        if asking.ask(at=timezone.now()):
            tell("synonyms, requests, judged searches")

    def agreed(tell: Tell) -> None:
        """All at once: the worker would hand over today what the story hands over in the past weeks."""
        now = timezone.now()
        with scoring_runs.alone():
            leads = handing.waiting_leads(since=now - timedelta(days=HERE_DAYS))
            if agreeing.agree(today=today, at=now, leads=leads):
                tell("calendars, score rule, routes, two versions of the agreement")
            tell(f"{handing.hand_over(today=today, at=now, tell=tell):,} leads handed over")
        tell(f"{judging.judge(at=now)} judgements of batches")

    def advised(tell: Tell) -> None:
        tell(f"{advising.advise(at=timezone.now()):,} times content was recommended")

    def learnt(tell: Tell) -> None:
        tell(str(training.train(at=timezone.now()).because))
        applying.apply_all(at=timezone.now())

    yield "The cast may sign in", people
    yield "CRM: companies, leads, deals", crm
    yield "First reports", reports
    yield "First documents", first_documents
    yield "All documents", documents
    yield "Use of content", usage
    yield "The agreement, and the hand-overs of the last weeks", agreed
    yield "Collections and favourites", collected
    yield "Plays, dates and permissions", curated
    yield "Synonyms, requests and judged searches", asked
    yield "Tasks and events", activities
    yield "Recommendations", advised
    yield "Big rocks", launched
    yield "The learnt model", learnt
    yield "All reports", reports
