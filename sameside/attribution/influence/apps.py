"""Registers the report on influence."""

from importlib import import_module

from django.apps import AppConfig


class InfluenceConfig(AppConfig):
    name = "sameside.attribution.influence"
    label = "influence"

    def ready(self) -> None:
        import_module("sameside.attribution.influence.report")
