"""The audit log refuses UPDATE, DELETE and TRUNCATE; the one organisation exists from the start."""

import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models

APPEND_ONLY = """
CREATE FUNCTION people_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'The audit log is append-only.' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE ON people_auditentry
  FOR EACH ROW EXECUTE FUNCTION people_refuse_change();
CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON people_auditentry
  FOR EACH STATEMENT EXECUTE FUNCTION people_refuse_change();
"""
REVERSE = """
DROP TRIGGER audit_append_only ON people_auditentry;
DROP TRIGGER audit_no_truncate ON people_auditentry;
DROP FUNCTION people_refuse_change();
"""
ORGANISATION = """
INSERT INTO people_organisation (id, name, is_demo, currency, seller_scope, truth_window_days, truth_min_impressions,
  verified_for_months, review_reminders, search_words_days)
VALUES (1, 'My company', false, 'EUR', 'team', 90, 5, 12, true, 365)
"""
# Of Django's database cache: all web processes share the rate limits of sign-in.
CACHE = """
CREATE UNLOGGED TABLE sameside_cache (
  cache_key varchar(255) NOT NULL PRIMARY KEY,
  value text NOT NULL,
  expires timestamp with time zone NOT NULL
);
CREATE INDEX sameside_cache_expires ON sameside_cache (expires);
"""


class Migration(migrations.Migration):

    initial = True
    replaces = [
        ("people", "0001_initial"),
        ("people", "0002_audit_log_and_organisation"),
        ("people", "0003_invitations"),
        ("people", "0004_rate_limit_cache"),
        ("people", "0005_audit_subject"),
        ("people", "0006_api_tokens"),
        ("people", "0007_findability"),
        ("people", "0008_review_reminders"),
        ("people", "0009_search_words_days"),
    ]

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Team',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120, unique=True)),
                ('side', models.CharField(choices=[('sales', 'Sales'), ('marketing', 'Marketing'), ('success', 'Customer success'), ('other', 'Other')], default='other', max_length=10)),
            ],
            options={
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='Organisation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(default='My company', max_length=200)),
                ('is_demo', models.BooleanField(default=False)),
                ('currency', models.CharField(default='EUR', max_length=3)),
                ('seller_scope', models.CharField(choices=[('team', "their team's deals and leads"), ('everyone', "everyone's deals and leads")], default='team', max_length=10)),
                ('truth_window_days', models.PositiveSmallIntegerField(default=90)),
                ('truth_min_impressions', models.PositiveSmallIntegerField(default=5)),
                ('verified_for_months', models.PositiveSmallIntegerField(default=12, help_text='How long new content counts as right when nobody gives a date.')),
                ('review_reminders', models.BooleanField(default=True, help_text='Owners are told by mail before the date of their content passes.')),
                ('search_words_days', models.PositiveSmallIntegerField(default=365, help_text='After so many days the words of a search are forgotten.')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('pk', 1)), name='one_organisation')],
            },
        ),
        migrations.CreateModel(
            name='Partner',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=200, unique=True)),
            ],
            options={
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='Person',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('email', models.EmailField(max_length=254)),
                ('name', models.CharField(max_length=200)),
                ('title', models.CharField(blank=True, max_length=200)),
                ('role', models.CharField(blank=True, choices=[('seller', 'Seller'), ('marketer', 'Marketer'), ('editor', 'Editor'), ('success', 'Customer success'), ('executive', 'Executive'), ('admin', 'Administrator'), ('partner', 'Partner')], max_length=10)),
                ('is_active', models.BooleanField(default=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('source', models.CharField(blank=True, max_length=20)),
                ('external_id', models.CharField(blank=True, max_length=64)),
                ('team', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='members', to='people.team')),
                ('partner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='members', to='people.partner')),
            ],
            options={
                'ordering': ['name', 'pk'],
                'constraints': [models.UniqueConstraint(django.db.models.functions.text.Lower('email'), name='person_email'), models.UniqueConstraint(models.F('source'), models.F('external_id'), condition=models.Q(('external_id', ''), _negated=True), name='person_source_id')],
            },
        ),
        migrations.CreateModel(
            name='AuditEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('action', models.CharField(max_length=60)),
                ('subject', models.CharField(blank=True, max_length=300)),
                ('details', models.JSONField(default=dict)),
                ('previous_hash', models.CharField(max_length=64)),
                ('hash', models.CharField(max_length=64, unique=True)),
                ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-pk'],
                'indexes': [models.Index(fields=['action', '-id'], name='people_audi_action_f119b5_idx'), models.Index(fields=['at'], name='people_audi_at_12cef3_idx'), models.Index(fields=['subject', '-id'], name='people_audi_subject_025f61_idx')],
            },
        ),
        migrations.CreateModel(
            name='Invitation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('token_hash', models.CharField(max_length=64, unique=True)),
                ('created_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('used_at', models.DateTimeField(null=True)),
                ('revoked_at', models.DateTimeField(null=True)),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='invitations', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='ApiToken',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80)),
                ('token_hash', models.CharField(max_length=64, unique=True)),
                ('ending', models.CharField(help_text='Its last characters, to tell it from others.', max_length=4)),
                ('scopes', models.JSONField(help_text='Keys of the role table.')),
                ('created_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('revoked_at', models.DateTimeField(null=True)),
                ('last_used_on', models.DateField(null=True)),
                ('minute', models.BigIntegerField(default=0)),
                ('calls', models.PositiveIntegerField(default=0)),
                ('calls_before', models.PositiveIntegerField(default=0)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='tokens', to=settings.AUTH_USER_MODEL)),
                ('revoked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-pk'],
            },
        ),
        migrations.RunSQL(APPEND_ONLY, REVERSE),
        migrations.RunSQL(ORGANISATION, "DELETE FROM people_organisation"),
        migrations.RunSQL(CACHE, "DROP TABLE sameside_cache"),
    ]
