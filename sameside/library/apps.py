from django.apps import AppConfig


class LibraryConfig(AppConfig):
    name = "sameside.library"

    def ready(self) -> None:
        from sameside.library import report  # noqa: F401  registers the report "content"
        from sameside.library import findable  # noqa: F401  registers the kind "asset"
        from sameside.library.browsing import evidence  # noqa: F401  registers the report "boards"
