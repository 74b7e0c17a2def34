"""Before and after of a ranking, as the page shows it."""

from collections.abc import Mapping, Sequence
from typing import Any

from sameside.analytics.ranking import Difference
from sameside.library.evaluation.measuring import MEASURES, Compared
from sameside.library.models import Asset, Evaluation
from sameside.people.models import Person

MOST_QUERIES = 20
HELP = {
    "ndcg": "How near the first ten come to the best possible order, by the grades: 1 is perfect.",
    "recall": "How much of what is right is among the first twenty.",
    "mrr": "1 when the first result is right on average, 0.5 when the second is.",
}


def comparison(compared: Compared, person: Person) -> dict[str, Any]:
    """Each measure before and after, the queries that won and lost with both lists, and the warning."""
    shown = [*compared.better[:MOST_QUERIES], *compared.worse[:MOST_QUERIES]]
    ids = {asset for pair in shown for row in pair for asset in row["top"]}
    titles = dict(Asset.objects.visible_to(person).filter(pk__in=ids).values_list("pk", "title"))
    slugs = dict(Asset.objects.filter(pk__in=titles).values_list("pk", "slug"))
    total = len(compared.after.by_query)
    return {
        "measures": [_measure(key, compared) for key in MEASURES if key in compared.measures],
        "warning": compared.warning,
        "better": [_pair(pair, titles, slugs) for pair in compared.better[:MOST_QUERIES]],
        "worse": [_pair(pair, titles, slugs) for pair in compared.worse[:MOST_QUERIES]],
        "better_count": len(compared.better),
        "worse_count": len(compared.worse),
        "same_count": total - len(compared.better) - len(compared.worse),
        "total": total,
        "seconds": compared.after.seconds_to_find,
        "times": compared.after.measures["times"]["n"],
    }


def _measure(key: str, compared: Compared) -> dict[str, Any]:
    before, after = _value(compared.before, key), _value(compared.after, key)
    found = compared.measures[key]
    return {
        "label": MEASURES[key][0],
        "help": HELP[key],
        "before": f"{before['value']:.3f}",
        "after": f"{after['value']:.3f}",
        "interval": f"{after['low']:.2f} to {after['high']:.2f}",
        "change": f"{found.value:+.3f}".replace("-", "−"),
        "change_interval": f"{found.low:+.3f} to {found.high:+.3f}".replace("-", "−"),
        "tone": _tone(found),
        "verdict": _verdict(found),
        "from": f"{100 * before['value']:.2f}",
        "to": f"{100 * after['value']:.2f}",
    }


def _value(evaluation: Evaluation, key: str) -> Mapping[str, float]:
    value: Mapping[str, float] = evaluation.measures[key]
    return value


def _tone(found: Difference) -> str:
    if abs(found.value) < 1e-9:
        return "neutral"
    if not found.is_clear:
        return "warn" if found.value < 0 else "info"
    return "good" if found.value > 0 else "bad"


def _verdict(found: Difference) -> str:
    if abs(found.value) < 1e-9:
        return "The same"
    better = "Better" if found.value > 0 else "Worse"
    return f"{better}, p = {found.p:.3f}" if found.is_clear else f"{better}, may be chance (p = {found.p:.2f})"


def _pair(
    pair: tuple[dict[str, Any], dict[str, Any]], titles: Mapping[int, str], slugs: Mapping[int, str]
) -> dict[str, Any]:
    before, after = pair
    return {
        "words": after["words"],
        "query": after["query"],
        "before": f"{before['ndcg']:.2f}",
        "after": f"{after['ndcg']:.2f}",
        "lists": [
            ("Live", _titles(before["top"], after["top"], titles, slugs)),
            ("Draft", _titles(after["top"], before["top"], titles, slugs)),
        ],
    }


def _titles(
    top: Sequence[int], other: Sequence[int], titles: Mapping[int, str], slugs: Mapping[int, str]
) -> list[dict[str, Any]]:
    places = {asset: place for place, asset in enumerate(other, 1)}
    return [
        {"place": place, "title": titles[asset], "slug": slugs[asset], "moved": places.get(asset) != place}
        for place, asset in enumerate(top, 1)
        if asset in titles
    ]
