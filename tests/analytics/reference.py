"""The credit rules as slow plain Python that can be checked by reading."""

import calendar
from datetime import UTC, datetime


def months_before(moment: datetime, months: int) -> datetime:
    count = moment.year * 12 + moment.month - 1 - months
    year, month = count // 12, count % 12 + 1
    return moment.replace(year=year, month=month, day=min(moment.day, calendar.monthrange(year, month)[1]))


def credit(
    touches: list[tuple[int, int, int]], deals: list[tuple[int, int]], months: int, model: str
) -> dict[tuple[int, int], float]:
    """`touches` are (company, second, key), `deals` (company, end second); gives (deal, key) → share."""
    shares: dict[tuple[int, int], float] = {}
    for number, (company, end) in enumerate(deals):
        start = max(0, int(months_before(datetime.fromtimestamp(end, UTC), months).timestamp()))
        journey = sorted((t for t in touches if t[0] == company and start <= t[1] <= end), key=lambda t: t[1])
        if not journey:
            shares[number, -2] = 1.0
        elif model == "first":
            shares[number, journey[0][2]] = 1.0
        elif model == "last":
            shares[number, journey[-1][2]] = 1.0
        else:
            for touch in journey:
                shares[number, touch[2]] = shares.get((number, touch[2]), 0.0) + 1 / len(journey)
    return shares
