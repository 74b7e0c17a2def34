from django.apps import AppConfig


class LeadsConfig(AppConfig):
    name = "sameside.leads"

    def ready(self) -> None:
        from sameside.leads import findable, report  # noqa: F401  they register the kind "lead" and the report
        from sameside.leads.agreement import report as kept  # noqa: F401  the same
        from sameside.leads.batches import figures  # noqa: F401  the same
        from sameside.leads.measured import report as measured  # noqa: F401  and the report on hand-overs
        from sameside.leads.routing import soon
        from sameside.people import membership

        membership.follow("leads", soon.if_any_waits)
