"""The judged set as pages: the queries, one query with its results to grade, files in and out."""

from typing import Any

from django.contrib import messages
from django.db.models import Count, Max, Q, QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from sameside.kit.paging import Order
from sameside.kit.tables import Column
from sameside.library import facets, searching, spellings
from sameside.library.evaluation import judging, measuring, rankings
from sameside.library.models import Asset, JudgedQuery, Judgement
from sameside.library.refusals import NotPossible
from sameside.people import audit
from sameside.people.policies import may, reader
from sameside.search import readers, typed
from sameside.ui.cells import Two
from sameside.ui.lists import Choice, Empty, Filter, ListSpec, Sort, respond

PREVIEWED = 20
MOST_BYTES = 5_000_000
_HAND, _USE = Judgement.Source.HAND, Judgement.Source.USE


def context_line(context: dict[str, list[str]]) -> str:
    return ", ".join(facets.label(facet, value) for facet, values in context.items() for value in values)


def _row(one: Any) -> dict[str, Any]:
    return {
        "words": Two(one.words, context_line(one.context)),
        "good": one.good,
        "hand": one.by_hand,
        "use": one.from_use,
        "at": one.latest,
        "link": reverse("library:judged_query", args=[one.pk]),
    }


def rows() -> "QuerySet[Any]":
    of = "judgements"
    return JudgedQuery.objects.annotate(
        good=Count(of, filter=Q(judgements__grade__gte=2), distinct=True),
        by_hand=Count(of, filter=Q(judgements__source=_HAND)),
        from_use=Count(of, filter=Q(judgements__source=_USE)),
        latest=Max("judgements__at"),
    )


def _by_source(found: "QuerySet[Any]", value: str) -> "QuerySet[Any]":
    if value == "none":
        return found.filter(by_hand=0, from_use=0)
    return found.filter(by_hand__gt=0) if value == _HAND else found.filter(from_use__gt=0)


SPEC = ListSpec(
    name="judged-queries",
    columns=[
        Column("words", "Search"),
        Column("good", "Good answers", "number"),
        Column("hand", "Judged by hand", "number"),
        Column("use", "From use", "number"),
        Column("at", "Last judged", "date"),
    ],
    row=_row,
    filters=[
        Filter(
            "source",
            "Judged",
            _by_source,
            choices=lambda _person: [Choice(_HAND, "By hand"), Choice(_USE, "From use"), Choice("none", "Not yet")],
        ),
        Filter("words", "Words", lambda found, value: found.filter(words__icontains=value), kind="text"),
    ],
    sorts=[Sort("latest", "Latest", Order("created_at", descending=True)), Sort("words", "Words", Order("words"))],
    empty=Empty(
        "target-arrow",
        "Nothing is judged yet",
        "Add what people search for and say which assets are right. Use adds to it every night by itself.",
    ),
)


@may("edit_library")
def judged(request: HttpRequest) -> HttpResponseBase:
    """GET library/findability/judged/: every judged query. POST with `export=csv`: the list as a file."""
    context = {"title": "Judged searches", "judgements": Judgement.objects.count() if request.method == "GET" else 0}
    return respond(request, rows(), SPEC, "library/evaluation/judged.html", context)


@may("edit_library")
@require_POST
def queries(request: HttpRequest) -> HttpResponse:
    """POST library/findability/judged/queries/: add a query; filters are typed among its words."""
    person = reader(request)
    text = searching.clean(request.POST.get("q", ""))
    read = typed.read(text, spellings.vocabulary(person))
    try:
        if read.excluded:
            raise NotPossible("A judged search is for something: it cannot leave values out.")
        made = judging.add(read.words or text, read.filters if read.words else {}, by=person, at=timezone.now())
    except NotPossible as refusal:
        messages.error(request, str(refusal))
        return redirect("library:judged")
    return redirect("library:judged_query", made.pk)


