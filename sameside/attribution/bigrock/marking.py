"""Mark an asset as a big rock, say what belongs to it, take things away again, and undo any of it.

Every verb remembers how the big rock was before (`Change.before`); undoing puts that back, the latest change first.
An asset belongs to one big rock, as flagship or derivative, and a campaign amplifies one: nothing is counted twice.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from sameside.attribution.bigrock import costs
from sameside.attribution.bigrock.models import Amplification, BigRock, Change, Derivative, Expense
from sameside.crm.models import Campaign
from sameside.crm.titles import DEPARTMENTS, SENIORITIES
from sameside.crm.verticals import NAMES as VERTICALS
from sameside.library.models import Asset, AssetFacet, Facet
from sameside.library.refusals import NotPossible
from sameside.people import audit, policies
from sameside.people.models import Person
from sameside.ui import formats

MAY = "manage_big_rocks"
JOB = "big_rocks.measure"
OTHERS = {"executive": ("c-level",), "director": ("director", "vp"), "practitioner": ("staff",)}
"""Seniorities of the library in the words of the CRM, where they differ."""


@transaction.atomic
def mark(asset: Asset, launched_on: date, *, by: Person, at: datetime) -> BigRock:
    """Its target people are proposed from the asset's facets."""
    policies.check(by, MAY)
    asset = Asset.objects.select_for_update().get(pk=asset.pk)
    check_is_free(asset)
    rock = BigRock(asset=asset, launched_on=launched_on, marked_at=at, marked_by=by, changed_at=at, removed_at=at)
    rock.personas, rock.seniorities, rock.verticals = _proposed(asset)
    rock.save()
    with _changed(rock, f"Marked as a big rock, launched on {formats.date(launched_on)}", by=by, at=at) as rock:
        rock.removed_at = None
    return rock


def check_is_free(asset: Asset) -> None:
    """Raise unless the asset belongs to no big rock."""
    if BigRock.objects.filter(asset=asset, removed_at=None).exists():
        raise NotPossible(f"“{asset.title}” is a big rock itself.")
    of = Derivative.objects.filter(asset=asset).select_related("rock__asset").first()
    if of is not None:
        raise NotPossible(f"“{asset.title}” is a derivative of “{of.rock.asset.title}” already.")


def _proposed(asset: Asset) -> tuple[list[str], list[str], list[str]]:
    stated = AssetFacet.objects.filter(asset=asset).exclude(state=AssetFacet.State.REJECTED).order_by("pk")
    values = {facet: [one.value for one in stated if one.facet == facet] for facet in Facet.values}
    levels = [level for value in values[Facet.SENIORITY] for level in OTHERS.get(value, (value,))]
    return (
        [value for value in values[Facet.PERSONA] if value in DEPARTMENTS],
        [level for level in SENIORITIES if level in levels],
        [value for value in values[Facet.VERTICAL] if value in VERTICALS],
    )


def unmark(rock: BigRock, *, by: Person, at: datetime) -> Change:
    """It is no big rock any more; what belonged to it is free for others."""
    with _changed(rock, "No big rock any more", by=by, at=at) as rock:
        rock.removed_at = at
        for belonging in (rock.derivatives, rock.amplifications, rock.expenses):
            belonging.all().delete()
    return _last(rock)


def aim(
    rock: BigRock,
    *,
    launched_on: date,
    personas: Sequence[str],
    seniorities: Sequence[str],
    verticals: Sequence[str],
    by: Person,
    at: datetime,
) -> Change:
    """Say since when it is out and whom it is for."""
    with _changed(rock, f"Launch on {formats.date(launched_on)}, target people chosen", by=by, at=at) as rock:
        rock.launched_on = launched_on
        rock.personas, rock.seniorities, rock.verticals = list(personas), list(seniorities), list(verticals)
    return _last(rock)


def add_derivative(rock: BigRock, asset: Asset, *, by: Person, at: datetime) -> Change:
    with _changed(rock, f"Derivative added: {asset.title}", by=by, at=at) as rock:
        check_is_free(Asset.objects.select_for_update().get(pk=asset.pk))
        Derivative.objects.create(rock=rock, asset=asset)
    return _last(rock)


def remove_derivative(rock: BigRock, asset: Asset, *, by: Person, at: datetime) -> Change:
    with _changed(rock, f"Derivative taken away: {asset.title}", by=by, at=at) as rock:
        if not rock.derivatives.filter(asset=asset).delete()[0]:
            raise NotPossible(f"“{asset.title}” is no derivative of it.")
    return _last(rock)


def add_campaign(rock: BigRock, campaign: Campaign, *, by: Person, at: datetime) -> Change:
    with _changed(rock, f"Campaign added: {campaign.name}", by=by, at=at) as rock:
        Campaign.objects.select_for_update().get(pk=campaign.pk)
        of = Amplification.objects.filter(campaign=campaign).select_related("rock__asset").first()
        if of is not None:
            raise NotPossible(f"“{campaign.name}” amplifies “{of.rock.asset.title}” already.")
        Amplification.objects.create(rock=rock, campaign=campaign)
    return _last(rock)


