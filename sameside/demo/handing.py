"""The last weeks at Tarnwick: leads qualify, are handed over, and their owners take them, or not, each in their way.

Every step is the verb that the page uses, by whom and when it would have been. A lead is carried through its whole way
in one transaction, so that nobody sees it half way. The story is that of `leads.py`: Sales South ignores what it gets,
Sales Development is quick, prize draws come back.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import transaction

from sameside.demo import states
from sameside.demo.leads import CARE
from sameside.demo.members import CAST
from sameside.leads.clock import calendars
from sameside.leads.clock.hours import Hours
from sameside.leads.conversion import NewDeal
from sameside.leads.handover import answering, attempting, ending, pausing
from sameside.leads.models import Agreement, HandOver, Lead, Reason
from sameside.leads.scoring import qualifying, runs
from sameside.people.models import Person
from sameside.people.policies import Refused
from sameside.people.roles import Role

WEAK = ("Prize draw", "Display")
GIVEN_BACK, PAUSED, DISQUALIFIED, RECYCLED, CONVERTED = 0.16, 0.07, 0.14, 0.1, 0.16
SAID = {
    "wrong_person": "A working student; asks for a colleague in finance.",
    "not_our_segment": "Eight people, no field service.",
    "no_need": "Only wanted the checklist.",
    "bad_data": "The number is not in use.",
    "timing": "Their year is planned, look again in spring.",
    "no_budget": "Would like to, the budget is gone for this year.",
    "other": "Is a journalist and writes about the trade.",
}
TAPS = (
    ("call", "No answer"),
    ("call", "Left a message"),
    ("email", "Sent"),
    ("call", "Spoke"),
    ("email", "They replied"),
)


@dataclass
class Way:
    """One hand-over on its way; `at` is how far its story has been told, `end` is now."""

    handover: HandOver
    owner: Person
    hours: Hours
    chance: random.Random
    at: datetime
    end: datetime

    def wait(self, hours: float) -> bool:
        """Let business hours pass; whether that is still in the past."""
        self.at = self.hours.after(self.at, max(hours, 0.02) * 3600)
        return self.at < self.end


def waiting_leads(*, since: datetime) -> int:
    return Lead.objects.filter(created_at__gte=since, owner=None, source="salesforce", merged_into=None).count()


def hand_over(*, today: date, at: datetime, tell: Callable[[str], None]) -> int:
    """Carry the leads since the agreement in force began through their way; gives how many were handed over."""
    agreement = Agreement.objects.filter(ends_at=None, begins_at__lte=at).first()
    if agreement is None or agreement.begins_at is None or HandOver.objects.filter(derived=False).exists():
        return 0
    runs.everything(runs.Why.ASKED, at=agreement.begins_at)  # scores all, and there is nothing yet that could qualify
    leads = Lead.objects.filter(created_at__gte=agreement.begins_at, owner=None, merged_into=None, created_at__lt=at)
    chance, count = random.Random(int(today.strftime("%Y%m%d"))), 0
    for number, (pk, created) in enumerate(leads.order_by("created_at", "pk").values_list("pk", "created_at")):
        with transaction.atomic():
            qualifying.qualify([pk], at=created + timedelta(minutes=2))
            handover = HandOver.objects.filter(lead=pk, derived=False).select_related("owner__team", "lead").first()
            if handover is not None:
                count += 1
                _go(handover, chance, at)
        if number % 100 == 99:
            tell(f"{number + 1} leads looked at, {count} handed over")
    with transaction.atomic():
        states.show(at=at)
    runs.everything(runs.Why.NIGHTLY, at=at)
    return count


def _go(handover: HandOver, chance: random.Random, end: datetime) -> None:
    owner = handover.owner
    way = Way(handover, owner, calendars.hours_of(owner), chance, handover.at, end)
    ignored, hours, better = CARE.get(owner.team.name if owner.team else "", (0.05, 5.0, 1.0))
    fresh = CAST[Role.SELLER].email == owner.email and end - handover.at < timedelta(days=4)
    if chance.random() < (0.55 if fresh else ignored) or not way.wait(chance.lognormvariate(0, 0.9) * min(hours, 30)):
        return
    campaign = handover.lead.campaign.name if handover.lead.campaign else ""
    weak = campaign.startswith(WEAK)
    if chance.random() < (0.55 if weak else GIVEN_BACK):
        reason = _reason(chance, Reason.Ending.RETURN, weak)
        answering.return_(handover, reason, said=SAID.get(reason.key, ""), by=owner, at=way.at)
        return
    answering.accept(handover, by=owner, at=way.at)
    if _try(way, better):
        _end(way, better)


def _try(way: Way, better: float) -> bool:
    """Attempts with pauses between them; whether time is left after them."""
    for _ in range(1 + min(int(way.chance.expovariate(1 / (1.6 + better))), 7)):
        if not way.wait(way.chance.expovariate(1 / 7)):
            return False
        channel, result = way.chance.choice(TAPS)
        attempting.log(way.handover, channel, result=result, by=way.owner, at=way.at)
    return True


def _end(way: Way, better: float) -> None:
    drawn, owner, handover = way.chance.random(), way.owner, way.handover
    if drawn < PAUSED and way.wait(2):
        resume = (way.at + timedelta(days=way.chance.randrange(9, 40))).date()
        pausing.pause(
            handover, because="They come back after their board meeting.", resume_on=resume, by=owner, at=way.at
        )
        return
    if not way.wait(way.chance.uniform(8, 60)):
        return
    edge = PAUSED
    if drawn < (edge := edge + DISQUALIFIED):
        reason = _reason(way.chance, Reason.Ending.DISQUALIFY, weak=False)
        ending.disqualify(handover, reason, said=SAID.get(reason.key, ""), by=owner, at=way.at)
    elif drawn < (edge := edge + RECYCLED):
        back = (way.at + timedelta(days=way.chance.randrange(20, 120))).date()
        reason = _reason(way.chance, Reason.Ending.RECYCLE, weak=False)
        ending.recycle(handover, reason, said=SAID.get(reason.key, ""), return_on=back, by=owner, at=way.at)
    elif drawn < edge + CONVERTED * better:
        amount = Decimal(way.chance.randrange(8, 90) * 1_000)
        name = f"{handover.lead.company_name or handover.lead} platform"
        deal = NewDeal(name[:120], "Prospecting", amount, (way.at + timedelta(days=80)).date())
        try:
            ending.convert(handover, deal=deal, by=owner, at=way.at)
        except Refused:  # who is here already is chosen on the page, not in a story
            return


def _reason(chance: random.Random, ending_: str, weak: bool) -> Reason:
    rows: Sequence[Reason] = [one for one in Reason.objects.filter(put_away_at=None) if ending_ in one.endings]
    if weak:
        rows = [one for one in rows if one.key in ("no_need", "wrong_person", "bad_data")] or rows
    return chance.choice(rows)
