"""A draft of the next version: made from the version in force, changed until both heads have signed, or withdrawn.

A draft belongs to whoever began it, to the heads it names, and to administrators. Whoever changes what one head has
signed already voids that signature. Two who change a draft at once do not overwrite each other: the second is told.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Max

from sameside.leads.agreement import fitness, sealing, telling, terms
from sameside.leads.agreement.terms import Terms
from sameside.leads.models import Agreement, ScoreRule
from sameside.people import audit, policies
from sameside.people.models import Person, Team
from sameside.people.policies import Refused
from sameside.people.roles import Role

_LOCK = 7_361_012  # any constant: numbers are given one after the other
TITLE = "Agreement between sales and marketing"
OF_SIDE = {Agreement.Side.MARKETING: Team.Side.MARKETING, Agreement.Side.SALES: Team.Side.SALES}


@dataclass(frozen=True)
class Content:
    """All of a draft that people write; persons and the rule by number."""

    title: str
    terms: dict[str, Any]
    score_rule: int | None = None
    marketing_head: int | None = None
    sales_head: int | None = None
    in_force_from: date | None = None
    review_on: date | None = None
    change_note: str = ""

    def kept(self) -> dict[str, Any]:
        """As JSON, for undoing."""
        return {key: value.isoformat() if isinstance(value, date) else value for key, value in asdict(self).items()}

    @staticmethod
    def of(data: Mapping[str, Any]) -> "Content":
        dates = {key: date.fromisoformat(data[key]) for key in ("in_force_from", "review_on") if data[key]}
        return Content(**{**data, **dates})


def content_of(draft: Agreement) -> Content:
    return Content(
        draft.title, draft.terms, draft.score_rule_id, draft.marketing_head_id, draft.sales_head_id,
        draft.in_force_from, draft.review_on, draft.change_note,
    )  # fmt: skip


def check_can_change(by: Person, draft: Agreement) -> None:
    policies.check(by, "draft_agreement")
    if draft.agreed_at:
        raise Refused(f"Version {draft.number} is signed by both sides. A change is a new version.")
    if draft.withdrawn_at:
        raise Refused(f"Version {draft.number} was withdrawn.")
    _check_belongs(by, draft)


def _check_belongs(by: Person, draft: Agreement) -> None:
    if by.role != Role.ADMIN and by.pk not in (draft.created_by_id, draft.marketing_head_id, draft.sales_head_id):
        raise Refused("A draft is changed by whoever began it, by the two heads it names, and by administrators.")


@transaction.atomic
def begin(content: Content, *, based_on: Agreement | None = None, by: Person, at: datetime) -> Agreement:
    """A new draft with the next number."""
    policies.check(by, "draft_agreement")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    number = (Agreement.objects.aggregate(last=Max("number"))["last"] or 0) + 1
    draft = Agreement(number=number, based_on=based_on, created_by=by, created_at=at, changed_at=at)
    _write(draft, content)
    draft.save()
    audit.record("agreement.drafted", by=by, at=at, subject=f"Agreement:{number}")
    return draft


def copy_of(agreement: Agreement) -> Content:
    """What a draft begins with when it is made from another version; its dates are to be agreed anew."""
    former = content_of(agreement)
    return Content(former.title, former.terms, former.score_rule, former.marketing_head, former.sales_head)


@transaction.atomic
def save(draft: Agreement, content: Content, *, seen: datetime | None = None, by: Person, at: datetime) -> list[Person]:
    """Change a draft; `seen` is when it was last changed as the writer saw it. Gives whose signatures it voided.

    Raises `Unfit` with what cannot be agreed, and `Refused`.
    """
    draft = Agreement.objects.select_for_update(of=("self",)).get(pk=draft.pk)
    check_can_change(by, draft)
    if seen is not None and seen != draft.changed_at:
        raise Refused("Somebody else has changed this draft since you opened it. Nothing was overwritten.")
    fitness.check(terms.read(content.terms))
    _check_heads(content)
    before = sealing.digest(_with_rule(draft))
    _write(draft, content)
    draft.changed_at = at
    draft.save()
    draft = _with_rule(draft)
    return _void(draft, by=by, at=at) if sealing.digest(draft) != before else []


def _write(draft: Agreement, content: Content) -> None:
    draft.title, draft.terms, draft.change_note = content.title.strip() or TITLE, content.terms, content.change_note
    draft.score_rule_id = content.score_rule
    draft.marketing_head_id, draft.sales_head_id = content.marketing_head, content.sales_head
    draft.in_force_from, draft.review_on = content.in_force_from, content.review_on


def _with_rule(draft: Agreement) -> Agreement:
    """As it is stored, which is what is signed."""
    return Agreement.objects.select_related("score_rule").get(pk=draft.pk)


def _check_heads(content: Content) -> None:
    """Raise `Unfit` where a head cannot be one."""
    found: dict[str, str] = {}
    chosen = {"marketing_head": content.marketing_head, "sales_head": content.sales_head}
    people = {one.pk: one for one in heads() if one.pk in chosen.values()}
    for key, side in (("marketing_head", Team.Side.MARKETING), ("sales_head", Team.Side.SALES)):
        pk = chosen[key]
        person = people.get(pk or 0)
        if pk is not None and person is None:
            found[key] = "This person cannot sign in, and so cannot sign."
        elif person is not None and person.team and person.team.side in set(OF_SIDE.values()) - {side}:
            found[key] = f"{person.name} belongs to a team of the other side ({person.team.name})."
    if content.sales_head is not None and content.sales_head == content.marketing_head:
        found["sales_head"] = "The two sides cannot be signed for by the same person."
    if content.score_rule is not None and not ScoreRule.objects.filter(pk=content.score_rule).exists():
        found["score_rule"] = "There is no such score rule."
    if content.review_on and content.in_force_from and content.review_on <= content.in_force_from:
        found["review_on"] = "It is reviewed after it came into force."
    if found:
        raise terms.Unfit(found)


def heads() -> list[Person]:
    """Who may sign for a side: everybody of the company who may sign in."""
    who = Person.objects.who_may_sign_in().exclude(role=Role.PARTNER)
    return list(who.select_related("team").order_by("name", "pk"))


def _void(draft: Agreement, *, by: Person, at: datetime) -> list[Person]:
    """The signatures of another text do not hold any more."""
    signatures = list(draft.signatures.select_related("person"))
    if not signatures:
        return []
    draft.signatures.all().delete()
    for one in signatures:
        details = {"side": one.side, "digest": one.digest}
        audit.record("agreement.signature_voided", by=by, at=at, subject=f"Agreement:{draft.number}", details=details)
        telling.later(draft, one.person, telling.VOIDED)
    return [one.person for one in signatures]


@transaction.atomic
def withdraw(draft: Agreement, *, by: Person, at: datetime) -> Agreement:
    """Give a draft up. Its number is not used again."""
    draft = Agreement.objects.select_for_update(of=("self",)).get(pk=draft.pk)
    check_can_change(by, draft)
    draft.withdrawn_at, draft.withdrawn_by = at, by
    draft.save(update_fields=["withdrawn_at", "withdrawn_by"])
    audit.record("agreement.withdrawn", by=by, at=at, subject=f"Agreement:{draft.number}")
    return draft


@transaction.atomic
def take_up_again(draft: Agreement, *, by: Person, at: datetime) -> Agreement:
    """Undo a withdrawal; signatures that were given stay as they were."""
    draft = Agreement.objects.select_for_update(of=("self",)).get(pk=draft.pk)
    policies.check(by, "draft_agreement")
    _check_belongs(by, draft)
    if draft.withdrawn_at is None:
        raise Refused(f"Version {draft.number} was not withdrawn.")
    draft.withdrawn_at = draft.withdrawn_by = None
    draft.save(update_fields=["withdrawn_at", "withdrawn_by"])
    audit.record("agreement.taken_up_again", by=by, at=at, subject=f"Agreement:{draft.number}")
    return draft


def drafts() -> list[Agreement]:
    """The versions that somebody works on, the newest first."""
    rows = Agreement.objects.filter(agreed_at=None, withdrawn_at=None)
    return list(rows.select_related("marketing_head", "sales_head", "created_by").prefetch_related("signatures"))


def read(draft: Agreement) -> Terms:
    return terms.read(draft.terms)
