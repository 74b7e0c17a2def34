from django.apps import AppConfig
from django.db.models.signals import post_migrate


class SearchConfig(AppConfig):
    name = "sameside.search"

    def ready(self) -> None:
        from sameside.search import changes

        post_migrate.connect(changes.after_migrations, sender=self)
