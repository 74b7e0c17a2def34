"""The learnt model gives leads their likelihood, with what moved it in words; nothing while no model is in use."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from django.db import connection
from scipy.special import expit

from sameside.analytics.likelihood import encoding, learning
from sameside.analytics.likelihood.learning import Model, Part
from sameside.kit.prepared import VALUE, Prepared
from sameside.leads.likelihood import reading
from sameside.leads.models import Lead, ScoreModel

SAID = 4
SMALLEST = 0.05
BATCH = 5_000


@dataclass(frozen=True)
class Likelihood:
    """The chance (0 to 1) that a lead becomes an opportunity within `reading.HORIZON`, and why, strongest first."""

    value: float
    reasons: Sequence[str]
    model: int


@lru_cache(maxsize=1)
def _of_state() -> Prepared[ScoreModel]:
    return Prepared(ScoreModel.objects.filter(state=VALUE)[:1])


def in_use() -> ScoreModel | None:
    return _of_state().one(ScoreModel.State.IN_USE.value)


def in_words(model: Model, part: Part) -> str:
    """ "Vertical is banking: raises the chance (odds × 1.8)"."""
    field = model.fields[part.field]
    label = reading.LABELS.get(field.name, field.name)
    value = encoding.said(field, part.place)
    odds = 2.718281828459045 ** abs(part.weight)
    return f"{label}: {value}. {'Raises' if part.weight > 0 else 'Lowers'} the odds ×{odds:.1f}"


def likelihoods(lead_ids: Sequence[int], *, at: datetime) -> dict[int, Likelihood]:
    """The likelihood of each of these leads; empty when no model is in use."""
    used = in_use()
    if used is None or not lead_ids:
        return {}
    model = learning.from_json(used.parameters)
    leads = reading.given(lead_ids, at)
    matrix = encoding.encode(model.fields, {one.name: one.values for one in leads.columns}, leads.ids.size)
    found = {}
    for number, chance, parts in zip(leads.ids, model.chances(matrix), learning.parts(model, matrix), strict=True):
        said = [in_words(model, part) for part in parts if abs(part.weight) >= SMALLEST]
        found[int(number)] = Likelihood(float(chance), said[:SAID], used.number)
    return found


def average(used: ScoreModel) -> float:
    """The chance of a lead of which nothing is known."""
    model = learning.from_json(used.parameters)
    return float(expit(model.start))


def _batches() -> Iterator[list[int]]:
    after = 0
    open_leads = Lead.objects.filter(is_converted=False, merged_into=None, deleted_in_source=False)
    while True:
        ids = list(open_leads.filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:BATCH])
        if not ids:
            return
        yield ids
        after = ids[-1]


def apply_all(*, at: datetime) -> int:
    """Store the likelihood of every lead that was not converted; returns how many changed."""
    used = in_use()
    if used is None:
        return Lead.objects.exclude(likelihood=None).update(likelihood=None)
    model, changed = learning.from_json(used.parameters), 0
    for ids in _batches():
        leads = reading.given(ids, at)
        matrix = encoding.encode(model.fields, {one.name: one.values for one in leads.columns}, leads.ids.size)
        changed += _store(dict(zip(leads.ids.tolist(), model.chances(matrix).tolist(), strict=True)))
    return changed


def _store(chances: Mapping[int, float]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE leads_lead l SET likelihood = n.chance FROM unnest(%s::bigint[], %s::float8[]) AS n (id, chance)"
            " WHERE l.id = n.id AND l.likelihood IS DISTINCT FROM n.chance",
            [list(chances), [round(chance, 4) for chance in chances.values()]],
        )
        changed: int = cursor.rowcount
    return changed
