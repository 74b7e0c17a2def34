"""What an asset did, as a tab of its page shows it: the truth about it, the deals it was part of, who uses it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.urls import reverse

from sameside.kit import snapshots
from sameside.kit.prepared import Prepared, place
from sameside.library import outcomes, report
from sameside.library.models import Asset, AssetVerdict, Verdict
from sameside.library.outcomes import Outcomes, Use, User
from sameside.library.shelf import TONES
from sameside.people.models import Person
from sameside.ui.cells import Badge


@dataclass(frozen=True)
class Truth:
    badge: Badge
    reason: str
    window: int
    k: int
    shown: int
    opened: int
    used: int
    open_deals: int
    url: str


@dataclass(frozen=True)
class Evidence:
    truth: Truth | None
    users: Sequence[User]
    uses: Sequence[Use]
    outcomes: Outcomes


def build(asset: Asset, person: Person) -> Evidence:
    snapshot = snapshots.read("content", report.read({}))
    data: Mapping[str, Any] = snapshot.data if snapshot else {}
    return Evidence(
        truth=_truth(asset, data),
        users=outcomes.users(asset),
        uses=outcomes.last_uses(asset, person),
        outcomes=outcomes.outcomes(asset, data.get("conversations", {})),
    )


@lru_cache(maxsize=1)
def _verdicts() -> Prepared[AssetVerdict]:
    return Prepared(AssetVerdict.objects.filter(asset=place("asset"), window=place("window"), k=place("k")))


def _truth(asset: Asset, data: Mapping[str, Any]) -> Truth | None:
    """The verdict under the organisation's window and k; None before the first computation, and for a retired asset."""
    if not data:
        return None
    found = _verdicts().one(asset=asset.pk, window=data["window"], k=data["k"])
    if found is None:
        return None
    verdict = Verdict(found.verdict)
    return Truth(
        badge=Badge(str(verdict.label), TONES[verdict]),
        reason=found.reason,
        window=found.window,
        k=found.k,
        shown=found.impressions,
        opened=found.opens,
        used=found.uses,
        open_deals=found.open_deals,
        url=reverse("library:truth_list", args=[verdict.value]),
    )
