"""Registers the report on big rocks."""

from importlib import import_module

from django.apps import AppConfig


class BigRockConfig(AppConfig):
    name = "sameside.attribution.bigrock"
    label = "bigrock"

    def ready(self) -> None:
        import_module("sameside.attribution.bigrock.report")
