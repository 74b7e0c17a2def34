from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "sameside.people"

    def ready(self) -> None:
        from sameside.people import signin  # noqa: F401  registers the sign-in receivers
        from sameside.people.pages import PeopleAccess
        from sameside.ui import access

        access.provide(PeopleAccess())
