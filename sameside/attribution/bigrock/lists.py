"""The list of big rocks, and the deals behind one."""

from collections.abc import Mapping
from typing import Any

from django.db.models import FloatField, QuerySet
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast
from django.urls import reverse

from sameside.attribution.bigrock.credited import LOOKBACK
from sameside.attribution.bigrock.models import BigRock, DealCredit
from sameside.attribution.bigrock.words import age, target_words, times
from sameside.attribution.labels import MODEL_LABELS
from sameside.crm.models import Deal
from sameside.kit.paging import Order
from sameside.kit.tables import Column
from sameside.library import access
from sameside.library.models.assets import WITHHELD
from sameside.people.models import Person
from sameside.ui.cells import Badge, Figure, Two
from sameside.ui.lists import Choice, Empty, Filter, ListSpec, Sort


def rows() -> "QuerySet[BigRock]":
    return BigRock.objects.filter(removed_at=None)


def spec(person: Person, *, may_change: bool) -> ListSpec:
    hidden = access.withheld(person, set(rows().values_list("asset_id", flat=True)))
    address = reverse("bigrock:rock", args=[0])

    def row(rock: BigRock) -> Mapping[str, Any]:
        is_hidden = rock.asset_id in hidden
        usual = rock.found.get("lookbacks", {}).get(str(LOOKBACK), {})
        after_90 = usual.get("windows", {}).get("90", {})
        beside = usual.get("others", {}).get("returns", {}).get("90", {}).get("linear", {})
        note = f"others {times(beside['median'])}" if beside.get("median") is not None else ""
        return {
            "link": "" if is_hidden else address.replace("0", str(rock.pk)),
            "title": Two(WITHHELD if is_hidden else rock.asset.title, age(rock)),
            "launched_on": rock.launched_on,
            "reached": Figure(f"{rock.reached:,}", target_words(rock)) if rock.reached is not None else None,
            "spent": rock.spent,
            "won": rock.won,
            "open": rock.open,
            "return_90": Figure(times(rock.return_90), note)
            if rock.return_90 is not None
            else (f"in {after_90['left']} days" if after_90.get("left") else None),
        }

    return ListSpec(
        name="big-rocks",
        columns=(
            Column("title", "Big rock"),
            Column("launched_on", "Launched", "date"),
            Column("spent", "Budget spent", "money"),
            Column("reached", "Target people reached", "number", "Distinct contacts it is for, with a touch since."),
            Column("won", "Won revenue", "money", "Deals won since the launch, credited in equal parts."),
            Column("open", "Open pipeline", "money"),
            Column("return_90", "Return, 90 days", "number", "Won in the first 90 days for each unit spent by then."),
        ),
        row=row,
        filters=(),
        sorts=(
            Sort("launched_on", "Launched", Order("launched_on", descending=True)),
            Sort("won", "Won revenue", Order("won", descending=True, nullable=True)),
            Sort("open", "Open pipeline", Order("open", descending=True, nullable=True)),
            Sort("spent", "Budget spent", Order("spent", descending=True, nullable=True)),
            Sort("reached", "Target people reached", Order("reached", descending=True, nullable=True)),
            Sort("return_90", "Return, 90 days", Order("return_90", descending=True, nullable=True)),
        ),
        empty=Empty(
            "speakerphone",
            "No big rock is marked yet",
            "A big rock is a flagship asset with derivatives and a paid budget. Mark one to see whom it reached, what "
            "it earned, and what came back after 30, 90 and 365 days.",
            reverse("bigrock:new") if may_change else "",
            "Mark a big rock" if may_change else "",
        ),
        prefetch=lambda found: found.select_related("asset"),
    )


def behind(rock: BigRock, lookback: int, model: str, person: Person) -> "QuerySet[DealCredit]":
    """The parts of the deals that make up its figures, of those that `person` may see."""
    share = Cast(KeyTextTransform(model, "shares"), FloatField())
    found = DealCredit.objects.filter(rock=rock, lookback_months=lookback, deal__in=Deal.objects.visible_to(person))
    parts: QuerySet[DealCredit] = found.annotate(share=share).filter(share__gt=0)
    return parts


def deals_spec(model: str) -> ListSpec:
    address = reverse("deals:deal", args=[0])

    def row(credit: Any) -> Mapping[str, Any]:
        deal = credit.deal
        return {
            "link": address.replace("0", str(deal.pk)),
            "deal": deal.name,
            "company": deal.company.name if deal.company else None,
            "owner": deal.owner.name if deal.owner else None,
            "state": Badge("Won", "good") if deal.is_won else Badge("Open", "info"),
            "date": deal.closed_at.date() if deal.closed_at else deal.close_on,
            "amount": deal.amount,
            "share": credit.share,
            "credited": round(float(deal.amount) * credit.share, 2) if deal.amount is not None else None,
        }

    return ListSpec(
        name="big-rock-deals",
        columns=(
            Column("deal", "Deal"),
            Column("company", "Company"),
            Column("owner", "Owner"),
            Column("state", "State"),
            Column("date", "Closed or closes", "date"),
            Column("amount", "Amount", "money"),
            Column("share", "Share", "percent"),
            Column("credited", "Credited", "money"),
        ),
        row=row,
        filters=(
            Filter(
                "state",
                "State",
                lambda found, value: found.filter(deal__is_won=value == "won"),
                lambda _: (Choice("won", "Won"), Choice("open", "Open")),
            ),
            Filter(
                "model",
                "Model",
                lambda found, _value: found,
                kind="hidden",
                describe=lambda value: MODEL_LABELS.get(value, MODEL_LABELS["linear"]),
            ),
            Filter(
                "lookback",
                "Look-back",
                lambda found, _value: found,
                kind="hidden",
                describe=lambda value: f"{value} months",
            ),
        ),
        sorts=(Sort("newest", "Newest deal", Order("deal_id", descending=True)),),
        empty=Empty(
            "coins",
            "No deals behind it",
            "No deal that you may see was won since the launch, or is open, after a touch with this content.",
        ),
        prefetch=lambda found: found.select_related("deal__company", "deal__owner"),
    )
