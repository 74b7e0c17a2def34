"""Which assets an edit is about: those ticked on the page, or all that a search of the library leaves."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import QueryDict

from sameside.library import asking, searching
from sameside.library.models import Asset
from sameside.people.models import Person

SHOWN = 100
MOST = 200_000


@dataclass(frozen=True)
class Selection:
    """`query` is the library's address as it stood; `ids` are those ticked, when not all are meant."""

    query: QueryDict
    everything: bool
    ids: Sequence[int]

    def assets(self, person: Person) -> list[int]:
        """Ids of the assets that are meant and that `person` may open. Raises `readers.NotReady`."""
        if not self.everything:
            return list(Asset.objects.permitted_to(person).filter(pk__in=self.ids).values_list("pk", flat=True))
        asked = asking.read(self.query, person)
        found = searching.every(asked.searched, asked.narrowing, person, **asking.options(asked))
        return [asset.pk for asset, _ in zip(found, range(MOST), strict=False)]


def read(data: QueryDict) -> Selection:
    """The selection in a form: `query`, `which` (all or ticked) and each `asset`."""
    ids = [int(one) for one in data.getlist("asset")[:1_000] if one.isascii() and one.isdecimal() and len(one) < 19]
    return Selection(QueryDict(data.get("query", "")[:4_000]), data.get("which") == "all", ids)


def listed(query: QueryDict, person: Person) -> tuple[list[Asset], int, str]:
    """The first assets of the library's address `query`, how many there are in all, and why there are none."""
    found = asking.find(asking.read(query, person), person, size=SHOWN)
    return list(found.results.assets), found.results.total, found.results.problem
