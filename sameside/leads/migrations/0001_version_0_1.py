"""What both heads signed is never changed: the database refuses it too. Of an agreed version only its end is set."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

GUARDS = """
CREATE FUNCTION leads_guard_agreement() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.agreed_at IS NULL THEN
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
  END IF;
  IF TG_OP = 'DELETE' OR (to_jsonb(NEW) - 'ends_at') IS DISTINCT FROM (to_jsonb(OLD) - 'ends_at') THEN
    RAISE EXCEPTION 'An agreement that both sides signed is never changed.' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER agreement_as_signed BEFORE UPDATE OR DELETE ON leads_agreement
  FOR EACH ROW EXECUTE FUNCTION leads_guard_agreement();

CREATE FUNCTION leads_guard_signature() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE'
    OR EXISTS (SELECT FROM leads_agreement a WHERE a.id = OLD.agreement_id AND a.agreed_at IS NOT NULL) THEN
    RAISE EXCEPTION 'A signature is never changed.' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN OLD;
END $$;
CREATE TRIGGER signature_as_given BEFORE UPDATE OR DELETE ON leads_signature
  FOR EACH ROW EXECUTE FUNCTION leads_guard_signature();

CREATE FUNCTION leads_guard_score_rule() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM leads_agreement a WHERE a.score_rule_id = OLD.id AND a.agreed_at IS NOT NULL) THEN
    RAISE EXCEPTION 'The points that both sides signed are never changed.' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER score_rule_as_signed BEFORE UPDATE OF number, points ON leads_scorerule
  FOR EACH ROW EXECUTE FUNCTION leads_guard_score_rule();
