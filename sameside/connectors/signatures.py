"""How a table is told by its header alone."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Signature:
    """A header that has `all` of these columns, `one` of those and `none` of the last is that of `name`.

    Columns are in their plain form (`objects.plain`), joined by blanks.
    """

    name: str
    all: str
    one: str = ""
    none: str = ""

    def fits(self, header: frozenset[str]) -> bool:
        one = self.one.split()
        return (
            header.issuperset(self.all.split())
            and (not one or not header.isdisjoint(one))
            and header.isdisjoint(self.none.split())
        )
