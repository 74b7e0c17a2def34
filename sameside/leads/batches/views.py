"""Pages of batches: what became of them, what sales says of them, and what marketing answers."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_POST

from sameside.conversations.models import Kind
from sameside.crm.models import Campaign
from sameside.leads.batches import figures, giving, lists, page
from sameside.leads.batches.batch import Batch, month_of, of_feedback
from sameside.leads.models import BatchFeedback, Lead
from sameside.leads.pages import is_limited
from sameside.people.models import Person
from sameside.people.policies import Refused, can, may, reader
from sameside.ui.lists import respond


def _of_campaign(request: HttpRequest, campaign_id: int) -> Batch:
    found = Campaign.objects.visible_to(reader(request)).select_related("owner")
    return Batch(get_object_or_404(found, pk=campaign_id), "", month_of(request.GET.get("month", "")))


def _of_source(request: HttpRequest) -> Batch:
    source = request.GET.get("source", "").replace("\x00", "")[:80]
    if not source or not Lead.objects.visible_to(reader(request)).filter(lead_source=source).exists():
        raise Http404
    return Batch(None, source, month_of(request.GET.get("month", "")))


def _may_give(person: Person, batch: Batch) -> str:
    """Why `person` may not judge it; empty: they may."""
    try:
        giving.check_can_give(person, batch)
    except Refused as refusal:
        return str(refusal)
    return ""


def _render(request: HttpRequest, batch: Batch, problems: dict[str, str] | None = None) -> HttpResponse:
    person, at = reader(request), timezone.now()
    data = figures.of(batch, at=at)
    if data is None:
        shared = {"title": f"Leads of {batch}", "report_name": figures.NAME, "asked": urlencode(figures.asked(batch))}
        return render(request, "ui/computing.html", shared)
    mine = batch.feedback().filter(by=person).first() if batch.month else None
    posted = request.POST if problems else None
    said = {key: posted.get(key, "") if posted else getattr(mine, key, "") for key in giving.Said.__annotations__}
    context = {
        **page.build(batch, data, person),
        "feedback": [
            {
                "row": one,
                "tags": [lists.badge(one.fit, one.get_fit_display()),
                         lists.badge(one.readiness, one.get_readiness_display()),
                         lists.badge(one.data, one.get_data_display())],
                "conversation": Kind(one.conversation).label if one.conversation else "",
                "month": "" if batch.month else of_feedback(one),
                "may_answer": _may_answer(person, one),
                "is_mine": one.by_id == person.pk,
            }
            for one in batch.feedback()[:50]
        ],
        "why_not": _may_give(person, batch),
        "gives": can(person, "work_leads"),
        "mine": mine,
        "said": said,
        "questions": (
            ("fit", "Were they the right companies and people?", BatchFeedback.Fit.choices),
            ("readiness", "How ready were they?", BatchFeedback.Readiness.choices),
            ("data", "How good was their data?", BatchFeedback.Data.choices),
        ),
        "kinds": Kind.choices,
        "is_limited": is_limited(person),
        "problems": problems or {},
    }  # fmt: skip
    return render(request, "leads/batches/batch.html", context, status=400 if problems else 200)


def _may_answer(person: Person, feedback: BatchFeedback) -> bool:
    try:
        giving.check_can_answer(person, feedback)
    except Refused:
        return False
    return True


@may("see_leads")
def batches(request: HttpRequest) -> HttpResponseBase:
    context = {"title": "Feedback on leads", "subtitle": "What sales says of the leads of a campaign or a source."}
    spec = lists.spec(reader(request), at=timezone.now())
    return respond(request, BatchFeedback.objects.all(), spec, "leads/list.html", context)


@require_GET
@may("see_leads")
def campaign_batch(request: HttpRequest, campaign_id: int) -> HttpResponse:
    return _render(request, _of_campaign(request, campaign_id))


@require_GET
@may("see_leads")
def source_batch(request: HttpRequest) -> HttpResponse:
    return _render(request, _of_source(request))


def _give(request: HttpRequest, batch: Batch) -> HttpResponse:
    try:
        giving.give(batch, giving.read(request.POST.dict()), by=reader(request), at=timezone.now())
    except giving.Unfit as unfit:
        return _render(request, batch, dict(unfit.problems))
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "Thank you. Marketing answers here.")
    return redirect(f"{batch.url}#feedback")


@require_POST
@may("work_leads")
def campaign_feedback(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """POST: judge the leads of a campaign in the month that the address names."""
    return _give(request, _of_campaign(request, campaign_id))


@require_POST
@may("work_leads")
def source_feedback(request: HttpRequest) -> HttpResponse:
    return _give(request, _of_source(request))


def _feedback(feedback_id: int) -> BatchFeedback:
    return get_object_or_404(BatchFeedback.objects.select_related("campaign__owner"), pk=feedback_id)


@require_POST
@may("work_leads")
def removal(request: HttpRequest, feedback_id: int) -> HttpResponse:
    """POST: take one's own feedback back; the form then holds it, ready to be given again."""
    feedback = _feedback(feedback_id)
    batch = of_feedback(feedback)
    try:
        giving.take_back(feedback, by=reader(request), at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "Your feedback was taken back.")
    return redirect(f"{batch.url}#feedback")


@require_POST
@may("see_leads")
def answer(request: HttpRequest, feedback_id: int) -> HttpResponse:
    """POST: answer the feedback; who gave it sees it here."""
    feedback = _feedback(feedback_id)
    try:
        giving.answer(feedback, request.POST.get("answer", ""), by=reader(request), at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"{feedback.by.name} sees your answer.")
    return redirect(f"{of_feedback(feedback).url}#feedback-{feedback.pk}")
