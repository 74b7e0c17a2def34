from django.db import migrations, models

_SHOWN_BEFORE = """
UPDATE library_usage SET recommended = true
WHERE action = 'impression' AND search_id IS NULL AND source = 'sameside'
  AND (deal_id IS NOT NULL OR lead_id IS NOT NULL)
"""


class Migration(migrations.Migration):
    """Which showings proposed something; those of before, with a deal or a lead and no search, stay what they were."""

    dependencies = [
        ("library", "0019_used_latest"),
    ]

    operations = [
        migrations.AddField(
            model_name="usage",
            name="recommended",
            field=models.BooleanField(
                db_default=False,
                help_text="Proposed for the deal or the lead; not found by words, nor listed because it was used.",
            ),
        ),
        migrations.RunSQL(_SHOWN_BEFORE, migrations.RunSQL.noop),
    ]
