"""Whom a big rock reached since its launch, and who of them it is for.

A person is a contact, or a lead that is no contact yet; a lead that became a contact is that contact. Reached is who
has a touch with the family: the flagship or a derivative. Its campaigns' touches are counted apart, because most of
them tell nothing of what was read.
"""

from typing import Any

from django.db.models import Q, QuerySet

from sameside.attribution.bigrock.models import BigRock
from sameside.crm.models import Contact
from sameside.kit.sql import rows

_REACHED = """
WITH met AS MATERIALIZED (
  SELECT COALESCE(t.contact_id, l.contact_id) AS contact, CASE WHEN l.contact_id IS NULL THEN t.lead_id END AS lead,
    t.company_id AS company, t.asset_id = ANY(%(assets)s) AS read
  FROM crm_touch t LEFT JOIN leads_lead l ON l.id = t.lead_id
  WHERE t.current AND t.occurred_at >= %(since)s::date
    AND (t.asset_id = ANY(%(assets)s) OR t.campaign_id = ANY(%(campaigns)s))
), people AS (
  SELECT contact, CASE WHEN contact IS NULL THEN lead END AS lead, bool_or(COALESCE(read, false)) AS read
  FROM met WHERE contact IS NOT NULL OR lead IS NOT NULL GROUP BY 1, 2
)
SELECT
  (SELECT count(*) FROM people WHERE read AND contact IS NOT NULL) AS contacts,
  (SELECT count(*) FROM people WHERE read AND contact IS NULL) AS leads,
  (SELECT count(*) FROM people WHERE NOT read) AS by_campaigns,
  (SELECT count(DISTINCT company) FROM met WHERE read) AS companies,
  (SELECT count(*) FROM met WHERE read) AS touches,
  (SELECT count(*) FROM met WHERE read AND contact IS NULL AND lead IS NULL) AS unnamed,
  (SELECT COALESCE(array_agg(contact), '{}') FROM people WHERE read AND contact IS NOT NULL) AS contact_ids
"""


def targets(rock: BigRock) -> "QuerySet[Contact]":
    """The contacts that the big rock is for: all that is named must fit; nobody while nothing is."""
    if not rock.has_targets:
        return Contact.objects.none()
    fits = Q()
    if rock.personas:
        fits &= Q(department__in=rock.personas)
    if rock.seniorities:
        fits &= Q(seniority__in=rock.seniorities)
    if rock.verticals:
        fits &= Q(company__vertical__in=rock.verticals)
    return Contact.objects.unmerged().filter(fits, deleted_in_source=False)


def measured(rock: BigRock, assets: list[int]) -> dict[str, Any]:
    campaigns = list(rock.amplifications.values_list("campaign_id", flat=True))
    [found] = rows(_REACHED, {"assets": assets, "campaigns": campaigns, "since": rock.launched_on})
    reached = found.pop("contact_ids")
    wanted = targets(rock)
    return {
        **found,
        "people": found["contacts"] + found["leads"],
        "targets": wanted.count() if rock.has_targets else None,
        "reached": wanted.filter(pk__in=reached).count() if rock.has_targets else None,
    }
