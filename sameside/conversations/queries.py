"""What other parts ask about conversations."""

from collections.abc import Iterable, Sequence

from django.db.models import QuerySet

from sameside.conversations.models import KINDS, RANK, Conversation, Kind
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


def next_kind(deal: Deal, conversations: Sequence[Conversation]) -> Kind | None:
    """The conversation to have now: the open one, else the first after the latest that succeeded; none once closed."""
    if deal.is_closed:
        return None
    for conversation in conversations:
        if conversation.state == Conversation.State.OPEN:
            return Kind(conversation.kind)
    done = [RANK[one.kind] for one in conversations if one.state == Conversation.State.SUCCEEDED]
    return KINDS[min(max(done, default=-1) + 1, len(KINDS) - 1)]