def remove_campaign(rock: BigRock, campaign: Campaign, *, by: Person, at: datetime) -> Change:
    with _changed(rock, f"Campaign taken away: {campaign.name}", by=by, at=at) as rock:
        if not rock.amplifications.filter(campaign=campaign).delete()[0]:
            raise NotPossible(f"“{campaign.name}” does not amplify it.")
    return _last(rock)


def spend(rock: BigRock, day: date, what: str, amount: Decimal, currency: str, *, by: Person, at: datetime) -> Change:
    """Enter an amount by hand, above nothing."""
    if amount <= 0:
        raise NotPossible("An amount is above nothing.")
    with _changed(rock, f"Cost entered: {what}, {amount:,.2f} {currency} on {formats.date(day)}", by=by, at=at) as rock:
        _spent(rock, {"day": day, "what": what, "amount_given": amount, "currency": currency})
        costs.convert()
    return _last(rock)


def unspend(rock: BigRock, expense: Expense, *, by: Person, at: datetime) -> Change:
    with _changed(rock, f"Cost taken away: {expense.what}", by=by, at=at) as rock:
        rock.expenses.filter(pk=expense.pk).delete()
    return _last(rock)


@transaction.atomic
def undo(change: Change, *, by: Person, at: datetime) -> BigRock:
    """Put back how it was before `change`, which must be the last one that was not undone."""
    policies.check(by, MAY)
    rock = BigRock.objects.select_for_update(of=("self",)).select_related("asset").get(pk=change.rock_id)
    last = rock.changes.filter(undone_at=None).first()
    if last is None or last.pk != change.pk:
        raise NotPossible("Something was changed after it, or it is undone already: undo the later change first.")
    _restore(rock, change.before)
    last.undone_at, last.undone_by = at, by
    last.save(update_fields=["undone_at", "undone_by"])
    _note(rock, f"Undone: {last.text}", by=by, at=at)
    return rock


@contextmanager
def _changed(rock: BigRock, text: str, *, by: Person, at: datetime) -> Iterator[BigRock]:
    """One change of the locked big rock: what it was before, the audit, and the new figures soon."""
    policies.check(by, MAY)
    with transaction.atomic():
        held = BigRock.objects.select_for_update(of=("self",)).select_related("asset").get(pk=rock.pk)
        before = _state(held)
        yield held
        Change.objects.create(rock=held, text=text[:400], at=at, by=by, before=before)
        _note(held, text, by=by, at=at)


def _last(rock: BigRock) -> Change:
    return Change.objects.filter(rock_id=rock.pk).latest("pk")


def _note(rock: BigRock, text: str, *, by: Person, at: datetime) -> None:
    rock.changed_at = at
    rock.save(
        update_fields=["launched_on", "personas", "seniorities", "verticals", "removed_at", "changed_at"],
    )
    audit.record("big rock changed", by=by, at=at, subject=f"BigRock:{rock.pk}", details={"what": text[:400]})
    transaction.on_commit(measure_soon)


def measure_soon() -> None:
    """Have the figures computed in the background, once, however many changes ask for it."""
    try:
        with transaction.atomic():
            app.configure_task(JOB, queueing_lock=JOB).defer()
    except AlreadyEnqueued:
        return


def _state(rock: BigRock) -> dict[str, Any]:
    return {
        "is_removed": rock.removed_at is not None,
        "launched_on": rock.launched_on.isoformat(),
        "personas": rock.personas,
        "seniorities": rock.seniorities,
        "verticals": rock.verticals,
        "derivatives": list(rock.derivatives.values_list("asset_id", flat=True)),
        "campaigns": list(rock.amplifications.values_list("campaign_id", flat=True)),
        "expenses": [
            {
                "day": one.day.isoformat(),
                "what": one.what,
                "amount_given": str(one.amount_given),
                "currency": one.currency,
            }
            for one in rock.expenses.all()
        ],
    }


def _restore(rock: BigRock, state: dict[str, Any]) -> None:
    if rock.removed_at is not None and not state["is_removed"]:
        check_is_free(rock.asset)
    rock.removed_at = (rock.removed_at or rock.changed_at) if state["is_removed"] else None
    rock.launched_on = date.fromisoformat(state["launched_on"])
    rock.personas, rock.seniorities, rock.verticals = (state[name] for name in ("personas", "seniorities", "verticals"))
    rock.derivatives.exclude(asset__in=state["derivatives"]).delete()
    rock.amplifications.exclude(campaign__in=state["campaigns"]).delete()
    there = set(rock.derivatives.values_list("asset_id", flat=True))
    for asset in Asset.objects.filter(pk__in=[pk for pk in state["derivatives"] if pk not in there]):
        check_is_free(asset)
        Derivative.objects.create(rock=rock, asset=asset)
    there = set(rock.amplifications.values_list("campaign_id", flat=True))
    for campaign in Campaign.objects.filter(pk__in=[pk for pk in state["campaigns"] if pk not in there]):
        if Amplification.objects.filter(campaign=campaign).exists():
            raise NotPossible(f"“{campaign.name}” amplifies another big rock by now.")
        Amplification.objects.create(rock=rock, campaign=campaign)
    rock.expenses.all().delete()
    for expense in state["expenses"]:
        _spent(rock, expense)
    costs.convert()


def _spent(rock: BigRock, values: dict[str, Any]) -> None:
    Expense.objects.create(rock=rock, source="hand", external_id=uuid4().hex, **values)
