"""The heads are told by mail: the other one has signed, it is agreed, a signature of yours does not hold any more.

A mail is a job of its own, made in the transaction that it tells of and tried again when the server refuses it, so that
a mail server that is down neither stops a signature nor loses the word of it.
"""

from dataclasses import dataclass

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.template.loader import render_to_string
from django.urls import reverse
from procrastinate.contrib.django import app

from sameside.leads.models import Agreement
from sameside.people.invitations import mail_goes_out
from sameside.people.models import Organisation, Person
from sameside.ui.formats import moment

JOB = "leads.tell_head"
SIGNED, AGREED, VOIDED, REVIEW = "signed", "agreed", "voided", "review"


@dataclass(frozen=True)
class Words:
    subject: str
    text: str
    go: str


def later(agreement: Agreement, person: Person, what: str) -> None:
    """Tell `person` once this transaction holds."""
    app.configure_task(JOB).defer(agreement=agreement.number, person=person.pk, what=what)


def tell(number: int, person_id: int, what: str) -> bool:
    """Send the mail, unless it is no longer true or no mail goes out. Raises what the mail server raises."""
    agreement = Agreement.objects.select_related("marketing_head", "sales_head").get(number=number)
    person = Person.objects.get(pk=person_id)
    said = words(agreement, person, what)
    if said is None or not person.may_sign_in or not mail_goes_out():
        return False
    context = {
        "person": person,
        "organisation": Organisation.current(),
        "subject": said.subject,
        "text": said.text,
        "go": said.go,
        "url": settings.PUBLIC_URL + reverse("leads:agreement_version", args=[agreement.number]),
        "agreement": agreement,
    }
    mail = EmailMultiAlternatives(
        said.subject,
        render_to_string("leads/agreement/mail.txt", context),
        None,
        [person.email],
        connection=get_connection(),
    )
    mail.attach_alternative(render_to_string("leads/agreement/mail.html", context), "text/html")
    mail.send()
    return True


def words(agreement: Agreement, person: Person, what: str) -> Words | None:
    """What is said; None when it does not hold any more."""
    title = " ".join(agreement.title.split())
    version = f"version {agreement.number} of “{title}”"
    if what == AGREED:
        assert agreement.begins_at is not None  # noqa: S101  it is agreed
        text = f"Both sides have signed {version}. It is in force from {moment(agreement.begins_at)}."
        return Words(f"Agreed: version {agreement.number}", text, "Read the agreement")
    if agreement.agreed_at or agreement.withdrawn_at:
        return None
    signed = list(agreement.signatures.exclude(person=person))
    if what == SIGNED and signed:
        text = f"{signed[0].name} has signed {version}. It is agreed once you sign it too."
        return Words(f"{signed[0].name} signed version {agreement.number}: your turn", text, "Read and sign")
    if what == VOIDED and not agreement.signatures.filter(person=person).exists():
        text = f"You had signed {version}. It was changed since, so your signature does not hold any more."
        return Words(f"Changed since you signed: version {agreement.number}", text, "See what it says now")
    return None
