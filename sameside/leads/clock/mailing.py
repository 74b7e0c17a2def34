"""Who is to be told of due times gets one mail a sweep that lists all, as text and HTML.

What is to be said are rows (`ClockNotice`), written once by the sweep and marked when the mail server took the mail. A
sweep that is killed in between, or a server that refuses, leaves them for the next sweep; two sweeps at once skip each
other's. What is no longer true when the mail goes out (it was answered meanwhile) is not said, and what could not be
said within a day is not said any more. The log names persons by number only.
"""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import transaction
from django.db.models import Q, QuerySet
from django.template.loader import render_to_string
from django.urls import reverse

from sameside.leads.clock import calendars, looking
from sameside.leads.clock.due import COLUMN, Promise
from sameside.leads.clock.hours import Hours
from sameside.leads.handover import announcing
from sameside.leads.models import ClockNotice, HandOver
from sameside.people.invitations import mail_goes_out
from sameside.people.models import Organisation, Person

LISTED = 40
MOST = 1_000
MOST_PERSONS = 500
STALE = timedelta(days=1)
RETRY = timedelta(minutes=10)
WHAT = {
    Promise.ACCEPT: "Accept or return it",
    Promise.ATTEMPT: "Make the first attempt",
    Promise.PERSIST: "Make all agreed attempts",
    Promise.END: "End it with a reason",
}

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Line:
    """One promise of one lead. `owner` is empty when it is the reader's own; `late` is in the owner's hours; `url` is
    the page of the lead, or of the agreement for whoever does not see the lead."""

    lead: int
    title: str
    company: str
    what: str
    due: datetime
    when: str
    late: str
    owner: str
    url: str
    kind: str


def unsent(at: datetime) -> "QuerySet[ClockNotice]":
    return (
        ClockNotice.objects.filter(sent_at=None, at__gt=at - STALE)
        .exclude(step=announcing.STEP)
        .filter(Q(refused_at=None) | Q(refused_at__lte=at - RETRY))
    )


def deliver(*, at: datetime) -> int:
    """Mail what was not mailed yet; gives how many mails the server took."""
    if not mail_goes_out():
        return 0
    organisation = Organisation.current()
    waiting = unsent(at).order_by("person").values_list("person", flat=True).distinct()[:MOST_PERSONS]
    sent = 0
    for person in Person.objects.filter(pk__in=list(waiting)).order_by("pk"):
        try:
            sent += _deliver_to(person, organisation, at=at)
        except OSError as problem:  # nobody answers: the others would wait as long for nothing
            log.warning("clock.mail_server_silent because=%s", type(problem).__name__)
            break
    return sent


@transaction.atomic
def _deliver_to(person: Person, organisation: Organisation, *, at: datetime) -> int:
    notices = list(
        unsent(at)
        .filter(person=person)
        .select_for_update(of=("self",), skip_locked=True)
        .select_related("handover__lead", "handover__owner", "handover__agreement")
        .order_by("due_at", "pk")[:MOST]
    )
    known = [one.pk for one in notices]
    true = [one for one in notices if _is_true(one)] if person.may_sign_in else []
    lines = lines_of(true, person, at=at)
    if lines:
        try:
            _send(person, lines, organisation, numbers_of(true))
        except SMTPException as problem:
            ClockNotice.objects.filter(pk__in=known).update(refused_at=at)
            because = type(problem).__name__
            log.warning("clock.mail_refused person=%d notices=%d because=%s", person.pk, len(known), because)
            return 0
    ClockNotice.objects.filter(pk__in=known).update(sent_at=at)
    return 1 if lines else 0


def _is_true(notice: ClockNotice) -> bool:
    """Whether it is still to be said: the promise is not met, its time did not move, the clock does not stand."""
    handover, promise = notice.handover, Promise(notice.promise)
    if handover.next_due_at is None or handover.next_due_at > notice.due_at:
        return False
    met = {Promise.ACCEPT: handover.accepted_at, Promise.ATTEMPT: handover.first_attempt_at}
    return met.get(promise) is None and getattr(handover, COLUMN[promise]) == notice.due_at


def numbers_of(notices: Iterable[ClockNotice]) -> list[str]:
    """The versions of the agreement that these are about."""
    versions = {one.handover.agreement.number for one in notices if one.handover.agreement}
    return [str(number) for number in sorted(versions)]


