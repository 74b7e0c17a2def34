"""The lines of a hand-over's panel as HTML, joined in Python: what was promised by when, and what was done with it."""

from collections.abc import Sequence
from html import escape

from django.utils.safestring import SafeString, mark_safe

from sameside.leads.handover.panel import Happened, Line
from sameside.leads.handover.work_rows import Way
from sameside.leads.models import LeadEvent
from sameside.ui.formats import moment
from sameside.ui.templatetags.ui import icon

_LABELS = dict(LeadEvent.Kind.choices)


def promises(shown: Sequence[Line]) -> SafeString:
    return mark_safe("".join(map(_promise, shown)))  # noqa: S308


def _promise(one: Line) -> str:
    return (
        f'<div><dt>{one.label}</dt><dd><span class="dot dot-{one.tone}"></span>{one.due} '
        f'<span class="quiet">{one.text}</span></dd></div>'
    )


def events(shown: Sequence[Happened], way: Way) -> SafeString:
    return mark_safe("".join(_event(one, way) for one in shown))  # noqa: S308


def _event(one: Happened, way: Way) -> str:
    event = one.event
    text = f' <span class="quiet small">{escape(event.text)}</span>' if event.text else ""
    by = f"{escape(event.by.name)}, " if event.by else ""
    kind, undone = (' class="is-undone"', " · undone") if one.is_undone else ("", "")
    undo = _undo(event, way) if one.can_undo else ""
    return (
        f"<li{kind}><span>{_LABELS[event.kind]}{text}</span>"
        f'<span class="rows-end">{by}{moment(event.at)}{undone}{undo}</span></li>'
    )


def _undo(event: LeadEvent, way: Way) -> str:
    return (
        f' <form method="post" action="/leads/events/undoing/">{way.guard}'
        f'<input type="hidden" name="events" value="{event.pk}">'
        f'<button class="btn" type="submit">{icon("arrow-back-up")}Undo</button></form>'
    )
