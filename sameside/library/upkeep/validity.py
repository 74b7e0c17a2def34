"""Until when content counts as right, and what a date means today.

Every asset has an owner, and a date until which somebody answers for it. New content is right for as long as the
organisation says; somebody who looks at it again gives it the same time anew. When the date passes, the asset leaves
search and recommendations.
"""

import calendar
from datetime import date, datetime, timedelta

from django.utils import timezone

from sameside.library.models import Asset
from sameside.people.models import Organisation
from sameside.ui import formats

SOON = timedelta(days=30)
LONGEST = timedelta(days=366 * 5)


def months_after(day: date, months: int) -> date:
    """The same day of the month `months` later, or the month's last day where there is none."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def proposed_until(at: datetime) -> date:
    """Until when something that is looked at now counts as right, when nobody says otherwise."""
    return months_after(timezone.localdate(at), Organisation.current().verified_for_months)


def in_words(asset: Asset, today: date) -> tuple[str, str]:
    """What the date says today as (sentence, tone); the tone is empty while there is nothing to do.

    Who brings an asset in gives it a date without looking at it again: that is not yet "verified".
    """
    until = asset.verified_until
    if asset.status == Asset.Status.RETIRED:
        return "Retired", "neutral"
    if until is None:
        return "No date", "neutral"
    word = "Verified" if asset.verified_at else "Right"
    days = (until - today).days
    if days < 0:
        return f"Expired {_days(-days)} ago", "bad"
    if days == 0:
        return f"{word} until today", "warn"
    if days <= SOON.days:
        return f"{word} for {_days(days)} more", "warn"
    return (
        f"Verified until {formats.date(until)}"
        if asset.verified_at
        else f"Never verified, due on {formats.date(until)}",
        "",
    )


def _days(number: int) -> str:
    return f"{number:,} day{'' if number == 1 else 's'}"
