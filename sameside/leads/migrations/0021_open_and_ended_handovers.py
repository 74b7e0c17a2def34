from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("leads", "0020_owner_before"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name="handover",
            index=models.Index(
                condition=models.Q(("derived", False), ("ended_at__isnull", True)),
                fields=["owner"],
                name="handover_own_open",
            ),
        ),
        migrations.AddIndex(
            model_name="handover",
            index=models.Index(fields=["outcome", "-at", "-id"], name="handover_outcome_time"),
        ),
    ]
