"""Whoever gets a lead is told by mail: what is owed is a row, written with the hand-over, and mailed by the next sweep.

One mail lists all that somebody got since the last. What was taken away again meanwhile is not told; a server that
refuses, or a process that is killed, leaves the rows for the next sweep. The log names persons by number only.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from smtplib import SMTPException
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import transaction
from django.db.models import Q, QuerySet
from django.template.loader import render_to_string
from django.urls import reverse

from sameside.leads.clock import calendars
from sameside.leads.clock.hours import Hours
from sameside.leads.handover.carrying import in_short
from sameside.leads.models import Breach, ClockNotice, HandOver
from sameside.people.invitations import mail_goes_out
from sameside.people.models import Organisation, Person

STEP = "new"
"""The `step` of a notice that a lead is new; its `due_at` is the time of the hand-over."""
LISTED = 20
MOST = 1_000
MOST_PERSONS = 500
STALE = timedelta(days=2)
RETRY = timedelta(minutes=10)

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Line:
    title: str
    about: str
    known: str
    why: str
    note: str
    due: str
    url: str


def owe(handover: HandOver, *, by: Person | None) -> None:
    """The owner is to be told, unless they took it themselves."""
    if by is not None and by.pk == handover.owner_id:
        return
    ClockNotice.objects.create(
        handover=handover, promise=Breach.Promise.ACCEPT, step=STEP, due_at=handover.at, person_id=handover.owner_id,
        at=handover.at,
    )  # fmt: skip


def unsent(at: datetime) -> "QuerySet[ClockNotice]":
    owed = ClockNotice.objects.filter(step=STEP, sent_at=None, at__gt=at - STALE)
    return owed.filter(Q(refused_at=None) | Q(refused_at__lte=at - RETRY))


def deliver(*, at: datetime) -> int:
    """Mail what was not mailed yet; gives how many mails the server took."""
    if not mail_goes_out():
        return 0
    waiting = unsent(at).order_by("person").values_list("person", flat=True).distinct()[:MOST_PERSONS]
    sent = 0
    for person in Person.objects.filter(pk__in=list(waiting)).order_by("pk"):
        try:
            sent += _deliver_to(person, at=at)
        except OSError as problem:  # nobody answers: the others would wait as long for nothing
            log.warning("leads.mail_server_silent because=%s", type(problem).__name__)
            break
    return sent


@transaction.atomic
def _deliver_to(person: Person, *, at: datetime) -> int:
    notices = list(
        unsent(at).filter(person=person).select_for_update(of=("self",), skip_locked=True)
        .select_related("handover__lead").order_by("at", "pk")[:MOST]
    )  # fmt: skip
    known = ClockNotice.objects.filter(pk__in=[one.pk for one in notices])
    owned = [one.handover for one in notices if one.handover.ended_at is None and one.handover.owner_id == person.pk]
    seen = HandOver.objects.visible_to(person).filter(pk__in=[one.pk for one in owned])
    visible = set(seen.values_list("pk", flat=True))
    told = [one for one in owned if one.pk in visible] if person.may_sign_in else []
    if told:
        try:
            _send(person, told, at=at)
        except SMTPException as problem:
            known.update(refused_at=at)
            log.warning("leads.mail_refused person=%d because=%s", person.pk, type(problem).__name__)
            return 0
    known.update(sent_at=at)
    return 1 if told else 0


def _send(person: Person, handovers: Sequence[HandOver], *, at: datetime) -> None:
    hours = calendars.hours_of(person)
    lines = [_line(one, hours, at=at) for one in handovers[:LISTED]]
    count = len(handovers)
    context: dict[str, Any] = {
        "person": person,
        "organisation": Organisation.current(),
        "lines": lines,
        "rest": count - len(lines),
        "subject": f"New lead: {lines[0].title[:60]}" if count == 1 else f"{count} new leads",
        "queue": settings.PUBLIC_URL + reverse("leads:mine"),
    }
    mail = EmailMultiAlternatives(
        context["subject"], render_to_string("leads/handover/mail.txt", context), None, [person.email],
        connection=get_connection(),
    )  # fmt: skip
    mail.attach_alternative(render_to_string("leads/handover/mail.html", context), "text/html")
    mail.send()


def _line(handover: HandOver, hours: Hours, *, at: datetime) -> Line:
    lead, due = handover.lead, handover.accept_due_at
    about = ", ".join(filter(None, (_one_line(lead.title), _one_line(lead.company_name))))
    when = f"{hours.local(due):%A %-d %B, %H:%M} ({hours.zone.key})" if due else ""
    url = settings.PUBLIC_URL + reverse("leads:lead", args=[lead.pk])
    return Line(_one_line(str(lead)), about, in_short(lead, at=at), " ".join(handover.why), handover.note, when, url)


def _one_line(text: str) -> str:
    return " ".join(text.split())
