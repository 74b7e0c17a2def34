"""What Sameside proposed at Tarnwick in the last year: on boards of deals, and with leads.

Told by the product's own recorder, as the pages would have: to whoever owns the deal or the lead, content that was in
use at the time. Some of what sellers then used had been proposed to them shortly before; most of what is proposed is
passed over, and a third of the deals were looked at nowhere. The success plan, which helps deals on, is proposed often
and for deals that never took it too. May be repeated: what was shown before is not shown again.
"""

import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import accumulate

from django.db.models import Q

from sameside.crm.models import Deal
from sameside.demo.assets import HELPER_TITLE
from sameside.leads.models import Lead
from sameside.library.models import USED, Asset, Usage
from sameside.library.usage import recorder
from sameside.people.models import Person

TOLD = timedelta(days=365)
LOOKED_AT, LED_TO, PLAN_LED_TO, PLAN_SHOWN = 0.65, 0.45, 0.9, 0.35
WITH_LEAD, LEAD_LED_TO = 0.3, 0.6
FEWEST_SHOWN, MOST_SHOWN = 3, 5
IN_USE = timedelta(days=90)
TRIES = 40
EACH = 400
"""So many showings are written at once."""


@dataclass(frozen=True)
class Use:
    asset: int
    at: datetime


@dataclass(frozen=True)
class Taken:
    """What is in use, any of which could have been proposed; `upto` are sums of how often each was used."""

    assets: Sequence[int]
    upto: Sequence[int]

    def some(self, chance: random.Random, but: Iterable[int], *first: int) -> list[int]:
        """A shelf that holds `first`, and nothing of `but`."""
        shelf, passed, wanted = dict.fromkeys(first), set(but), chance.randint(FEWEST_SHOWN, MOST_SHOWN)
        for asset in chance.choices(self.assets, cum_weights=self.upto, k=TRIES):
            if len(shelf) < wanted and asset not in passed:
                shelf[asset] = None
        return chance.sample(list(shelf), len(shelf))


def advise(*, at: datetime) -> int:
    """Record what was proposed until `at`; gives how many times something was."""
    taken = _taken(at)
    if not taken.assets:
        return 0
    plan = Asset.objects.filter(title=HELPER_TITLE, pk__in=taken.assets).first()
    told = _for_deals(taken, plan.pk if plan else None, at) + _for_leads(taken, at)
    recorder.flush()
    return told


def _taken(at: datetime) -> Taken:
    """What was used lately: proposing it changes nothing in what is said of unused content."""
    rows = Usage.objects.filter(action__in=USED, at__gt=at - IN_USE, at__lte=at, asset__status=Asset.Status.ACTIVE)
    number = Counter(rows.filter(asset__is_restricted=False).values_list("asset", flat=True))
    order = sorted(number)
    return Taken(order, list(accumulate(number[asset] for asset in order)))


def _uses(of: str) -> Mapping[int, list[Use]]:
    """By deal or lead."""
    found = defaultdict(list)
    rows = Usage.objects.filter(action__in=USED, **{f"{of}__isnull": False})
    for pk, asset, moment in rows.order_by("at", "pk").values_list(of, "asset", "at"):
        found[pk].append(Use(asset, moment))
    return found


def _for_deals(taken: Taken, plan: int | None, at: datetime) -> int:
    since = at - TOLD
    uses, told = _uses("deal"), 0
    lived = Deal.objects.filter(Q(is_closed=False) | Q(closed_at__gt=since), deleted_in_source=False)
    for deal in lived.filter(owner__isnull=False, created_at__lt=at).select_related("owner").order_by("pk"):
        chance = random.Random(f"deal {deal.external_id}")
        begins, ends = max(deal.created_at, since), min(deal.closed_at or at, at)
        if chance.random() >= LOOKED_AT or ends <= begins:
            continue
        had = uses.get(deal.pk, [])
        looks = [begins + (ends - begins) * (0.6 * chance.random() ** 2)]
        known = set(taken.assets)
        led = [
            (max(use.at - timedelta(hours=chance.uniform(0.3, 90)), begins), use.asset)
            for use in had
            if begins < use.at <= ends
            and use.asset in known
            and chance.random() < (PLAN_LED_TO if use.asset == plan else LED_TO)
        ]
        shelves: list[tuple[datetime, list[int]]] = [
            *((moment, [asset]) for moment, asset in led),
            *((moment, [plan] if plan and chance.random() < PLAN_SHOWN else []) for moment in looks),
        ]
        for moment, first in sorted(shelves):
            before = {use.asset for use in had if use.at <= moment}
            shown = taken.some(chance, before, *(asset for asset in first if asset not in before))
            told += _show(deal.owner, shown, moment, told, deal_id=deal.pk)
    return told


def _for_leads(taken: Taken, at: datetime) -> int:
    since = at - TOLD
    uses, told = _uses("lead"), 0
    known = set(taken.assets)
    worked = Lead.objects.filter(merged_into=None, deleted_in_source=False, owner__isnull=False)
    for lead in worked.filter(created_at__gt=since, created_at__lt=at).select_related("owner").order_by("pk"):
        chance = random.Random(f"lead {lead.external_id}")
        used = next((use for use in uses.get(lead.pk, ()) if use.asset in known), None)
        if chance.random() >= (LEAD_LED_TO if used else WITH_LEAD):
            continue
        moment = lead.created_at + timedelta(hours=chance.uniform(0.2, 30))
        if used:
            moment = max(used.at - timedelta(hours=chance.uniform(0.2, 20)), lead.created_at)
        if moment < at:
            shown = taken.some(chance, (), *([used.asset] if used else []))[:FEWEST_SHOWN]
            told += _show(lead.owner, shown, moment, told, lead_id=lead.pk)
    return told


def _show(
    person: Person | None, assets: Sequence[int], at: datetime, told: int, *,
    deal_id: int | None = None, lead_id: int | None = None,
) -> int:  # fmt: skip
    """Let the recorder know, and write now and then."""
    if person is None:
        return 0
    recorder.impressions(person, assets, deal_id=deal_id, lead_id=lead_id, recommended=True, at=at)
    if told % EACH == EACH - 1:
        recorder.flush()
    return 1
