"""The state of the search index as a page, and what administrators can have done: a check, and a build anew."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from sameside.people import audit
from sameside.people.policies import may, reader
from sameside.search import checking, health, health_page, indexes, kinds
from sameside.search.kinds import Kind


def _chosen(request: HttpRequest) -> list[Kind]:
    name = request.POST.get("kind", "")
    found = [kind for kind in kinds.every() if name in (kind.name, "all")]
    if not found:
        raise Http404
    return found


@may("manage_settings")
@require_safe
def state(request: HttpRequest) -> HttpResponse:
    """GET search/index/: what each index of this machine holds, how far it is, and what is being done."""
    return render(request, "search/index.html", {"state": health_page.build(at=timezone.now())})


@may("manage_settings")
@require_POST
def checks(request: HttpRequest) -> HttpResponse:
    """POST search/index/checks/: compare one kind or `all` with the database; `heal=1` mends what differs."""
    person, now = reader(request), timezone.now()
    for kind in _chosen(request):
        checking.ask(kind, heals=request.POST.get("heal") == "1", by=person, at=now)
    return redirect("search:index")


@may("manage_settings")
@require_POST
def rebuilds(request: HttpRequest) -> HttpResponse:
    """POST search/index/rebuilds/: have the indexer of this machine build one kind or `all` anew."""
    chosen = _chosen(request)
    if health.status().indexer is None:
        messages.error(request, "No indexer runs on this machine, so nothing can be built. Start `sameside serve`.")
        return redirect("search:index")
    for kind in chosen:
        indexes.place(kind.name).want_rebuild()
        audit.record("search index built anew", by=reader(request), at=timezone.now(), subject=kind.plural)
    names = ", ".join(kind.plural.lower() for kind in chosen)
    messages.success(request, f"Being built anew: {names}. The index in use answers until then.")
    return redirect("search:index")
