"""The whole job schedule in one table; a task is one line that calls a verb.

Jobs run at least once: a worker that is killed leaves its job `doing`, and another start takes it up again.
"""

from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.exceptions import UniqueViolation
from procrastinate.jobs import Status
from procrastinate.retry import RetryStrategy

from sameside.attribution.bigrock import lookbacks
from sameside.attribution.copy import refreshing
from sameside.attribution.influence import estimating
from sameside.conversations import derivation
from sameside.kit import snapshots
from sameside.leads.agreement import telling
from sameside.leads.batches import telling as batch_telling
from sameside.leads.clock import coming_back, resettling, sweeping
from sameside.leads.handover import announcing, digest
from sameside.leads.likelihood import applying, training
from sameside.leads.models import ScoringRun
from sameside.leads.routing import routing
from sameside.leads.scoring import runs, versions
from sameside.library import access, forgetting, synonym_learning
from sameside.library.evaluation import growing
from sameside.library.tagging import gain, rules
from sameside.library.upkeep import expiry, reminders
from sameside.people.models import Person
from sameside.search import changes, purging


@app.task(name="snapshots.refresh", queueing_lock="snapshots.refresh", lock="snapshots")
def refresh_snapshots() -> None:
    refreshing.refresh()
    snapshots.compute_all(at=timezone.now())


@app.periodic(cron="*/15 * * * *")
@app.task(name="snapshots.refresh_regularly", queueing_lock="snapshots.refresh_regularly", lock="snapshots")
def refresh_regularly(timestamp: int) -> None:
    refreshing.refresh()
    snapshots.compute_due(at=timezone.now())
    lookbacks.complete(at=timezone.now())


@app.task(name="conversations.derive", queueing_lock="conversations.derive", lock="conversations")
def derive_conversations() -> None:
    now = timezone.now()
    derivation.derive(at=now)
    snapshots.compute("conversations", at=now)


@app.periodic(cron="*/5 * * * *")
@app.task(name="library.expire_due", queueing_lock="library.expire_due", lock="library.expire_due")
def expire_due(timestamp: int) -> None:
    expiry.expire_due(at=timezone.now())


@app.periodic(cron="0 6 * * *")
@app.task(name="library.remind", queueing_lock="library.remind", lock="library.remind")
def remind_of_reviews(timestamp: int) -> None:
    reminders.remind(at=timezone.now())


@app.periodic(cron="40 2 * * *")
@app.task(name="library.grow_judged_set", queueing_lock="library.grow_judged_set", lock="library.judged_set")
def grow_judged_set(timestamp: int) -> None:
    growing.grow(at=timezone.now())


@app.periodic(cron="40 2 * * *")
@app.task(name="search.learn_synonyms", queueing_lock="search.learn_synonyms", lock="search.learn_synonyms")
def learn_synonyms(timestamp: int) -> None:
    synonym_learning.learn(at=timezone.now())


@app.periodic(cron="20 3 * * *")
@app.task(name="search.purge", queueing_lock="search.purge")
def purge_change_log(timestamp: int) -> None:
    changes.purge(at=timezone.now())


@app.periodic(cron="10 3 * * *")
@app.task(name="library.forget_words", queueing_lock="library.forget_words", lock="library.forget_words")
def forget_words(timestamp: int) -> None:
    forgetting.forget_words(at=timezone.now())


@app.periodic(cron="40 3 * * 0")
@app.task(name="search.purge_vectors", queueing_lock="search.purge_vectors", lock="search.purge_vectors")
def purge_vectors(timestamp: int) -> None:
    purging.purge(at=timezone.now())


@app.periodic(cron="20 2 * * *")
@app.task(name="library.facet_rules", queueing_lock="library.facet_rules", lock="library.facet_edit")
def apply_facet_rules(timestamp: int) -> None:
    rules.apply_all(at=timezone.now())


@app.periodic(cron="30 2 * * *")
@app.task(
    name="library.missing_facets_nightly", queueing_lock="library.missing_facets_nightly", lock="library.missing_facets"
)
def compute_missing_facets(timestamp: int) -> None:
    gain.compute(at=timezone.now())


@app.periodic(cron="40 2 * * *")
@app.task(name="library.settle_access", queueing_lock="library.settle_access", lock="library.settle_access")
def settle_access(timestamp: int) -> None:
    access.settle_everything()


