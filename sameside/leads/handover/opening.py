"""The first conversation that a new lead suggests, and content for it, each with its reason in words.

Which conversation, in this order: one that they read for already (content made for a later conversation than the first,
twice, or lately); with somebody who is known not to decide, finding the right people; else the first of all, a tailored
point of view. Content is what the library has for that conversation, their vertical, persona and language, of what the
reader may see; what they have read already is left out.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from django.urls import reverse

from sameside.conversations.models import KINDS, RANK, Kind
from sameside.kit.prepared import VALUE, IsOneOf, PreparedValues
from sameside.leads.models import Lead
from sameside.library import context, searching
from sameside.library.facets import Narrowing
from sameside.library.models import Asset, AssetFacet, Facet
from sameside.people.models import Person
from sameside.ui.formats import number

SUGGESTED = 3
LOOKED_AT = 12
LATELY = timedelta(days=30)
ENOUGH = 2
DECIDES = ("c-level", "vp", "director")
LABELS = {"c-level": "somebody of the board", "vp": "a vice president", "director": "a director",
          "manager": "a manager", "staff": "one of the staff"}  # fmt: skip


@dataclass(frozen=True)
class Suggested:
    asset: Asset
    url: str
    why: str


@dataclass(frozen=True)
class Opening:
    """`label` of the conversation, `why` this one, and `content` for it; `problem`: why none can be found now."""

    kind: str
    label: str
    why: str
    content: Sequence[Suggested]
    problem: str = ""


Read = Sequence[tuple[int, datetime]]
"""Asset and time of what they read."""


def of(lead: Lead, reader: Person, read: Read, *, at: datetime) -> Opening:
    kind, because = conversation(lead, read, at=at)
    known = context.of_lead(lead.pk, reader)
    if known is None:
        return Opening(kind.value, str(kind.label), because, ())
    facets = {**known.known, Facet.CONVERSATION.value: (kind.value,)}
    wanted = context.Context(known.kind, known.pk, known.name, known.url, facets, facets)
    assets, problem = _candidates(wanted, reader)
    seen = {asset for asset, _ in read}
    content = _suggested([one for one in assets if one.pk not in seen], wanted)
    return Opening(kind.value, str(kind.label), because, content, problem)


def _candidates(wanted: context.Context, reader: Person) -> tuple[list[Asset], str]:
    """Content made for the conversation: first what is for their vertical or persona as well, then any."""
    made_for = {Facet.CONVERSATION.value: tuple(wanted.facets[Facet.CONVERSATION.value])}
    others = [one.value for one in (Facet.VERTICAL, Facet.PERSONA) if wanted.facets.get(one.value)]
    found: dict[int, Asset] = {}
    for narrowed in [*({**made_for, one: tuple(wanted.facets[one])} for one in others), made_for]:
        results = searching.search(
            "", Narrowing(narrowed), reader, size=LOOKED_AT, preferred=wanted.preferred, languages=wanted.languages,
            counted=False, typing=False,
        )  # fmt: skip
        if results.problem:
            return [], results.problem
        found |= {one.pk: one for one in results.assets if one.pk not in found}
    return list(found.values()), ""


def address(asset: Asset) -> str:
    return f"{reverse('library:list')}{asset.slug}/"


@lru_cache(maxsize=1)
def _facets() -> PreparedValues:
    rows = AssetFacet.objects.filter(IsOneOf("asset", VALUE)).exclude(state=AssetFacet.State.REJECTED)
    return PreparedValues(rows.values_list("asset", "facet", "value"))


def _suggested(assets: Sequence[Asset], wanted: context.Context) -> list[Suggested]:
    """Those that fit in something, best first; the number of statements does not grow with them."""
    has: dict[int, dict[str, list[str]]] = {asset.pk: {} for asset in assets}
    for asset, facet, value in _facets()(list(has)):
        has[asset].setdefault(facet, []).append(value)
    fitting = sorted(assets, key=lambda one: -_fits(wanted, has[one.pk]))
    found = [Suggested(one, address(one), context.why(wanted, has[one.pk])) for one in fitting]
    return [one for one in found if one.why][:SUGGESTED]


def _fits(wanted: context.Context, has: Mapping[str, Sequence[str]]) -> int:
    """In how many respects it is made for them; their language counts twice, another vertical against it."""
    fitting = {facet for facet, values in wanted.facets.items() if set(values) & set(has.get(facet, ()))}
    vertical = Facet.VERTICAL.value
    is_others = bool(has.get(vertical)) and vertical in wanted.facets and vertical not in fitting
    return len(fitting) + (Facet.LANGUAGE.value in fitting) - 2 * is_others


def conversation(lead: Lead, read: Read, *, at: datetime) -> tuple[Kind, str]:
    """Which conversation to begin with, and why."""
    made_for = _made_for(read)
    latest = [kind for kind in reversed(KINDS[1:]) if _reads(made_for.get(kind.value, []), at)]
    if latest:
        kind, times = latest[0], made_for[latest[0].value]
        pieces = "1 piece" if len(times) == 1 else f"{number(len(times))} pieces"
        return kind, f"They read {pieces} made for this conversation already, last on {max(times):%-d %B}."
    who = LABELS.get(lead.seniority, "")
    if lead.seniority and lead.seniority not in DECIDES:
        return Kind.RIGHT_PEOPLE, f"Their title says {who}: find out together who decides."
    if lead.seniority:
        return Kind.TAILORED_POV, f"It is the first conversation, and their title says {who}: bring a point of view."
    return Kind.TAILORED_POV, "It is the first conversation; nothing is known yet that says otherwise."


def _made_for(read: Read) -> dict[str, list[datetime]]:
    """When they read something made for each conversation; what is made for most of them says nothing."""
    facets = AssetFacet.objects.filter(asset__in={asset for asset, _ in read}, facet=Facet.CONVERSATION)
    rows = list(facets.exclude(state=AssetFacet.State.REJECTED).values_list("asset", "value"))
    broad = {asset for asset, count in Counter(asset for asset, _ in rows).items() if count > 2}
    found: dict[str, list[datetime]] = {}
    for asset, value in rows:
        if asset not in broad and value in RANK:
            found.setdefault(value, []).extend(at for one, at in read if one == asset)
    return found


def _reads(times: Sequence[datetime], at: datetime) -> bool:
    return len(times) >= ENOUGH or any(at - one <= LATELY for one in times)
