"""A hand-over that was read from the CRM becomes one made here as soon as somebody does something with it here.

From then on imports do not rebuild it: what its owner did counts, and not what the CRM's status says.
"""

from sameside.leads.models import HandOver


def adopt(handover: HandOver) -> None:
    """Make a hand-over that is locked one's own, in the database as well."""
    if handover.derived:
        handover.derived = False
        handover.save(update_fields=["derived"])
