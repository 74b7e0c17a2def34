"""What Tarnwick's people asked the library for: synonyms, content that is missing, and searches judged right or wrong.

Made after usage came in, because what was searched teaches synonyms and judges results.
"""

from datetime import datetime, timedelta

from django.db import transaction

from sameside.demo.assets import HELPER_TITLE
from sameside.demo.members import CAST
from sameside.library import requests, synonym_learning
from sameside.library.evaluation import growing, judging
from sameside.library.findability import settling
from sameside.library.models import Asset, AssetFacet, ContentRequest, JudgedQuery
from sameside.people.models import Person
from sameside.people.roles import Role
from sameside.search import synonyms
from sameside.search.models import Synonym

SYNONYMS = ((("POV", "point of view"), False), (("hospital", "clinic", "healthcare"), False))
JUDGED = (
    # words, facets of the right answer, facets of what is good too
    ("banking first meeting", (("conversation", "relevant_meeting"), ("vertical", "banking")), "relevant_meeting"),
    ("point of view insurance", (("conversation", "tailored_pov"), ("vertical", "insurance")), "tailored_pov"),
    ("champion kit", (("conversation", "right_people"),), "right_people"),
    ("business case manufacturing", (("conversation", "definition_of_success"), ("vertical", "manufacturing")), ""),
    ("case study retail", (("conversation", "tangible_value"), ("vertical", "retail")), "tangible_value"),
    ("pricing guide", (("conversation", "tangible_value"),), ""),
)
MOST_RIGHT, MOST_GOOD = 3, 4
REQUESTS = (
    ("Case study from a hospital", "Two of my deals ask for one each week.", Role.SELLER, 12),
    ("Success plan in French", "Our plan in English is not passed on at the ministry.", Role.SUCCESS, 6),
    ("Patient data protection, one page", "", Role.SELLER, 2),
)
ANSWERED = ("A success plan that customers sign", "For a kick-off next week.", Role.SELLER, 30)
DECLINED = ("Brochure in Spanish", "", Role.MARKETER, 45)


def _marked(facets: tuple[tuple[str, str], ...]) -> list[Asset]:
    stated = AssetFacet.objects.exclude(state=AssetFacet.State.REJECTED)
    rows = Asset.objects.filter(status=Asset.Status.ACTIVE).order_by("pk")
    for facet, value in facets:
        rows = rows.filter(pk__in=stated.filter(facet=facet, value=value).values("asset"))
    return list(rows[: MOST_RIGHT + MOST_GOOD])


def _judge(by: Person, at: datetime) -> None:
    if JudgedQuery.objects.exists():
        return
    plan = Asset.objects.filter(title=HELPER_TITLE).first()
    if plan is not None:
        judging.grade(judging.add("mutual success plan", {}, by=by, at=at), plan, 3, by=by, at=at)
    for words, right, good in JUDGED:
        found = _marked(right)[:MOST_RIGHT]
        if not found:
            continue
        query = judging.add(words, {}, by=by, at=at)
        for asset in found:
            judging.grade(query, asset, 3, by=by, at=at)
        known = {asset.pk for asset in found}
        also = [asset for asset in _marked((("conversation", good),)) if asset.pk not in known] if good else []
        for asset in also[:MOST_GOOD]:
            judging.grade(query, asset, 1, by=by, at=at)
    growing.grow(at)


def _synonyms(by: Person, at: datetime) -> None:
    if Synonym.objects.exists():
        return
    for words, is_one_way in SYNONYMS:
        synonyms.add(words, by=by, at=at, is_one_way=is_one_way)
    settling.settle(at=at)
    synonym_learning.learn(at=at)


def _requests(people: dict[Role, Person], at: datetime) -> None:
    if ContentRequest.objects.exists():
        return
    for words, note, role, days in REQUESTS:
        requests.ask(words, by=people[role], at=at - timedelta(days=days), note=note)
    by = people[Role.EDITOR]
    plan = Asset.objects.filter(title=HELPER_TITLE).first()
    for (words, note, role, days), asset, said in (
        (ANSWERED, plan, "This is the one: the customer fills in half of it."),
        (DECLINED, None, "We do not sell in Spain any more."),
    ):
        asked = requests.ask(words, by=people[role], at=at - timedelta(days=days), note=note)
        requests.answer(asked, by=by, at=at - timedelta(days=days - 2), asset=asset, sentence=said)


@transaction.atomic
def ask(*, at: datetime) -> bool:
    """Make what is not there yet; False while somebody of the cast is missing."""
    people = {role: Person.objects.filter(email=member.email).first() for role, member in CAST.items()}
    present = {role: person for role, person in people.items() if person is not None}
    if len(present) < len(people):
        return False
    _synonyms(present[Role.EDITOR], at)
    _requests(present, at)
    _judge(present[Role.MARKETER], at)
    return True
