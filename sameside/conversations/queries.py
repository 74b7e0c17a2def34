"""What other parts ask about conversations."""

from collections.abc import Iterable

from django.db.models import QuerySet

from sameside.conversations.models import Conversation
from sameside.crm.models import Deal


def next_for(deals: Iterable[Deal]) -> dict[int, Conversation | None]:
    """The open conversation of each deal, by the deal's id; None for a deal that has none. One query."""
    found: dict[int, Conversation | None] = {deal.pk: None for deal in deals}
    for conversation in Conversation.objects.filter(deal__in=list(found), state=Conversation.State.OPEN):
        found[conversation.deal_id] = conversation
    return found


def for_deal(deal: Deal) -> QuerySet[Conversation]:
    """The conversations of a deal from the first to the last, with the stage changes that opened and ended them."""
    return Conversation.objects.filter(deal=deal).select_related("opened_by", "ended_by").order_by("opened_at", "pk")
