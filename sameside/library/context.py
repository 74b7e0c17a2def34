"""Where somebody searches from: a deal or a lead, as facets that content for it had better have.

The vertical and the language are the company's, the personas those of the buying group (of the lead itself), the
conversation the one to have now, the product lines those that the deal names. They are a preference: what has them
comes first, the rest stays findable, unless "only these" is chosen. Each part can be taken out; the address says which.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from django.http import QueryDict
from django.urls import reverse

from sameside.conversations import queries
from sameside.conversations.models import KINDS, Conversation
from sameside.crm.findable import deal_of
from sameside.crm.models import Deal, DealContact
from sameside.crm.verticals import language_of
from sameside.kit.prepared import VALUE, Prepared, PreparedValues
from sameside.leads.models import Lead
from sameside.library import facets
from sameside.library.models import Facet
from sameside.people.models import Person
from sameside.search.typed import Vocabulary, fold

PERSONAS = {
    "finance": "finance",
    "it": "it",
    "engineering": "it",
    "operations": "operations",
    "procurement": "procurement",
    "hr": "hr",
    "marketing": "marketing",
    "sales": "sales",
    "legal": "legal",
}
"""The department of a contact as a persona of the library."""
MOST_PERSONAS = 3
MOST_PEOPLE = 50
ORDER = (Facet.CONVERSATION, Facet.VERTICAL, Facet.LANGUAGE, Facet.PERSONA, Facet.PRODUCT_LINE)
NOT_THEIRS = "This {kind} is not there, or not yours to see, so the search knows nothing of it."

Facets = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Context:
    """`known` is everything the deal or lead says, `facets` what is left after some parts were taken out.

    `refused`: the sentence when the address names something that the person may not see; then there is no context.
    """

    kind: str = ""
    pk: int = 0
    name: str = ""
    url: str = ""
    known: Facets = field(default_factory=dict)
    facets: Facets = field(default_factory=dict)
    only: bool = False
    refused: str = ""

    @property
    def is_there(self) -> bool:
        return bool(self.kind)

    @property
    def deal_id(self) -> int | None:
        return self.pk if self.kind == "deal" else None

    @property
    def lead_id(self) -> int | None:
        return self.pk if self.kind == "lead" else None

    @property
    def marked(self) -> str:
        return f"from this {self.kind}"

    @property
    def preferred(self) -> Facets:
        """What comes first; nothing when only what fits is wanted anyway."""
        return {} if self.only else self.facets

    @property
    def languages(self) -> Sequence[str]:
        return self.facets.get(Facet.LANGUAGE.value, ())


NONE = Context()


def read(query: QueryDict, person: Person, vocabulary: Vocabulary) -> Context:
    """The context that an address names: `deal` or `lead`, `without` for each part taken out, `only`."""
    for kind, of in (("deal", of_deal), ("lead", of_lead)):
        text = query.get(kind, "")
        if not text:
            continue
        pk = int(text) if text.isascii() and text.isdecimal() and len(text) <= 18 else 0
        found = of(pk, person)
        if found is None:
            return Context(refused=NOT_THEIRS.format(kind=kind))
        return _less(_with_product_lines(found, vocabulary), query.getlist("without"), only=query.get("only") == "1")
    return NONE


def _less(context: Context, without: Sequence[str], *, only: bool) -> Context:
    gone = set(without[:50])
    left = {
        facet: kept
        for facet, values in context.known.items()
        if (kept := tuple(value for value in values if f"{facet}:{value}" not in gone))
    }
    return replace(context, facets=left, only=only)


def of_deal(pk: int, person: Person) -> Context | None:
    """What a deal says; None when `person` may not see it."""
    deal = deal_of(pk, person)
    if deal is None:
        return None
    company = deal.company
    known = {
        Facet.CONVERSATION: _conversation(deal),
        Facet.VERTICAL: [company.vertical] if company else [],
        Facet.LANGUAGE: [company.language or language_of(company.country)] if company else [],
        Facet.PERSONA: _personas(deal),
    }
    return Context("deal", deal.pk, deal.name, reverse("deals:deal", args=[deal.pk]), _ordered(known))


def of_lead(pk: int, person: Person) -> Context | None:
    """What a lead says; None when `person` may not see it. Its deal says which conversation is to have."""
    lead = Lead.objects.visible_to(person).select_related("company", "deal").filter(pk=pk).first()
    if lead is None:
        return None
    company = lead.company
    persona = PERSONAS.get(lead.department, "")
    known = {
        Facet.CONVERSATION: _conversation(lead.deal) if lead.deal else [KINDS[0].value],
        Facet.VERTICAL: [lead.vertical or (company.vertical if company else "")],
        Facet.LANGUAGE: [(company.language if company else "") or language_of(lead.country)],
        Facet.PERSONA: [persona] if persona else [],
    }
    return Context("lead", lead.pk, str(lead), reverse("leads:lead", args=[lead.pk]), _ordered(known))


def _conversation(deal: Deal) -> list[str]:
    kind = queries.next_kind(deal, _conversations()(deal.pk))
    return [kind.value] if kind else []


def _personas(deal: Deal) -> list[str]:
    """Those of the buying group, the primary contact's first."""
    departments = [one for (one,) in _departments()(deal.pk)]
    return list(dict.fromkeys(PERSONAS[one] for one in departments if one in PERSONAS))[:MOST_PERSONAS]


@lru_cache(maxsize=1)
def _conversations() -> Prepared[Conversation]:
    rows = Conversation.objects.filter(deal=VALUE).order_by("opened_at", "pk")
    return Prepared(rows.only("kind", "state"))


@lru_cache(maxsize=1)
def _departments() -> PreparedValues:
    group = DealContact.objects.filter(deal=VALUE, deleted_in_source=False).order_by("-is_primary", "pk")
    return PreparedValues(group.values_list("contact__department")[:MOST_PEOPLE])


def _ordered(known: Mapping[Facet, Sequence[str]]) -> dict[str, tuple[str, ...]]:
    found = {facet.value: tuple(filter(None, known.get(facet, ()))) for facet in ORDER}
    return {facet: values for facet, values in found.items() if values}


def _with_product_lines(context: Context, vocabulary: Vocabulary) -> Context:
    """The context with the product lines that the deal's name holds, of those that the library has."""
    padded = f" {fold(context.name)} "
    lines = vocabulary.values.get(Facet.PRODUCT_LINE.value, {})
    named = tuple(dict.fromkeys(value for spelling, value in lines.items() if f" {spelling} " in padded))
    if not named:
        return context
    return replace(context, known={**context.known, Facet.PRODUCT_LINE.value: named})


def why(context: Context, has: Facets) -> str:
    """In words, why an asset with the facets `has` comes first: `Made for banking, in German, for finance`."""
    told = []
    for facet in ORDER:
        values = [value for value in context.facets.get(facet.value, ()) if value in has.get(facet.value, ())]
        if values:
            told.append(_said(facet, values))
    return " · ".join(told)


def _said(facet: Facet, values: Sequence[str]) -> str:
    labels = [facets.label(facet, value) for value in values]
    if facet == Facet.LANGUAGE:
        return f"in {' and '.join(labels)}"
    is_name = facet == Facet.PRODUCT_LINE
    names = " and ".join(label if is_name or label.isupper() else label.lower() for label in labels)
    if facet == Facet.CONVERSATION:
        return f"for the {names} conversation"
    return f"made for {names}" if facet == Facet.VERTICAL else f"for {names}"
