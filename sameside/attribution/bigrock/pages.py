"""The page of one big rock as data: what was measured, under the chosen model; the template only prints it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from sameside.attribution.bigrock import notes
from sameside.attribution.bigrock.credited import LOOKBACK, MODELS
from sameside.attribution.bigrock.measuring import WINDOWS
from sameside.attribution.bigrock.models import BigRock
from sameside.attribution.bigrock.report import target_share
from sameside.attribution.bigrock.words import aimed_at, counted, times
from sameside.attribution.crediting import LOOKBACKS
from sameside.attribution.labels import MODEL_LABELS
from sameside.kit.tables import Column, Table
from sameside.library.models.assets import WITHHELD
from sameside.ui import formats
from sameside.ui.cells import Figure, Link, Two
from sameside.ui.lists import Choice


@dataclass(frozen=True)
class Page:
    found: Mapping[str, Any]
    model: str
    models: Sequence[Choice]
    lookback: str
    lookbacks: Sequence[Choice]
    waits_for: str
    """The look-back that was asked for, where it is not measured yet."""
    span: str
    open_span: str
    return_span: str
    query: str
    aim: str
    share: float | None
    so_far: str
    returns: Table
    beside: Table
    side_by_side: Table
    pieces: Table
    budget: Table
    notes: Sequence[Mapping[str, str]]


def chosen(query: Mapping[str, str]) -> tuple[str, int]:
    """The model and the look-back that an address asks for."""
    model, lookback = query.get("model", ""), query.get("lookback", "")
    return (
        model if model in MODELS else "linear",
        int(lookback) if lookback in {str(months) for months in LOOKBACKS} else LOOKBACK,
    )


def build(rock: BigRock, model: str, lookback: int, names: Mapping[int, tuple[str, str]]) -> Page:
    """`names` are title and slug of the family's assets that the reader may open. The rock was measured; with the usual
    look-back where the one asked for was never computed.
    """
    shown = told(rock, lookback)
    found = rock.of_lookback(shown)
    so_far, bounds, spent = found["so_far"], found["bounds"].get(model), found["budget"]["spent"]
    return Page(
        found={**found, "won": found["won"][model], "open": found["open"][model]}
        | {"won_deals": found["won_deals"][model], "open_deals": found["open_deals"][model]},
        model=model,
        models=[Choice(name, MODEL_LABELS[name]) for name in MODELS],
        lookback=str(shown),
        lookbacks=[Choice(str(months), f"{months} months before") for months in LOOKBACKS],
        waits_for=str(lookback) if shown != lookback else "",
        span=_span(bounds),
        open_span=_span(found["open_bounds"].get(model)),
        return_span=_times_span(bounds, spent),
        query=f"model={model}&lookback={shown}",
        aim=aimed_at(rock),
        share=target_share(found),
        so_far=times(so_far[model]) if so_far else "–",
        returns=returns(found, model),
        beside=beside(found, model),
        side_by_side=side_by_side(found),
        pieces=pieces(rock, found, model, shown, names),
        budget=budget(found),
        notes=notes.of(rock, found, model),
    )


def told(rock: BigRock, lookback: int) -> int:
    """The look-back asked for, the usual one where it was never computed."""
    return lookback if str(lookback) in rock.found["lookbacks"] else LOOKBACK


def _span(bounds: Sequence[float] | None) -> str:
    return f"{formats.money(bounds[0])} to {formats.money(bounds[1])}" if bounds else ""


def _times_span(bounds: Sequence[float] | None, spent: float | None) -> str:
    """Of a return: the budget is known, so the interval is that of the amount for each unit of it."""
    return f"{times(bounds[0] / spent)} to {times(bounds[1] / spent)}" if bounds and spent else ""


def returns(found: Mapping[str, Any], model: str) -> Table:
    columns = [
        Column("after", "After"),
        Column("won", "Won revenue", "money"),
        Column("deals", "Won deals", "number"),
        Column("spent", "Spent by then", "money"),
        Column(
            "return",
            "Return",
            "number",
            "Won revenue credited for each unit of the budget. Beneath it the 95 % interval, from 20 won deals on.",
        ),
        Column("others", "Median of the others", "number", "Of the other big rocks that are old enough."),
    ]
    rows = []
    for days in WINDOWS:
        window = found["windows"][str(days)]
        row: dict[str, Any] = {
            "after": f"{days} days",
            "others": _median(found["others"]["returns"][str(days)][model], times),
        }
        if window["left"]:
            rows.append(row | {"return": f"in {counted(window['left'], 'day')}"})
            continue
        back = window["returns"]
        row |= {"won": window["won"][model], "deals": window["deals"][model], "spent": window["spent"]}
        span = _times_span(window["bounds"].get(model), window["spent"])
        rows.append(row | {"return": _returned(back, model, span)})
    days, so_far, spent = max(found["days"], 0), found["so_far"], found["budget"]["spent"]
    rows.append(
        {
            "after": f"So far, {counted(days, 'day')}",
            "won": found["won"][model],
            "deals": found["won_deals"][model],
            "spent": spent,
            "return": _returned(so_far, model, _times_span(found["bounds"].get(model), spent)),
            "others": None,
        }
    )
    return Table(columns, rows)


def _returned(back: Mapping[str, float] | None, model: str, span: str) -> Figure | str:
    if back is None:
        return "no budget known"
    return Figure(times(back[model]), span) if span else times(back[model])


def _median(of: Mapping[str, Any], text: Any) -> Figure | None:
    if of["median"] is None:
        return None
    return Figure(text(of["median"]), f"of {of['of']}")


def beside(found: Mapping[str, Any], model: str) -> Table:
    others, ordinary, reach = found["others"], found["ordinary"], found["reach"]
    columns = [
        Column("what", "Since the launch"),
        Column("own", "This one", "number"),
        Column("others", "Median of other big rocks", "number"),
        Column("ordinary", "Median of other content", "number", "Of each piece with credit that is in no big rock."),
    ]

    def row(what: str, own: Any, of: Mapping[str, Any], text: Any, plain: float | None = None) -> dict[str, Any]:
        one = Figure(text(plain), f"of {ordinary['of']:,}") if plain is not None else None
        return {
            "what": what,
            "own": text(own) if own is not None else "–",
            "others": _median(of, text),
            "ordinary": one,
        }

    return Table(
        columns,
        [
            row("Target people reached", target_share(found), others["share"], formats.percent),
            row("People reached", reach["people"], others["people"], formats.number),
            row("Budget spent", found["budget"]["spent"], others["spent"], formats.money),
            row("Won revenue", found["won"][model], others["won"][model], formats.money, ordinary["won"][model]),
            row("Open pipeline", found["open"][model], others["open"][model], formats.money, ordinary["open"][model]),
        ],
    )


def side_by_side(found: Mapping[str, Any]) -> Table:
    columns = [
        Column("model", "Model"),
        Column("won", "Won revenue", "money"),
        Column("open", "Open pipeline", "money"),
        *(Column(f"after_{days}", f"Return, {days} days", "number") for days in WINDOWS),
    ]
    windows = {days: found["windows"][str(days)] for days in WINDOWS}
    rows = [
        {
            "model": MODEL_LABELS[model],
            "won": _with_span(found["won"][model], found["bounds"].get(model)),
            "open": _with_span(found["open"][model], found["open_bounds"].get(model)),
            **{
                f"after_{days}": _returned(one["returns"], model, _times_span(one["bounds"].get(model), one["spent"]))
                for days, one in windows.items()
                if one.get("returns")
            },
        }
        for model in MODELS
    ]
    return Table(columns, rows)


def _with_span(amount: float, bounds: Sequence[float] | None) -> Two | float:
    return Two(formats.money(amount), _span(bounds)) if bounds else amount


def pieces(
    rock: BigRock, found: Mapping[str, Any], model: str, lookback: int, names: Mapping[int, tuple[str, str]]
) -> Table:
    """The family. What each piece earned of all deals ever won is its row on the revenue page, so that both agree."""
    columns = [
        Column("piece", "Piece"),
        Column("won", "Won since the launch", "money"),
        Column("open", "Open pipeline", "money"),
        Column("all_time", "Won at any time", "money", "As on the revenue page, for all time."),
    ]
    query = f"?lookback={lookback}&period=all&model={model}"
    rows = []
    for piece in found["pieces"]:
        asset = piece["asset"]
        title, slug = names.get(asset, (WITHHELD, ""))
        role = "Flagship" if asset == rock.asset_id else "Derivative"
        rows.append(
            {
                "piece": Two(title, role),
                "link": reverse("library:asset", args=[slug]) if slug else "",
                "won": piece["won"][model],
                "open": piece["open"][model],
                "all_time": Link(
                    formats.money(piece["all_time"][model]), reverse("attribution:key", args=["asset", asset]) + query
                )
                if slug
                else formats.money(piece["all_time"][model]),
            }
        )
    total = {"piece": "Together", "won": found["won"][model], "open": found["open"][model]}
    return Table(columns, rows, total | {"all_time": found["all_time"][model]})


_STATES = {"untold": "no cost is known: counts as nothing", "unrated": "no exchange rate"}


def budget(found: Mapping[str, Any]) -> Table:
    kinds = {"campaign": "Campaign", "expense": "Entered by hand"}
    rows = [
        {
            "name": Two(part["name"], _STATES.get(part["state"], kinds[part["kind"]])),
            "amount": part["amount"],
            "link": reverse("crm:campaign", args=[part["id"]]) if part["kind"] == "campaign" else "",
        }
        for part in found["budget"]["parts"]
    ]
    total = {"name": "Spent", "amount": found["budget"]["spent"]}
    return Table(
        [Column("name", "What"), Column("amount", "Spent so far", "money")],
        rows,
        total if rows else None,
        empty="No budget is known: link the campaigns that amplify it, or enter what it cost.",
    )
