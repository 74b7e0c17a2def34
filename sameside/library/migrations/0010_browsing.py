from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("library", "0009_search_outcomes")]

    operations: ClassVar = [
        migrations.AddIndex(
            model_name="asset",
            index=models.Index(fields=["-created_at", "-id"], name="asset_newest"),
        ),
        migrations.AddIndex(
            model_name="usage",
            index=models.Index(
                condition=models.Q(("action", "open")), fields=["person", "-at"], name="usage_opened"
            ),
        ),
    ]
