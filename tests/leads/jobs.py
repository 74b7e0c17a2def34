"""Which jobs wait to be done."""

from procrastinate.contrib.django.models import ProcrastinateJob


def asked_for() -> list[str]:
    return list(ProcrastinateJob.objects.filter(status="todo").order_by("pk").values_list("task_name", flat=True))