"""
REVERSE = """
DROP TRIGGER agreement_as_signed ON leads_agreement;
DROP FUNCTION leads_guard_agreement();
DROP TRIGGER signature_as_given ON leads_signature;
DROP FUNCTION leads_guard_signature();
DROP TRIGGER score_rule_as_signed ON leads_scorerule;
DROP FUNCTION leads_guard_score_rule();
"""
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

    initial = True
    replaces = [
        ("leads", "0001_initial"),
        ("leads", "0002_lean_indexes"),
        ("leads", "0003_order_by_won_amount"),
        ("leads", "0004_import_runs"),
        ("leads", "0005_merged_into"),
        ("leads", "0006_marketing"),
        ("leads", "0007_lead_stages"),
        ("leads", "0008_conversion"),
        ("leads", "0009_rows_of_a_run"),
        ("leads", "0010_agreement"),
        ("leads", "0011_the_clock"),
        ("leads", "0012_scoring"),
        ("leads", "0013_whole_scoring_runs"),
        ("leads", "0014_changes_of_routes"),
        ("leads", "0015_reasons"),
        ("leads", "0016_signed_agreements"),
        ("leads", "0017_owners_and_reasons"),
        ("leads", "0018_source_owner"),
        ("leads", "0019_data_put_right"),
        ("leads", "0020_owner_before"),
        ("leads", "0021_open_and_ended_handovers"),
        ("leads", "0022_queues_and_ends"),
    ]

    dependencies = [
        ('crm', '0001_version_0_1'),
        ('people', '0001_version_0_1'),
    ]

    operations = [
        migrations.CreateModel(
            name='Lead',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('source', models.CharField(max_length=20)),
                ('external_id', models.CharField(max_length=64)),
                ('deleted_in_source', models.BooleanField(default=False)),
                ('changed_by_run', models.BigIntegerField(null=True)),
                ('first_name', models.CharField(blank=True, max_length=120)),
                ('last_name', models.CharField(blank=True, max_length=160)),
                ('email', models.CharField(blank=True, max_length=254)),
                ('phone', models.CharField(blank=True, max_length=60)),
                ('title', models.CharField(blank=True, max_length=255)),
                ('seniority', models.CharField(blank=True, max_length=20)),
                ('department', models.CharField(blank=True, max_length=30)),
                ('company_name', models.CharField(blank=True, max_length=255)),
                ('industry', models.CharField(blank=True, max_length=120)),
                ('vertical', models.CharField(blank=True, max_length=60)),
                ('country', models.CharField(blank=True, max_length=80)),
                ('lead_source', models.CharField(blank=True, max_length=80)),
                ('status', models.CharField(blank=True, max_length=120)),
                ('rating', models.CharField(blank=True, max_length=40)),
                ('created_at', models.DateTimeField()),
                ('is_converted', models.BooleanField(default=False)),
                ('converted_on', models.DateField(null=True)),
                ('fate', models.CharField(choices=[('waiting', 'Not handed over'), ('untouched', 'Untouched'), ('worked', 'Being worked'), ('returned', 'Returned'), ('converted', 'Converted, no deal'), ('open', 'Deal open'), ('won', 'Won'), ('lost', 'Lost')], default='waiting', max_length=10)),
                ('handed_over_at', models.DateTimeField(null=True)),
                ('first_attempt_at', models.DateTimeField(null=True)),
                ('attempts', models.PositiveIntegerField(default=0)),
                ('won_amount', models.DecimalField(decimal_places=2, max_digits=18, null=True)),
                ('campaign', models.ForeignKey(db_index=False, help_text='The first campaign it answered.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='leads', to='crm.campaign')),
                ('company', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='leads', to='crm.company')),
                ('contact', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='leads', to='crm.contact')),
                ('deal', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='leads', to='crm.deal')),
                ('owner', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='leads', to=settings.AUTH_USER_MODEL)),
                ('created_by_run', models.BigIntegerField(null=True)),
                ('merged_into', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='merged', to='leads.lead')),
                ('email_status', models.CharField(blank=True, choices=[('bounced', 'Bounced'), ('unsubscribed', 'Unsubscribed'), ('spam', 'Reported us as spam')], db_default='', default='', max_length=12)),
                ('likelihood', models.FloatField(help_text='By the learnt model in use: chance of an opportunity, 0 to 1.', null=True)),
                ('not_routed', models.CharField(blank=True, db_default='', default='', help_text='Why no route takes it, though it qualified.', max_length=300)),
                ('qualified_at', models.DateTimeField(help_text='Since when it counts as qualified; null: it does not.', null=True)),
                ('score', models.SmallIntegerField(help_text='By the rule of the agreement in force, 0 to 100.', null=True)),
                ('scored_at', models.DateTimeField(null=True)),
                ('segment', models.CharField(blank=True, db_default='', default='', max_length=60)),
                ('source_reason', models.CharField(blank=True, db_default='', default='', help_text='Why it was given up or back, as the CRM says.', max_length=255)),
                ('source_owner', models.ForeignKey(db_index=False, help_text='The owner an import last gave.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['-created_at', '-id'], name='leads_lead_created_61e4c2_idx'), models.Index(fields=['owner', '-created_at', '-id'], name='leads_lead_owner_i_e36955_idx'), models.Index(fields=['fate', '-created_at', '-id'], name='leads_lead_fate_edd367_idx'), models.Index(fields=['lead_source', '-created_at', '-id'], name='leads_lead_lead_so_acde48_idx'), models.Index(fields=['campaign', '-created_at', '-id'], name='leads_lead_campaig_6e54c7_idx'), models.Index(fields=['email'], name='leads_lead_email_f663dc_idx'), models.Index(models.OrderBy(models.F('won_amount'), descending=True, nulls_last=True), models.OrderBy(models.F('id'), descending=True), name='lead_won_amount'), models.Index(condition=models.Q(('merged_into__isnull', False)), fields=['merged_into'], name='lead_merged_into'), models.Index(condition=models.Q(('created_by_run__isnull', False)), fields=['created_by_run'], name='lead_created_by_run'), models.Index(condition=models.Q(('changed_by_run__isnull', False)), fields=['changed_by_run'], name='lead_changed_by_run'), models.Index(models.OrderBy(models.F('score'), descending=True, nulls_last=True), models.OrderBy(models.F('id'), descending=True), name='lead_score'), models.Index(condition=models.Q(('not_routed', ''), _negated=True), fields=['qualified_at', 'id'], name='lead_not_routed')],
                'constraints': [models.UniqueConstraint(fields=('source', 'external_id'), name='lead_source_id')],
            },
        ),
        migrations.CreateModel(
            name='Absence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('starts_on', models.DateField()),
                ('ends_on', models.DateField()),
                ('note', models.CharField(blank=True, max_length=200)),
                ('made_at', models.DateTimeField()),
                ('cancelled_at', models.DateTimeField(null=True)),
                ('cover', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='absences', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-starts_on', '-pk'],
                'indexes': [models.Index(fields=['person', 'ends_on'], name='leads_absen_person__c5d670_idx')],
                'constraints': [models.CheckConstraint(condition=models.Q(('ends_on__gte', models.F('starts_on'))), name='absence_in_order'), models.CheckConstraint(condition=models.Q(('cover__isnull', True), models.Q(('cover', models.F('person')), _negated=True), _connector='OR'), name='cover_is_another')],
            },
        ),
        migrations.CreateModel(
            name='BatchFeedback',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('lead_source', models.CharField(blank=True, max_length=80)),
                ('starts_on', models.DateField()),
                ('ends_on', models.DateField()),
                ('fit', models.CharField(choices=[('right', 'Mostly the right companies and people'), ('mixed', 'Mixed'), ('wrong_companies', 'Mostly the wrong companies'), ('wrong_people', 'Mostly the wrong people')], max_length=16)),
                ('readiness', models.CharField(choices=[('ready', 'Ready to talk'), ('early', 'Too early'), ('unaware', 'Did not know why we called'), ('late', 'Too late: decided already')], max_length=10)),
                ('data', models.CharField(choices=[('good', 'Complete and right'), ('gaps', 'Gaps'), ('wrong', 'Wrong or made up')], max_length=8)),
                ('conversation', models.CharField(blank=True, help_text='The kind of conversation it came to, if any.', max_length=25)),
                ('better', models.CharField(blank=True, help_text='What would make the next batch better.', max_length=500)),
                ('at', models.DateTimeField()),
                ('changed_at', models.DateTimeField(null=True)),
                ('answer', models.CharField(blank=True, max_length=1000)),
                ('answered_at', models.DateTimeField(null=True)),
                ('answered_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('campaign', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='feedback', to='crm.campaign')),
            ],
            options={
                'indexes': [models.Index(fields=['-at', '-id'], name='leads_batch_at_357a1e_idx'), models.Index(fields=['lead_source', '-at'], name='leads_batch_lead_so_e489ce_idx')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('campaign__isnull', False), ('lead_source', '')), models.Q(('campaign__isnull', True), models.Q(('lead_source', ''), _negated=True)), _connector='OR'), name='batch_of_campaign_or_source'), models.CheckConstraint(condition=models.Q(('ends_on__gte', models.F('starts_on'))), name='batch_in_order')],
            },
        ),
        migrations.CreateModel(
            name='Calendar',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120, unique=True)),
                ('time_zone', models.CharField(help_text='IANA name: Europe/Berlin.', max_length=60)),
                ('week', models.JSONField()),
                ('is_default', models.BooleanField(default=False)),
                ('changed_at', models.DateTimeField()),
                ('put_away_at', models.DateTimeField(help_text='No longer offered; nobody works by it.', null=True)),
            ],
            options={
                'ordering': ['name'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('is_default', True)), fields=('is_default',), name='one_default_calendar')],
            },
        ),
        migrations.CreateModel(
            name='Reason',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.SlugField(max_length=40, unique=True)),
                ('label', models.CharField(max_length=80)),
                ('help', models.CharField(blank=True, max_length=200)),
                ('endings', models.JSONField(help_text='For which endings it is offered: a list of `Ending` values.')),
                ('position', models.PositiveIntegerField(default=0)),
                ('put_away_at', models.DateTimeField(null=True)),
            ],
            options={
                'ordering': ['position', 'label'],
            },
        ),
        migrations.CreateModel(
            name='Route',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveIntegerField()),
                ('name', models.CharField(max_length=120)),
                ('conditions', models.JSONField(default=list, help_text='As leads/criteria.py reads them; all must hold.')),
                ('gives', models.CharField(choices=[('person', 'To one person'), ('round_robin', 'In turn among people'), ('team', 'In turn among a team'), ('account_owner', 'To who owns the company')], max_length=14)),
                ('is_active', models.BooleanField(default=True)),
                ('changed_at', models.DateTimeField()),
                ('deleted_at', models.DateTimeField(help_text='Taken away; hand-overs still name it.', null=True)),
                ('changed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('team', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.team')),
            ],
            options={
                'ordering': ['position', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='ScoreModel',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField(unique=True)),
                ('state', models.CharField(choices=[('in_use', 'In use'), ('beaten', 'Not better than the rule'), ('retired', 'Replaced'), ('too_little', 'Too little to learn from')], max_length=10)),
                ('trained_at', models.DateTimeField()),
                ('learnt_from', models.DateTimeField(help_text='First creation among the leads learnt from.', null=True)),
                ('learnt_to', models.DateTimeField(null=True)),
                ('tested_to', models.DateTimeField(null=True)),
                ('leads', models.PositiveIntegerField(default=0)),
                ('parameters', models.JSONField(default=dict)),
                ('figures', models.JSONField(default=dict)),
                ('because', models.CharField(blank=True, help_text='Why it has its state, as a sentence.', max_length=500)),
                ('in_use_from', models.DateTimeField(null=True)),
                ('in_use_to', models.DateTimeField(null=True)),
            ],
            options={
                'ordering': ['-number'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'in_use')), fields=('state',), name='score_model_in_use_once')],
            },
        ),
        migrations.CreateModel(
            name='ScoreRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField(unique=True)),
                ('points', models.JSONField(help_text='As leads/scoring/rule.py reads and writes it.')),
                ('note', models.CharField(blank=True, max_length=500)),
                ('created_at', models.DateTimeField()),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-number'],
            },
        ),
        migrations.CreateModel(
            name='ScoringRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('why', models.CharField(choices=[('import', 'After an import'), ('touches', 'New touches'), ('nightly', 'Every night'), ('asked', 'Asked for')], max_length=8)),
                ('at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('done', models.PositiveIntegerField(default=0, help_text='Leads looked at.')),
                ('total', models.PositiveIntegerField(default=0)),
                ('changed', models.PositiveIntegerField(default=0, help_text='Leads with another score than before.')),
                ('qualified', models.PositiveIntegerField(default=0)),
                ('handed_over', models.PositiveIntegerField(default=0)),
                ('touch_id', models.BigIntegerField(help_text='The last touch that was there when it began.', null=True)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('is_whole', models.BooleanField(default=False, help_text='It went through every lead.')),
            ],
            options={
                'indexes': [models.Index(fields=['-at', '-id'], name='leads_scori_at_750b56_idx')],
            },
        ),
        migrations.CreateModel(
            name='LeadStage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('source', models.CharField(max_length=20)),
                ('external_id', models.CharField(max_length=64)),
                ('deleted_in_source', models.BooleanField(default=False)),
                ('created_by_run', models.BigIntegerField(null=True)),
                ('changed_by_run', models.BigIntegerField(null=True)),
                ('stage', models.CharField(max_length=80)),
                ('at', models.DateTimeField()),
                ('lead', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='stages', to='leads.lead')),
                ('owner', models.ForeignKey(db_index=False, help_text='Who got it, of the last two.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('owner_before', models.ForeignKey(db_index=False, help_text='Who had it until then.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['lead', 'at'], name='leads_leads_lead_id_781c2f_idx')],
                'constraints': [models.UniqueConstraint(fields=('source', 'external_id'), name='leadstage_source_id')],
            },
        ),
        migrations.CreateModel(
            name='Conversion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('made', models.JSONField(default=list)),
                ('before', models.JSONField(default=dict)),
                ('touch_ids', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, size=None)),
                ('at', models.DateTimeField()),
                ('undone_at', models.DateTimeField(null=True)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('company', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='crm.company')),
                ('contact', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='crm.contact')),
                ('deal', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='crm.deal')),
                ('lead', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='conversions', to='leads.lead')),
                ('role', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='crm.dealcontact')),
                ('undone_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('undone_at__isnull', True)), fields=('lead',), name='conversion_in_force_once')],
            },
        ),
        migrations.CreateModel(
            name='Agreement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField(unique=True)),
                ('title', models.CharField(max_length=200)),
                ('terms', models.JSONField(help_text='As leads/agreement/terms.py reads and writes it.')),
                ('change_note', models.CharField(blank=True, help_text='Why this version differs from the last.', max_length=500)),
                ('in_force_from', models.DateField(null=True)),
                ('review_on', models.DateField(null=True)),
                ('created_at', models.DateTimeField()),
                ('changed_at', models.DateTimeField(help_text='When the draft was last saved.')),
                ('digest', models.CharField(blank=True, help_text='SHA-256 of all that is signed.', max_length=64)),
                ('agreed_at', models.DateTimeField(help_text='When the second head signed.', null=True)),
                ('begins_at', models.DateTimeField(help_text='From when it is in force: never before it was agreed.', null=True)),
                ('ends_at', models.DateTimeField(help_text='When the next version came into force.', null=True)),
                ('withdrawn_at', models.DateTimeField(null=True)),
                ('based_on', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='leads.agreement')),
                ('created_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('marketing_head', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('sales_head', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('withdrawn_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('score_rule', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='agreements', to='leads.scorerule')),
            ],
            options={
                'ordering': ['-number'],
                'constraints': [models.CheckConstraint(condition=models.Q(('marketing_head__isnull', True), ('sales_head__isnull', True), models.Q(('sales_head', models.F('marketing_head')), _negated=True), _connector='OR'), name='two_heads')],
            },
        ),
        migrations.CreateModel(
            name='Holiday',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('on', models.DateField()),
                ('name', models.CharField(max_length=120)),
                ('hours', models.JSONField(default=list, help_text='Intervals as in the week; none: closed.')),
                ('calendar', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='holidays', to='leads.calendar')),
            ],
            options={
                'ordering': ['on'],
                'constraints': [models.UniqueConstraint(fields=('calendar', 'on'), name='holiday_once')],
            },
        ),
        migrations.CreateModel(
            name='RouteMember',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('weight', models.PositiveSmallIntegerField(default=1)),
                ('given', models.PositiveIntegerField(default=0, help_text='Leads given by this route since the turn began.')),
                ('last_given_at', models.DateTimeField(null=True)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('route', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='members', to='leads.route')),
            ],
            options={
                'ordering': ['pk'],
                'constraints': [models.UniqueConstraint(fields=('route', 'person'), name='route_member_once')],
            },
        ),
        migrations.CreateModel(
            name='WorkingPlace',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('capacity', models.PositiveSmallIntegerField(help_text='Open hand-overs at once; null: no limit.', null=True)),
                ('per_day', models.PositiveSmallIntegerField(help_text='New hand-overs a day; null: no limit.', null=True)),
                ('is_taking', models.BooleanField(default=True)),
                ('calendar', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='places', to='leads.calendar')),
                ('person', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='working_place', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='HoursChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('what', models.CharField(choices=[('calendar', 'Calendar'), ('place', 'Working place'), ('absence', 'Absence')], max_length=10)),
                ('text', models.CharField(max_length=300)),
                ('before', models.JSONField(null=True)),
                ('after', models.JSONField(null=True)),
                ('at', models.DateTimeField()),
                ('undone_at', models.DateTimeField(null=True)),
                ('due_of', models.PositiveIntegerField(null=True)),
                ('due_moved', models.PositiveIntegerField(null=True)),
                ('settled_at', models.DateTimeField(null=True)),
                ('absence', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='leads.absence')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('calendar', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='changes', to='leads.calendar')),
                ('person', models.ForeignKey(help_text='Whose place or absence.', null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('undone_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-at', '-pk'],
                'indexes': [models.Index(fields=['-at', '-id'], name='leads_hours_at_b73bce_idx')],
            },
        ),
        migrations.CreateModel(
            name='ScoreDraft',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('points', models.JSONField(help_text='As leads/scoring/rule.py reads and writes it.')),
                ('note', models.CharField(blank=True, max_length=500)),
                ('changed_at', models.DateTimeField()),
                ('based_on', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='leads.scorerule')),
                ('person', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='score_draft', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='ScoreEffect',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=64, unique=True)),
                ('points', models.JSONField()),
                ('segments', models.JSONField(help_text='As in the terms of the agreement that was taken.')),
                ('asked_at', models.DateTimeField()),
                ('done', models.PositiveIntegerField(default=0)),
                ('total', models.PositiveIntegerField(default=0)),
                ('computed_at', models.DateTimeField(null=True)),
                ('data', models.JSONField(default=dict)),
                ('against', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='leads.scorerule')),
                ('asked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['-asked_at', '-id'], name='leads_score_asked_a_001e11_idx')],
            },
        ),
        migrations.CreateModel(
            name='RouteChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.CharField(max_length=300)),
                ('before', models.JSONField(null=True)),
                ('after', models.JSONField(null=True)),
                ('at', models.DateTimeField()),
                ('undone_at', models.DateTimeField(null=True)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('route', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='changes', to='leads.route')),
                ('undone_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-at', '-pk'],
                'indexes': [models.Index(fields=['-at', '-id'], name='leads_route_at_5b39c3_idx')],
            },
        ),
        migrations.CreateModel(
            name='Qualification',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('segment', models.CharField(blank=True, max_length=60)),
                ('score', models.SmallIntegerField(null=True)),
                ('likelihood', models.FloatField(null=True)),
                ('reasons', models.JSONField(default=list, help_text='The parts of the score and the criteria met, as sentences.')),
                ('at', models.DateTimeField()),
                ('agreement', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='leads.agreement')),
                ('lead', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='qualifications', to='leads.lead')),
                ('score_model', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='leads.scoremodel')),
            ],
            options={
                'indexes': [models.Index(fields=['lead', '-at'], name='leads_quali_lead_id_3126a2_idx'), models.Index(fields=['segment', 'at'], name='leads_quali_segment_7bbb0e_idx'), models.Index(fields=['at'], name='leads_quali_at_40c3f3_idx')],
            },
        ),
        migrations.CreateModel(
            name='Signature',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('side', models.CharField(choices=[('marketing', 'Marketing'), ('sales', 'Sales')], max_length=10)),
                ('name', models.CharField(max_length=200)),
                ('title', models.CharField(blank=True, max_length=200)),
                ('digest', models.CharField(max_length=64)),
                ('at', models.DateTimeField()),
                ('agreement', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='signatures', to='leads.agreement')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('agreement', 'side'), name='signature_of_a_side')],
            },
        ),
        migrations.CreateModel(
            name='HandOver',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField(default=1, help_text='The first, second ... of this lead.')),
                ('derived', models.BooleanField(default=False)),
                ('segment', models.CharField(blank=True, max_length=60)),
                ('why', models.JSONField(default=list, help_text='How the route came to this person, as sentences.')),
                ('note', models.CharField(blank=True, help_text='What marketing wants the owner to know.', max_length=500)),
                ('at', models.DateTimeField()),
                ('score', models.SmallIntegerField(null=True)),
                ('likelihood', models.FloatField(null=True)),
                ('accept_due_at', models.DateTimeField(null=True)),
                ('attempt_due_at', models.DateTimeField(null=True)),
                ('persist_due_at', models.DateTimeField(help_text='By when all agreed attempts are made.', null=True)),
                ('end_due_at', models.DateTimeField(null=True)),
                ('next_due_at', models.DateTimeField(null=True)),
                ('accepted_at', models.DateTimeField(null=True)),
                ('accepted_after', models.PositiveIntegerField(help_text='Business seconds from the hand-over.', null=True)),
                ('first_attempt_at', models.DateTimeField(null=True)),
                ('attempted_after', models.PositiveIntegerField(help_text='Business seconds from the hand-over.', null=True)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('last_attempt_at', models.DateTimeField(null=True)),
                ('paused_at', models.DateTimeField(help_text='Since when it waits for the buyer; null: it runs.', null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('outcome', models.CharField(blank=True, choices=[('returned', 'Returned'), ('disqualified', 'Disqualified'), ('recycled', 'Recycled'), ('converted', 'Converted'), ('reassigned', 'Passed to somebody else'), ('withdrawn', 'Taken back by marketing')], max_length=12)),
                ('said', models.CharField(blank=True, help_text='The sentence beside the reason.', max_length=500)),
                ('source_reason', models.CharField(blank=True, help_text='The status an import gave as the reason.', max_length=120)),
                ('accepted_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('agreement', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='leads.agreement')),
                ('by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('conversion', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='leads.conversion')),
                ('ended_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('lead', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='handovers', to='leads.lead')),
                ('owner', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='handovers', to=settings.AUTH_USER_MODEL)),
                ('qualification', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='leads.qualification')),
                ('reason', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='leads.reason')),
                ('route', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='leads.route')),
                ('look_at', models.DateTimeField(help_text='When the sweep of the clock has something to do with it.', null=True)),
            ],
            options={
                'indexes': [models.Index(models.F('owner'), models.OrderBy(models.F('next_due_at'), nulls_last=True), models.F('id'), condition=models.Q(('ended_at__isnull', True)), name='handover_queue'), models.Index(fields=['-at', '-id'], name='handover_time'), models.Index(fields=['owner', '-at', '-id'], name='handover_owner_time'), models.Index(condition=models.Q(('ended_at__isnull', False)), fields=['outcome', '-ended_at', '-id'], name='handover_ended'), models.Index(condition=models.Q(('look_at__isnull', False)), fields=['look_at', 'id'], name='handover_look'), models.Index(condition=models.Q(('derived', False), ('ended_at__isnull', True)), fields=['owner'], name='handover_own_open'), models.Index(fields=['outcome', '-at', '-id'], name='handover_outcome_time'), models.Index(models.OrderBy(models.F('next_due_at'), nulls_last=True), models.F('id'), condition=models.Q(('ended_at__isnull', True)), name='handover_due'), models.Index(condition=models.Q(('ended_at__isnull', False)), fields=['-at', '-id'], name='handover_ended_time'), models.Index(condition=models.Q(('route__isnull', False)), fields=['route', '-at'], name='handover_route_time')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('lead',), name='handover_open_once'), models.UniqueConstraint(fields=('lead', 'number'), name='handover_number'), models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', True), ('outcome', '')), models.Q(('ended_at__isnull', False), models.Q(('outcome', ''), _negated=True)), _connector='OR'), name='handover_end_has_outcome'), models.CheckConstraint(condition=models.Q(('derived', True), models.Q(('outcome__in', ('returned', 'disqualified', 'recycled')), _negated=True), ('reason__isnull', False), _connector='OR'), name='handover_ends_with_reason')],
            },
        ),
        migrations.CreateModel(
            name='Breach',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('promise', models.CharField(choices=[('accept', 'Accept or return'), ('attempt', 'First attempt'), ('persist', 'Enough attempts'), ('end', 'End with a reason')], max_length=8)),
                ('due_at', models.DateTimeField()),
                ('noticed_at', models.DateTimeField()),
                ('kept_at', models.DateTimeField(null=True)),
                ('escalated_at', models.DateTimeField(null=True)),
                ('owner', models.ForeignKey(help_text='Whose it was when it was breached.', on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('handover', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='breaches', to='leads.handover')),
            ],
            options={
                'indexes': [models.Index(fields=['-noticed_at', '-id'], name='leads_breac_noticed_d83aff_idx'), models.Index(fields=['owner', '-noticed_at'], name='leads_breac_owner_i_b406cd_idx')],
                'constraints': [models.UniqueConstraint(fields=('handover', 'promise'), name='breach_once')],
            },
        ),
        migrations.CreateModel(
            name='ClockNotice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('promise', models.CharField(choices=[('accept', 'Accept or return'), ('attempt', 'First attempt'), ('persist', 'Enough attempts'), ('end', 'End with a reason')], max_length=8)),
                ('step', models.CharField(max_length=12)),
                ('due_at', models.DateTimeField()),
                ('at', models.DateTimeField()),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('handover', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notices', to='leads.handover')),
                ('refused_at', models.DateTimeField(help_text='When it last refused.', null=True)),
                ('sent_at', models.DateTimeField(help_text='When the mail server took it.', null=True)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('sent_at__isnull', True)), fields=['person', 'at'], name='clock_notice_unsent')],
                'constraints': [models.UniqueConstraint(fields=('handover', 'promise', 'step', 'due_at', 'person'), name='clock_notice_once')],
            },
        ),
        migrations.CreateModel(
            name='LeadEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('qualified', 'Qualified'), ('routed', 'Handed over'), ('not_routed', 'No route takes it'), ('accepted', 'Accepted'), ('returned', 'Returned'), ('attempted', 'Attempt logged'), ('disqualified', 'Disqualified'), ('recycled', 'Recycled'), ('converted', 'Converted'), ('reassigned', 'Passed on'), ('withdrawn', 'Taken back'), ('paused', 'Waits for the buyer'), ('resumed', 'Goes on'), ('revived', 'Back from nurture'), ('repaired', 'Data put right'), ('undone', 'Undone')], max_length=12)),
                ('at', models.DateTimeField()),
                ('text', models.CharField(blank=True, max_length=500)),
                ('before', models.JSONField(default=dict, help_text='What the verb changed, as it was: enough to undo it.')),
                ('by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('handover', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='events', to='leads.handover')),
                ('lead', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='events', to='leads.lead')),
                ('undoes', models.OneToOneField(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='undone_by_event', to='leads.leadevent')),
            ],
            options={
                'ordering': ['at', 'pk'],
                'indexes': [models.Index(fields=['lead', 'at'], name='leads_leade_lead_id_5c19a3_idx')],
            },
        ),
        migrations.CreateModel(
            name='Pause',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('since', models.DateTimeField()),
                ('until', models.DateTimeField(help_text='When the clock went on; null: it still stands.', null=True)),
                ('resume_on', models.DateField(help_text='When it goes on by itself.', null=True)),
                ('because', models.CharField(blank=True, max_length=200)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('handover', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='pauses', to='leads.handover')),
            ],
            options={
                'ordering': ['since'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('until__isnull', True)), fields=('handover',), name='pause_open_once')],
            },
        ),
        migrations.CreateModel(
            name='Recycling',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('return_on', models.DateField(help_text='Sales asked to see it again then; null for returned leads.', null=True)),
                ('came_at', models.DateTimeField()),
                ('taken_up_at', models.DateTimeField(null=True)),
                ('taken', models.CharField(blank=True, choices=[('nurture', 'Put into nurture'), ('again', 'Handed over again'), ('closed', 'Closed for good'), ('repaired', 'Data put right')], max_length=10)),
                ('revived_at', models.DateTimeField(help_text='Since when it counts as a lead again.', null=True)),
                ('undone_at', models.DateTimeField(null=True)),
                ('handover', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='recycling', to='leads.handover')),
                ('lead', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='recyclings', to='leads.lead')),
                ('taken_up_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('taken_up_at__isnull', True), ('undone_at__isnull', True)), fields=['-came_at', '-id'], name='recycling_waiting'), models.Index(condition=models.Q(('return_on__isnull', False), ('revived_at__isnull', True), ('undone_at__isnull', True)), fields=['return_on'], name='recycling_returns'), models.Index(condition=models.Q(('revived_at__isnull', True), ('taken', 'repaired'), ('undone_at__isnull', True)), fields=['taken_up_at'], name='recycling_repaired')],
            },
        ),
        migrations.RunPython(add_reasons, migrations.RunPython.noop),
        migrations.RunSQL(GUARDS, REVERSE),
    ]