def lines_of(notices: Sequence[ClockNotice], person: Person, *, at: datetime) -> list[Line]:
    """What the mail says, one line a promise: the gravest that is to be said of it. Names only of leads one sees."""
    visible = set(
        HandOver.objects.visible_to(person)
        .filter(pk__in=[one.handover_id for one in notices])
        .values_list("pk", flat=True)
    )
    hours = calendars.hours_of_many([person.pk, *(one.handover.owner_id for one in notices)])
    gravest: dict[tuple[int, str], ClockNotice] = {}
    for notice in notices:
        key = (notice.handover_id, notice.promise)
        if key not in gravest or _gravity(notice) > _gravity(gravest[key]):
            gravest[key] = notice
    return [_line(one, person, hours[person.pk], hours[one.handover.owner_id], one.handover_id in visible, at)
            for one in gravest.values()]  # fmt: skip


def _gravity(notice: ClockNotice) -> int:
    return {looking.BREACH: 1, looking.ESCALATION: 2}.get(notice.step, 0)


def _line(
    notice: ClockNotice, person: Person, readers: Hours, owners: Hours, is_visible: bool, at: datetime
) -> Line:  # fmt: skip
    handover, lead = notice.handover, notice.handover.lead
    late = owners.between(notice.due_at, at)
    name = " ".join(str(lead).split()) if is_visible else f"Hand-over {handover.pk}"
    kind = notice.step if notice.step in (looking.BREACH, looking.ESCALATION) else "reminder"
    return Line(
        lead=handover.lead_id,
        title=name,
        company=" ".join(lead.company_name.split()) if is_visible else "",
        what=WHAT[Promise(notice.promise)],
        due=notice.due_at,
        when=f"{readers.local(notice.due_at):%A %-d %B, %H:%M} ({readers.zone.key})",
        late=in_words(late) if late > 0 else "",
        owner="" if handover.owner_id == person.pk else handover.owner.name,
        url=settings.PUBLIC_URL + (reverse("leads:lead", args=[lead.pk]) if is_visible else reverse("leads:agreement")),
        kind=kind,
    )


def in_words(seconds: int) -> str:
    """ "3 hours 20 minutes", the two greatest units, at least a minute."""
    minutes = max(1, seconds // 60)
    hours, minutes = divmod(minutes, 60)
    parts = [_counted(hours, "hour")] if hours else []
    parts += [_counted(minutes, "minute")] if minutes and hours < 24 else []
    return " ".join(parts)


def _counted(count: int, unit: str) -> str:
    return f"{count} {unit}" if count == 1 else f"{count} {unit}s"


def subject(lines: Sequence[Line]) -> str:
    """What the mail is about, with the lead when it is about one."""
    if len(lines) == 1:
        about = lines[0].title if len(lines[0].title) <= 50 else f"{lines[0].title[:49]}…"
        return f"{'Due soon' if lines[0].kind == 'reminder' else 'Late'}: {about}"
    late = sum(line.kind != "reminder" for line in lines)
    parts = [f"{late} late"] if late else []
    parts += [f"{len(lines) - late} due soon"] if late < len(lines) else []
    return f"Leads: {', '.join(parts)}"


def by_lead(lines: Sequence[Line]) -> list[Line]:
    """What is said of one lead stands together, the lead with the earliest first."""
    order: dict[int, int] = {}
    for line in lines:
        order.setdefault(line.lead, len(order))
    return sorted(lines, key=lambda line: order[line.lead])


def _go(lines: Sequence[Line]) -> dict[str, str]:
    """The page to begin with: the queue of whoever is to act, the agreement of whoever is only told."""
    acts = any(line.kind != looking.ESCALATION for line in lines)
    label, name = ("Open your leads", "leads:mine") if acts else ("See what was agreed and kept", "leads:agreement")
    return {"label": label, "url": settings.PUBLIC_URL + reverse(name)}


def _send(person: Person, lines: Sequence[Line], organisation: Organisation, agreements: Sequence[str]) -> None:
    lines = by_lead(lines)
    context = {
        "person": person,
        "organisation": organisation,
        "escalated": [line for line in lines if line.kind == looking.ESCALATION][:LISTED],
        "late": [line for line in lines if line.kind == looking.BREACH][:LISTED],
        "soon": [line for line in lines if line.kind == "reminder"][:LISTED],
        "agreements": agreements,
        "go": _go(lines),
        "subject": subject(lines),
    }
    shown = sum(len(context[key]) for key in ("escalated", "late", "soon"))  # type: ignore[arg-type, misc]
    context["rest"] = len(lines) - shown
    mail = EmailMultiAlternatives(
        subject(lines),
        render_to_string("leads/clock/mail.txt", context),
        None,
        [person.email],
        connection=get_connection(),
    )
    mail.attach_alternative(render_to_string("leads/clock/mail.html", context), "text/html")
    mail.send()
