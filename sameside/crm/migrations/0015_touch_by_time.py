from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("crm", "0014_social_messages"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="touch",
            index=models.Index(condition=models.Q(("current", True)), fields=["occurred_at"], name="touch_time"),
        ),
    ]
