"""The page of a draft: begin one, change it, take changes back, give it up and take it up again.

What was there before somebody's changes is kept in their session, so that all changes of a sitting are undone at once.
"""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from sameside.kit import snapshots
from sameside.leads.agreement import document, drafting, sheet
from sameside.leads.agreement.drafting import Content
from sameside.leads.agreement.editor import Page
from sameside.leads.agreement.evidence import Proposal
from sameside.leads.agreement.report import NAME
from sameside.leads.agreement.sheet import Sheet
from sameside.leads.agreement.terms import Unfit, write
from sameside.leads.models import Agreement, ScoreRule
from sameside.people.models import Person
from sameside.people.policies import Refused, may, reader


def _draft(request: HttpRequest, number: int) -> Agreement:
    found = document.get(number) if Agreement.objects.visible_to(reader(request)).exists() else None
    if found is None:
        raise Http404
    return found


def _proposal() -> Proposal:
    snapshot = snapshots.read(NAME)
    has_rule = ScoreRule.objects.exists()
    return Proposal(snapshot.data["evidence"] if snapshot else {}, min_score=50 if has_rule else None)


def _first(by: Person) -> Content:
    """The first draft of all, from what the data say."""
    rule = ScoreRule.objects.first()
    return Content(drafting.TITLE, write(_proposal().terms), score_rule=rule.pk if rule else None)


@require_POST
@may("draft_agreement")
def drafts(request: HttpRequest) -> HttpResponse:
    now, by = timezone.now(), reader(request)
    former = document.newest(now)
    if former is None and snapshots.read(NAME) is None:
        snapshots.compute(NAME, at=now)
    content = drafting.copy_of(former) if former else _first(by)
    draft = drafting.begin(content, based_on=former, by=by, at=now)
    return redirect("leads:agreement_draft", draft.number)


@require_http_methods(["GET", "POST"])
@may("draft_agreement")
def draft(request: HttpRequest, number: int) -> HttpResponse:
    """GET shows the form; POST saves it ("save", "keep"), or adds and takes away rows without saving."""
    found = _draft(request, number)
    if request.method == "GET":
        if found.agreed_at or found.withdrawn_at:
            return redirect("leads:agreement_version", number)
        drafting.check_can_change(reader(request), found)
        return _shown(request, found, sheet.of(drafting.content_of(found)))
    filled, what = sheet.posted(request.POST), request.POST.get("do", "save")
    if what not in ("save", "keep"):
        return _shown(request, found, sheet.changed(filled, what))
    return _save(request, found, filled, stay=what == "keep")


def _save(request: HttpRequest, found: Agreement, filled: Sheet, *, stay: bool) -> HttpResponse:
    content, problems = sheet.read(filled)
    voided: list[Person] = []
    before = drafting.content_of(found).kept()
    if not problems and not (stay and found.signatures.exists()):
        try:
            seen = datetime.fromisoformat(request.POST.get("seen", ""))
            voided = drafting.save(found, content, seen=seen, by=reader(request), at=timezone.now())
        except Unfit as unfit:
            problems = unfit.problems
        except (Refused, ValueError) as refused:
            problems = {"form": str(refused) if isinstance(refused, Refused) else "Open the draft again."}
        else:
            request.session.setdefault(_kept_as(found), before)
    if stay:
        return _saved(request, _draft(request, found.number), problems)
    if problems:
        return _shown(request, found, filled, problems, status=422)
    for person in voided:
        messages.warning(request, f"The signature of {person.name} does not hold any more: the text has changed.")
    return redirect("leads:agreement_version", found.number)


def _kept_as(draft: Agreement) -> str:
    return f"agreement-{draft.number}-before"


def _shown(
    request: HttpRequest, found: Agreement, filled: Sheet, problems: Any = None, status: int = 200
) -> HttpResponse:
    seen = request.POST.get("seen", "") if request.method == "POST" else found.changed_at.isoformat()
    context = {
        "draft": found,
        "editor": Page(filled, problems or {}, {} if found.based_on_id else _proposal().because, at=timezone.now()),
        "problems": problems or {},
        "seen": seen,
        "may_undo": _kept_as(found) in request.session,
        "signatures": found.signatures.all(),
    }
    return render(request, "leads/agreement/draft.html", context, status=status)


def _saved(request: HttpRequest, found: Agreement, problems: Any) -> HttpResponse:
    """What stands beside the button after saving in the background."""
    seen = request.POST.get("seen", "") if problems else found.changed_at.isoformat()
    context = {
        "draft": found,
        "seen": seen,
        "problems": problems,
        "kept_at": None if problems or found.signatures.exists() else found.changed_at,
        "may_undo": _kept_as(found) in request.session,
        "signatures": found.signatures.all(),
    }
    return render(request, "leads/agreement/draft.html#saved", context)


@require_POST
@may("draft_agreement")
def undoing(request: HttpRequest, number: int) -> HttpResponse:
    """All changes of this sitting are taken back."""
    found = _draft(request, number)
    before = request.session.get(_kept_as(found))
    if before is None:
        raise Refused("There is nothing to take back in this draft.")
    drafting.save(found, Content.of(before), by=reader(request), at=timezone.now())
    del request.session[_kept_as(found)]
    messages.success(request, "Your changes are taken back.")
    return redirect("leads:agreement_draft", number)


@require_POST
@may("draft_agreement")
def withdrawal(request: HttpRequest, number: int) -> HttpResponse:
    drafting.withdraw(_draft(request, number), by=reader(request), at=timezone.now())
    return redirect("leads:agreement_version", number)


@require_POST
@may("draft_agreement")
def withdrawal_undoing(request: HttpRequest, number: int) -> HttpResponse:
    drafting.take_up_again(_draft(request, number), by=reader(request), at=timezone.now())
    return redirect("leads:agreement_version", number)
