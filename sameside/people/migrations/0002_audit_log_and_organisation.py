"""The audit log refuses UPDATE and DELETE; the one organisation exists from the start."""

from django.db import migrations

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


class Migration(migrations.Migration):
    dependencies = [("people", "0001_initial")]
    operations = [
        migrations.RunSQL(APPEND_ONLY, REVERSE),
        migrations.RunSQL(
            "INSERT INTO people_organisation (id, name, is_demo, currency, seller_scope, truth_window_days,"
            " truth_min_impressions) VALUES (1, 'My company', false, 'EUR', 'team', 90, 5)",
            "DELETE FROM people_organisation",
        ),
    ]
