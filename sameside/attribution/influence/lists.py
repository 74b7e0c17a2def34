"""The list of everything with credit and influence side by side, and the deals behind one thing."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.db.models import DateTimeField, Exists, Min, OuterRef, Q, QuerySet, Subquery
from django.db.models.expressions import RawSQL
from django.urls import reverse

from sameside.attribution.influence import exposures, recommended, words
from sameside.attribution.influence.models import CREDITED, Influence, Kind, Verdict
from sameside.crm.channels import CHANNELS
from sameside.crm.models import Deal, Touch
from sameside.kit.paging import Order
from sameside.kit.tables import Column
from sameside.library import access
from sameside.library.models.assets import WITHHELD
from sameside.people.models import Person
from sameside.ui.cells import Badge, Figure, Two
from sameside.ui.lists import Choice, Empty, Filter, ListSpec, Sort

TONES = {Verdict.BETTER: "good", Verdict.WORSE: "bad", Verdict.UNCLEAR: "neutral", Verdict.FEW: "neutral"}


def label(of: Influence, hidden: set[int]) -> str:
    if of.asset_id is not None:
        return WITHHELD if of.asset_id in hidden or of.asset is None else of.asset.title
    if of.kind == Kind.ANSWER:
        return exposures.ANSWERS[of.key]
    if of.kind == Kind.RECOMMENDATION:
        return recommended.PLACES[of.key]
    if of.campaign is not None:
        return of.campaign.name
    return CHANNELS.get(of.key, of.key)


def rows() -> "QuerySet[Influence]":
    return Influence.objects.all()


def hidden_from(person: Person) -> set[int]:
    """The assets of the list whose names `person` may not read."""
    ids = Influence.objects.filter(asset__isnull=False).values_list("asset_id", flat=True)
    return access.withheld(person, {pk for pk in ids if pk is not None})


def spec(person: Person) -> ListSpec:
    hidden = hidden_from(person)
    address = reverse("influence:thing", args=["kind", "0"])

    def row(of: Influence) -> Mapping[str, Any]:
        verdict = Verdict(of.verdict)
        is_hidden = of.asset_id in hidden
        return {
            "link": "" if is_hidden else address.replace("kind/0", f"{of.kind}/{of.key}"),
            "label": Two(label(of, hidden), str(Kind(of.kind).label)),
            "deals": of.deals,
            "linear": of.linear,
            "markov": of.markov,
            "difference": Figure(words.points(of.difference), words.span("won", of.found["won"]))
            if of.difference is not None
            else None,
            "crude": words.signed("won", of.found["won"]["crude"]),
            "verdict": Badge(str(verdict.label), TONES[verdict]),
            "compared": of.compared,
            "needed": f"{of.needed:.1f}" if of.needed is not None else None,
        }

    return ListSpec(
        name="influence",
        columns=(
            Column("label", "What"),
            Column("deals", "Deals", "number"),
            Column("linear", "Credit, linear", "money", words.CREDIT),
            Column("markov", "Markov", "money"),
            Column("verdict", "Influence"),
            Column("difference", "Share won", "number", "Adjusted difference in points, with its 95 % interval."),
            Column("crude", "Crude", "number", "Plain difference, adjusted for nothing: long deals meet more."),
            Column("compared", "Compared", "number", "Those that met it and have alike ones; 20 are needed."),
            Column("needed", "E-value", "number", "How strong an unseen cause would have to be, as a factor."),
        ),
        row=row,
        filters=(
            Filter("kind", "Kind", lambda q, v: q.filter(kind=v), lambda _: _choices(Kind)),
            Filter("verdict", "Influence", lambda q, v: q.filter(verdict=v), lambda _: _choices(Verdict)),
        ),
        sorts=(
            Sort("linear", "Credit, linear", Order("linear", descending=True, nullable=True)),
            Sort("markov", "Credit, Markov", Order("markov", descending=True, nullable=True)),
            Sort("difference", "Share won", Order("difference", descending=True, nullable=True)),
            Sort("needed", "E-value", Order("needed", descending=True, nullable=True)),
            Sort("deals", "Deals", Order("deals", descending=True)),
        ),
        empty=Empty(
            "scale",
            "Nothing was met yet",
            "No closed deal's company has a known touch. Import closed opportunities, campaign members and activities.",
        ),
        prefetch=lambda found: found.select_related("asset", "campaign"),
    )


def _choices(of: type[Kind] | type[Verdict]) -> list[Choice]:
    return [Choice(one.value, str(one.label)) for one in of]


def touches_of(kind: str, key: str) -> "QuerySet[Touch]":
    """The touches of one thing by the company of an outer deal, from a year before the deal to its end."""
    year = timedelta(days=365)
    return Touch.objects.filter(
        Q(channel=key) if kind == Kind.CHANNEL else Q(**{f"{kind}_id": int(key)}),
        current=True,
        company=OuterRef("company"),
        occurred_at__lte=OuterRef("closed_at"),
        occurred_at__gte=OuterRef("created_at") - year,
    )


def behind(kind: str, key: str, person: Person) -> "QuerySet[Deal]":
    """The closed deals that `person` may see, each with when it first met the thing."""
    if kind not in CREDITED:
        return _behind_own(kind, key, person)
    met = touches_of(kind, key)
    first = met.order_by().values("company").annotate(first=Min("occurred_at")).values("first")
    found = Deal.objects.visible_to(person).filter(is_closed=True, deleted_in_source=False)
    rows: QuerySet[Deal] = found.annotate(met=Exists(met), first=Subquery(first))
    return rows


def _behind_own(kind: str, key: str, person: Person) -> "QuerySet[Deal]":
    """Of a play; of answers and recommendations among the deals that these are known of."""
    found = Deal.objects.visible_to(person).filter(is_closed=True, deleted_in_source=False)
    if kind == Kind.ANSWER:
        found = found.filter(pk__in=RawSQL(exposures.ANSWERED, []))  # noqa: S611  a constant
    if kind == Kind.RECOMMENDATION:
        sql, own = recommended.FIRST_FOLLOWED, recommended.number(key)
        found = found.filter(pk__in=RawSQL(recommended.RECOMMENDED, [own]))  # noqa: S611  a constant
    else:
        sql, own = exposures.first_met(kind), exposures.number(kind, key)
    first = RawSQL(sql, [own], output_field=DateTimeField())  # noqa: S611  a constant
    rows: QuerySet[Deal] = found.annotate(first=first).annotate(met=Q(first__isnull=False))
    return rows


def deals_spec() -> ListSpec:
    address = reverse("deals:deal", args=[0]).replace("0", "{}")

    def row(deal: Any) -> Mapping[str, Any]:
        return {
            "link": address.format(deal.pk),
            "deal": deal.name,
            "company": deal.company.name if deal.company else None,
            "state": Badge("Won", "good") if deal.is_won else Badge("Lost", "bad"),
            "met": Badge("Met it", "info") if deal.met else Badge("Compared with"),
            "first": deal.first.date() if deal.first else None,
            "began": deal.created_at.date(),
            "closed": deal.closed_at.date(),
            "amount": deal.amount,
        }

    return ListSpec(
        name="influence-deals",
        columns=(
            Column("deal", "Deal"),
            Column("company", "Company"),
            Column("state", "State"),
            Column("met", "Met it"),
            Column("first", "First met", "date"),
            Column("began", "Began", "date"),
            Column("closed", "Closed", "date"),
            Column("amount", "Amount", "money"),
        ),
        row=row,
        filters=(
            Filter(
                "met",
                "Met it",
                lambda q, v: q.filter(met=v == "yes"),
                lambda _: (Choice("yes", "Met it"), Choice("no", "Did not")),
            ),
            Filter(
                "state",
                "State",
                lambda q, v: q.filter(is_won=v == "won"),
                lambda _: (Choice("won", "Won"), Choice("lost", "Lost")),
            ),
        ),
        sorts=(Sort("closed", "Closed", Order("closed_at", descending=True)),),
        empty=Empty("briefcase", "No closed deals", "None of the deals that you may see is closed."),
        prefetch=lambda found: found.select_related("company"),
    )
