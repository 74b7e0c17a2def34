"""One row for all models instead of one for each. Credit is computed of touches and deals, so it is emptied here and
computed anew with the first report; so are the stored reports, whose data had another shape."""

from django.db import migrations, models


def empty(apps, schema_editor):
    apps.get_model("kit", "Snapshot").objects.filter(name="revenue").delete()
    schema_editor.execute("TRUNCATE attribution_credit, attribution_creditrun")


class Migration(migrations.Migration):
    dependencies = [
        ("attribution", "0004_credit_without_constraint"),
        ("kit", "0001_initial"),
    ]

    operations = [
        migrations.RunPython(empty, empty, elidable=True),
        migrations.RemoveIndex("credit", "attribution_lookbac_ed7a28_idx"),
        migrations.RemoveField("credit", "model"),
        migrations.RemoveField("credit", "share"),
        migrations.AddField("credit", "first", models.FloatField(default=0), preserve_default=False),
        migrations.AddField("credit", "last", models.FloatField(default=0), preserve_default=False),
        migrations.AddField("credit", "last_non_direct", models.FloatField(default=0), preserve_default=False),
        migrations.AddField("credit", "lead_creation", models.FloatField(default=0), preserve_default=False),
        migrations.AddField("credit", "opportunity_creation", models.FloatField(default=0), preserve_default=False),
        migrations.AddField("credit", "linear", models.FloatField(default=0), preserve_default=False),
        migrations.AddField("credit", "u_shape", models.FloatField(default=0), preserve_default=False),
        migrations.AddField("credit", "w_shape", models.FloatField(default=0), preserve_default=False),
        migrations.AddField("credit", "full_path", models.FloatField(default=0), preserve_default=False),
        migrations.AddField("credit", "time_decay", models.FloatField(default=0), preserve_default=False),
        migrations.AddField("credit", "shapley", models.FloatField(default=0), preserve_default=False),
        migrations.AlterField(
            "credit", "dimension", models.CharField(help_text="channel, origin, campaign, asset, team", max_length=10)
        ),
        migrations.AlterField(
            "credit",
            "key",
            models.CharField(
                help_text="Channel or origin; campaign, asset or team id; `none` without one, empty without a touch.",
                max_length=60,
            ),
        ),
        migrations.AlterField(
            "creditrun",
            "touches",
            models.PositiveBigIntegerField(help_text="Touches of the companies that have a deal."),
        ),
        migrations.AddIndex(
            "credit", models.Index(fields=["lookback_months", "dimension", "key", "-deal"], name="credit_of_key")
        ),
    ]
