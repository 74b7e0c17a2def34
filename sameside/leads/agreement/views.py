"""The agreement as everybody reads it: live, version by version, held against each other, verified, on paper."""

from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from sameside.kit import snapshots
from sameside.leads.agreement import comparing, document, drafting, force, paper, sealing, signing, standing, wording
from sameside.leads.agreement.report import NAME
from sameside.leads.models import Agreement
from sameside.people import audit
from sameside.people.models import Organisation
from sameside.people.policies import Refused, can, may, reader
from sameside.ui import reports


def _version(request: HttpRequest, number: int) -> Agreement:
    found = document.get(number) if Agreement.objects.visible_to(reader(request)).exists() else None
    if found is None:
        raise Http404
    return found


@require_GET
@may("see_agreement")
def agreement(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    current, may_list = force.in_force(now, "marketing_head", "sales_head"), can(request.user, "see_leads")
    shared = {
        "agreement": current,
        "drafts": drafting.drafts(),
        "may_draft": can(request.user, "draft_agreement"),
        "today": timezone.localdate(now),
        "coming": Agreement.objects.filter(begins_at__gt=now).order_by("begins_at").first(),
    }
    snapshot = snapshots.read(NAME)
    if current is None:
        evidence = snapshot.data["evidence"] if snapshot else None
        return render(request, "leads/agreement/none.html", {**shared, "evidence": evidence})
    if snapshot is None or snapshot.data["number"] != current.number:
        return render(request, "ui/computing.html", {"report_name": NAME, "params": {}})
    data, vary = snapshot.data, "linked" if may_list else ""
    version = ("leads/agreement/live.html", vary, snapshot.pk, snapshot.computed_at)
    shown = reports.presented(version, lambda: _presented(data, may_list=may_list))
    return render(request, "leads/agreement/live.html", {**shared, "snapshot": snapshot, **shown})


def _presented(data: Mapping[str, Any], *, may_list: bool) -> dict[str, Any]:
    """Both columns as they stand on the page: for all who see the rows behind them, and for all others."""
    shown = standing.present(data)
    sides = shown["standing"].sides
    cards = [render_to_string("leads/agreement/cards.html", {"side": one, "may_list": may_list}) for one in sides]
    return {**shown, "columns": list(zip(sides, cards, strict=True))}


@require_GET
@may("see_agreement")
def versions(request: HttpRequest) -> HttpResponse:
    context = {"versions": document.versions(at=timezone.now()), "may_draft": can(request.user, "draft_agreement")}
    return render(request, "leads/agreement/versions.html", context)


@require_GET
@may("see_agreement")
def version(request: HttpRequest, number: int) -> HttpResponse:
    return _shown(request, _version(request, number))


def _shown(request: HttpRequest, found: Agreement, refused: str = "", typed: str = "") -> HttpResponse:
    now = timezone.now()
    context = {
        "document": document.of(found, at=now),
        "allowed": document.allowed(found, reader(request), at=now),
        "before": document.before(found),
        "organisation": Organisation.current(),
        "refused": refused,
        "typed": typed,
    }
    return render(request, "leads/agreement/version.html", context, status=422 if refused else 200)


@require_POST
@may("see_agreement")
def signature(request: HttpRequest, number: int) -> HttpResponse:
    found, name = _version(request, number), request.POST.get("name", "")
    try:
        signing.sign(found, name=name, seen=request.POST.get("seen", ""), by=reader(request), at=timezone.now())
    except Refused as refused:
        return _shown(request, _version(request, number), str(refused), name)
    return redirect("leads:agreement_version", number)


@require_GET
@may("see_agreement")
def verification(request: HttpRequest, number: int) -> HttpResponse:
    found = _version(request, number)
    context = {
        "agreement": found,
        "verdict": sealing.verify(found),
        "text": sealing.canonical(sealing.signed(found)),
        "standing": document.standing(found, at=timezone.now()),
    }
    return render(request, "leads/agreement/verification.html", context)


@require_GET
@may("see_agreement")
def comparison(request: HttpRequest, number: int, other: int) -> HttpResponse:
    new, old = _version(request, number), _version(request, other)
    terms = [(one, drafting.read(one)) for one in (old, new)]
    clauses = [wording.clauses(one, said, wording.named(said)) for one, said in terms]
    now = timezone.now()
    context = {
        "old": old,
        "new": new,
        "ends": [(one, *document.standing(one, at=now)) for one in (old, new)],
        "clauses": comparing.compare(*clauses),
        "others": Agreement.objects.exclude(pk=new.pk).filter(withdrawn_at=None).values_list("number", flat=True),
    }
    return render(request, "leads/agreement/comparison.html", context)


@require_POST
@may("see_agreement")
def pdf(request: HttpRequest, number: int) -> HttpResponse:
    found, now = _version(request, number), timezone.now()
    made = paper.make(document.of(found, at=now), company=Organisation.current().name, at=now)
    audit.record("agreement.exported", by=reader(request), at=now, subject=f"Agreement:{number}")
    name = f"agreement-version-{number}.pdf"
    return HttpResponse(
        made, content_type="application/pdf", headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )
