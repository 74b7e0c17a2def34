from django.apps import AppConfig


class LibraryConfig(AppConfig):
    name = "sameside.library"

    def ready(self) -> None:
        from sameside.library import (
            box,  # noqa: F401  registers the section of content in the one box
            findable,  # noqa: F401  registers the kind "asset"
            report,  # noqa: F401  registers the report "content"
        )
        from sameside.library.browsing import evidence  # noqa: F401  registers the report "boards"
        from sameside.library.findability import report as findability  # noqa: F401  registers the report "findability"
