"""Numbers as people write them, in any locale.

`1.234` is a thousand in Berlin and one and a bit in Boston. A cell that has both marks, or a mark that no thousands can
stand behind (`12.5`, `0.123`, `1,103,153`), decides for itself; what is left open is decided by all the other cells of
its column (`Marks`), and else by the default of the file, which is said. Around the figures only currencies, percent
signs, blanks, apostrophes as thousands, signs and accounting parentheses may stand: `12 apples` is refused.
"""

import re
from decimal import Decimal, InvalidOperation

SIGNS = {
    "€": "EUR", "£": "GBP", "¥": "JPY", "円": "JPY", "元": "CNY", "₹": "INR", "₽": "RUB", "₩": "KRW", "₺": "TRY",
    "₪": "ILS", "₫": "VND", "฿": "THB", "₴": "UAH", "₦": "NGN", "zł": "PLN", "Kč": "CZK", "Ft": "HUF", "Fr.": "CHF",
    "US$": "USD", "A$": "AUD", "AU$": "AUD", "C$": "CAD", "CA$": "CAD", "R$": "BRL", "HK$": "HKD", "NZ$": "NZD",
    "S$": "SGD", "MX$": "MXN", "NT$": "TWD", "$": "USD", "EURO": "EUR", "Euro": "EUR", "euro": "EUR",
}  # fmt: skip
_CODES = """
    AED ARS AUD BGN BRL CAD CHF CLP CNY COP CZK DKK EGP EUR GBP HKD HUF IDR ILS INR ISK JPY KRW KZT MAD MXN MYR NGN NOK
    NZD PEN PHP PKR PLN QAR RON RSD RUB SAR SEK SGD THB TND TRY TWD UAH USD UYU VND ZAR
"""
CODES = frozenset(_CODES.split())
_CURRENCY = "|".join([*(re.escape(sign) for sign in sorted(SIGNS, key=len, reverse=True)), *sorted(CODES), "kr"])
_BEFORE = re.compile(rf"(?:{_CURRENCY})\s*")
_AFTER = re.compile(rf"\s*(?:{_CURRENCY}|%)$")
_PLAIN = re.compile(r"-?(?:\d+(?:\.\d\d?)?|0\.\d+|\d+\.\d{4,}|\d{4,}\.\d+)(?:[eE][+\-]?\d{1,3})?", re.ASCII)
_AMOUNT = re.compile(r"-?\d{1,14}(?:\.\d\d)?", re.ASCII)
_BODY = re.compile(r"(?P<figures>\d[\d.,]*|[.,]\d+)(?P<power>[eE][+\-]?\d{1,3})?")
_SPACED = re.compile(r"\d{1,3}(?:[ '’‘`´\u00a0\u2007\u2009\u202f]\d{3})+(?=$|[.,eE])")
_SPACES = re.compile(r"[ '’‘`´\u00a0\u2007\u2009\u202f]")
_GROUPS = re.compile(r"\d{1,3}(?:,\d{2,3})*,\d{3}|\d{1,3}(?:\.\d{2,3})*\.\d{3}")
_FOREIGN = str.maketrans(
    {"٫": ".", "٬": ",", "−": "-", "–": "-", "，": ",", "．": ".", "＋": "+", "－": "-", "％": "%"}
)
_LARGEST = Decimal(10) ** 16


def currency(text: str) -> str:
    """The currency that a cell, or a header such as `Amount (EUR)`, names; empty when it names none."""
    for word in re.finditer(r"(?<![A-Za-z])[A-Z]{3}(?![A-Za-z])", text):
        if word[0] in CODES:
            return word[0]
    return next(
        (SIGNS[sign] for sign in sorted(SIGNS, key=len, reverse=True) if not sign.isalpha() and sign in text), ""
    )


def _bare(cell: str) -> tuple[str, bool] | None:
    """The figures of the cell with their marks, and whether it is below zero; None when there are others."""
    text = cell.strip().translate(_FOREIGN)
    negative = text.startswith("(") and text.endswith(")")
    if negative:
        text = text[1:-1].strip()
    for _ in range(2):
        if text[:1] in ("-", "+"):
            negative ^= text[0] == "-"
            text = text[1:].lstrip()
        if text and not text[0].isdigit():
            before = _BEFORE.match(text)
            text = text[before.end() :] if before else text
        if text and not text[-1].isdigit():
            after = _AFTER.search(text)
            text = text[: after.start()] if after else text
    if text.endswith("-"):
        negative, text = True, text[:-1].rstrip()
    spaced = _SPACED.match(text)
    if spaced:
        text = _SPACES.sub("", spaced[0]) + text[spaced.end() :]
    return (text, negative) if _BODY.fullmatch(text) else None


