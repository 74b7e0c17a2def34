from django.apps import AppConfig


class LeadsConfig(AppConfig):
    name = "sameside.leads"

    def ready(self) -> None:
        from sameside.leads import findable, report  # noqa: F401  they register the kind "lead" and the report
