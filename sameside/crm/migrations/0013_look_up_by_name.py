from django.db import migrations, models
from django.db.models.functions import Upper


class Migration(migrations.Migration):
    dependencies = [("crm", "0012_rows_of_a_run")]

    operations = [
        migrations.AddIndex(model_name="campaign", index=models.Index(Upper("name"), name="campaign_upper_name")),
        migrations.AddIndex(model_name="deal", index=models.Index(Upper("name"), name="deal_upper_name")),
        migrations.AddIndex(
            model_name="conversion",
            index=models.Index(
                condition=models.Q(("contact__isnull", False)), fields=["contact"], name="conversion_contact"
            ),
        ),
    ]
