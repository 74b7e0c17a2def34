from django.db import migrations, models

RETURN, DISQUALIFY, RECYCLE = "return", "disqualify", "recycle"
REASONS = (
    ("not_our_segment", "Not our segment", "Country, industry or size that we do not sell to.", (RETURN, DISQUALIFY)),
    ("no_need", "No need", "They have no problem that we solve, or not now.", (RETURN, DISQUALIFY, RECYCLE)),
    ("wrong_person", "Wrong person", "The company fits, this person has nothing to do with it.", (RETURN, DISQUALIFY)),
    ("no_budget", "No budget", "They want it and cannot pay for it.", (RETURN, DISQUALIFY, RECYCLE)),
    ("no_authority", "No authority", "They cannot decide, and do not lead to who does.", (RETURN, DISQUALIFY, RECYCLE)),
    ("timing", "Not now", "They may buy later.", (RETURN, RECYCLE)),
    ("duplicate", "Duplicate", "Somebody works this person or company already.", (RETURN, DISQUALIFY)),
    ("bad_data", "Bad data", "Wrong or made-up name, number or address.", (RETURN, DISQUALIFY)),
    ("competitor", "Competitor", "They chose a competitor, or are one.", (RETURN, DISQUALIFY, RECYCLE)),
    ("no_answer", "No answer", "All agreed attempts were made, and nobody answered.", (RETURN, DISQUALIFY, RECYCLE)),
    ("other", "Other", "Say in a sentence why.", (RETURN, DISQUALIFY, RECYCLE)),
)


def add_reasons(apps, schema_editor):
    Reason = apps.get_model("leads", "Reason")
    for position, (key, label, text, endings) in enumerate(REASONS, 1):
        Reason.objects.get_or_create(
            key=key, defaults={"label": label, "help": text, "endings": list(endings), "position": position}
        )


class Migration(migrations.Migration):
    dependencies = [("leads", "0014_changes_of_routes")]

    operations = [
        migrations.RunPython(add_reasons, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="handover",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("derived", True),
                    models.Q(("outcome__in", ("returned", "disqualified", "recycled")), _negated=True),
                    ("reason__isnull", False),
                    _connector="OR",
                ),
                name="handover_ends_with_reason",
            ),
        ),
    ]
