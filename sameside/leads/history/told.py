"""The statements by which hand-overs are read from the CRM's data for all leads at once: `passes.py` as sets.

Each makes a temporary table that the next reads. Leads are those that somebody owns and that have no hand-over of their
own; `%(at)s` is when it is looked at: what is later is not known yet.
"""

from sameside.leads.models import HANDED_OVER, PASSED_ON

# Who had each lead when: whom a change gave it to, or whom the next one names as the owner before; the last is today's.
# A span whose owner is not known is no hand-over, and the one after it says so.
SPANS = f"""
CREATE TEMP TABLE told_span ON COMMIT DROP AS
WITH lead AS (
  SELECT l.id, l.owner_id, coalesce(q.at, l.created_at) AS first_at
  FROM leads_lead l
  LEFT JOIN (
    SELECT lead_id, min(at) AS at FROM leads_leadstage
    WHERE stage = '{HANDED_OVER}' AND NOT deleted_in_source AND at <= %(at)s GROUP BY lead_id
  ) q ON q.lead_id = l.id
  WHERE l.owner_id IS NOT NULL AND l.merged_into_id IS NULL AND NOT l.deleted_in_source AND l.created_at <= %(at)s
    AND NOT EXISTS (SELECT 1 FROM leads_handover h WHERE h.lead_id = l.id AND NOT h.derived)
), change AS (
  SELECT s.lead_id, s.at, max(s.owner_id) AS owner_id, max(s.owner_before_id) AS named_id
  FROM leads_leadstage s JOIN lead ON lead.id = s.lead_id
  WHERE s.stage IN ('{HANDED_OVER}', '{PASSED_ON}') AND NOT s.deleted_in_source AND s.at <= %(at)s
    AND s.at >= lead.first_at
  GROUP BY s.lead_id, s.at
), moment AS (
  SELECT lead_id, at, owner_id, max(at) OVER (PARTITION BY lead_id) AS last_at,
         lead(named_id) OVER (PARTITION BY lead_id ORDER BY at) AS named_id
  FROM (
    SELECT lead_id, at, owner_id, named_id FROM change
    UNION ALL
    SELECT id, first_at, NULL, NULL FROM lead WHERE NOT EXISTS (
      SELECT 1 FROM change c WHERE c.lead_id = lead.id AND c.at = lead.first_at
    )
  ) every
), owned AS (
  SELECT m.lead_id, m.at,
         CASE WHEN m.at = m.last_at THEN lead.owner_id ELSE coalesce(m.owner_id, m.named_id) END AS owner_id
  FROM moment m JOIN lead ON lead.id = m.lead_id
), begun AS (
  SELECT *, lag(owner_id) OVER w AS owner_before, row_number() OVER w > 1 AS is_later FROM owned
  WINDOW w AS (PARTITION BY lead_id ORDER BY at)
), span AS (
  SELECT lead_id, owner_id, at, lead(at) OVER (PARTITION BY lead_id ORDER BY at) AS until,
         is_later AND owner_before IS NULL AS is_after_unknown
  FROM begun WHERE owner_before IS DISTINCT FROM owner_id OR NOT is_later
)
SELECT lead_id, row_number() OVER (PARTITION BY lead_id ORDER BY at) AS number, owner_id, at, until,
       CASE WHEN is_after_unknown THEN jsonb_build_array(%(unknown)s::text) ELSE '[]' END AS why
FROM span WHERE owner_id IS NOT NULL
"""

# What sales tried with each lead while it was handed over to whom: the definition of leads/fates.py.
TRIES = """
CREATE TEMP TABLE told_try ON COMMIT DROP AS
WITH activity AS (
  SELECT a.at, a.lead_id, a.contact_id FROM crm_activity a
  LEFT JOIN people_person p ON p.id = a.owner_id
  LEFT JOIN people_team t ON t.id = p.team_id
  WHERE a.is_done AND NOT a.deleted_in_source AND a.at <= %(at)s
    AND coalesce(p.role, '') <> ALL(%(roles)s) AND coalesce(t.side, '') <> %(marketing)s
), made AS (
  SELECT lead_id, at FROM activity WHERE lead_id IS NOT NULL
  UNION ALL
  SELECT l.id, a.at
  FROM leads_lead l JOIN activity a ON a.contact_id = l.contact_id
  WHERE a.lead_id IS NULL AND l.converted_on IS NOT NULL AND (a.at AT TIME ZONE 'UTC')::date <= l.converted_on
)
SELECT s.lead_id, s.number, greatest(m.at, s.at) AS at
FROM told_span s JOIN made m ON m.lead_id = s.lead_id
WHERE m.at >= s.at
   OR (m.at AT TIME ZONE 'UTC')::time = '00:00'
      AND (m.at AT TIME ZONE 'UTC')::date = (s.at AT TIME ZONE 'UTC')::date
"""