def _mark(figures: str, power: str | None) -> str:
    """The decimal mark that the figures show by themselves: "." or ",", "?" when it is open, "" when there is none.

    A `ValueError` says that the marks make no sense.
    """
    points, commas = figures.count("."), figures.count(",")
    if points and commas:
        mark = "." if figures.rfind(".") > figures.rfind(",") else ","
        other = "," if mark == "." else "."
        if (
            figures.count(mark) != 1
            or not _GROUPS.fullmatch(figures[: figures.find(mark)])
            or other in figures.split(mark)[1]
        ):
            raise ValueError
        return mark
    mark, other = (".", ",") if points else (",", ".")
    if points + commas > 1:
        if not _GROUPS.fullmatch(figures):
            raise ValueError
        return other
    if not points + commas:
        return ""
    whole, rest = figures.split(mark)
    if len(rest) != 3 or power or not 1 <= len(whole) <= 3 or whole.startswith("0"):
        return mark
    return "?"


def parse(cell: str, decimal: str = "", otherwise: str = ".") -> Decimal:
    """The number; `decimal` is the mark that its column was found to have, `otherwise` the one to be guessed."""
    text = cell.strip()
    if _PLAIN.fullmatch(text):
        return Decimal(text)
    bare = _bare(text)
    match = _BODY.fullmatch(bare[0]) if bare else None
    if bare is None or match is None:
        raise ValueError(f"“{text[:40]}” is no number")
    figures = match["figures"]
    try:
        mark = _mark(figures, match["power"])
        if mark == "?":
            mark = decimal or otherwise
        plain = figures.replace(",", "") if mark == "." else figures.replace(".", "").replace(",", ".")
        number = Decimal(plain + (match["power"] or ""))
    except (ValueError, InvalidOperation) as problem:
        raise ValueError(f"“{text[:40]}” is no number") from problem
    return -number if bare[1] else number


class Marks:
    """Which decimal mark the cells of a column show; `open` are some that could be either."""

    def __init__(self) -> None:
        self.point = 0
        self.comma = 0
        self.open: list[str] = []

    def look(self, cell: str) -> None:
        if _PLAIN.fullmatch(cell):
            self.point += "." in cell
            return
        if "." not in cell and "," not in cell and "٫" not in cell:
            return
        bare = _bare(cell)
        match = _BODY.fullmatch(bare[0]) if bare else None
        if match is None:
            return
        try:
            mark = _mark(match["figures"], match["power"])
        except ValueError:
            return
        if mark == "?":
            if len(self.open) < 5:
                self.open.append(cell.strip())
        else:
            self.point += mark == "."
            self.comma += mark == ","

    @property
    def decimal(self) -> str:
        """The mark that most cells show, empty when they show none or as many of each."""
        return "." if self.point > self.comma else "," if self.comma > self.point else ""

    @property
    def mixed(self) -> bool:
        return bool(self.point and self.comma)


class Numbers:
    """Reads the numbers of one column: `decimal` as it was decided, `format` as somebody chose it (see `Choices`)."""

    def __init__(self, decimal: str = "", otherwise: str = ".", format: str = "") -> None:  # noqa: A002
        self.decimal = decimal
        self.otherwise = otherwise
        self.factor = {"micros": Decimal("0.000001"), "cents": Decimal("0.01")}.get(format)
        self.is_fraction = format == "fraction"

    def number(self, cell: str) -> Decimal:
        number = parse(cell, self.decimal, self.otherwise)
        if self.factor:
            number *= self.factor
        if not number.is_finite() or abs(number) >= _LARGEST:
            raise ValueError(f"“{cell.strip()[:40]}” is too large for an amount")
        return number

    def amount(self, cell: str) -> str:
        if _AMOUNT.fullmatch(cell) and not self.factor:
            return cell if cell[-3:-2] == "." else f"{cell}.00"
        return format(round(self.number(cell), 2), "f")

    def percentage(self, cell: str) -> str:
        number = self.number(cell) * (100 if self.is_fraction else 1)
        if abs(number) >= 10_000:
            raise ValueError(f"“{cell.strip()[:40]}” is too large for a percentage")
        return format(round(number, 2), "f")

    def whole(self, cell: str) -> str:
        number = int(self.number(cell))
        if not 0 <= number < 2**31:
            raise ValueError(f"“{cell.strip()[:40]}” is no plausible count")
        return str(number)
