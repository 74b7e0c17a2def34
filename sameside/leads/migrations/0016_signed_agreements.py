"""What both heads signed is never changed: the database refuses it too. Of an agreed version only its end is set."""

from django.db import migrations

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


class Migration(migrations.Migration):
    dependencies = [("leads", "0015_reasons")]
    operations = [migrations.RunSQL(GUARDS, REVERSE)]