# How each ended, and when.
ENDS = """
CREATE TEMP TABLE told_end ON COMMIT DROP AS
WITH ways AS (
  SELECT * FROM unnest(%(statuses)s::text[], %(endings)s::text[]) AS w(status, ending)
), tried AS (
  SELECT t.lead_id, t.number, max(t.at) AS last_at,
         max(t.at) FILTER (WHERE (t.at AT TIME ZONE 'UTC')::date <= l.converted_on) AS last_until
  FROM told_try t JOIN leads_lead l ON l.id = t.lead_id GROUP BY t.lead_id, t.number
)
SELECT s.lead_id, s.number,
       CASE WHEN s.until IS NOT NULL THEN 'reassigned' WHEN l.is_converted THEN 'converted'
            ELSE coalesce(w.ending, '') END AS outcome,
       CASE WHEN s.until IS NOT NULL THEN s.until
            WHEN l.is_converted THEN
              greatest(s.at, l.converted_on::timestamp AT TIME ZONE 'UTC',
                       CASE WHEN l.converted_on IS NULL THEN t.last_at ELSE t.last_until END)
            WHEN w.ending <> '' THEN coalesce((
              SELECT max(g.at) FROM leads_leadstage g
              WHERE g.lead_id = s.lead_id AND g.stage = l.status AND NOT g.deleted_in_source
                AND g.at >= s.at AND g.at <= %(at)s
            ), t.last_at, s.at) END AS ended_at
FROM told_span s
JOIN leads_lead l ON l.id = s.lead_id
LEFT JOIN ways w ON w.status = l.status
LEFT JOIN tried t ON t.lead_id = s.lead_id AND t.number = s.number
"""

# All of it as rows of leads_handover; `is_work` of a status: it says that work began.
PASSES = """
CREATE TEMP TABLE told ON COMMIT DROP AS
WITH ways AS (
  SELECT * FROM unnest(%(statuses)s::text[], %(works)s::bool[]) AS w(status, is_work)
), why AS (
  SELECT w.text, r.id AS reason_id
  FROM unnest(%(texts)s::text[], %(reasons)s::text[]) AS w(text, key) LEFT JOIN leads_reason r ON r.key = w.key
), tried AS (
  SELECT t.lead_id, t.number, count(*) AS attempts, min(t.at) AS first_at, max(t.at) AS last_at
  FROM told_try t JOIN told_end e ON e.lead_id = t.lead_id AND e.number = t.number
  WHERE e.ended_at IS NULL OR t.at <= e.ended_at
  GROUP BY t.lead_id, t.number
), began AS (
  SELECT e.lead_id, e.number, min(g.at) AS at
  FROM told_end e
  JOIN told_span s ON s.lead_id = e.lead_id AND s.number = e.number
  JOIN leads_leadstage g ON g.lead_id = e.lead_id AND NOT g.deleted_in_source AND g.at >= s.at AND g.at <= %(at)s
  JOIN ways w ON w.status = g.stage AND w.is_work
  WHERE e.ended_at IS NULL OR g.at <= e.ended_at
  GROUP BY e.lead_id, e.number
), found AS (
  SELECT s.lead_id, s.number, s.owner_id, s.at, s.why, e.outcome, e.ended_at, t.first_at, t.last_at,
         least(coalesce(t.attempts, 0), 32767)::smallint AS attempts, l.segment, w.is_work,
         least(t.first_at, b.at, CASE WHEN e.outcome = 'converted' THEN e.ended_at END) AS accepted_at,
         CASE WHEN e.outcome IN ('returned', 'recycled', 'disqualified')
              THEN coalesce(nullif(l.source_reason, ''), l.status) ELSE '' END AS text
  FROM told_span s
  JOIN told_end e ON e.lead_id = s.lead_id AND e.number = s.number
  JOIN leads_lead l ON l.id = s.lead_id
  LEFT JOIN tried t ON t.lead_id = s.lead_id AND t.number = s.number
  LEFT JOIN began b ON b.lead_id = s.lead_id AND b.number = s.number
  LEFT JOIN ways w ON w.status = l.status
)
SELECT f.lead_id, f.number::smallint AS number, f.owner_id, f.at, f.why, f.outcome, f.ended_at, f.accepted_at,
       f.first_at AS first_attempt_at, f.last_at AS last_attempt_at, f.attempts, f.segment,
       y.reason_id, left(f.text, 120) AS source_reason,
       CASE WHEN f.ended_at IS NULL AND f.accepted_at IS NULL AND f.is_work THEN NULL ELSE (
         SELECT g.id FROM leads_agreement g
         WHERE g.begins_at <= f.at AND (g.ends_at IS NULL OR g.ends_at > f.at)
         ORDER BY g.begins_at DESC, g.number DESC LIMIT 1
       ) END AS agreement_id
FROM found f LEFT JOIN why y ON y.text = f.text AND f.text <> ''
"""

STEPS = ((SPANS, "told_span"), (TRIES, "told_try"), (ENDS, "told_end"), (PASSES, "told"))
