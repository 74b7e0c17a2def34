"""Somebody may say that an export is complete; the ids in it are kept in a table that is not logged."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('connectors', '0007_touches_go_in_an_undo'),
    ]

    operations = [
        migrations.AddField(
            model_name='importfile',
            name='full',
            field=models.CharField(blank=True, choices=[('', 'What it holds'), ('yes', 'All of its object'), ('sure', 'All of its object, even if more than half is gone')], default='', max_length=4),
        ),
        migrations.AddField(
            model_name='importfile',
            name='seen',
            field=models.JSONField(default=dict, help_text='How many ids of which scope were kept; see vanishing.py.'),
        ),
        migrations.AddField(
            model_name='importfile',
            name='vanished',
            field=models.PositiveBigIntegerField(help_text='Rows marked as deleted, because it has them not.', null=True),
        ),
        migrations.CreateModel(
            name='SeenId',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('run_id', models.BigIntegerField()),
                ('scope', models.CharField(max_length=120)),
                ('external_id', models.CharField(max_length=64)),
            ],
            options={
                'verbose_name_plural': 'seen ids',
                'indexes': [models.Index(fields=['run_id'], name='seen_id_run')],
            },
        ),
        migrations.RunSQL(
            "ALTER TABLE connectors_seenid SET UNLOGGED", "ALTER TABLE connectors_seenid SET LOGGED"
        ),
    ]
