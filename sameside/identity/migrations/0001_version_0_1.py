import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True
    replaces = [
        ("identity", "0001_initial"),
        ("identity", "0002_touches_move_in_merges"),
        ("identity", "0003_likeness"),
    ]

    dependencies = [
        ('people', '0001_version_0_1'),
    ]

    operations = [
        migrations.CreateModel(
            name='Merge',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('company', 'Companies'), ('contact', 'Contacts'), ('lead', 'Leads'), ('lead_contact', 'Lead and contact')], max_length=12)),
                ('kept_id', models.BigIntegerField()),
                ('merged_id', models.BigIntegerField()),
                ('rule', models.CharField(blank=True, max_length=20)),
                ('reasons', models.JSONField(default=list)),
                ('taken', models.JSONField(default=dict)),
                ('kept_name', models.CharField(max_length=300)),
                ('merged_name', models.CharField(max_length=300)),
                ('at', models.DateTimeField()),
                ('undone_at', models.DateTimeField(null=True)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('undone_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['-at', '-id'], name='identity_me_at_8692fd_idx'), models.Index(fields=['kind', 'kept_id'], name='identity_me_kind_b27dd8_idx')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('undone_at__isnull', True)), fields=('kind', 'merged_id'), name='merge_in_force_once'), models.CheckConstraint(condition=models.Q(('kept_id', models.F('merged_id')), _negated=True), name='merge_of_two')],
            },
        ),
        migrations.CreateModel(
            name='SourceMerge',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('company', 'Companies'), ('contact', 'Contacts'), ('lead', 'Leads'), ('lead_contact', 'Lead and contact')], max_length=12)),
                ('source', models.CharField(max_length=20)),
                ('kept_external_id', models.CharField(max_length=64)),
                ('merged_external_id', models.CharField(max_length=64)),
                ('at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('kind', 'source', 'merged_external_id'), name='source_merge_once'), models.CheckConstraint(condition=models.Q(('kept_external_id', models.F('merged_external_id')), _negated=True), name='source_merge_of_two')],
            },
        ),
        migrations.CreateModel(
            name='Duplicate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('company', 'Companies'), ('contact', 'Contacts'), ('lead', 'Leads'), ('lead_contact', 'Lead and contact')], max_length=12)),
                ('left_id', models.BigIntegerField()),
                ('right_id', models.BigIntegerField()),
                ('left_name', models.CharField(max_length=300)),
                ('left_detail', models.CharField(blank=True, max_length=300)),
                ('right_name', models.CharField(max_length=300)),
                ('right_detail', models.CharField(blank=True, max_length=300)),
                ('score', models.FloatField(help_text='How probable it is that both are the same, from 0 to 1.')),
                ('reasons', models.JSONField(default=list)),
                ('state', models.CharField(choices=[('proposed', 'To decide'), ('later', 'Later'), ('merged', 'Merged'), ('rejected', 'Not the same'), ('resting', 'Settled by another merge')], default='proposed', max_length=10)),
                ('proposed_at', models.DateTimeField()),
                ('decided_at', models.DateTimeField(null=True)),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['state', '-score', '-id'], name='identity_du_state_7a2693_idx'), models.Index(fields=['kind', 'right_id'], name='identity_du_kind_4f3df0_idx')],
                'constraints': [models.UniqueConstraint(fields=('kind', 'left_id', 'right_id'), name='duplicate_pair')],
            },
        ),
        migrations.CreateModel(
            name='Likeness',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('company', 'Companies'), ('contact', 'Contacts'), ('lead', 'Leads'), ('lead_contact', 'Lead and contact')], max_length=12)),
                ('row_id', models.BigIntegerField()),
                ('fingerprint', models.CharField(max_length=32)),
                ('pending', models.BooleanField(default=True)),
                ('name', models.CharField(max_length=300)),
                ('first', models.CharField(max_length=120)),
                ('last', models.CharField(max_length=160)),
                ('email', models.CharField(max_length=254)),
                ('domain', models.CharField(max_length=255)),
                ('phone', models.CharField(max_length=60)),
                ('company', models.CharField(max_length=255)),
                ('country', models.CharField(max_length=80)),
            ],
            options={
                'verbose_name_plural': 'likenesses',
                'indexes': [models.Index(condition=models.Q(('pending', True)), fields=['kind', 'row_id'], name='likeness_pending')],
                'constraints': [models.UniqueConstraint(fields=('kind', 'row_id'), name='likeness_once')],
            },
        ),
        migrations.CreateModel(
            name='Weights',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('subject', models.CharField(max_length=10, unique=True)),
                ('rows', models.PositiveBigIntegerField()),
                ('learnt', models.JSONField()),
                ('at', models.DateTimeField()),
            ],
            options={
                'verbose_name_plural': 'weights',
            },
        ),
        migrations.CreateModel(
            name='MovedReference',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('table', models.CharField(max_length=63)),
                ('column', models.CharField(max_length=63)),
                ('before', models.BigIntegerField(null=True)),
                ('after', models.BigIntegerField()),
                ('row_ids', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None)),
                ('merge', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='moved', to='identity.merge')),
            ],
        ),
    ]
