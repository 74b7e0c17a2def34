from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from sameside.leads import setup
from sameside.leads.models import ScoreDraft, ScoreEffect, ScoreRule
from sameside.leads.scoring import asking, editing, effect_page, pages, versions
from sameside.leads.scoring import rule as rules
from sameside.leads.scoring.editing import Data
from sameside.leads.scoring.naming import names_of
from sameside.leads.scoring.scoring import judged_by
from sameside.people.policies import Refused, can, may, reader

SHOWN = 50
DISCARDED = "score_draft_discarded"


@require_GET
@may("see_leads")
def overview(request: HttpRequest) -> HttpResponse:
    """GET leads/scoring/: the rule that scores, what it did last, and every version."""
    by = judged_by(timezone.now())
    all_versions = list(ScoreRule.objects.select_related("created_by")[:SHOWN])
    context = {
        "setup_tabs": setup.tabs("leads:scoring", reader(request)),
        "by": by,
        "state": pages.state(by),
        "newer": pages.newer(by, all_versions[0] if all_versions else None),
        "lines": pages.lines(by.rule) if by.rule else (),
        "reach": pages.reach(by.rule) if by.rule else "",
        "versions": all_versions,
        "last_run": asking.last(),
        "draft": ScoreDraft.objects.filter(person=reader(request)).first(),
        "may_change": can(request.user, "route_leads"),
        "may_bring_back": DISCARDED in request.session,
    }
    return render(request, "leads/scoring/overview.html", context)


@require_http_methods(["GET", "POST"])
@may("route_leads")
def draft(request: HttpRequest) -> HttpResponse:
    """GET leads/scoring/draft/: the editor; POST keeps what was changed, and does what a button says."""
    if request.method == "GET":
        return render(request, "leads/scoring/draft.html", _editor(request))
    what = request.POST.get("do", "")
    lines = editing.done(editing.posted(request.POST), what)
    note = request.POST.get("note", "").replace("\x00", "")
    versions.keep_draft(lines, note, by=reader(request), at=timezone.now())
    if what == "look":
        return effects(request)
    if what == "save":
        return versions_(request)
    if request.headers.get("HX-Request"):
        return render(request, "leads/scoring/draft.html#live", {**_editor(request), "is_swap": True})
    return redirect(f"{reverse('leads:score_draft')}{'#line-' + str(len(lines) - 1) if what.startswith('add') else ''}")


def _editor(request: HttpRequest) -> dict[str, Any]:
    """The draft, or the rule in force where nothing was changed yet."""
    now, person = timezone.now(), reader(request)
    by = judged_by(now)
    kept = ScoreDraft.objects.filter(person=person).first()
    data: list[Data] = editing.lines_in(kept.points if kept else by.version.points if by.version else {})
    rule = editing.read(data)
    seen = versions.effect_of(rule, at=now) if rule else None
    names = names_of(line.condition for line in rule.fields) if rule else rules.plain_names
    return {
        "kept": kept,
        "by": by,
        "lines": editing.shown(data, names, at=now),
        "rule": rule,
        "reach": pages.reach(rule) if rule else "",
        "tried": pages.tried(rule, by.rule, person, at=now) if rule and rule.lines else (),
        "judged": versions.segments_at(now)[1],
        "effect": seen,
        "shown": effect_page.present(seen, person) if seen and seen.computed_at else None,
        "most_lines": rules.MOST_LINES,
    }


@require_POST
@may("route_leads")
def removal(request: HttpRequest) -> HttpResponse:
    """POST leads/scoring/draft/removal/: away with the draft; it can be brought back while one is signed in."""
    kept = ScoreDraft.objects.filter(person=reader(request)).first()
    if kept is not None:
        request.session[DISCARDED] = {"lines": editing.lines_in(kept.points), "note": kept.note}
        versions.discard(by=reader(request))
    return redirect("leads:scoring")


@require_POST
@may("route_leads")
def bringing_back(request: HttpRequest) -> HttpResponse:
    """POST leads/scoring/draft/return/: the draft that was discarded."""
    found = request.session.pop(DISCARDED, None)
    if found is None:
        raise Http404
    versions.keep_draft(found["lines"], found["note"], by=reader(request), at=timezone.now())
    return redirect("leads:score_draft")


@require_POST
@may("route_leads")
def proposal(request: HttpRequest) -> HttpResponse:
    """POST leads/scoring/proposal/: a draft made from what became of the leads so far."""
    versions.propose(by=reader(request), at=timezone.now())
    return redirect("leads:score_draft")


@require_POST
@may("route_leads")
def effects(request: HttpRequest) -> HttpResponse:
    """POST leads/scoring/effects/: have the effect of one's draft computed."""
    kept = get_object_or_404(ScoreDraft, person=reader(request))
    rule = editing.read(editing.lines_in(kept.points))
    if rule is None or not rule.lines:
        messages.error(request, "A line of the rule is not finished: see what stands beside it.")
        return redirect("leads:score_draft")
    versions.ask_for_effect(rule, by=reader(request), at=timezone.now())
    return redirect(f"{reverse('leads:score_draft')}#effect")


@require_GET
@may("see_leads")
def effect(request: HttpRequest, effect_id: int) -> HttpResponse:
    """GET leads/scoring/effects/3/: how far it is; asked again by the page until it is there."""
    found = get_object_or_404(ScoreEffect.objects.select_related("against"), pk=effect_id)
    shown = effect_page.present(found, reader(request)) if found.computed_at else None
    context = {"effect": found, "shown": shown, "judged": versions.segments_at(timezone.now())[1]}
    return render(request, "leads/scoring/effect.html", context)


@require_POST
@may("route_leads")
def runs_(request: HttpRequest) -> HttpResponse:
    """POST leads/scoring/runs/: score every lead anew, in the background."""
    asking.ask(by=reader(request))
    messages.success(request, "Every lead is being scored anew. What came of it appears here.")
    return redirect("leads:scoring")


@require_POST
@may("route_leads")
def versions_(request: HttpRequest) -> HttpResponse:
    """POST leads/scoring/versions/: the draft becomes the next version."""
    try:
        made = versions.publish(by=reader(request), at=timezone.now())
    except Refused as why:
        messages.error(request, str(why))
        return redirect("leads:score_draft")
    messages.success(request, f"Saved as version {made.number}.")
    return redirect("leads:scoring")


@require_GET
@may("see_leads")
def version(request: HttpRequest, number: int) -> HttpResponse:
    """GET leads/scoring/versions/3/: what it says, and how it differs from the one before."""
    found = get_object_or_404(ScoreRule.objects.select_related("created_by"), number=number)
    before = ScoreRule.objects.filter(number__lt=number).order_by("-number").first()
    said = pages.lines(rules.read(found.points))
    earlier = pages.lines(rules.read(before.points)) if before else []
    context = {
        "version": found,
        "before": before,
        "lines": said,
        "gone": [one for one in earlier if one not in said],
        "added": [one for one in said if before and one not in earlier],
        "used_by": pages.used_by(found),
        "in_force": judged_by(timezone.now()).version,
        "may_change": can(request.user, "route_leads"),
    }
    return render(request, "leads/scoring/version.html", context)


@require_POST
@may("route_leads")
def renewal(request: HttpRequest, number: int) -> HttpResponse:
    """POST leads/scoring/versions/3/renewal/: an earlier version as a new one."""
    found = get_object_or_404(ScoreRule, number=number)
    made = versions.renew(found, by=reader(request), at=timezone.now())
    messages.success(request, f"Version {number} is back as version {made.number}.")
    return redirect("leads:scoring")
