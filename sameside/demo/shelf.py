"""The documents of the demo as sellers meet them: which are taken for a conversation, which a search shows."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sameside.demo import assets as fates
from sameside.demo.assets import Asset
from sameside.demo.companies import Ints
from sameside.demo.lexicon import HEALTHCARE, SLUGS


@dataclass(frozen=True)
class Shelf:
    """The documents as arrays, for drawing many at once."""

    rank: Ints
    vertical: Ints  # -1 for every vertical
    language: Ints
    fate: Ints  # place in FATES
    off_target: NDArray[np.bool_]
    created: Ints
    weight: NDArray[np.float64]

    @classmethod
    def of(cls, assets: tuple[Asset, ...]) -> "Shelf":
        return cls(
            np.array([a.rank for a in assets]),
            np.array([SLUGS.index(a.vertical) if a.vertical else -1 for a in assets]),
            np.array([a.tongue for a in assets]),
            np.array([fates.FATES.index(a.fate) for a in assets]),
            np.array([a.is_off_target for a in assets]),
            np.array([a.created for a in assets]),
            np.array([0.0 if a.is_helper else a.popularity for a in assets]),
        )

    def in_use(self, *, recent: bool) -> NDArray[np.bool_]:
        """What sellers take: today only what is used; earlier also what has since been lost from sight."""
        used = self.fate == 0
        lost = ((self.fate == 1) & (self.vertical != HEALTHCARE)) | ((self.fate == 2) & ~self.off_target)
        return np.asarray(used if recent else used | lost, dtype=np.bool_)

    def on_show(self, *, recent: bool) -> NDArray[np.bool_]:
        """What a search shows."""
        return np.asarray(self.in_use(recent=recent) | (self.fate == 2) | (self.fate == 3), dtype=np.bool_)

    def draw(self, rng: np.random.Generator, weights: NDArray[np.float64], count: int) -> Ints:
        return np.asarray(rng.choice(len(weights), size=count, p=weights / weights.sum()), dtype=np.int64)

    def taken(
        self, rng: np.random.Generator, rank: Ints, vertical: Ints, language: Ints, recent: NDArray[np.bool_]
    ) -> Ints:
        """A document for each conversation: made for it, for the vertical or every one, in the language or English."""
        keys = ((rank * 20 + vertical) * 10 + language) * 2 + recent
        drawn = np.zeros(len(keys), dtype=np.int64)
        for key in np.unique(keys).tolist():
            own = keys == key
            is_recent, tongue = bool(key % 2), key // 2 % 10
            field_of, kind = key // 20 % 20, key // 400
            fits = self.in_use(recent=is_recent) * self.weight
            fits = fits * np.where(self.language == tongue, 1.0, np.where(self.language == 0, 0.35, 0.0))
            fits = fits * np.where(self.vertical == field_of, 3.0, np.where(self.vertical == -1, 1.0, 0.02))
            fits = fits * np.where(self.rank == kind, 1.0, 0.04)
            drawn[own] = self.draw(rng, fits, int(own.sum()))
        return drawn

    def shown(
        self, rng: np.random.Generator, vertical: Ints, language: Ints, recent: NDArray[np.bool_], most: int
    ) -> Ints:
        """`most` documents for each search; what tells about the company comes up for every word."""
        keys = (vertical + 1) * 20 + language * 2 + recent
        drawn = np.zeros((len(keys), most), dtype=np.int64)
        for key in np.unique(keys).tolist():
            own = keys == key
            fits = self.on_show(recent=bool(key % 2)).astype(np.float64)
            fits = fits * np.where(self.language == key // 2 % 10, 1.0, 0.05)
            fits = fits * np.where(self.vertical == key // 20 - 1, 5.0, np.where(self.vertical == -1, 1.0, 0.1))
            fits = fits * np.where(self.off_target, 1.6, 1.0)
            drawn[own] = self.draw(rng, fits, int(own.sum()) * most).reshape(-1, most)
        return drawn
