"""Made-up figures for the pattern page."""

from typing import Any

from sameside.kit.paging import Order, Page
from sameside.kit.tables import Column, Table
from sameside.ui.cells import Badge, Meter, Two
from sameside.ui.charts import Chart, Kind, Series
from sameside.ui.lists import Chip, Choice, Control, Empty, Header, Listing, ListSpec, Sort

_WEEKS = ["Wk 14", "Wk 15", "Wk 16", "Wk 17", "Wk 18", "Wk 19", "Wk 20", "Wk 21"]


def figures() -> Table:
    return Table(
        columns=[
            Column("channel", "Channel"),
            Column("state", "State"),
            Column("leads", "Leads", "number"),
            Column("accepted", "Accepted", "percent", help="Leads that a seller accepted, of all handed over."),
            Column("cost", "Cost per lead", "money"),
            Column("wait", "First answer", "hours"),
            Column("velocity", "To a deal", "days"),
        ],
        rows=[
            {
                "channel": "Webinars",
                "state": Badge("On track", "good"),
                "leads": 412,
                "accepted": 0.413,
                "cost": 38.4,
                "wait": 3.4,
                "velocity": 21.3,
                "link": "#figures",
            },
            {
                "channel": "Paid search",
                "state": Badge("Slow", "warn"),
                "leads": 1280,
                "accepted": 0.184,
                "cost": 122,
                "wait": 19.2,
                "velocity": 44,
                "link": "#figures",
            },
            {
                "channel": "Events",
                "state": Badge("Breached", "bad"),
                "leads": 96,
                "accepted": 0.52,
                "cost": 1490,
                "wait": 61.5,
                "velocity": 32,
            },
            {"channel": "Partners", "state": Badge("New", "info"), "leads": 9, "accepted": None, "cost": None},
        ],
        total={"channel": "All channels", "leads": 1797, "accepted": 0.247, "cost": 131, "wait": 15.6, "velocity": 36},
        note="Made-up figures.",
    )


def cells() -> Table:
    return Table(
        columns=[Column("what", "Asset"), Column("state", "State"), Column("share", "Share")],
        rows=[
            {
                "what": Two("Security overview for banks", "PDF · 14 pages"),
                "state": Badge("Used"),
                "share": Meter(0.62),
            },
            {"what": Two("ROI calculator", "Sheet"), "state": Badge("Not found", "warn"), "share": Meter(0.11)},
        ],
    )


def _chart(kind: Kind, title: str, categories: list[str], series: list[Series], description: str) -> Chart:
    columns = [Column("of", ""), *(Column(one.name, one.name, "number") for one in series)]
    rows = [
        {"of": category, **{one.name: one.values[place] for one in series}} for place, category in enumerate(categories)
    ]
    return Chart(kind, title, categories, series, "number", Table(columns=columns, rows=rows), description)


def charts() -> list[Chart]:
    return [
        _chart(
            "line",
            "Successful conversations",
            _WEEKS,
            [
                Series("This year", [18, 22, 19, 27, 31, 30, 36, 41], "1"),
                Series("Last year", [15, 14, 17, 16, None, 18, 21, 20], "neutral"),
            ],
            "Successful conversations rose from 18 to 41 a week within eight weeks.",
        ),
        _chart(
            "bar",
            "Leads by channel",
            ["Webinars", "Paid search", "Events", "Partners", "Referrals"],
            [Series("Leads", [412, 1280, 96, 9, 44])],
            "Paid search brings most leads, webinars a third as many.",
        ),
        _chart(
            "stacked",
            "Where the content stands",
            ["Published study", "Your library"],
            [
                Series("Used", [35, 48], "good"),
                Series("Not found", [28, 23], "warn"),
                Series("Not relevant", [37, 18], "bad"),
                Series("No demand", [0, 11], "neutral"),
            ],
            "48 of 100 assets are used, 23 are not found, 18 not relevant.",
        ),
        _chart(
            "donut",
            "Revenue by origin",
            ["Marketing", "Sales", "Partners", "Customers"],
            [Series("Deals", [44, 38, 12, 21])],
            "Marketing began 44 of 115 deals.",
        ),
        _chart(
            "funnel",
            "What became of the leads",
            ["Handed over", "Accepted", "Opportunity", "Won"],
            [Series("Leads", [1797, 612, 288, 71])],
            "Of 1,797 leads handed over, 612 were accepted and 71 won.",
        ),
    ]


def listing() -> Listing:
    columns = [Column("name", "Name"), Column("state", "State"), Column("amount", "Amount", "money")]
    spec = ListSpec("samples", columns, dict, [], [Sort("name", "Name", Order("name"))], Empty("list", "", ""))
    rows = [
        {"name": "Example GmbH", "state": Badge("Open", "info"), "amount": 48200, "link": "#lists"},
        {"name": "Sample AG", "state": Badge("Won", "good"), "amount": 1240000, "link": "#lists"},
        {"name": "Muster & Söhne", "state": Badge("Lost", "bad"), "amount": 9300, "link": "#lists"},
    ]
    states = [Choice("open", "Open", 120), Choice("won", "Won", 44), Choice("lost", "Lost", 1280)]
    return Listing(
        spec=spec,
        rows=rows,
        page=Page(rows=[], next="", previous=""),
        controls=[
            Control("state", "State", "select", "open", states),
            Control("owner", "Owner", "select", "", [Choice("1", "Anna Berg")]),
            Control("text", "Name", "text", "", ()),
            Control("since", "Since", "date", "", ()),
        ],
        active=[Chip("State", "Open", "#lists")],
        headers=[Header(columns[0], "#lists", "ascending"), Header(columns[1]), Header(columns[2], "#lists")],
        sort="name",
        sort_choices=[Choice("name", "Name"), Choice("amount", "Amount")],
        query="",
        next="#lists",
        previous="",
        is_filtered=True,
    )


def everything() -> dict[str, Any]:
    return {
        "figures": figures(),
        "cells": cells(),
        "nothing": Table(columns=[Column("a", "A")], rows=[], empty="No channel has brought a lead yet."),
        "charts": charts(),
        "listing": listing(),
        "trend": [18, 22, 19, 27, 31, 30, 36, 41],
        "tones": ["neutral", "good", "warn", "bad", "info"],
    }
