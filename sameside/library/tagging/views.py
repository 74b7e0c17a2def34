"""Editing facets in bulk, the edits that were made, and the rules that make them by themselves."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from sameside.library import tasks
from sameside.library.facets import label
from sameside.library.models import Asset, Facet, FacetEdit, FacetRule
from sameside.library.refusals import NotPossible
from sameside.library.tagging import editing, pages, rules, selection, values
from sameside.library.tagging.editing import Change
from sameside.library.truth import count
from sameside.library.upkeep import panel, reviews
from sameside.people.models import Person
from sameside.people.policies import Refused, may, reader
from sameside.search import readers
from sameside.ui.lists import respond

ROWS = ("1", "2", "3")
AT_ONCE = 500
"""Edits of more assets are made in the background."""


def _changes(data: QueryDict) -> list[Change]:
    """The changes of a form: `verb-1`, `facet-1`, `value-1` and so on; rows without a value are left out."""
    known = values.known()
    found = []
    for row in ROWS:
        text = data.get(f"value-{row}", "")
        if text.strip():
            facet, verb = data.get(f"facet-{row}", ""), data.get(f"verb-{row}", "add")
            if verb not in pages.VERBS:
                raise Refused("Choose whether to add, to replace or to remove.")
            found.append(Change(verb, facet, values.read(facet, text, known)))  # type: ignore[arg-type]
    return found


def _choices() -> dict[str, Any]:
    known = values.known()
    return {
        "rows": ROWS,
        "verbs": pages.VERBS,
        "facets": [(facet.value, str(facet.label)) for facet in values.EDITABLE],
        "known": [(f"{Facet(facet).label}", sorted(dict.fromkeys(labels.values()))) for facet, labels in known.items()],
    }


@may("edit_library")
@require_http_methods(["GET", "HEAD", "POST"])
def new_edit(request: HttpRequest) -> HttpResponse:
    """GET library/facets/edits/new/?<address of the library>: what it finds, and what to change. POST: do it."""
    if request.method == "POST":
        return _make(request)
    assets, total, problem = selection.listed(request.GET, reader(request))
    context = {"assets": assets, "total": total, "query": request.GET.urlencode(), "problem": problem, **_choices()}
    context |= {"owners": panel.owners(), "beyond": total - len(assets)}
    return render(request, "library/tagging/new_edit.html", context)


def _make(request: HttpRequest) -> HttpResponse:
    person, now = reader(request), timezone.now()
    back = f"?{request.POST.get('query', '')[:4_000]}"
    try:
        chosen = selection.read(request.POST).assets(person)
        if not chosen:
            raise Refused("Choose at least one asset.")
        if request.POST.get("owner"):
            return _give(request, chosen, person)
        changes = _changes(request.POST)
        edit = editing.begin(chosen, changes, pages.in_words(changes), by=person, at=now)
    except (Refused, readers.NotReady, NotPossible) as problem:
        messages.error(request, str(problem))
        return redirect(f"{request.path}{back}")
    if len(chosen) > AT_ONCE:
        tasks.make_facet_edit.defer(edit=edit.pk)
    else:
        editing.finish(edit, at=now)
    return redirect("library:facet_edit", edit.pk)


def _give(request: HttpRequest, chosen: Sequence[int], person: Person) -> HttpResponse:
    """The chosen assets get an owner; that is a decision about their upkeep, and undone there."""
    asked = request.POST["owner"]
    number = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 19 else 0
    owner = get_object_or_404(Person.objects.visible_to(person), pk=number)
    given = reviews.give(chosen, owner, by=person, at=timezone.now())
    messages.success(request, f"{owner.name} answers for {count(len(given), 'asset')}.")
    return redirect(f"{request.path}?{request.POST.get('query', '')[:4_000]}")


@may("edit_library")
@require_POST
def preview(request: HttpRequest) -> HttpResponse:
    """POST library/facets/edits/preview/: what the form would do; it writes nothing."""
    try:
        changes = _changes(request.POST)
        chosen = selection.read(request.POST).assets(reader(request)) if changes else []
        lines = pages.effect_lines(editing.effect(chosen, changes)) if changes else []
        problem = "" if chosen or not changes else "No asset is chosen."
    except (Refused, readers.NotReady) as refusal:
        lines, problem = [], str(refusal)
    return render(request, "library/tagging/effect.html", {"lines": lines, "problem": problem})


@may("edit_library")
def edits(request: HttpRequest) -> HttpResponseBase:
    """Every edit, newest first. POST with `export=csv`: a file."""
    return respond(request, FacetEdit.objects.all(), pages.EDITS, "library/tagging/edits.html")


@may("edit_library")
def edit(request: HttpRequest, edit_id: int) -> HttpResponseBase:
    """One edit: how far it is, every value before and after, and the way back. POST with `export=csv`: a file."""
    found = get_object_or_404(FacetEdit.objects.select_related("by", "undone_by", "rule"), pk=edit_id)
    context = {
        "edit": found,
        "state": pages.state(found),
        "alone": found.asked.get("alone", 0),
        "share": found.seen / found.total if found.total else 1,
    }
    visible = Asset.objects.permitted_to(reader(request))
    return respond(
        request,
        found.changes.filter(asset__in=visible.values("pk")),
        pages.CHANGES,
        "library/tagging/edit.html",
        context,
    )


@may("edit_library")
@require_POST
def undo(request: HttpRequest, edit_id: int) -> HttpResponse:
    """POST library/facets/edits/<id>/undo/: every value that nobody changed since is as before."""
    found = get_object_or_404(FacetEdit, pk=edit_id)
    try:
        undone = editing.undo(found, by=reader(request), at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("library:facet_edit", edit_id)
    said = f"{count(undone.values, 'value')} {'is' if undone.values == 1 else 'are'} as before."
    if undone.kept:
        named = ", ".join(f"“{title}” ({label(facet, value)})" for title, facet, value in undone.named)
        stays = "was changed since and stays" if undone.kept == 1 else "were changed since and stay"
        messages.warning(request, f"{said} {count(undone.kept, 'value')} {stays}: {named}.")
    else:
        messages.success(request, said)
    return redirect("library:facet_edit", edit_id)


@may("edit_library")
@require_http_methods(["GET", "HEAD", "POST"])
def rule_list(request: HttpRequest) -> HttpResponse:
    """GET library/facets/rules/: every rule with what it has set. POST: one more rule, applied at once."""
    problem, given = "", {"where": FacetRule.Where.PATH.value}
    if request.method == "POST":
        given = {key: request.POST.get(key, "") for key in ("where", "words", "facet", "value")}
        try:
            _, made = rules.add(**_rule(request.POST), by=reader(request), at=timezone.now())
        except Refused as refusal:
            problem = str(refusal)
        else:
            changed = count(made.assets if made else 0, "asset")
            messages.success(request, f"The rule works from now on; it has changed {changed}.")
            return redirect("library:facet_edit", made.pk) if made else redirect("library:facet_rules")
    context = {"rules": pages.rule_rows(), "places": FacetRule.Where.choices, "problem": problem, "given": given}
    return render(request, "library/tagging/rules.html", context | _choices(), status=422 if problem else 200)


def _rule(data: QueryDict) -> dict[str, str]:
    facet = data.get("facet", "")
    value = values.read(facet, data.get("value", ""), values.known())
    return {"where": data.get("where", ""), "words": data.get("words", ""), "facet": facet, "value": value}


@may("edit_library")
@require_GET
def rule_preview(request: HttpRequest) -> HttpResponse:
    """GET library/facets/rules/preview/: what the rule in the form would set now, with the first assets by name."""
    if not request.GET.get("words", "").strip() or not request.GET.get("value", "").strip():
        return render(request, "library/tagging/effect.html", {})
    try:
        rule = _rule(request.GET)
        rules.check(**rule)
    except Refused as refusal:
        return render(request, "library/tagging/effect.html", {"problem": str(refusal)})
    found = rules.matching(rule["where"], rule["words"])
    effect = editing.effect(found, [Change("add", rule["facet"], rule["value"])], by_hand=False)
    named = Asset.objects.permitted_to(reader(request)).filter(pk__in=found[:200]).order_by("title")
    context = {
        "lines": pages.effect_lines(effect),
        "problem": "" if found else "No asset holds these words there.",
        "named": list(named.values_list("title", "slug", "path")[:8]),
        "more": max(0, len(found) - 8),
    }
    return render(request, "library/tagging/effect.html", context)


@may("edit_library")
@require_POST
def rule_rest(request: HttpRequest, rule_id: int) -> HttpResponse:
    """POST library/facets/rules/<id>/rest/: it sets nothing more."""
    rules.rest(get_object_or_404(FacetRule, pk=rule_id), by=reader(request), at=timezone.now())
    messages.success(request, "The rule rests. What it has set stays; undo its edits to take that back.")
    return redirect("library:facet_rules")


@may("edit_library")
@require_POST
def rule_resumption(request: HttpRequest, rule_id: int) -> HttpResponse:
    """POST library/facets/rules/<id>/resumption/: it works again, at once."""
    made = rules.resume(get_object_or_404(FacetRule, pk=rule_id), by=reader(request), at=timezone.now())
    messages.success(request, f"The rule works again; it has changed {count(made.assets if made else 0, 'asset')}.")
    return redirect("library:facet_rules")
