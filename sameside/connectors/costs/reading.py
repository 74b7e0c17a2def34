"""A cost report is read twice: once for how it writes numbers and days and where its totals are, once for its rows.

Its rows go into a temporary table as they are; `merging` adds them up by campaign and day.
"""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path

from sameside.connectors import values
from sameside.connectors.costs import rules
from sameside.connectors.costs.columns import Columns, columns
from sameside.connectors.costs.histories import Lookups
from sameside.connectors.costs.recognition import META, Kind
from sameside.connectors.tabular import Choices, Layout, Rows
from sameside.connectors.tabular.choices import NONE

SAMPLES = 100
_DAY_FIRST_LANGUAGES = frozenset({"tag", "datum", "jour", "día", "kosten", "coût", "coste", "costo"})
_DATED = ("day", "week", "month", "start", "end")


@dataclass(frozen=True)
class Line:
    """One row of a report: what it cost, for which campaign (and ad, when no campaign is named), from day to day."""

    account: str
    campaign_id: str
    campaign: str
    kind: str
    ad: str
    day: date
    until: date
    given: Decimal | None
    currency: str
    impressions: Decimal | None
    clicks: Decimal | None
    conversions: Decimal | None
    network: str


@dataclass
class Survey:
    """What the whole file says; `totals` are the costs of its own total rows, by what these call themselves."""

    mark: rules.DecimalMark = field(default_factory=rules.DecimalMark)
    order: values.DayOrder = field(default_factory=values.DayOrder)
    totals: dict[str, str] = field(default_factory=dict)
    day_first: bool = False
    why: str = ""

    @property
    def notes(self) -> list[str]:
        dates = f"dates read {'day' if self.day_first else 'month'} first{self.why}" if self.order.seen else ""
        return [note for note in (self.mark.sentence, dates) if note]


