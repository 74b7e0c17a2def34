import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
import sameside.search.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True
    replaces = [
        ("search", "0001_change_log"),
        ("search", "0002_synonyms"),
        ("search", "0003_vectors"),
        ("search", "0004_index_checks"),
    ]

    dependencies = [
        ('people', '0001_version_0_1'),
    ]

    operations = [
        migrations.CreateModel(
            name='Change',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=20)),
                ('ids', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None)),
                ('xid', sameside.search.models.TransactionId(db_default=sameside.search.models.CurrentTransaction(), editable=False)),
                ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                'db_table': 'search_change',
                'indexes': [models.Index(fields=['xid'], name='search_change_xid'), models.Index(fields=['at'], name='search_change_at')],
            },
        ),
        migrations.CreateModel(
            name='Synonym',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('words', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=80), help_text='As written; at least two.', size=None)),
                ('folded', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=80), help_text='As searched, in the same order.', size=None)),
                ('key', models.CharField(help_text='Of these words, whatever their order.', max_length=500, unique=True)),
                ('is_one_way', models.BooleanField(default=False)),
                ('state', models.CharField(choices=[('proposed', 'Proposed'), ('accepted', 'In use'), ('rejected', 'Rejected')], max_length=10)),
                ('source', models.CharField(choices=[('hand', 'Written by somebody'), ('title', 'From titles'), ('facet', 'From facets'), ('search', 'From searches')], max_length=10)),
                ('evidence', models.JSONField(default=list, help_text='Sentences that say where a proposal comes from.')),
                ('weight', models.PositiveIntegerField(default=0, help_text='How often it was seen.')),
                ('created_at', models.DateTimeField()),
                ('changed_at', models.DateTimeField()),
                ('before', models.JSONField(default=dict, help_text='What the last change changed, as it was; for taking it back.')),
                ('changed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['state', '-weight', '-id'], name='synonym_state'), models.Index(fields=['-changed_at'], name='synonym_changed')],
            },
        ),
        migrations.CreateModel(
            name='Vector',
            fields=[
                ('pk', models.CompositePrimaryKey('model', 'digest', blank=True, editable=False, primary_key=True, serialize=False)),
                ('model', models.CharField(max_length=80)),
                ('digest', models.BinaryField()),
                ('vector', models.BinaryField()),
                ('unused_since', models.DateTimeField(null=True)),
            ],
            options={
                'db_table': 'search_vector',
            },
        ),
        migrations.CreateModel(
            name='IndexCheck',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=20)),
                ('heals', models.BooleanField(default=False)),
                ('asked_at', models.DateTimeField()),
                ('machine', models.CharField(blank=True, max_length=200)),
                ('finished_at', models.DateTimeField(null=True)),
                ('looked_at', models.PositiveBigIntegerField(default=0)),
                ('documents', models.PositiveBigIntegerField(default=0)),
                ('missing', models.PositiveBigIntegerField(default=0)),
                ('stale', models.PositiveBigIntegerField(default=0)),
                ('surplus', models.PositiveBigIntegerField(default=0)),
                ('problem', models.CharField(blank=True, max_length=300)),
                ('asked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['kind', '-asked_at'], name='index_check_kind')],
            },
        ),
    ]
