"""Owners are told by mail before the date of their content passes: 30, 7 and 0 days before, then every week.

One mail lists everything that is new since the last, not one mail for each asset. Each asset is in at most one mail to
a person for each date and distance: this is written (`ReviewReminder`) before the mail goes out, and taken back when
the mail server refuses it. Nobody is reminded of a distance that had passed when the date was given. What has no owner
who may sign in goes to the editors, and to the administrators where there are none.
"""

import logging
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import connection
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from sameside.library import report
from sameside.library.models import Asset, AssetVerdict, ReviewReminder
from sameside.library.truth import count
from sameside.library.upkeep import validity
from sameside.people.invitations import mail_goes_out
from sameside.people.models import Organisation, Person
from sameside.people.roles import Role

BEFORE = (30, 7, 0)
LISTED = 40
EVERY = 7

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Line:
    """One asset in a mail: `distance` is one of `BEFORE`, or minus 7, 14, ... after the date."""

    asset: Asset
    until: date
    distance: int
    sentence: str
    need: str
    url: str
    is_over: bool


def distance(until: date, today: date) -> int | None:
    """Which reminder is due today for a date; None while it is far off."""
    days = (until - today).days
    if days > max(BEFORE):
        return None
    if days > -EVERY:
        return min(step for step in BEFORE if step >= days)
    return -(-days // EVERY * EVERY)


def due(at: datetime) -> dict[Person, list[Line]]:
    """Who is to be told of what today, whether or not it was said already."""
    today = timezone.localdate(at)
    known = Asset.objects.filter(
        status__in=(Asset.Status.ACTIVE, Asset.Status.EXPIRED),
        continued_by=None,
        verified_until__lte=today + timedelta(days=max(BEFORE)),
    )
    assets = list(
        known.select_related("owner")
        .only("title", "slug", "status", "verified_until", "verified_at", "created_at", "owner")
        .order_by("verified_until", "title", "pk")
    )
    needs, editors = _needs(assets), _editors()
    told: dict[Person, list[Line]] = defaultdict(list)
    for asset in assets:
        line = _line(asset, today, needs)
        if line is None:
            continue
        for person in [asset.owner] if asset.owner and asset.owner.may_sign_in else editors:
            told[person].append(line)
    return told


def _line(asset: Asset, today: date, needs: Mapping[int, str]) -> Line | None:
    until = asset.verified_until
    step = distance(until, today) if until else None
    if until is None or step is None:
        return None
    given = timezone.localdate(asset.verified_at or asset.created_at)
    if until - timedelta(days=step) <= given:
        return None
    sentence, _ = validity.in_words(asset, today)
    url = settings.PUBLIC_URL + reverse("library:asset", args=[asset.slug])
    return Line(asset, until, step, sentence, needs.get(asset.pk, ""), url, is_over=until < today)


def _needs(assets: Iterable[Asset]) -> dict[int, str]:
    """How much each asset is used and needed, where that is known."""
    by_default = report.read({})
    rows = AssetVerdict.objects.filter(
        window=by_default["window"], k=by_default["k"], asset__in=[asset.pk for asset in assets]
    )
    found = {}
    for row in rows:
        parts = [count(row.uses, "use")] if row.uses else []
        parts += [f"{count(row.open_deals, 'open deal')} in its facets"] if row.open_deals else []
        if parts:
            found[row.asset_id] = f"{' and '.join(parts)} in {by_default['window']} days"
    return found


def _editors() -> list[Person]:
    who = Person.objects.who_may_sign_in().order_by("pk")
    return list(who.filter(role=Role.EDITOR)) or list(who.filter(role=Role.ADMIN))


def remind(*, at: datetime) -> int:
    """Send what is due and was not sent yet; returns how many mails went out."""
    organisation = Organisation.current()
    if not organisation.review_reminders or not mail_goes_out():
        return 0
    sent = 0
    for person, lines in due(at).items():
        new = _claim(person, lines, at)
        if not new:
            continue
        try:
            _send(person, new, organisation)
        except (SMTPException, OSError) as problem:
            _give_back(person, new)
            log.warning("reviews.reminder_refused person=%d because=%s", person.pk, type(problem).__name__)
        else:
            sent += 1
    return sent


def _claim(person: Person, lines: Sequence[Line], at: datetime) -> list[Line]:
    """Write that these are said, and give those that were not said before; two runs at once share them out."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO library_reviewreminder (asset_id, person_id, verified_until, days_before, sent_at)
            SELECT n.asset, %s, n.until, n.step, %s
            FROM unnest(%s::bigint[], %s::date[], %s::smallint[]) AS n (asset, until, step)
            ON CONFLICT DO NOTHING RETURNING asset_id
            """,
            [
                person.pk,
                at,
                [line.asset.pk for line in lines],
                [line.until for line in lines],
                [line.distance for line in lines],
            ],
        )
        new = {row[0] for row in cursor.fetchall()}
    return [line for line in lines if line.asset.pk in new]


def _give_back(person: Person, lines: Sequence[Line]) -> None:
    for line in lines:
        ReviewReminder.objects.filter(
            person=person,
            asset=line.asset,
            verified_until=line.until,
            days_before=line.distance,
        ).delete()


def _send(person: Person, lines: Sequence[Line], organisation: Organisation) -> None:
    over = [line for line in lines if line.is_over]
    near = [line for line in lines if not line.is_over]
    about = subject(over, near)
    context = {
        "person": person,
        "organisation": organisation,
        "over": over[:LISTED],
        "near": near[: max(0, LISTED - len(over))],
        "rest": max(0, len(lines) - LISTED),
        "url": f"{settings.PUBLIC_URL}{reverse('library:reviews')}?whose=mine",
        "subject": about,
    }
    mail = EmailMultiAlternatives(
        about,
        render_to_string("library/review_mail.txt", context),
        None,
        [person.email],
        connection=get_connection(),
    )
    mail.attach_alternative(render_to_string("library/review_mail.html", context), "text/html")
    mail.send()


def subject(over: Sequence[Line], near: Sequence[Line]) -> str:
    """What the mail is about, with the title when it is about one asset."""
    if len(over) + len(near) == 1:
        line = [*over, *near][0]
        title = " ".join(line.asset.title.split())
        title = title if len(title) <= 60 else f"{title[:59]}…"
        return f"Expired: {title}" if over else f"Is it still right? {title}"
    parts = [f"{count(len(over), 'asset')} expired"] if over else []
    parts += [f"{count(len(near), 'asset')} to verify"] if near else []
    return ", ".join(parts)