class Report:
    """One file of costs. `lookups` tell what the row does not: accounts, their currencies, campaigns of ads."""

    def __init__(self, path: Path, layout: Layout, kind: Kind, lookups: Lookups, choices: Choices = NONE) -> None:
        self.kind = kind
        self.layout = layout
        self.choices = choices
        self.lookups = lookups
        self.columns: Columns = columns(layout.header)
        if "campaign_id" not in self.columns.at and {"basecampaign", "id"} <= self.columns.header:
            place = next(n for n, title in enumerate(layout.header) if title.strip().lower() == "id")
            self.columns.at["campaign_id"] = place
        self.rows = Rows(path, layout)
        self.period = rules.period(" ".join(record) for record in layout.preamble)
        self.survey = self._survey()
        self._overrule()
        self.footers = 0

    def _survey(self) -> Survey:
        survey = Survey()
        blank: list[str] = []
        samples: set[str] = set()
        for _, cells in self.rows:
            if isinstance(cells, csv.Error):
                continue
            cost = self._cell(cells, "cost")
            survey.mark.look(cost)
            for meaning in ("impressions", "clicks", "conversions"):
                survey.mark.look(self._cell(cells, meaning))
            for meaning in _DATED:
                cell = self._cell(cells, meaning)
                survey.order.look(cell)
                if cell and len(samples) < SAMPLES:
                    samples.add(cell)
            if rules.is_total(cells):
                survey.totals[next(cell for cell in cells if cell.strip()).strip()] = cost
            elif self._is_blank_total(cells):
                blank.append(cost)
        survey.day_first, survey.why = self._day_first(survey.order, samples)
        for left in self.rows.left_out:
            if left.kind == "total":
                survey.totals[str(left.cells[0]).strip()] = self._cell(left.cells, "cost")
        if blank:
            comma = survey.mark.is_comma
            survey.totals["blank"] = str(sum(rules.number(cost, comma=comma) or Decimal(0) for cost in blank))
            if comma:
                survey.totals["blank"] = survey.totals["blank"].replace(".", ",")
        return survey

    def _day_first(self, order: values.DayOrder, samples: set[str]) -> tuple[bool, str]:
        """Whether days come first, and why when the dates themselves leave it open: points say so, then the report's
        period, then the language of its header."""
        if order.decided:
            return order.day_first > order.month_first, ""
        if any("." in cell for cell in samples):
            return True, ""
        if self.period and samples:
            fits = [first for first in (False, True) if self._within(samples, day_first=first)]
            if len(fits) == 1:
                return fits[0], ", as the report's period says"
        if self.columns.header & _DAY_FIRST_LANGUAGES:
            return True, ", as its language does (nothing else decides it)"
        return False, " (nothing in the file decides it)"

    def _within(self, samples: set[str], *, day_first: bool) -> bool:
        first, last = self.period or (date.min, date.max)
        try:
            return all(first <= rules.day(cell, day_first=day_first) <= last for cell in samples)
        except ValueError:
            return False

    def _overrule(self) -> None:
        """What a person said of the day's column, or of the cost's, goes before what the file suggests."""
        headers = {meaning: self.layout.header[place] for meaning, place in self.columns.at.items()}
        cost = self.choices.column(headers.get("cost", ""))
        if decimal := cost.decimal or self.choices.decimal:
            self.survey.mark.decide(comma=decimal == ",")
        dates = {self.choices.column(headers[name]).format for name in _DATED if name in headers}
        if dates & {"day first", "month first"}:
            self.survey.day_first = "day first" in dates
        self.currency = cost.currency or self.columns.currency
        if cost.format == "micros":
            self.columns.at.setdefault("cost_micros", self.columns.at.pop("cost"))

    def _cell(self, cells: Sequence[str], meaning: str) -> str:
        return self.columns.cell(cells, meaning)

    def _is_blank_total(self, cells: Sequence[str]) -> bool:
        """Meta sums up in a row whose campaign has no name, and no id either."""
        named = any(self._cell(cells, meaning) for meaning in ("campaign", "campaign_id", "ad", "ad_id", "ad_group"))
        return self.kind.platform == META and "campaign" in self.columns.at and not named

    @property
    def total(self) -> Decimal | None:
        """What the file itself says all of it cost; None when it does not."""
        told = list(self.survey.totals.values())
        if not told or not told[0]:
            return None
        return rules.number(told[0], comma=self.survey.mark.is_comma)

    def lines(self) -> Iterator[tuple[int, list[str], "Line | str"]]:
        """(number, cells, line) of every row; a sentence in place of a line says why it is refused. Totals and what
        stands below the table are left out."""
        width = len(self.layout.header)
        for number, cells in self.rows:
            if isinstance(cells, csv.Error):
                yield number, [], f"The row cannot be read: {cells}"
                continue
            if rules.is_total(cells) or self._is_blank_total(cells):
                continue
            filled = [cell for cell in cells if cell.strip()]
            if len(filled) <= 1 < width and not self._cell(cells, "cost"):
                self.footers += bool(filled)
                continue
            try:
                yield number, cells, self._line(cells)
            except ValueError as problem:
                yield number, cells, str(problem)

    def _line(self, cells: Sequence[str]) -> Line:
        first, last = self._days(cells)
        comma = self.survey.mark.is_comma
        name = self._cell(cells, "campaign")
        ad = self._cell(cells, "ad_id") or self._cell(cells, "ad")
        campaign_id = self._cell(cells, "campaign_id") or self.lookups.campaign_of_ad.get(ad, "")
        account = self._cell(cells, "account_id") or self._cell(cells, "account")
        account = self.lookups.account(account, campaign_id)
        if not (campaign_id or name or ad):
            raise ValueError("It names no campaign")
        micros = self._cell(cells, "cost_micros")
        given = rules.money(self._cell(cells, "cost"), micros, comma=comma and not micros)
        currency = (self._cell(cells, "currency") or self.currency or self.lookups.currency(account)).upper()
        return Line(
            account=account[:120],
            campaign_id=campaign_id[:60],
            campaign=name[:255],
            kind=self._cell(cells, "kind")[:80],
            ad="" if campaign_id or name else ad[:60],
            day=first,
            until=last,
            given=given,
            currency=currency if len(currency) == 3 else "",
            impressions=rules.number(self._cell(cells, "impressions"), comma=comma),
            clicks=rules.number(self._cell(cells, "clicks"), comma=comma),
            conversions=rules.number(self._cell(cells, "conversions"), comma=comma),
            network=self._cell(cells, "network")[:60],
        )

    def _days(self, cells: Sequence[str]) -> tuple[date, date]:
        day_first = self.survey.day_first
        if cell := self._cell(cells, "day"):
            found = rules.day(cell, day_first=day_first)
            return found, found
        if cell := self._cell(cells, "week"):
            return rules.week(cell, day_first=day_first)
        if cell := self._cell(cells, "month"):
            return rules.month(cell, day_first=day_first)
        start, end = self._cell(cells, "start"), self._cell(cells, "end")
        if start:
            first = rules.day(start, day_first=day_first)
            last = rules.day(end, day_first=day_first) if end else first
            if last < first:
                raise ValueError("It ends before it begins")
            return first, last
        if self.period and not {"day", "week", "month", "start"} & self.columns.at.keys():
            return self.period
        raise ValueError("Its day is empty" if self.columns.at.keys() & {"day", "start"} else "No day is told")
