"""What Tarnwick's sellers say of the batches of leads they got, and what marketing answers; some still waits."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count

from sameside.crm.models import Campaign
from sameside.demo.members import CAST
from sameside.leads.batches import giving
from sameside.leads.batches.batch import Batch
from sameside.leads.batches.giving import Said
from sameside.leads.models import BatchFeedback, HandOver
from sameside.people.models import Person
from sameside.people.roles import Role


@dataclass(frozen=True)
class Judged:
    said: Said
    answer: str = ""


JUDGED = (
    Judged(
        Said("right", "ready", "good", "relevant_meeting", "More of these: they knew why I called."),
        "Two more dates are planned for spring, with the same invitation list.",
    ),
    Judged(
        Said("wrong_people", "unaware", "gaps", "", "Ask for the role on the form. Half of them were students."),
        "The form asks for the role from Monday on, and leads without one stay with us until we know.",
    ),
    Judged(Said("mixed", "early", "good", "tailored_pov", "Half are a year away. Send them something to read first.")),
    Judged(Said("wrong_companies", "early", "gaps", "", "Too small for us, most below fifty people.")),
    Judged(Said("right", "late", "good", "", "Good companies; two had decided already.")),
)
A_PERSON = 2


def judge(*, at: datetime) -> int:
    """Feedback on the batches of the last weeks, the cast's first; gives how many there are."""
    if BatchFeedback.objects.exists():
        return 0
    rows = HandOver.objects.filter(at__gte=at - timedelta(days=60), lead__campaign__isnull=False)
    counted = rows.values("owner", "lead__campaign", "at__year", "at__month").annotate(leads=Count("pk"))
    hanna = Person.objects.filter(email=CAST[Role.SELLER].email).first()
    nora = Person.objects.filter(email=CAST[Role.MARKETER].email).first()
    found = sorted(counted, key=lambda row: (hanna is None or row["owner"] != hanna.pk, -row["leads"]))
    taken: set[int] = set()
    given_by: Counter[int] = Counter()
    for row in found:
        if len(taken) == len(JUDGED):
            break
        person, campaign = Person.objects.get(pk=row["owner"]), Campaign.objects.get(pk=row["lead__campaign"])
        if (
            campaign.pk in taken
            or given_by[person.pk] == A_PERSON
            or not person.may_sign_in
            or person.role != Role.SELLER
        ):
            continue
        judged = JUDGED[len(taken)]
        batch = Batch(campaign=campaign, month=f"{row['at__year']}-{row['at__month']:02}")
        given = giving.give(batch, judged.said, by=person, at=at - timedelta(days=9 - len(taken)))
        if judged.answer and nora is not None:
            giving.answer(given, judged.answer, by=nora, at=at - timedelta(days=5 - len(taken)))
        taken.add(campaign.pk)
        given_by[person.pk] += 1
    return len(taken)
