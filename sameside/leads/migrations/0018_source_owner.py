import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

FILL = """
UPDATE leads_lead SET source_owner_id = owner_id WHERE owner_id IS NOT NULL
"""


class Migration(migrations.Migration):
    dependencies = [
        ("leads", "0017_owners_and_reasons"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="lead",
            name="source_owner",
            field=models.ForeignKey(
                db_index=False,
                help_text="The owner an import last gave.",
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
