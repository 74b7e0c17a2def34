"""The ids that an export held are kept in a table that is not logged."""

import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True
    replaces = [
        ("connectors", "0001_initial"),
        ("connectors", "0002_initial"),
        ("connectors", "0003_run_phase_and_attempts"),
        ("connectors", "0004_import_runs"),
        ("connectors", "0005_run_pace_and_undo"),
        ("connectors", "0006_table_mapping"),
        ("connectors", "0007_touches_go_in_an_undo"),
        ("connectors", "0008_complete_exports"),
        ("connectors", "0009_table_of_a_file"),
        ("connectors", "0010_missing_listed"),
    ]

    dependencies = [
        ('library', '0001_version_0_1'),
        ('people', '0001_version_0_1'),
    ]

    operations = [
        migrations.CreateModel(
            name='ImportRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('connector', models.CharField(help_text='The connector of all its files, or `any` for several.', max_length=30)),
                ('origin', models.CharField(help_text='The folder or file names, as the person gave them.', max_length=500)),
                ('folder', models.CharField(help_text='Where the files lie on this machine.', max_length=500)),
                ('state', models.CharField(choices=[('preview', 'Waiting for your review'), ('queued', 'Waiting'), ('running', 'Running'), ('paused', 'Paused'), ('done', 'Done'), ('failed', 'Failed'), ('cancelled', 'Cancelled'), ('undoing', 'Being undone'), ('undone', 'Undone')], default='queued', max_length=10)),
                ('created_at', models.DateTimeField()),
                ('started_at', models.DateTimeField(null=True)),
                ('finished_at', models.DateTimeField(null=True)),
                ('heartbeat_at', models.DateTimeField(null=True)),
                ('problem', models.TextField(blank=True)),
                ('started_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('attempts', models.PositiveSmallIntegerField(default=0, help_text='How often it was begun; more than once after a stop.')),
                ('phase', models.CharField(blank=True, help_text='What goes on between and after the files.', max_length=120)),
                ('dry', models.BooleanField(default=False, help_text='Everything is done but written: nothing of it stays.')),
                ('wish', models.CharField(blank=True, choices=[('', 'Go on'), ('pause', 'Pause'), ('cancel', 'Cancel')], default='', max_length=10)),
                ('workspace', models.CharField(blank=True, help_text='Where workbooks were turned into tables.', max_length=500)),
                ('seconds', models.FloatField(default=0, help_text='How long it was at work, without pauses.')),
                ('speed', models.FloatField(default=0, help_text='Bytes a second, smoothed; 0 while nobody can tell.')),
                ('undo', models.JSONField(default=dict, help_text='What an undo found or did: see connectors/undoing.py.')),
                ('undone_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='TableMapping',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80)),
                ('target', models.CharField(help_text='companies, contacts, deals ...', max_length=30)),
                ('spec', models.JSONField(help_text='Columns, constants, namespace of the ids.')),
                ('choices', models.JSONField(default=dict, help_text='How such files are read; see tabular.Choices.')),
                ('signature', models.CharField(db_index=True, help_text='Stands for the headers it was made for.', max_length=64)),
                ('version', models.PositiveIntegerField(default=1)),
                ('created_at', models.DateTimeField()),
                ('updated_at', models.DateTimeField()),
                ('used_at', models.DateTimeField(null=True)),
                ('removed_at', models.DateTimeField(null=True)),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('updated_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['name', 'id'], name='table_mapping_by_name')],
                'constraints': [models.UniqueConstraint(django.db.models.functions.text.Lower('name'), condition=models.Q(('removed_at__isnull', True)), name='table_mapping_name')],
            },
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
        migrations.CreateModel(
            name='ImportFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=500)),
                ('recognised_as', models.CharField(blank=True, help_text='Account, Lead ... or pdf, pptx ...', max_length=40)),
                ('state', models.CharField(choices=[('waiting', 'Waiting'), ('running', 'Running'), ('done', 'Done'), ('refused', 'Refused'), ('ignored', 'Not needed')], default='waiting', max_length=10)),
                ('bytes', models.PositiveBigIntegerField(default=0)),
                ('bytes_read', models.PositiveBigIntegerField(default=0)),
                ('rows', models.PositiveBigIntegerField(default=0)),
                ('created', models.PositiveBigIntegerField(default=0)),
                ('updated', models.PositiveBigIntegerField(default=0)),
                ('unchanged', models.PositiveBigIntegerField(default=0)),
                ('refused', models.PositiveBigIntegerField(default=0)),
                ('missing_references', models.PositiveBigIntegerField(default=0)),
                ('error_file', models.CharField(blank=True, help_text="Below the data folder's `imports`.", max_length=500)),
                ('note', models.CharField(blank=True, help_text='The verdict in a sentence.', max_length=500)),
                ('asset', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='library.asset')),
                ('run', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='files', to='connectors.importrun')),
                ('choices', models.JSONField(default=dict, help_text='What a person decided about its format; see tabular.Choices.')),
                ('connector', models.CharField(blank=True, max_length=30)),
                ('missing', models.JSONField(default=dict, help_text='Missing references: name, how many, and some of the ids.')),
                ('path', models.CharField(blank=True, help_text='The table as text; empty: the file itself.', max_length=800)),
                ('reasons', models.JSONField(default=dict, help_text='Why rows were refused: sentence and how many.')),
                ('mends', models.ForeignKey(help_text='The file whose refused rows it mends.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='mended_by', to='connectors.importfile')),
                ('full', models.CharField(blank=True, choices=[('', 'What it holds'), ('yes', 'All of its object'), ('sure', 'All of its object, even if more than half is gone')], default='', max_length=4)),
                ('seen', models.JSONField(default=dict, help_text='How many ids of which scope were kept; see vanishing.py.')),
                ('vanished', models.PositiveBigIntegerField(help_text='Rows marked as deleted, because it has them not.', null=True)),
                ('table', models.CharField(blank=True, default='', help_text='Where its rows went.', max_length=60)),
                ('missing_listed', models.PositiveIntegerField(default=0, help_text='How many of the ids are in the list of them.')),
            ],
            options={
                'ordering': ['pk'],
                'constraints': [models.UniqueConstraint(fields=('run', 'name'), name='run_file_name')],
            },
        ),
        migrations.CreateModel(
            name='RowBefore',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('table', models.CharField(max_length=60)),
                ('row_id', models.BigIntegerField()),
                ('before', models.JSONField()),
                ('run', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='connectors.importrun')),
            ],
            options={
                'verbose_name_plural': 'rows before',
                'constraints': [models.UniqueConstraint(fields=('run', 'table', 'row_id'), name='row_before_run_table_row')],
            },
        ),
        migrations.RunSQL("ALTER TABLE connectors_seenid SET UNLOGGED", "ALTER TABLE connectors_seenid SET LOGGED"),
    ]
