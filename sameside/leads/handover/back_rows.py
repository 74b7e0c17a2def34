"""The rows of what came back as HTML, joined in Python."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from sameside.leads.handover.work_rows import Way
from sameside.ui import formats
from sameside.ui.templatetags.ui import icon

REBUILT = '<span class="tag">Rebuilt from the CRM</span>'


def rows(shown: Sequence[Mapping[str, Any]], way: Way) -> SafeString:
    act = reverse("leads:takings_up")
    return mark_safe("".join(_row(one, act, way) for one in shown))  # noqa: S308


def _row(one: Mapping[str, Any], act: str, way: Way) -> str:
    pk, name = one["object"].pk, escape(one["lead"])
    about = f' <span class="work-about">{escape(one["about"])}</span>' if one["about"] else ""
    said = f"<q>{escape(one['said'])}</q>" if one["said"] else ""
    return (
        f'<li class="work-row back-row" data-row id="back-{pk}"><input type="checkbox" name="recycling" value="{pk}"'
        f' form="chosen" aria-label="Choose {name}" data-press="x"><div class="work-words"><h2 class="work-name">'
        f'<a class="row-link" href="{one["link"]}" data-press="o">{name}</a>{about}</h2>'
        f'<p class="back-why"><span class="tag tag-warn">{escape(one["reason"])}</span>{said}</p>'
        f'<p class="work-facts">{_facts(one)}</p></div>'
        f'<div class="work-actions">{_actions(pk, name, act, way)}</div></li>'
    )


def _facts(one: Mapping[str, Any]) -> str:
    tries = f"{one['attempts']} attempt{'' if one['attempts'] == 1 else 's'}"
    came = f"{one['way']} {formats.moment(one['came'])}"
    day = formats.date(one["return_on"]) if one["return_on"] else ""
    again = f"{'Its day was' if one['revived'] else 'Again on'} {day}" if day else ""
    right = f"Put right {formats.moment(one['put_right'])}, but it does not qualify" if one["put_right"] else ""
    facts = (
        ("user", one["owner"]), ("repeat", tries), ("speakerphone", one["campaign"] or one["source"]),
        ("arrow-back-up", came), ("calendar-event", again), ("database", right),
    )  # fmt: skip
    found = "".join(f"<span>{icon(sign)}{escape(text)}</span>" for sign, text in facts if text)
    return f"{found}{REBUILT}" if one["derived"] else found


def _actions(pk: int, name: str, act: str, way: Way) -> str:
    button = f'type="submit" form="chosen-{pk}" name="taken"'
    return (
        f'<button class="btn" {button} value="nurture" data-press="w" aria-label="Nurture {name}">{icon("refresh")}'
        f'Nurture</button><a class="btn" href="/leads/back/{pk}/again/" data-press="h"'
        f' aria-label="Hand {name} over again">{icon("arrow-forward-up")}Again</a><details class="menu" data-menu>'
        f'<summary class="btn" aria-label="More about {name}">{icon("dots")}</summary><div class="menu-panel">'
        f'<button class="menu-item" {button} value="repaired" data-press="b">{icon("database")}'
        f"Data put right in the CRM <kbd>b</kbd></button>"
        f'<button class="menu-item" {button} value="closed" data-press="c">{icon("archive")}'
        f'Close for good <kbd>c</kbd></button></div></details><form id="chosen-{pk}" method="post" action="{act}">'
        f'{way.guard}<input type="hidden" name="only" value="{pk}"></form>'
    )
