from django.db import migrations, models


class Migration(migrations.Migration):
    """The latest uses, which the rows behind a board look through until a page is full."""

    dependencies = [
        ("library", "0001_version_0_1"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="usage",
            index=models.Index(
                condition=models.Q(("action__in", ("share", "present", "personalise"))),
                fields=["-at", "-id"],
                name="usage_used_latest",
            ),
        ),
    ]
