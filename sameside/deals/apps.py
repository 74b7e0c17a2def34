"""Registers the report of what succeeded, from which a deal's suggestions are read."""

from importlib import import_module

from django.apps import AppConfig


class DealsConfig(AppConfig):
    name = "sameside.deals"

    def ready(self) -> None:
        import_module("sameside.deals.suggestions")
