"""One version as a page and as a PDF: its clauses, its signatures, where it stands, and who may do what with it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sameside.leads.agreement import drafting, force, sealing, signing, terms, wording
from sameside.leads.agreement.wording import Clause
from sameside.leads.models import Agreement, Signature
from sameside.people.models import Person
from sameside.people.policies import Refused
from sameside.ui.formats import date, moment

Side = Agreement.Side


@dataclass(frozen=True)
class Signed:
    """The place of one side under the document."""

    side: str
    label: str
    head: Person | None
    signature: Signature | None


@dataclass(frozen=True)
class Document:
    agreement: Agreement
    clauses: Sequence[Clause]
    signed: Sequence[Signed]
    state: str
    tone: str
    said: str
    digest: str


def get(number: int) -> Agreement | None:
    """A version with all that its page needs."""
    found = Agreement.objects.select_related(
        "score_rule", "marketing_head", "sales_head", "created_by", "based_on", "withdrawn_by"
    )
    return found.prefetch_related("signatures__person").filter(number=number).first()


def of(agreement: Agreement, *, at: datetime) -> Document:
    said = terms.read(agreement.terms)
    signatures = {one.side: one for one in agreement.signatures.all()}
    signed = [
        Signed(Side.MARKETING, "For marketing", agreement.marketing_head, signatures.get(Side.MARKETING)),
        Signed(Side.SALES, "For sales", agreement.sales_head, signatures.get(Side.SALES)),
    ]
    state, tone, sentence = standing(agreement, at=at)
    clauses = wording.clauses(agreement, said, wording.named(said))
    return Document(agreement, clauses, signed, state, tone, sentence, sealing.digest(agreement))


def standing(agreement: Agreement, *, at: datetime) -> tuple[str, str, str]:
    """Where a version stands: a word, its tone, and a sentence."""
    begins, ends = agreement.begins_at, agreement.ends_at
    if agreement.withdrawn_at:
        by = agreement.withdrawn_by.name if agreement.withdrawn_by else "somebody"
        return "Withdrawn", "neutral", f"Withdrawn by {by} on {date(agreement.withdrawn_at)}."
    if begins is None:
        given = [one.name for one in agreement.signatures.all()]
        said = f"Signed by {given[0]}; the other side has not signed yet." if given else "Nobody has signed yet."
        return ("Half signed", "warn", said) if given else ("Draft", "neutral", said)
    if ends is not None and ends <= begins:
        return "Never in force", "neutral", "Replaced by a newer version before it came into force."
    if at < begins:
        return "Agreed", "info", f"In force from {moment(begins)}."
    if ends is not None and ends <= at:
        return "Ended", "neutral", f"In force from {date(begins)} to {date(ends)}."
    until = f", until {moment(ends)}" if ends else ""
    return "In force", "good", f"In force since {date(begins)}{until}."


@dataclass(frozen=True)
class Allowed:
    """What the reader may do with a version, and the sentence where they may not sign."""

    may_change: bool
    may_sign: bool
    because: str
    missing: Sequence[str]
    replaces: Sequence[Agreement]


def allowed(agreement: Agreement, reader: Person, *, at: datetime) -> Allowed:
    is_draft = agreement.agreed_at is None and agreement.withdrawn_at is None
    may_change, may_sign, because = False, False, ""
    try:
        drafting.check_can_change(reader, agreement)
        may_change = True
    except Refused:
        may_change = False
    try:
        signing.check_can_sign(reader, agreement)
        may_sign = True
    except Refused as refused:
        because = str(refused)
    missing = signing.missing(agreement) if is_draft else ()
    return Allowed(
        may_change, may_sign, because, missing, signing.replaced_by_signing(agreement, at) if may_sign else ()
    )


def versions(*, at: datetime) -> list[tuple[Agreement, str, str, str]]:
    """Every version, the newest first, with where it stands."""
    rows = Agreement.objects.select_related("marketing_head", "sales_head", "withdrawn_by", "score_rule")
    return [(one, *standing(one, at=at)) for one in rows.prefetch_related("signatures")]


def before(agreement: Agreement) -> Agreement | None:
    """The version that this one is held against: the one it was made from, else the last agreed before it."""
    if agreement.based_on_id:
        return get(agreement.based_on.number) if agreement.based_on else None
    earlier = Agreement.objects.filter(agreed_at__isnull=False, number__lt=agreement.number).first()
    return get(earlier.number) if earlier else None


def newest(at: datetime) -> Agreement | None:
    """What the next draft is made from: the version in force, else the last that was agreed."""
    return force.in_force(at) or Agreement.objects.filter(agreed_at__isnull=False).first()
