"""The touch log is append-only: no DELETE, and UPDATE only fills an unknown company or retires a corrected row. Within a
merge a touch may point to another company, contact or lead; within the undo of an import its touches go."""

import django.db.models.deletion
from django.db import migrations, models

APPEND_ONLY = """
CREATE FUNCTION crm_guard_touch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF current_setting('sameside.undoing', true) = 'on' THEN
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
  END IF;
  IF TG_OP = 'DELETE' THEN
    RAISE EXCEPTION 'The touch log is append-only.' USING ERRCODE = 'restrict_violation';
  END IF;
  IF OLD.current AND (OLD.company_id IS NULL OR OLD.company_id = NEW.company_id)
     AND (to_jsonb(NEW) - 'company_id' - 'current') = (to_jsonb(OLD) - 'company_id' - 'current') THEN
    RETURN NEW;
  END IF;
  IF current_setting('sameside.merging', true) = 'on'
     AND (to_jsonb(NEW) - 'company_id' - 'contact_id' - 'lead_id')
       = (to_jsonb(OLD) - 'company_id' - 'contact_id' - 'lead_id') THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'The touch log is append-only.' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER touch_append_only BEFORE UPDATE OR DELETE ON crm_touch
  FOR EACH ROW EXECUTE FUNCTION crm_guard_touch();
"""
REVERSE = "DROP TRIGGER touch_append_only ON crm_touch; DROP FUNCTION crm_guard_touch();"


class Migration(migrations.Migration):

    initial = True
    replaces = [
        ("crm", "0002_initial"),
        ("crm", "0003_touch_log"),
        ("crm", "0004_list_indexes"),
        ("crm", "0005_lean_indexes"),
        ("crm", "0006_import_runs"),
        ("crm", "0007_merged_into"),
        ("crm", "0008_money"),
        ("crm", "0009_marketing"),
        ("crm", "0010_pipeline_stages"),
        ("crm", "0011_email_kinds"),
        ("crm", "0012_rows_of_a_run"),
        ("crm", "0013_look_up_by_name"),
        ("crm", "0014_social_messages"),
    ]

    dependencies = [
        ('crm', '0001_version_0_1'),
        ('leads', '0001_version_0_1'),
        ('library', '0001_version_0_1'),
    ]

    operations = [
        migrations.AddField(
            model_name='campaignmember',
            name='lead',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to='leads.lead'),
        ),
        migrations.AddField(
            model_name='emailevent',
            name='lead',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='email_events', to='leads.lead'),
        ),
        migrations.AddIndex(
            model_name='emailevent',
            index=models.Index(condition=models.Q(('lead__isnull', False)), fields=['lead', '-at'], name='emailevent_lead_time'),
        ),
        migrations.AddField(
            model_name='activity',
            name='lead',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='activities', to='leads.lead'),
        ),
        migrations.AddIndex(
            model_name='activity',
            index=models.Index(fields=['deal', '-at'], name='crm_activit_deal_id_dd3ca8_idx'),
        ),
        migrations.AddIndex(
            model_name='activity',
            index=models.Index(fields=['lead', 'at'], name='crm_activit_lead_id_eb6992_idx'),
        ),
        migrations.AddField(
            model_name='touch',
            name='asset',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='touches', to='library.asset'),
        ),
        migrations.AddField(
            model_name='touch',
            name='lead',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='touches', to='leads.lead'),
        ),
        migrations.AddIndex(
            model_name='touch',
            index=models.Index(condition=models.Q(('lead__isnull', False)), fields=['lead', 'occurred_at'], name='touch_lead_time'),
        ),
        migrations.AddIndex(
            model_name='touch',
            index=models.Index(condition=models.Q(('asset__isnull', False)), fields=['asset', 'occurred_at'], name='touch_asset_time'),
        ),
        migrations.RunSQL(APPEND_ONLY, REVERSE),
    ]
