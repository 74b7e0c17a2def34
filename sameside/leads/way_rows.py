"""The way of a lead as HTML, joined in Python: the short way at the head of its page, and everything that happened."""

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING

from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import localtime

from sameside.leads.passing import Event
from sameside.leads.steps import Step
from sameside.ui import formats
from sameside.ui.templatetags.ui import icon

if TYPE_CHECKING:
    from datetime import datetime

DERIVED = ' <span class="tag" title="Rebuilt from what an import tells, not recorded here">Derived</span>'
_MARKS = {"done": "circle-check", "failed": "circle-x", "now": "point", "ahead": "circle-dashed"}


def steps(shown: Sequence[Step]) -> SafeString:
    return mark_safe("".join(map(_step, shown)))  # noqa: S308


def events(shown: Sequence[Event], *, may_see_deal: bool) -> SafeString:
    """Those of the deal lead to it only for whoever sees deals."""
    return mark_safe("".join(_event(one, may_see_deal or one.side != "deal") for one in shown))  # noqa: S308


def _time(at: "datetime") -> str:
    return f'datetime="{localtime(at).isoformat()}"'


def _step(step: Step) -> str:
    after = f' <span class="way-after">after {step.after}</span>' if step.after else ""
    at = f'<time class="way-at" {_time(step.at)}>{formats.date(step.at)}{after}</time>' if step.at else ""
    return (
        f'<li class="way-step way-{step.state}"><span class="way-mark">{icon(_MARKS[step.state])}</span>'
        f'<span class="way-words"><span class="way-label">{escape(step.label)}</span>'
        f'<span class="way-text">{escape(step.text)}</span>{at}</span></li>'
    )


def _event(event: Event, may_follow: bool) -> str:
    tone = f" event-{event.tone}" if event.tone else ""
    text = escape(event.text)
    if event.url and may_follow:
        text = f'<a href="{escape(event.url)}">{text}</a>'
    note = f' <span class="quiet">{escape(event.note)}</span>' if event.note else ""
    when = formats.date(event.at) if event.day_only else formats.moment(event.at)
    after = f'<span class="event-after">{event.after} later</span>' if event.after else ""
    return (
        f'<li class="event event-{event.side}{tone}"><span class="event-mark">{icon(event.icon)}</span>'
        f'<div class="event-words"><p>{text}{DERIVED if event.derived else ""}{note}</p>'
        f"<time {_time(event.at)}><span>{when}</span>{after}</time></div></li>"
    )
