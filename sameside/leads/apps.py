from django.apps import AppConfig


class LeadsConfig(AppConfig):
    name = "sameside.leads"

    def ready(self) -> None:
        from sameside.leads import report  # noqa: F401  registers the report
