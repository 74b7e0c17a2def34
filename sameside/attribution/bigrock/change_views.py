"""What may be changed of a big rock; each change is told with the button that undoes it."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from sameside.attribution.bigrock import likely, marking
from sameside.attribution.bigrock.forms import AimForm, ExpenseForm
from sameside.attribution.bigrock.models import BigRock, Change, Expense
from sameside.attribution.bigrock.views import UNDO, found
from sameside.crm.models import Campaign
from sameside.library.models import Asset
from sameside.library.refusals import NotPossible
from sameside.people.models import Organisation
from sameside.people.policies import may, reader


def _number(given: QueryDict, name: str) -> int:
    text = given.get(name, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 18 else 0


def _query(request: HttpRequest) -> str:
    return request.GET.get("q", "").replace("\x00", "").strip()[:100]


def _tell(request: HttpRequest, change: Change) -> None:
    request.session[UNDO] = {"rock": change.rock_id, "change": change.pk, "said": f"{change.text}."}


def _try(request: HttpRequest, verb: Callable[[], Change]) -> None:
    try:
        _tell(request, verb())
    except NotPossible as refusal:
        messages.error(request, str(refusal))


@may("manage_big_rocks")
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """GET: content that may be marked, by its title. POST: mark one."""
    person = reader(request)
    if request.method == "POST":
        asset = get_object_or_404(Asset.objects.visible_to(person), pk=_number(request.POST, "asset"))
        try:
            rock = marking.mark(asset, timezone.localdate(), by=person, at=timezone.now())
        except NotPossible as refusal:
            messages.error(request, str(refusal))
            return redirect("bigrock:new")
        _tell(request, rock.changes.latest("pk"))
        return redirect("bigrock:aim", rock.pk)
    words = _query(request)
    chosen = likely.free(person).filter(pk=_number(request.GET, "asset")).values_list("pk", "title")
    results = [likely.Likely(pk, title, "", 0) for pk, title in chosen] or likely.searched_assets(words, person)
    earning = likely.earning(person) if not words and not results else []
    return render(request, "bigrock/new.html", {"words": words, "results": results or earning, "is_earning": earning})


@may("manage_big_rocks")
@require_http_methods(["GET", "HEAD", "POST"])
def aim(request: HttpRequest, rock_id: int) -> HttpResponse:
    """GET: launch and target people. POST: change them."""
    person = reader(request)
    rock = found(rock_id, person)
    initial = {name: getattr(rock, name) for name in ("personas", "seniorities", "verticals")}
    initial["launched_on"] = rock.launched_on.isoformat()
    form = AimForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        _tell(request, marking.aim(rock, **form.cleaned_data, by=person, at=timezone.now()))
        return redirect("bigrock:rock", rock.pk)
    status = 422 if request.method == "POST" else 200
    return render(request, "bigrock/aim.html", {"rock": rock, "form": form}, status=status)


@may("manage_big_rocks")
@require_http_methods(["GET", "HEAD", "POST"])
def derivatives(request: HttpRequest, rock_id: int) -> HttpResponse:
    """GET: what it consists of, and what may belong to it. POST: add `asset`, or with `remove` take it away."""
    person = reader(request)
    rock = found(rock_id, person)
    if request.method == "POST":
        asset = get_object_or_404(Asset.objects.visible_to(person), pk=_number(request.POST, "asset"))
        verb = marking.remove_derivative if request.POST.get("remove") else marking.add_derivative
        _try(request, lambda: verb(rock, asset, by=person, at=timezone.now()))
        return redirect("bigrock:derivatives", rock.pk)
    words = _query(request)
    own = [(one.asset_id, one.asset.title) for one in rock.derivatives.select_related("asset")]
    return _belonging(
        request,
        rock,
        {
            "name": "asset",
            "own": own,
            "proposed": likely.derivatives(rock, person),
            "results": likely.searched_assets(words, person),
            "words": words,
            "what": "derivatives",
        },
    )


@may("manage_big_rocks")
@require_http_methods(["GET", "HEAD", "POST"])
def campaigns(request: HttpRequest, rock_id: int) -> HttpResponse:
    """GET: which campaigns amplify it, and which may. POST: add `campaign`, or with `remove` take it away."""
    person = reader(request)
    rock = found(rock_id, person)
    if request.method == "POST":
        campaign = get_object_or_404(Campaign, pk=_number(request.POST, "campaign"), deleted_in_source=False)
        verb = marking.remove_campaign if request.POST.get("remove") else marking.add_campaign
        _try(request, lambda: verb(rock, campaign, by=person, at=timezone.now()))
        return redirect("bigrock:campaigns", rock.pk)
    words = _query(request)
    own = [(one.campaign_id, one.campaign.name) for one in rock.amplifications.select_related("campaign")]
    return _belonging(
        request,
        rock,
        {
            "name": "campaign",
            "own": own,
            "proposed": likely.campaigns(rock),
            "results": likely.searched_campaigns(words),
            "words": words,
            "what": "campaigns",
        },
    )


def _belonging(request: HttpRequest, rock: BigRock, context: dict[str, Any]) -> HttpResponse:
    return render(request, "bigrock/belonging.html", {"rock": rock, "undo": request.session.get(UNDO), **context})


@may("manage_big_rocks")
@require_http_methods(["GET", "HEAD", "POST"])
def expenses(request: HttpRequest, rock_id: int) -> HttpResponse:
    """GET: the costs entered by hand. POST: one more."""
    person = reader(request)
    rock = found(rock_id, person)
    initial = {"currency": Organisation.current().currency, "day": timezone.localdate().isoformat()}
    form = ExpenseForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        values = (given["day"], given["what"], given["amount"], given["currency"])
        _try(request, lambda: marking.spend(rock, *values, by=person, at=timezone.now()))
        return redirect("bigrock:expenses", rock.pk)
    context = {"rock": rock, "form": form, "expenses": rock.expenses.all(), "undo": request.session.get(UNDO)}
    return render(request, "bigrock/expenses.html", context, status=422 if request.method == "POST" else 200)


@may("manage_big_rocks")
@require_POST
def expense_removal(request: HttpRequest, rock_id: int, expense_id: int) -> HttpResponse:
    person = reader(request)
    rock = found(rock_id, person)
    expense = get_object_or_404(Expense, pk=expense_id, rock=rock)
    _try(request, lambda: marking.unspend(rock, expense, by=person, at=timezone.now()))
    return redirect("bigrock:expenses", rock.pk)


@may("manage_big_rocks")
@require_POST
def removal(request: HttpRequest, rock_id: int) -> HttpResponse:
    """It is no big rock any more."""
    person = reader(request)
    _tell(request, marking.unmark(found(rock_id, person), by=person, at=timezone.now()))
    return redirect("bigrock:overview")


@may("manage_big_rocks")
@require_POST
def undoing(request: HttpRequest, rock_id: int, change_id: int) -> HttpResponse:
    person = reader(request)
    change = get_object_or_404(Change, pk=change_id, rock=rock_id)
    request.session.pop(UNDO, None)
    try:
        rock = marking.undo(change, by=person, at=timezone.now())
    except NotPossible as refusal:
        messages.error(request, str(refusal))
        return redirect("bigrock:overview")
    messages.success(request, f"Undone: {change.text}.")
    return redirect("bigrock:overview") if rock.removed_at else redirect("bigrock:rock", rock.pk)
