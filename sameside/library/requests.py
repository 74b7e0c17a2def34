"""Requests: content that somebody needs and does not have; asked from a search that failed, and answered.

The same words asked for by the same person while a request for them is open are one request. An answer names the asset
that now exists, or says in a sentence why there will be none.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import connection, transaction

from sameside.crm.models import Deal
from sameside.library.masking import masked
from sameside.library.models import Asset, ContentRequest, Search
from sameside.people import audit
from sameside.people.models import Person
from sameside.people.policies import Refused

MOST_LETTERS = 300
_LOCK = 7_361_042


@transaction.atomic
def ask(
    words: str,
    *,
    by: Person,
    at: datetime,
    facets: Mapping[str, Sequence[str]] | None = None,
    search: Search | None = None,
    deal: Deal | None = None,
    note: str = "",
) -> ContentRequest:
    """Ask for content; gives the open request for the same words when `by` has one already."""
    wanted = masked(" ".join(words.replace("\x00", "").split()))[:MOST_LETTERS]
    if not wanted:
        raise Refused("Say in a few words what is missing.")
    _one_at_a_time(by)
    same = ContentRequest.objects.filter(asked_by=by, state=ContentRequest.State.OPEN, words__iexact=wanted).first()
    if same is not None:
        return same
    made = ContentRequest.objects.create(
        words=wanted,
        note=note.replace("\x00", "")[:2_000],
        facets={key: list(values) for key, values in (facets or {}).items()},
        search=search,
        deal=deal,
        asked_by=by,
        asked_at=at,
    )
    audit.record("library.request.asked", by=by, at=at, subject=f"ContentRequest:{made.pk}")
    return made


def _one_at_a_time(person: Person) -> None:
    """Who presses twice waits for the first: then the second finds its request."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCK, person.pk % 2**31])


def check_can_answer(request: ContentRequest) -> None:
    if request.state != ContentRequest.State.OPEN:
        raise Refused(f"This request is already {request.get_state_display().lower()}.")


@transaction.atomic
def answer(request: ContentRequest, *, by: Person, at: datetime, asset: Asset | None, sentence: str) -> ContentRequest:
    """Answer with an asset, or decline in a sentence."""
    request = ContentRequest.objects.select_for_update(of=("self",)).get(pk=request.pk)
    check_can_answer(request)
    sentence = " ".join(sentence.replace("\x00", "").split())[:500]
    if asset is None and not sentence:
        raise Refused("Name the asset that answers it, or say in a sentence why there will be none.")
    request.state = ContentRequest.State.ANSWERED if asset else ContentRequest.State.DECLINED
    request.asset, request.answer, request.answered_by, request.answered_at = asset, sentence, by, at
    request.save(update_fields=["state", "asset", "answer", "answered_by", "answered_at"])
    audit.record(f"library.request.{request.state}", by=by, at=at, subject=f"ContentRequest:{request.pk}")
    return request


@transaction.atomic
def reopen(request: ContentRequest, *, by: Person, at: datetime) -> ContentRequest:
    """Take an answer back."""
    request = ContentRequest.objects.select_for_update(of=("self",)).get(pk=request.pk)
    if request.state == ContentRequest.State.OPEN:
        return request
    request.state = ContentRequest.State.OPEN
    request.asset, request.answer, request.answered_by, request.answered_at = None, "", None, None
    request.save(update_fields=["state", "asset", "answer", "answered_by", "answered_at"])
    audit.record("library.request.reopened", by=by, at=at, subject=f"ContentRequest:{request.pk}")
    return request
