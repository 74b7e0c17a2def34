"""The touch log is append-only: no DELETE; UPDATE only fills an unknown company or retires a corrected row."""

from django.db import migrations

APPEND_ONLY = """
CREATE FUNCTION crm_guard_touch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    RAISE EXCEPTION 'The touch log is append-only.' USING ERRCODE = 'restrict_violation';
  END IF;
  IF OLD.current AND (OLD.company_id IS NULL OR OLD.company_id = NEW.company_id)
     AND (to_jsonb(NEW) - 'company_id' - 'current') = (to_jsonb(OLD) - 'company_id' - 'current') THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'The touch log is append-only.' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER touch_append_only BEFORE UPDATE OR DELETE ON crm_touch
  FOR EACH ROW EXECUTE FUNCTION crm_guard_touch();
"""
REVERSE = "DROP TRIGGER touch_append_only ON crm_touch; DROP FUNCTION crm_guard_touch();"


class Migration(migrations.Migration):
    dependencies = [("crm", "0002_initial")]
    operations = [migrations.RunSQL(APPEND_ONLY, REVERSE)]
