"""The rows of the queue as HTML, joined in Python: what is left of the time, and what one can do with a lead.

The page of a lead shows the same clock and the same actions.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from typing import TYPE_CHECKING
from urllib.parse import quote

from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.utils.safestring import SafeString, mark_safe

from sameside.leads.handover.countdown import Countdown
from sameside.ui import built, formats
from sameside.ui.templatetags.ui import icon

if TYPE_CHECKING:
    from sameside.leads.handover.queue import Row

DERIVED = '<span class="tag" title="Made from what the CRM holds, not handed over here">Rebuilt from the CRM</span>'
SCORE_NOW = "It was not scored when it was handed over. This is its score now."


@dataclass(frozen=True)
class Way:
    """Where a form of the page leads back to, and its token."""

    back: str
    guard: str
    query: str

    @classmethod
    def of(cls, request: HttpRequest, back: str) -> "Way":
        token = escape(get_token(request))
        guard = (
            f'<input type="hidden" name="csrfmiddlewaretoken" value="{token}">'
            f'<input type="hidden" name="back" value="{escape(back)}">'
        )
        return cls(back, guard, f"?back={quote(back, safe='')}")


def rows(shown: "Sequence[Row]", way: Way) -> SafeString:
    return mark_safe("".join(_row(one, way) for one in shown))  # noqa: S308


def clock(one: Countdown) -> SafeString:
    runs = ""
    if one.left is not None and one.runs_from and one.runs_to:
        runs = (
            f' data-left="{one.left}" data-from="{int(one.runs_from.timestamp())}"'
            f' data-to="{int(one.runs_to.timestamp())}"'
        )
    title, due = (f' title="Due {one.due}"', f'<span class="work-due">{one.due}</span>') if one.due else ("", "")
    return mark_safe(  # noqa: S308
        f'<p class="work-clock is-{one.tone}"{runs}{title}><strong data-left-text>{one.text}</strong>'
        f"<span>{one.what}</span>{due}</p>"
    )


def actions(lead: int, handover: int, name: str, verbs: Collection[str], judge: str, way: Way) -> SafeString:
    """What can be done: two verbs and a menu. Each opens where a script runs not a page but a sheet."""
    shape = _shape(frozenset(verbs), bool(judge), built.current("icons.svg"))
    made = shape.format(
        lead=lead, handover=handover, name=escape(name), judge=escape(judge), guard=way.guard, query=way.query
    )
    return mark_safe(made)  # noqa: S308


@lru_cache(maxsize=64)
def _shape(verbs: frozenset[str], judged: bool, sprite: str) -> str:
    """The actions of every hand-over in the same state, with places for what is its own; icons are of this sprite."""
    parts = []
    if "accept" in verbs:
        parts.append(_form("acceptance", "btn btn-primary", "Accept {name}", "check", "Accept", "a"))
    if "resume" in verbs:
        parts.append(_form("resumption", "btn", "Let the clock of {name} go on", "player-play", "Go on"))
    if "attempt" in verbs:
        kind = "btn" if "accept" in verbs else "btn btn-primary"
        said = ' data-press="l" aria-label="Log an attempt with {name}"'
        parts.append(_sheet("attempts", kind, f"{icon('phone')}<span>Log</span>", said))
    if "return" in verbs:
        said = ' data-press="r" aria-label="Return {name} to marketing"'
        parts.append(_sheet("return", "btn", f"{icon('arrow-back-up')}<span>Return</span>", said))
    if "convert" in verbs:
        parts.append(_menu(verbs, judged=judged))
    return "".join(parts)


def _form(noun: str, kind: str, label: str, sign: str, text: str, key: str = "") -> str:
    press = ' data-press="a"' if key else ""
    return (
        f'<form method="post" action="/leads/{{lead}}/{noun}/">{{guard}}'
        '<input type="hidden" name="handover" value="{handover}">'
        f'<button class="{kind}" type="submit"{press} aria-label="{label}">{icon(sign)}<span>{text}</span></button>'
        "</form>"
    )


def _sheet(noun: str, kind: str, inner: str, said: str) -> str:
    address = f"/leads/{{lead}}/{noun}/{{query}}"
    return (
        f'<a class="{kind}" href="{address}" hx-boost="false" hx-get="{address}" hx-target="#sheet-{{lead}}"'
        f' hx-select="#sheet" hx-swap="innerHTML" hx-push-url="false"{said}>{inner}</a>'
    )


def _menu(verbs: Collection[str], *, judged: bool) -> str:
    item = "menu-item"
    later = f"{icon('refresh')}Recycle until later <kbd>y</kbd>"
    never = f"{icon('ban')}Disqualify <kbd>d</kbd>"
    parts = [
        f'<details class="menu" data-menu><summary class="btn" aria-label="More about {{name}}">'
        f'{icon("dots")}</summary><div class="menu-panel"><a class="{item}" href="/leads/{{lead}}/conversion/"'
        ' data-press="v" hx-boost="false">'
        f"{icon('user-check')}Convert <kbd>v</kbd></a>",
        _sheet("recycling", item, later, ' data-press="y"'),
        _sheet("disqualification", item, never, ' data-press="d"'),
    ]
    if "pause" in verbs:
        wait = f"{icon('player-pause')}Wait for the buyer <kbd>w</kbd>"
        parts.append(_sheet("pause", item, wait, ' data-press="w"'))
    if judged:
        parts.append(
            f'<a class="{item}" href="{{judge}}" data-press="b" hx-boost="false">{icon("thumb-up")}'
            "Good or weak? Judge its batch <kbd>b</kbd></a>"
        )
    return f"{''.join(parts)}</div></details>"


def _row(row: "Row", way: Way) -> str:
    one, name = row.handover, escape(row.name)
    lead, fixed = one.lead_id, "" if row.state == "new" else " disabled"
    about = f' <span class="work-about">{escape(row.about)}</span>' if row.about else ""
    verbs = actions(lead, one.pk, row.name, row.verbs, row.judge, way)
    return (
        f'<li class="work-row" data-row id="lead-{lead}"><input type="checkbox" name="handover" value="{one.pk}"'
        f' form="chosen" aria-label="Choose {name}" data-press="x"{fixed}><div class="work-words">'
        f'<h2 class="work-name"><a class="row-link" href="{row.url}" data-press="o" hx-boost="false">{name}</a>'
        f"{about}</h2>"
        f'<p class="work-why">{escape(_why(row))}</p><p class="work-facts">{_facts(row)}</p></div>'
        f'<div class="work-score">{_score(row)}</div>{clock(row.countdown)}<div class="work-actions">{verbs}</div>'
        f'<div class="work-slot" id="sheet-{lead}"></div></li>'
    )


def _why(row: "Row") -> str:
    note = f": {row.handover.note}" if row.handover.note else ""
    return row.why or f"Handed over {formats.date(row.handover.at)}{note}"


def _facts(row: "Row") -> str:
    parts = [] if row.state == "new" else [f'<span class="tag">{row.state_label}</span>']
    if row.handover.derived:
        parts.append(DERIVED)
    touch = f"{row.touch}, {formats.date(row.touched_at)}" if row.touch else ""
    facts = (("user", row.owner), ("repeat", row.attempts), ("speakerphone", row.source), ("hand-click", touch))
    parts += [f"<span>{icon(sign)}{escape(text)}</span>" for sign, text in facts if text]
    return "".join(parts)


def _score(row: "Row") -> str:
    if row.handover.score is not None:
        return f"<strong>{row.handover.score}</strong><span>score</span>"
    if row.score_now is not None:
        return f'<strong title="{SCORE_NOW}">{row.score_now}</strong><span>score now</span>'
    return "<span>not scored</span>"
