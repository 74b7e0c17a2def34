"""Why an asset is not found, as a page for those who can mend it."""

from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from sameside.library import asset_head, facets
from sameside.library.findability import tried, why
from sameside.library.findability.why import Standing
from sameside.library.models import Asset, called
from sameside.library.views import person_of
from sameside.people.policies import may
from sameside.search import readers
from sameside.ui.cells import Badge


@dataclass(frozen=True)
class Line:
    """One search as the page shows it; `fixes` are sentence, what to do, where."""

    words: str
    filters: str
    because: str
    times: int
    place: Badge
    url: str
    fixes: list[tuple[str, str, str]]


def _fix(fix: str, asset: Asset, words: str) -> tuple[str, str]:
    page = reverse("library:asset", args=[asset.slug])
    if fix == "synonym":
        return "Add a synonym", f"{reverse('search:synonyms')}?{urlencode({'add': words})}"
    labels = {
        "facets": ("Edit its facets", "#facets"),
        "language": ("Edit its language", "#facets"),
        "title": ("Rename it", "#title"),
        "validity": ("Review it", "history/"),
        "access": ("Who may open it", "history/"),
    }
    label, anchor = labels[fix]
    return label, page + anchor


def _place(one: Standing) -> Badge:
    if not one.rank:
        return Badge("Not found" if one.total <= tried.FIRST else f"Not among the first {tried.FIRST:,}", "bad")
    return Badge(f"Place {one.rank:,} of {one.total:,}", "good" if one.is_seen else "warn")


def _line(one: Standing, asset: Asset) -> Line:
    chosen = {key: list(values) for key, values in one.asked.filters.items()}
    named = [facets.label(facet, value) for facet, values in chosen.items() for value in values]
    query = urlencode({"q": one.asked.words, **chosen}, doseq=True)
    return Line(
        words=one.asked.words,
        filters=", ".join(named),
        because=why.BECAUSE[one.asked.because],
        times=one.asked.times,
        place=_place(one),
        url=f"{reverse('library:list')}?{query}",
        fixes=[(reason.sentence, *_fix(reason.fix, asset, one.asked.words)) for reason in one.reasons],
    )


@may("edit_library")
@require_GET
def findability_of(request: HttpRequest, slug: str) -> HttpResponse:
    """GET library/<slug>/findability/: the commonest searches; with `all=1` the rarer ones too."""
    asset = called(person_of(request), slug)
    if asset is None:
        raise Http404
    most = why.COMMONEST if request.GET.get("all") == "1" else why.FEW
    try:
        found = why.standings(asset, readers.engine("asset"), timezone.now(), most)
    except readers.NotReady as problem:
        said = {"problem": str(problem)}
        return asset_head.show(request, asset, asset_head.FINDABILITY, "library/why.html", said, status=503)
    unseen = [_line(one, asset) for one in found if not one.is_seen]
    seen = [_line(one, asset) for one in found if one.is_seen]
    context = {"unseen": unseen, "seen": seen, "few": why.FEW if most == why.FEW else 0, "most": why.COMMONEST}
    return asset_head.show(request, asset, asset_head.FINDABILITY, "library/why.html", context)
