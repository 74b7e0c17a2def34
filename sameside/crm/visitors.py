"""A visitor whom only a touch log knows becomes somebody: the company of all its touches, past and to come.

An import of touches looks here by itself; what was imported before is filled by the verb. Who is identified stays so: a
touch that has a company keeps it.
"""

from datetime import datetime

from django.db import connection, transaction
from django.db.models import Q

from sameside.crm.models import Company, Contact, Visitor
from sameside.people import audit
from sameside.people.models import Person

LOG = "touches"
LONGEST = 120
_TOUCHES = """
    UPDATE crm_touch SET company_id = %(company)s
    WHERE source = %(source)s AND visitor = %(key)s AND visitor <> '' AND current AND company_id IS NULL
"""
_CONVERSIONS = """
    UPDATE crm_conversion SET company_id = %(company)s, contact_id = COALESCE(contact_id, %(contact)s)
    WHERE source = %(source)s AND visitor = %(key)s AND visitor <> '' AND company_id IS NULL
"""


class VisitorKnown(Exception):
    """The visitor is somebody else's, or nobody can tell whose; the message is a sentence fit for the screen."""


def who(company: str, email: str) -> tuple[Company, Contact | None]:
    """The company, by its domain, its id or its name, and the contact, by the address: exactly one each."""
    contact = None
    if email:
        contacts = list(Contact.objects.unmerged().filter(email=email.lower()).select_related("company")[:2])
        if len(contacts) > 1:
            raise VisitorKnown(f"Several contacts have the address {email}.")
        contact = contacts[0] if contacts else None
    if not company:
        if contact is None or contact.company is None:
            raise VisitorKnown(f"No contact of a company has the address {email}." if email else "It names nobody.")
        return contact.company, contact
    for question in (Q(domain=company.lower()), Q(external_id=company), Q(name__iexact=company)):
        found = list(Company.objects.unmerged().filter(question)[:2])
        if len(found) > 1:
            raise VisitorKnown(f"Several companies are “{company}”.")
        if found:
            return found[0], contact if contact and contact.company_id == found[0].pk else None
    raise VisitorKnown(f"No company is “{company}”, by domain, id or name.")


@transaction.atomic
def identify(
    key: str,
    *,
    company: Company,
    contact: Contact | None = None,
    source: str = LOG,
    by: Person | None,
    at: datetime,
) -> int:
    """Say that the visitor `key` of a log is of `company`. Returns how many touches have a company now."""
    if not key or len(key) > LONGEST:
        raise VisitorKnown("It names no visitor.")
    visitor, made = Visitor.objects.select_for_update(of=("self",)).get_or_create(
        source=source,
        key=key,
        defaults={"company": company, "contact": contact, "identified_at": at, "identified_by": by},
    )
    if visitor.company_id != company.pk:
        raise VisitorKnown(f"{key} is known as a visitor of {visitor.company}.")
    if contact and visitor.contact_id is None:
        visitor.contact = contact
        visitor.save(update_fields=["contact"])
    values = {"company": company.pk, "contact": contact.pk if contact else None, "source": source, "key": key}
    with connection.cursor() as cursor:
        cursor.execute(_TOUCHES, values)
        filled: int = cursor.rowcount
        cursor.execute(_CONVERSIONS, values)
    if made or filled:
        details = {"company": company.pk, "touches": filled}
        audit.record("visitor.identified", by=by, at=at, subject=key, details=details)
    return filled
