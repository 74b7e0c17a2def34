from django.apps import AppConfig


class CrmConfig(AppConfig):
    name = "sameside.crm"

    def ready(self) -> None:
        from sameside.crm import findable  # noqa: F401  registers the kinds "company", "contact" and "deal"
