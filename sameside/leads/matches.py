"""Which companies and contacts that are here already a lead may be: offered when it is converted, and taken where one
is certainly the same, so that a conversion makes no duplicate."""

from collections.abc import Sequence

from sameside.crm import likeness
from sameside.crm.models import Company, Contact
from sameside.leads.models import Lead

MOST = 8
_LOOKED_AT = 50


def companies(lead: Lead) -> Sequence[Company]:
    """The companies that may be the lead's, the most likely first: its own, then by domain, then by name."""
    found: dict[int, Company] = {}
    rows = Company.objects.unmerged().filter(deleted_in_source=False)
    if lead.company_id:
        found |= {one.pk: one for one in rows.filter(pk=lead.company_id)}
    domain = likeness.own_domain(lead.email)
    if domain:
        found |= {one.pk: one for one in rows.filter(domain__iexact=domain).order_by("pk")[:MOST]}
    key = likeness.company_name(lead.company_name)
    if key:
        begins = rows.filter(name__istartswith=lead.company_name.split()[0]).order_by("name", "pk")[:_LOOKED_AT]
        found |= {one.pk: one for one in begins if likeness.company_name(one.name) == key}
    return list(found.values())[:MOST]


def same_company(lead: Lead) -> Company | None:
    """The company that is certainly the lead's: the one it has, else the only one of its domain or of its very name."""
    found = companies(lead)
    if lead.company_id:
        return next((one for one in found if one.pk == lead.company_id), None)
    domain, key = likeness.own_domain(lead.email), likeness.company_name(lead.company_name)
    by_name = [one for one in found if key and likeness.company_name(one.name) == key]
    by_domain = [one for one in found if domain and one.domain.lower() == domain]
    both = [one for one in by_name if one in by_domain]
    for certain in (both, by_domain if not key else [], by_name):
        if len(certain) == 1:
            return certain[0]
    return both[0] if both else None


def contacts(lead: Lead) -> Sequence[Contact]:
    """The contacts that may be the lead: by address, then by name at one of its companies."""
    found: dict[int, Contact] = {}
    rows = Contact.objects.unmerged().filter(deleted_in_source=False).select_related("company")
    if lead.contact_id:
        found |= {one.pk: one for one in rows.filter(pk=lead.contact_id)}
    if lead.email:
        spelled = {lead.email, lead.email.lower()}
        found |= {
            one.pk: one for one in rows.filter(email__in=spelled).order_by("pk")[:_LOOKED_AT] if _agrees(lead, one)
        }
    if lead.last_name:
        named = rows.filter(company__in=companies(lead), last_name__iexact=lead.last_name).order_by("pk")[:_LOOKED_AT]
        found |= {one.pk: one for one in named if _agrees(lead, one)}
    return list(found.values())[:MOST]


def same_contact(lead: Lead) -> Contact | None:
    """The contact that is certainly the lead: the one it has, else the first with its personal address and a name that
    agrees."""
    found = contacts(lead)
    if lead.contact_id:
        return next((one for one in found if one.pk == lead.contact_id), None)
    address = likeness.personal_mailbox(lead.email)
    return next((one for one in found if address and likeness.personal_mailbox(one.email) == address), None)


def _agrees(lead: Lead, contact: Contact) -> bool:
    return likeness.names_agree(
        (likeness.person_name(lead.first_name), likeness.person_name(lead.last_name)),
        (likeness.person_name(contact.first_name), likeness.person_name(contact.last_name)),
    )
