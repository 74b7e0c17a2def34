from django.apps import AppConfig


class ConversationsConfig(AppConfig):
    name = "sameside.conversations"

    def ready(self) -> None:
        from sameside.conversations import report  # noqa: F401  registers the report
