"""The content of the pages on influence as data; the templates only print it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from sameside.analytics.influence.strata import FEWEST_EXPOSED
from sameside.attribution.influence import words
from sameside.attribution.influence.likeness import ALIKE, OF_SOME
from sameside.attribution.influence.material import RESULTS
from sameside.attribution.influence.models import CREDITED, Estimate, Influence, Kind, Verdict
from sameside.kit.tables import Column, Table

MANY_WON = 2 * FEWEST_EXPOSED


@dataclass(frozen=True)
class Side:
    """One result of one thing."""

    head: str
    value: str
    span: str
    sentence: str
    unseen: str
    crude: str
    exposed: int
    compared: int
    others: int
    overlap: float
    alike: str
    is_said: bool


@dataclass(frozen=True)
class Look:
    """The doubly robust estimate as the page shows it."""

    state: str
    done: float
    table: Table | None
    is_open: bool
    seconds: float | None
    finished_at: Any


def ranks(data: Mapping[str, Any]) -> Table | None:
    """How the order by credit agrees with plain frequency and with influence, among the things of one kind."""
    rows = []
    for kind in CREDITED:
        of = data["kinds"][kind.value]["ranks"]
        if of:
            rows += [
                {
                    "what": f"{kind.label}, {name}",
                    "of": of["of"],
                    "frequency": _correlation(of[key]["frequency"]),
                    "influence": _correlation(of[key]["influence"]),
                }
                for key, name in (("linear", "linear"), ("markov", "Markov"))
            ]
    columns = [
        Column("what", "Credit of"),
        Column("of", "With a figure", "number"),
        Column("frequency", "With frequency", "number", "With how many closed deals met it."),
        Column("influence", "With influence", "number", "With the adjusted difference of the share won."),
    ]
    return Table(columns, rows) if rows else None


def _correlation(value: float | None) -> str | None:
    return None if value is None else f"{value:.2f}".replace("-", "−")


def alikes(data: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """What deals are alike in, and what would have left too few alike; kinds that agree share a row."""
    kinds: dict[tuple[str, str], list[str]] = {}
    for kind in Kind:
        if data["kinds"][kind.value]["keys"]:
            kinds.setdefault((alike(data, kind), left_out(data, kind)), []).append(str(kind.label))
    return [(_listed(labels), *told) for told, labels in kinds.items()]


def chance(data: Mapping[str, Any]) -> str:
    """How many of the figures would stand out if nothing made any difference."""
    figures = sum(kind["figures"] for kind in data["kinds"].values())
    clear = sum(kind["clear"] for kind in data["kinds"].values())
    if not figures:
        return ""
    by_chance = figures * 0.05
    return (
        f"{clear:,} of {figures:,} figures {'is' if clear == 1 else 'are'} told apart from no difference. About "
        f"{by_chance:.0f} would be by chance alone if nothing made any: read one that stands alone with care."
        if by_chance >= 0.5
        else f"{clear:,} of {figures:,} figures {'is' if clear == 1 else 'are'} told apart from no difference."
    )


def missing(data: Mapping[str, Any]) -> list[dict[str, str]]:
    """Which input is missing, and how to bring it in."""
    notes = []
    if not data["deals"]:
        return [_warn("No closed deal is known. Import the CRM's opportunities, the lost ones too (Opportunity.csv).")]
    lost = data["deals"] - data["won"]
    if not lost:
        notes.append(_warn("Every closed deal was won: without lost ones no share can differ. Import them too."))
    elif not data["won"]:
        notes.append(_warn("No closed deal was won yet: there is nothing to compare."))
    elif min(lost, data["won"]) < MANY_WON:
        notes.append(
            _note(f"Only {data['won']:,} won and {lost:,} lost deals are known: most things are met by too few.")
        )
    if not data["met"]:
        notes.append(
            _warn(
                "No closed deal's company has a known touch. Import campaign members (CampaignMember.csv) and "
                "activities (Task.csv, Event.csv)."
            )
        )
    else:
        for kind, how in _HOW.items():
            if not data["kinds"][kind]["keys"]:
                notes.append(_note(how))
    if data["without_company"]:
        number = data["without_company"]
        notes.append(_note(f"{number:,} closed deal{'' if number == 1 else 's'} without a company met nothing here."))
    if data["untold"]:
        notes.append(_note(f"The CRM does not tell deals apart by {_listed(data['untold'])}: not adjusted for."))
    return notes


_HOW = {
    Kind.ASSET: "No closed deal met content. Content is linked when activities name an asset or its address, or when "
    "its use is recorded with the deal.",
    Kind.CAMPAIGN: "No closed deal met a campaign. Import Campaign.csv and CampaignMember.csv.",
    Kind.PLAY: "No play was read before its content was used with a closed deal. Plays are read here; use is recorded "
    "with the deal when content is shared or presented from it, or imported.",
    Kind.ANSWER: "No closed deal came from a lead of which a hand-over and a first attempt are known. Both come with "
    "leads, their owner changes and activities (Lead.csv, LeadHistory.csv, Task.csv), or from working leads here.",
    Kind.RECOMMENDATION: "Nothing was recommended for a deal that is closed now. Content suggested with a hand-over, "
    "on a deal's board or in a list opened from a deal is recorded as it is shown: figures come as they close.",
}


def _note(text: str) -> dict[str, str]:
    return {"text": text, "tone": "info"}


def _warn(text: str) -> dict[str, str]:
    return {"text": text, "tone": "warn"}


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def alike(data: Mapping[str, Any], kind: str, result: str = "won") -> str:
    """What deals are alike in, in words; the age of the deal and its touches so far always."""
    taken = data["kinds"][kind]["alike"].get(result, [])
    return _listed(["age of the deal", "touches so far", *(ALIKE[name] for name in taken)])


def left_out(data: Mapping[str, Any], kind: str) -> str:
    """What would have left too few alike deals."""
    taken, untold = data["kinds"][kind]["alike"].get("won", []), data["untold"]
    told = ["waited"] if kind == Kind.RECOMMENDATION else []
    asked = [name for name in ALIKE if name not in OF_SOME or name in told]
    out = [ALIKE[name] for name in asked if name not in taken and ALIKE[name] not in untold]
    return _listed(out) if out else ""


def sides(of: Influence, data: Mapping[str, Any]) -> list[Side]:
    told = []
    for result in RESULTS:
        found = of.found[result]
        told.append(
            Side(
                head=words.HEADS[result],
                value=words.signed(result, found["difference"]) or "–",
                span=words.span(result, found),
                sentence=words.says(of.kind, result, found),
                unseen=words.unseen(found),
                crude=words.signed(result, found["crude"]) or "–",
                exposed=found["exposed"],
                compared=found["compared"],
                others=found["others"],
                overlap=found["overlap"],
                alike=alike(data, of.kind, result),
                is_said=found["difference"] is not None,
            )
        )
    return told


def trials(of: Influence) -> Table:
    """Where the share won was compared, by when it was met."""
    columns = [
        Column("after", "Met it"),
        Column("exposed", "Exposed", "number", "Deals that met it then and have somebody alike."),
        Column("alone", "Nobody alike", "number", "Deals that met it then, left out."),
        Column("others", "Others", "number", "Alike deals of the same age that had not met it yet."),
        Column("with", "Won with it", "percent"),
        Column("without", "Won without", "percent", "Of the others, weighted to be like the exposed."),
    ]
    rows = [{**one, "after": words.after(one["after"])} for one in of.found["won"]["trials"]]
    return Table(columns, rows, empty="No deal met it while it was open.")


def strata(of: Influence, data: Mapping[str, Any]) -> Table:
    """The greatest groups of alike deals."""
    taken = data["kinds"][of.kind]["alike"].get("won", [])
    columns = [
        Column("alike", "Alike in" if taken else "All deals"),
        Column("exposed", "Exposed", "number"),
        Column("others", "Others", "number"),
        Column("with", "Won with it", "percent"),
        Column("without", "Won without", "percent"),
        Column("counts", "Counts"),
    ]
    rows = [
        {
            **one,
            "alike": words.sentence([*one["alike"], words.after(one["after"]).lower(), words.BUSY[one["busy"]]]),
            "counts": "Yes" if one["counts"] else "Too few others",
        }
        for one in of.found["won"]["strata"]
    ]
    return Table(columns, rows, empty="No deal met it while it was open.")


def look(estimate: Estimate | None, of: Influence) -> Look | None:
    if estimate is None:
        return None
    is_open = estimate.state != Estimate.State.DONE
    table = None if is_open else _estimated(estimate.found, of)
    return Look(
        _STATES.get(Estimate.State(estimate.state), ""),
        estimate.done,
        table,
        is_open,
        estimate.seconds,
        estimate.finished_at,
    )


_STATES = {Estimate.State.WAITING: "Waits for its turn", Estimate.State.RUNNING: "Computing"}


def _estimated(found: Mapping[str, Any], of: Influence) -> Table:
    columns = [
        Column("head", "Result"),
        Column("robust", "Doubly robust", "number"),
        Column("span", "95 % interval", "number"),
        Column("strata", "By strata", "number"),
        Column("overlap", "Overlap", "percent"),
        Column("effective", "Others are worth", "number", "How many unweighted deals the weighted others are worth."),
    ]
    rows = []
    for result in RESULTS:
        one = found.get(result)
        rows.append(
            {
                "head": words.HEADS[result],
                "robust": words.signed(result, one["difference"]) if one else "too few",
                "span": words.span(result, one) if one else None,
                "strata": words.signed(result, of.found[result]["difference"]) or None,
                "overlap": one["overlap"] if one else None,
                "effective": round(one["effective"]) if one else None,
            }
        )
    return Table(columns, rows)


def card(of: Influence) -> dict[str, Any]:
    """Credit, influence and interval, as the page of the thing itself shows them."""
    won = of.found["won"]
    return {
        "of": of,
        "value": words.signed("won", won["difference"]),
        "span": words.span("won", won),
        "sentence": words.says(of.kind, "won", won),
        "verdict": Verdict(of.verdict),
        "url": reverse("influence:thing", args=[of.kind, of.key]),
    }
