from django.apps import AppConfig


class WeeklyConfig(AppConfig):
    name = "sameside.weekly"

    def ready(self) -> None:
        from sameside.weekly import report  # noqa: F401  registers the snapshots
