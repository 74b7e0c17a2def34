"""The touch log stays append-only, but within the undo of an import its touches go, and those they retired are back."""

from django.db import migrations

GUARD = """
CREATE OR REPLACE FUNCTION crm_guard_touch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  {undoing}
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
"""
UNDOING = """
  IF current_setting('sameside.undoing', true) = 'on' THEN
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
  END IF;
"""


class Migration(migrations.Migration):
    dependencies = [("connectors", "0006_table_mapping"), ("identity", "0002_touches_move_in_merges")]
    operations = [migrations.RunSQL(GUARD.replace("{undoing}", UNDOING), GUARD.replace("{undoing}", ""))]
