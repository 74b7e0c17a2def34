"""Sums by month beside the credit. Stored reports of a period are forgotten: any range of months is composed of the
sums, which the next computation makes."""

from django.db import migrations, models


def forget(apps, schema_editor):
    apps.get_model("kit", "Snapshot").objects.filter(name="revenue").delete()


class Migration(migrations.Migration):
    dependencies = [
        ("attribution", "0006_saved_runs"),
        ("kit", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="MonthlySums",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("lookback_months", models.PositiveSmallIntegerField()),
                ("month", models.IntegerField(help_text="Months since January 1970, UTC; -1 for the open deals.")),
                ("digest", models.CharField(help_text="Of everything that it was made of.", max_length=32)),
                ("deals", models.BinaryField(help_text="The ids of the deals, eight bytes each.")),
                ("sums", models.BinaryField(help_text="By dimension, key and model.")),
                ("cells", models.BinaryField(help_text="The same by bucket of companies, for intervals.")),
            ],
            options={"verbose_name_plural": "monthly sums"},
        ),
        migrations.AddConstraint(
            "monthlysums",
            models.UniqueConstraint(fields=["lookback_months", "month"], name="monthlysums_of_month"),
        ),
        migrations.RunPython(forget, forget, elidable=True),
    ]