@may("edit_library")
@require_GET
def query(request: HttpRequest, pk: int) -> HttpResponse:
    """GET library/findability/judged/<id>/: what is found now, and what is judged, to be graded."""
    person = reader(request)
    one = get_object_or_404(JudgedQuery, pk=pk)
    known = judging.grades(one.judgements.select_related("asset", "by"))
    found, problem = _found(one)
    places = {asset: place for place, asset in enumerate(found, 1)}
    wanted = [*found[:PREVIEWED], *(asset for asset in known if asset not in found[:PREVIEWED])]
    assets = Asset.objects.visible_to(person).in_bulk(wanted)
    shown = [_graded(assets[asset], known.get(asset), places.get(asset)) for asset in wanted if asset in assets]
    context = {
        "title": one.words,
        "one": one,
        "context_line": context_line(one.context),
        "found": [row for row in shown if row["place"] and row["place"] <= PREVIEWED],
        "others": [row for row in shown if not row["place"] or row["place"] > PREVIEWED],
        "problem": problem,
        "measures": _measures(found, {asset: judgement.grade for asset, judgement in known.items()}),
        "grades": [{"value": value, "label": label} for value, label in sorted(judging.GRADES.items())],
        "judged": len(known),
    }
    return render(request, "library/evaluation/judged_query.html", context)


def _found(one: JudgedQuery) -> tuple[list[int], str]:
    try:
        return measuring.results(one, rankings.live(), timezone.now()), ""
    except readers.NotReady as problem:
        return [], str(problem)


def _graded(asset: Asset, judgement: Judgement | None, place: int | None) -> dict[str, Any]:
    url = reverse("library:asset", args=[asset.slug])
    by = judgement.by.name if judgement and judgement.by else ""
    return {
        "pk": asset.pk,
        "title": asset.title,
        "url": url,
        "thumbnail": f"{url}thumbnail/" if asset.thumbnail else "",
        "format": facets.label("format", asset.format),
        "place": place,
        "grade": judgement.grade if judgement else None,
        "by_hand": judgement is not None and judgement.source == _HAND,
        "why": "" if judgement is None else (judgement.reason or (f"By {by}" if by else "By hand")),
        "is_current": asset.status == Asset.Status.ACTIVE,
    }


def _measures(found: list[int], grades: dict[int, int]) -> list[dict[str, Any]]:
    values = [(label, measure(found, grades)) for label, measure in measuring.MEASURES.values()]
    return [{"label": label, "value": f"{value:.2f}"} for label, value in values if value is not None]


@may("edit_library")
@require_POST
def grades(request: HttpRequest, pk: int) -> HttpResponse:
    """POST library/findability/judged/<id>/grades/: `grade` is the asset and 0 to 3, or the asset and nothing."""
    person = reader(request)
    one = get_object_or_404(JudgedQuery, pk=pk)
    asset, _, given = request.POST.get("grade", "").partition(":")
    if not (asset.isascii() and asset.isdecimal() and len(asset) < 18 and given in {"", "0", "1", "2", "3"}):
        messages.error(request, "A grade is 0, 1, 2 or 3.")
        return redirect("library:judged_query", pk)
    graded = get_object_or_404(Asset.objects.visible_to(person), pk=int(asset))
    judging.grade(one, graded, int(given) if given else None, by=person, at=timezone.now())
    return redirect(f"{reverse('library:judged_query', args=[pk])}#asset-{asset}")


@may("edit_library")
@require_POST
def removal(request: HttpRequest, pk: int) -> HttpResponse:
    """POST library/findability/judged/<id>/removal/: out of the set."""
    one = get_object_or_404(JudgedQuery, pk=pk)
    judging.remove(one)
    audit.record("judged_query.removed", by=reader(request), at=timezone.now(), details={"words": one.words})
    messages.success(request, f"“{one.words}” is no longer judged.")
    return redirect("library:judged")


@may("edit_library")
@require_POST
def file(request: HttpRequest) -> HttpResponse:
    """POST library/findability/judged/file/: judgements from CSV."""
    given = request.FILES.get("file")
    try:
        if given is None or (given.size or 0) > MOST_BYTES:
            raise NotPossible("Choose a CSV file of at most 5 MB.")
        done = judging.import_file(given.read().decode("utf-8-sig"), by=reader(request), at=timezone.now())
    except UnicodeDecodeError:
        messages.error(request, "The file is not UTF-8 text.")
    except NotPossible as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"Took {done.judgements:,} judgement{'' if done.judgements == 1 else 's'}.")
        for line, reason in done.refused[:5]:
            messages.warning(request, f"Line {line}: {reason}")
        if len(done.refused) > 5:
            messages.warning(request, f"And {len(done.refused) - 5:,} more lines were not taken.")
    return redirect("library:judged")


@may("edit_library")
@require_POST
def export(request: HttpRequest) -> HttpResponseBase:
    """POST library/findability/judged/export/: every judgement as CSV, as the import takes it."""
    audit.record("export", by=reader(request), at=timezone.now(), subject="judgements")
    response = StreamingHttpResponse(judging.export(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="judgements.csv"'
    return response
