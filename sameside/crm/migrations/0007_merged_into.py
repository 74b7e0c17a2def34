import django.db.models.deletion
from django.db import migrations, models


def merged_into(model):
    return migrations.AddField(
        model_name=model,
        name="merged_into",
        field=models.ForeignKey(
            db_index=False,
            null=True,
            on_delete=django.db.models.deletion.PROTECT,
            related_name="merged",
            to=f"crm.{model}",
        ),
    )


def index(model):
    return migrations.AddIndex(
        model_name=model,
        index=models.Index(
            condition=models.Q(("merged_into__isnull", False)), fields=["merged_into"], name=f"{model}_merged_into"
        ),
    )


class Migration(migrations.Migration):
    dependencies = [("crm", "0006_import_runs")]
    operations = [merged_into("company"), merged_into("contact"), index("company"), index("contact")]
