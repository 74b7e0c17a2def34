"""The background jobs of this part."""

from django.utils import timezone
from procrastinate.contrib.django import app

from sameside.library import previews
from sameside.library.evaluation import measuring
from sameside.library.models import AssetVersion, FacetEdit, Measurement
from sameside.library.tagging import editing, gain


@app.task(name="library.draw", queueing_lock="library.draw", lock="library.draw", priority=-10)
def draw() -> None:
    previews.draw_waiting(at=timezone.now())


@app.task(name="library.draw_older", lock="library.draw", priority=-20)
def draw_older(version: int) -> None:
    previews.draw_older(AssetVersion.objects.select_related("asset").get(pk=version), at=timezone.now())


@app.task(name="library.measure_ranking", lock="library.measure_ranking")
def measure_ranking(measurement: int) -> None:
    measuring.run(Measurement.objects.get(pk=measurement), at=timezone.now())


@app.task(name="library.facet_edit", lock="library.facet_edit")
def make_facet_edit(edit: int) -> None:
    editing.finish(FacetEdit.objects.get(pk=edit), at=timezone.now())


@app.task(name="library.missing_facets", queueing_lock="library.missing_facets", lock="library.missing_facets")
def compute_missing_facets() -> None:
    gain.compute(at=timezone.now())
