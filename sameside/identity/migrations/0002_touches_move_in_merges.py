"""The touch log stays append-only, but within a merge a touch may point to another company, contact or lead."""

from django.db import migrations

GUARD = """
CREATE OR REPLACE FUNCTION crm_guard_touch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    RAISE EXCEPTION 'The touch log is append-only.' USING ERRCODE = 'restrict_violation';
  END IF;
  IF OLD.current AND (OLD.company_id IS NULL OR OLD.company_id = NEW.company_id)
     AND (to_jsonb(NEW) - 'company_id' - 'current') = (to_jsonb(OLD) - 'company_id' - 'current') THEN
    RETURN NEW;
  END IF;
  {merging}
  RAISE EXCEPTION 'The touch log is append-only.' USING ERRCODE = 'restrict_violation';
END $$;
"""
MERGING = """
  IF current_setting('sameside.merging', true) = 'on'
     AND (to_jsonb(NEW) - 'company_id' - 'contact_id' - 'lead_id')
       = (to_jsonb(OLD) - 'company_id' - 'contact_id' - 'lead_id') THEN
    RETURN NEW;
  END IF;
"""


class Migration(migrations.Migration):
    dependencies = [("identity", "0001_initial"), ("crm", "0007_merged_into")]
    operations = [migrations.RunSQL(GUARD.replace("{merging}", MERGING), GUARD.replace("{merging}", ""))]