@app.task(name="leads.train", queueing_lock="leads.train", lock="leads.train")
def train_score_model() -> None:
    now = timezone.now()
    training.train(at=now)
    applying.apply_all(at=now)


@app.periodic(cron="10 3 * * 0")
@app.task(name="leads.train_weekly", queueing_lock="leads.train_weekly", lock="leads.train")
def train_score_model_weekly(timestamp: int) -> None:
    now = timezone.now()
    training.train(at=now)
    applying.apply_all(at=now)


@app.periodic(cron="50 2 * * *")
@app.task(name="leads.likelihoods", queueing_lock="leads.likelihoods", lock="leads.train")
def apply_score_model(timestamp: int) -> None:
    applying.apply_all(at=timezone.now())


@app.periodic(cron="0 6 * * *")
@app.task(name="leads.tell_what_came_back", queueing_lock="leads.tell_what_came_back")
def tell_what_came_back(timestamp: int) -> None:
    digest.tell(at=timezone.now())


@app.periodic(cron="* * * * *")
@app.task(name="leads.sweep", queueing_lock="leads.sweep")
def sweep_leads(timestamp: int) -> None:
    sweeping.sweep(at=timezone.now())


@app.periodic(cron="* * * * *")
@app.task(name="leads.route_again", queueing_lock="leads.route_again", lock="leads.route_again")
def route_unrouted_leads(timestamp: int) -> None:
    routing.try_again(at=timezone.now())
    announcing.deliver(at=timezone.now())


@app.task(name="leads.route_soon", queueing_lock="leads.route_soon", lock="leads.route_again")
def route_waiting_leads() -> None:
    coming_back.revive(at=timezone.now())
    routing.try_again(at=timezone.now())
    announcing.deliver(at=timezone.now())


@app.task(name="leads.settle_hours", queueing_lock="leads.settle_hours")
def settle_hours() -> None:
    resettling.settle_changes(at=timezone.now())


@app.task(name="leads.tell_head", retry=RetryStrategy(max_attempts=8, exponential_wait=4))
def tell_head(agreement: int, person: int, what: str) -> None:
    telling.tell(agreement, person, what)


@app.task(name="leads.tell_feedback", retry=RetryStrategy(max_attempts=8, exponential_wait=4))
def tell_feedback(feedback: int, person: int, what: str) -> None:
    batch_telling.tell(feedback, person, what)


@app.task(name="leads.score", queueing_lock="leads.score", lock="leads.score")
def score_leads(person_id: int) -> None:
    runs.everything(ScoringRun.Why.ASKED, at=timezone.now(), by=Person.objects.get(pk=person_id))


@app.periodic(cron="15 1 * * *")
@app.task(name="leads.score_nightly", queueing_lock="leads.score_nightly", lock="leads.score")
def score_leads_nightly(timestamp: int) -> None:
    runs.everything(ScoringRun.Why.NIGHTLY, at=timezone.now())


@app.periodic(cron="*/5 * * * *")
@app.task(name="leads.score_touched", queueing_lock="leads.score_touched", lock="leads.score")
def score_touched_leads(timestamp: int) -> None:
    runs.new_touches(at=timezone.now())


@app.task(name="leads.score_effect")
def compute_score_effect(effect_id: int) -> None:
    versions.compute_effect(effect_id, at=timezone.now())


@app.task(name="big_rocks.measure", queueing_lock="big_rocks.measure", lock="snapshots")
def measure_big_rocks() -> None:
    lookbacks.measure(at=timezone.now())


@app.task(name="influence.estimate", lock="influence.estimate")
def estimate_influence(estimate_id: int) -> None:
    estimating.run(estimate_id, at=timezone.now())


@app.periodic(cron="* * * * *")
@app.task(name="jobs.retry_stalled", queueing_lock="jobs.retry_stalled")
async def retry_stalled(timestamp: int) -> None:
    await take_up_stalled_jobs()


async def take_up_stalled_jobs() -> int:
    """Queue again every job whose worker is gone; returns how many there were.

    Where the same work waits in the queue already, the stalled job is given up: the one that waits does its work.
    """
    stalled = list(await app.job_manager.get_stalled_jobs())
    for job in stalled:
        try:
            await app.job_manager.retry_job(job)
        except UniqueViolation:
            await app.job_manager.finish_job(job, Status.FAILED, delete_job=False)
    return len(stalled)
