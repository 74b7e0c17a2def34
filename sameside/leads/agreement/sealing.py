"""What is signed, as one text whose SHA-256 both signatures hold: the same words give the same digest, always.

Signed are the number, the title, the terms as they are stored, the score rule with its points, who the heads are, and
the dates. The text is JSON with sorted keys and no spaces, numbers as the database keeps them; persons are named by
number, because a name may be erased or change by marriage.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sameside.leads.models import Agreement
from sameside.people.models import AuditEntry

FORMAT = 1
AGREED = "agreement.agreed"


def signed(agreement: Agreement) -> dict[str, Any]:
    """All that is signed; the agreement must be as it is stored."""
    rule = agreement.score_rule
    return {
        "format": FORMAT,
        "number": agreement.number,
        "title": agreement.title,
        "terms": agreement.terms,
        "score_rule": {"number": rule.number, "points": rule.points} if rule else None,
        "heads": {"marketing": agreement.marketing_head_id, "sales": agreement.sales_head_id},
        "in_force_from": agreement.in_force_from.isoformat() if agreement.in_force_from else None,
        "review_on": agreement.review_on.isoformat() if agreement.review_on else None,
    }


def canonical(data: Any) -> str:
    return json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def digest(agreement: Agreement) -> str:
    return hashlib.sha256(canonical(signed(agreement)).encode()).hexdigest()


@dataclass(frozen=True)
class Check:
    """One question that the verification asks, and what it found."""

    label: str
    holds: bool
    found: str


@dataclass(frozen=True)
class Verdict:
    digest: str
    checks: Sequence[Check]

    @property
    def holds(self) -> bool:
        return all(one.holds for one in self.checks)


def verify(agreement: Agreement) -> Verdict:
    """Compute the digest anew, and hold it to the agreement, to each signature and to the audit log."""
    now = digest(agreement)
    checks = []
    if agreement.agreed_at:
        checks.append(_check("The document is what was agreed", now, agreement.digest))
    for one in agreement.signatures.all():
        label = f"{one.name} signed this text for {one.get_side_display().lower()}"
        checks.append(_check(label, now, one.digest))
        head = agreement.marketing_head_id if one.side == Agreement.Side.MARKETING else agreement.sales_head_id
        said = "the person named" if one.person_id == head else "somebody else than the person named"
        by_head = f"It was signed by the head of {one.get_side_display().lower()}"
        checks.append(Check(by_head, one.person_id == head, said))
    if agreement.agreed_at:
        entry = AuditEntry.objects.filter(action=AGREED, subject=f"Agreement:{agreement.number}").last()
        logged = entry.details.get("digest", "") if entry else ""
        checks.append(_check("The audit log, which nobody can change, holds the same", now, logged))
    return Verdict(now, checks)


def _check(label: str, now: str, kept: str) -> Check:
    if not kept:
        return Check(label, holds=False, found="nothing was kept")
    return Check(label, now == kept, f"{kept[:12]}…" if now == kept else f"{kept[:12]}… is not {now[:12]}…")
