"""Feedback on a batch is told by mail: to whoever is to answer it, and what was answered to whoever gave it.

A mail is a job made in the transaction that it tells of. That feedback was given is told ten minutes later, so that
what is taken back or answered at once is not told; what is changed later is seen on the page, without another mail.
"""

from datetime import timedelta

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.template.loader import render_to_string
from procrastinate.contrib.django import app

from sameside.leads.agreement.force import in_force
from sameside.leads.batches.batch import of_feedback
from sameside.leads.models import BatchFeedback
from sameside.people.invitations import mail_goes_out
from sameside.people.models import Organisation, Person
from sameside.people.policies import can

JOB = "leads.tell_feedback"
GIVEN, ANSWERED = "given", "answered"
GRACE = timedelta(minutes=10)


def given(feedback: BatchFeedback) -> None:
    for person in answerers(feedback):
        if person.pk != feedback.by_id:
            job = app.configure_task(JOB, schedule_in={"seconds": int(GRACE.total_seconds())})
            job.defer(feedback=feedback.pk, person=person.pk, what=GIVEN)


def answered(feedback: BatchFeedback) -> None:
    if feedback.by_id != feedback.answered_by_id:
        app.configure_task(JOB).defer(feedback=feedback.pk, person=feedback.by_id, what=ANSWERED)


def answerers(feedback: BatchFeedback) -> list[Person]:
    """Who is to answer: the owner of the campaign, else the head of marketing, else all who hand leads over."""
    if feedback.campaign and feedback.campaign.owner and feedback.campaign.owner.may_sign_in:
        return [feedback.campaign.owner]
    agreement = in_force(feedback.at)
    if agreement and agreement.marketing_head and agreement.marketing_head.may_sign_in:
        return [agreement.marketing_head]
    people = Person.objects.who_may_sign_in().order_by("pk")
    return [one for one in people if can(one, "hand_over_leads") and not can(one, "manage_people")]


def tell(feedback_id: int, person_id: int, what: str) -> bool:
    """Send the mail, unless it does not hold any more or no mail goes out. Raises what the mail server raises."""
    found = BatchFeedback.objects.filter(pk=feedback_id).select_related("campaign__owner", "by", "answered_by").first()
    person = Person.objects.get(pk=person_id)
    if found is None or (what == GIVEN) != (found.answered_at is None):
        return False
    if not person.may_sign_in or not mail_goes_out():
        return False
    _send(found, person, what)
    return True


def _send(feedback: BatchFeedback, person: Person, what: str) -> None:
    batch = of_feedback(feedback)
    name = " ".join(str(batch).split())
    who = feedback.by if what == GIVEN else feedback.answered_by
    assert who is not None  # noqa: S101  (what was answered was answered by somebody)
    verb = "judged" if what == GIVEN else "answered you on"
    subject = f"{who.name} {verb} the leads of {name[:60]}"
    context = {
        "person": person,
        "organisation": Organisation.current(),
        "feedback": feedback,
        "batch": name,
        "who": who.name,
        "is_answer": what == ANSWERED,
        "subject": subject,
        "url": f"{settings.PUBLIC_URL}{batch.url}#feedback-{feedback.pk}",
    }
    mail = EmailMultiAlternatives(
        subject, render_to_string("leads/batches/mail.txt", context), None, [person.email],
        connection=get_connection(),
    )  # fmt: skip
    mail.attach_alternative(render_to_string("leads/batches/mail.html", context), "text/html")
    mail.send()
