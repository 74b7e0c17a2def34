"""What probably belongs to a big rock, each with its reason: pieces whose text or title is like the flagship's, and
campaigns that its family was met in or that are named alike. Nothing is added unless somebody says so.

How much of a piece stands in the flagship is estimated from the minima that both were kept by (library/likeness.py):
with J the share of word pairs of both that both have, and a and b their words, J (a + b) / (1 + J) pairs are in common.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from sameside.attribution import report as revenue
from sameside.attribution.bigrock.credited import LOOKBACK
from sameside.attribution.bigrock.models import Amplification, BigRock, Derivative
from sameside.crm.models import Campaign, Touch
from sameside.library import matching
from sameside.library.models import Asset, AssetVersion, LikenessKey
from sameside.people.models import Person
from sameside.ui.formats import money, percent

LEAST_TEXT = 0.15
LEAST_TITLE = 0.5
CANDIDATES = 200
SHOWN = 12
EARNING = 8
_WORD = re.compile(r"[^\W\d_]{4,}")


@dataclass(frozen=True)
class Likely:
    """`weight` orders them, the likeliest first."""

    id: int
    name: str
    reason: str
    weight: float


def words(title: str) -> set[str]:
    return {word.casefold() for word in _WORD.findall(title)}


def free(person: Person) -> "QuerySet[Asset]":
    """What may become a derivative: active content that belongs to no big rock."""
    return Asset.objects.visible_to(person).filter(
        ~Q(pk__in=Derivative.objects.values("asset")),
        ~Q(pk__in=BigRock.objects.filter(removed_at=None).values("asset")),
        status=Asset.Status.ACTIVE,
    )


def derivatives(rock: BigRock, person: Person) -> list[Likely]:
    found = free(person)
    by_title = _titled(found, words(rock.asset.title))
    by_text = found.filter(pk__in=_sharing_text(rock.asset)).values_list("pk", "title")[:CANDIDATES]
    titles = dict([*by_title, *by_text])
    versions = AssetVersion.objects.filter(is_current=True, asset__in=[rock.asset_id, *titles])
    texts = {version.asset_id: matching.of_version(version) for version in versions}
    own = texts.get(rock.asset_id)
    likely = []
    for pk, title in titles.items():
        text = texts.get(pk)
        share = own.share(text) if own and text else 0.0
        inside = _inside(share, own.words, text.words) if own and text else 0.0
        likely.append(_judged(pk, title, inside, words(rock.asset.title)))
    return sorted((one for one in likely if one), key=lambda one: (-one.weight, one.name))[:SHOWN]


def _inside(share: float, one: int, other: int) -> float:
    """The share of the shorter text's word pairs that the other has too."""
    return min(1.0, share * (one + other) / (1 + share) / min(one, other)) if one and other else 0.0


def _judged(pk: int, title: str, inside: float, own: set[str]) -> Likely | None:
    common = words(title) & own
    alike = len(common) / min(len(own), len(words(title))) if common else 0.0
    reasons = []
    if inside >= LEAST_TEXT:
        reasons.append(f"About {percent(inside)} of the shorter text stands in both")
    if alike >= LEAST_TITLE and len(common) >= 2:
        reasons.append(f"Its title shares {_quoted(common)}")
    return Likely(pk, title, ". ".join(reasons) + ".", inside + alike) if reasons else None


def _quoted(some: Iterable[str]) -> str:
    return ", ".join(f"“{word}”" for word in sorted(some)[:4])


def _titled(found: "QuerySet[Asset]", own: set[str]) -> list[tuple[int, str]]:
    if not own:
        return []
    any_word = Q()
    for word in sorted(own):
        any_word |= Q(title__icontains=word)
    return list(found.filter(any_word).order_by("-pk").values_list("pk", "title")[:CANDIDATES])


def _sharing_text(asset: Asset) -> "QuerySet[LikenessKey, int]":
    own = LikenessKey.objects.filter(version__asset=asset, version__is_current=True).values("key")
    return LikenessKey.objects.filter(key__in=own, version__is_current=True).values_list("version__asset", flat=True)


def campaigns(rock: BigRock) -> list[Likely]:
    taken = Amplification.objects.values("campaign")
    family = [rock.asset_id, *rock.derivatives.values_list("asset_id", flat=True)]
    met = (
        Touch.objects.filter(asset__in=family, current=True, campaign__isnull=False)
        .exclude(campaign__in=taken)
        .values("campaign", "campaign__name")
        .annotate(n=Count("pk"))
        .order_by("-n")[:SHOWN]
    )
    likely = {
        row["campaign"]: Likely(
            row["campaign"],
            row["campaign__name"],
            f"{row['n']:,} of its touches {'is' if row['n'] == 1 else 'are'} with the content.",
            1 + row["n"],
        )
        for row in met
    }
    for pk, name in _named_alike(rock).exclude(pk__in=taken).order_by("-pk").values_list("pk", "name")[:CANDIDATES]:
        common = words(name) & words(rock.asset.title)
        if pk not in likely and len(common) >= 2:
            likely[pk] = Likely(pk, name, f"Its name shares {_quoted(common)}.", len(common) / 100)
    return sorted(likely.values(), key=lambda one: (-one.weight, one.name))[:SHOWN]


def _named_alike(rock: BigRock) -> "QuerySet[Campaign]":
    any_word = Q(pk__in=[])
    for word in sorted(words(rock.asset.title)):
        any_word |= Q(name__icontains=word)
    return Campaign.objects.filter(any_word, deleted_in_source=False)


def earning(person: Person) -> list[Likely]:
    """The free content that earned most, by the revenue report as it was computed last."""
    stored = revenue.stored(LOOKBACK)
    rows = stored.data["dimensions"]["asset"] if stored else ()
    won = {int(row["key"]): row["won"]["linear"] for row in rows if row["key"].isdigit() and row["won"]["linear"] > 0}
    titles = dict(free(person).filter(pk__in=list(won)).values_list("pk", "title"))
    best = sorted(titles, key=lambda pk: (-won[pk], titles[pk]))[:EARNING]
    return [Likely(pk, titles[pk], f"{money(won[pk])} of won revenue in 12 months, linear", won[pk]) for pk in best]


def searched_assets(text: str, person: Person) -> list[Likely]:
    return _searched(free(person).order_by("title", "pk"), "title", text)


def searched_campaigns(text: str) -> list[Likely]:
    rows = Campaign.objects.filter(deleted_in_source=False).exclude(pk__in=Amplification.objects.values("campaign"))
    return _searched(rows.order_by("name", "pk"), "name", text)


def _searched(rows: "QuerySet[Asset] | QuerySet[Campaign]", field: str, text: str) -> list[Likely]:
    parts: Sequence[str] = text.split()[:8]
    if not parts:
        return []
    every = Q()
    for part in parts:
        every &= Q(**{f"{field}__icontains": part})
    return [Likely(pk, name, "", 0.0) for pk, name in rows.filter(every).values_list("pk", field)[:SHOWN]]
