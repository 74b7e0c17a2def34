"""Rankings: what the parts of a score weigh, in versions, of which one is live.

A ranking is a draft until it is put live, and never changes after that: a change is a new version, so that what was
measured stays what was used. Putting one live is recorded in the audit log and can be taken back, which is a row too.
Without any, search ranks as delivered.

Success and freshness are steps: an asset used in one, three and ten won deals, or updated within a year, ninety and
thirty days, has a third of the weight for each.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from sameside.library.models import Ranking, RankingUse
from sameside.library.refusals import NotPossible
from sameside.library.searching import PREFERENCE
from sameside.people import audit
from sameside.people.models import Person
from sameside.retrieval.engine import Boost, Weights

WON = (1, 3, 10)
FRESH = (timedelta(days=365), timedelta(days=90), timedelta(days=30))
AS_DELIVERED = "As delivered"


@dataclass(frozen=True)
class Settings:
    """What is weighed, each from 0 to 1."""

    words: float = Weights.words
    pieces: float = Weights.pieces
    meaning: float = Weights.meaning
    preference: float = PREFERENCE
    success: float = 0.0
    freshness: float = 0.0

    @property
    def weights(self) -> Weights:
        return Weights(self.words, self.pieces, self.meaning)

    def boosts(self, at: datetime) -> list[Boost]:
        """Steps by deals won and by the time since the last update, without those of no weight."""
        steps = [Boost("won", least, self.success / len(WON)) for least in WON]
        steps += [Boost("updated", int((at - age).timestamp()), self.freshness / len(FRESH)) for age in FRESH]
        return [step for step in steps if step.weight > 0]

    def asked(self, at: datetime) -> dict[str, Any]:
        """What a request is given."""
        return {"weights": self.weights, "boosts": self.boosts(at), "preference": self.preference}


@dataclass(frozen=True)
class Part:
    """One weight as the page shows it."""

    key: str
    label: str
    meaning: str


PARTS = (
    Part("words", "Words", "Whole words, by their stem: the backbone of every result."),
    Part("pieces", "Pieces of words", "Four letters in a row: compounds, typos, names that languages share."),
    Part("meaning", "Meaning", "What means the same in other words or another language; words have the rest."),
    Part("preference", "Fits the deal", "What has the vertical, persona and conversation of the deal or lead."),
    Part("success", "Won deals", "Used in one, three, ten won deals: a third of the weight each."),
    Part("freshness", "Freshness", "Updated within a year, ninety, thirty days: a third of the weight each."),
)
KEYS = tuple(field.name for field in fields(Settings))
LIVE = f"""
    SELECT {", ".join(f"r.{key}" for key in KEYS)}
    FROM library_rankinguse u LEFT JOIN library_ranking r ON r.id = u.ranking_id
    ORDER BY u.at DESC, u.id DESC LIMIT 1
"""
"""What is weighed now, as `weighed` reads it; for whoever reads more by the same statement."""


def settings_of(ranking: Ranking | None) -> Settings:
    return Settings(**{key: getattr(ranking, key) for key in KEYS}) if ranking else Settings()


def read(given: Mapping[str, Any]) -> Settings:
    """Settings from a form, a file or a stored row; raises `NotPossible` with what is wrong."""
    values: dict[str, float] = {}
    for part in PARTS:
        if part.key not in given:
            continue
        try:
            value = float(str(given[part.key]).replace(",", "."))
        except ValueError:
            value = -1.0
        if not 0 <= value <= 1:
            raise NotPossible(f"{part.label} weighs from 0 to 1.")
        values[part.key] = round(value, 3)
    settings = Settings(**values)
    if settings.words + settings.pieces <= 0:
        raise NotPossible("Words and pieces of words cannot both weigh nothing.")
    return settings


def current() -> Ranking | None:
    """The ranking that is live; None when it is as delivered."""
    use = RankingUse.objects.select_related("ranking").order_by("-at", "-pk").first()
    return use.ranking if use else None


def live() -> Settings:
    """What is weighed now; asked with every search, so in plain SQL."""
    with connection.cursor() as cursor:
        cursor.execute(LIVE)
        return weighed(cursor.fetchone())


def weighed(row: Sequence[float | None] | None) -> Settings:
    """No row, or one without weights: as delivered."""
    if not row or row[0] is None:
        return Settings()
    return Settings(**{key: float(weight or 0) for key, weight in zip(KEYS, row, strict=True)})


def draft(settings: Settings, name: str, *, by: Person | None, at: datetime) -> Ranking:
    """A new version that nobody uses yet."""
    called = " ".join(name.replace("\x00", "").split())[:120]
    if not called:
        raise NotPossible("Give the ranking a name.")
    return Ranking.objects.create(name=called, created_at=at, created_by=by, **asdict(settings))


def is_draft(ranking: Ranking) -> bool:
    return not ranking.uses.exists()


@transaction.atomic
def change(ranking: Ranking, settings: Settings, name: str, *, by: Person, at: datetime) -> Ranking:
    """Other weights: in place while it is an unmeasured draft, else as a new version."""
    ranking = Ranking.objects.select_for_update().get(pk=ranking.pk)
    if not is_draft(ranking) or ranking.measurements.exists():
        return draft(settings, name, by=by, at=at)
    for key, value in asdict(settings).items():
        setattr(ranking, key, value)
    ranking.name = " ".join(name.replace("\x00", "").split())[:120] or ranking.name
    ranking.save()
    return ranking


@transaction.atomic
def put_live(ranking: Ranking | None, *, by: Person, at: datetime) -> RankingUse:
    """Rank everybody's searches by it from now on; None: as delivered."""
    before = current()
    if before == ranking:
        raise NotPossible("This ranking is live already.")
    use = RankingUse.objects.create(ranking=ranking, by=by, at=at)
    audit.record(
        "ranking.put_live",
        by=by,
        at=at,
        subject=f"Ranking:{ranking.pk}" if ranking else "Ranking:as delivered",
        details={"before": before.pk if before else None, **asdict(settings_of(ranking))},
    )
    return use


@transaction.atomic
def take_back(*, by: Person, at: datetime) -> RankingUse:
    """What was live before is live again."""
    uses = list(RankingUse.objects.select_related("ranking").order_by("-at", "-pk")[:2])
    if not uses:
        raise NotPossible("Search ranks as delivered: there is nothing to take back.")
    return put_live(uses[1].ranking if len(uses) > 1 else None, by=by, at=at)
