"""The rows of unrouted leads as HTML, joined in Python."""

from collections.abc import Sequence
from html import escape

from django.utils.safestring import SafeString, mark_safe

from sameside.leads.models import Lead
from sameside.leads.routing import pages
from sameside.ui import formats


def rows(leads: Sequence[Lead], *, may_hand_over: bool) -> SafeString:
    return mark_safe("".join(_row(one, may_hand_over) for one in leads))  # noqa: S308


def _row(lead: Lead, may_hand_over: bool) -> str:
    name = escape(str(lead))
    choose = (
        f'<label class="unrouted-choose"><input type="checkbox" name="lead" value="{lead.pk}">'
        f'<span class="visually-hidden">Choose {name}</span></label>'
    )
    score = f'<span class="tag">{lead.score} points</span> ' if lead.score is not None else ""
    since = f'<span class="quiet small">since {formats.date(lead.qualified_at)}</span>' if lead.qualified_at else ""
    return (
        f'<li data-row>{choose if may_hand_over else ""}<span class="unrouted-who">'
        f'<a class="row-link" href="/leads/{lead.pk}/">{name}</a><small>{escape(pages.about(lead))}</small>'
        f'<span class="unrouted-why">{escape(lead.not_routed)}</span></span>'
        f'<span class="rows-end">{score}{since}</span></li>'
    )
