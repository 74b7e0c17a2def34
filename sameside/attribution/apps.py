"""Registers the revenue report and the reproduction of saved runs."""

from importlib import import_module

from django.apps import AppConfig


class AttributionConfig(AppConfig):
    name = "sameside.attribution"

    def ready(self) -> None:
        import_module("sameside.attribution.runs")
