"""Whose campaign brought a lead is told by mail, once a day, that it came back, with the reason and the sentence.

What was told is a row (`ClockNotice` with the step `STEP`), written in the transaction in which the mail server takes
the mail: a server that refuses, or a process that is killed, leaves it to be told the next day. What was taken up or
undone meanwhile is not told. The log names persons by number only.
"""

import logging
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import transaction
from django.db.models import Exists, F, OuterRef, QuerySet
from django.template.loader import render_to_string
from django.urls import reverse

from sameside.leads.models import Breach, ClockNotice, Recycling
from sameside.people.invitations import mail_goes_out
from sameside.people.models import Organisation, Person

STEP = "came_back"
"""The `step` of a notice that a lead came back; its `due_at` is when it did."""
LISTED = 40
MOST = 2_000
STALE = timedelta(days=7)

log = logging.getLogger(__name__)


def untold(*, at: datetime) -> "QuerySet[Recycling]":
    """What came back lately to a campaign whose owner was not told of it, and still waits."""
    told = ClockNotice.objects.filter(
        handover=OuterRef("handover"), step=STEP, due_at=OuterRef("came_at"), person=OuterRef("lead__campaign__owner")
    )
    waiting = Recycling.objects.filter(taken_up_at=None, undone_at=None, came_at__gt=at - STALE, came_at__lte=at)
    owned = waiting.filter(lead__campaign__owner__isnull=False, lead__merged_into=None, handover__derived=False)
    return owned.exclude(handover__ended_by=F("lead__campaign__owner")).filter(~Exists(told))


def tell(*, at: datetime) -> int:
    """Mail what was not told yet; gives how many mails the server took."""
    if not mail_goes_out():
        return 0
    owners = untold(at=at).values_list("lead__campaign__owner", flat=True).distinct()
    sent = 0
    for person in Person.objects.who_may_sign_in().filter(pk__in=list(owners)).order_by("pk"):
        try:
            sent += _tell(person, at=at)
        except (SMTPException, OSError) as problem:
            log.warning("leads.digest_refused person=%d because=%s", person.pk, type(problem).__name__)
    return sent


@transaction.atomic
def _tell(person: Person, *, at: datetime) -> int:
    """Write that these are told, then have them mailed: if that fails, nothing was written."""
    waiting = untold(at=at).filter(lead__campaign__owner=person).select_for_update(of=("self",), skip_locked=True)
    whole = waiting.select_related("lead__campaign", "handover__reason", "handover__owner")
    rows = list(whole.order_by("-came_at", "-pk")[:MOST])
    if not rows:
        return 0
    ClockNotice.objects.bulk_create(
        ClockNotice(
            handover=one.handover, promise=Breach.Promise.END, step=STEP, due_at=one.came_at, person=person, at=at,
            sent_at=at,
        )
        for one in rows
    )  # fmt: skip
    _send(person, rows)
    return 1


def subject(rows: Sequence[Recycling]) -> str:
    if len(rows) == 1:
        name = " ".join(str(rows[0].lead).split())
        reason = rows[0].handover.reason
        return f"Came back: {name[:60]}{f' ({reason.label.lower()})' if reason else ''}"
    return f"{len(rows)} leads came back"


def _send(person: Person, rows: Sequence[Recycling]) -> None:
    labels = [one.handover.reason.label if one.handover.reason else "No reason given" for one in rows]
    context = {
        "person": person,
        "organisation": Organisation.current(),
        "rows": [(one, settings.PUBLIC_URL + reverse("leads:lead", args=[one.lead_id])) for one in rows[:LISTED]],
        "rest": max(0, len(rows) - LISTED),
        "reasons": Counter(labels).most_common(),
        "url": f"{settings.PUBLIC_URL}{reverse('leads:back')}?whose=mine",
        "subject": subject(rows),
        "count": len(rows),
    }
    text = render_to_string("leads/handover/digest.txt", context)
    mail = EmailMultiAlternatives(subject(rows), text, None, [person.email], connection=get_connection())
    mail.attach_alternative(render_to_string("leads/handover/digest.html", context), "text/html")
    mail.send()
