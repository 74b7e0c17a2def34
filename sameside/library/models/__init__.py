"""Assets with versions, pages, facets; who may open them; what was shown, searched, used; what keeps them true."""

from sameside.library.models.access import Grant
from sameside.library.models.assets import (
    EDITING_ROLES,
    Asset,
    AssetPage,
    AssetQuerySet,
    AssetRendition,
    AssetVersion,
    LikenessKey,
    Sight,
    VersionProposal,
    called,
    found_by,
    groups_of,
)
from sameside.library.models.collections import Collection, CollectionItem, Favourite
from sameside.library.models.facets import AssetFacet, Facet, FacetChange, FacetEdit, FacetRule, MissingFacet
from sameside.library.models.findability import (
    ContentRequest,
    Evaluation,
    JudgedQuery,
    Judgement,
    Measurement,
    Ranking,
    RankingUse,
    SearchOutcome,
)
from sameside.library.models.plays import Play, PlayRead
from sameside.library.models.sources import WatchedFile, WatchedFolder, WebSource
from sameside.library.models.truth import AssetVerdict, Verdict
from sameside.library.models.upkeep import Pin, Review, ReviewReminder, ReviewSheet, VersionChange
from sameside.library.models.usage import USED, Search, Usage

__all__ = [
    "EDITING_ROLES",
    "USED",
    "Asset",
    "AssetFacet",
    "AssetPage",
    "AssetQuerySet",
    "AssetRendition",
    "AssetVerdict",
    "AssetVersion",
    "Collection",
    "CollectionItem",
    "ContentRequest",
    "Evaluation",
    "Facet",
    "FacetChange",
    "FacetEdit",
    "FacetRule",
    "Favourite",
    "Grant",
    "JudgedQuery",
    "Judgement",
    "LikenessKey",
    "Measurement",
    "MissingFacet",
    "Pin",
    "Play",
    "PlayRead",
    "Ranking",
    "RankingUse",
    "Review",
    "ReviewReminder",
    "ReviewSheet",
    "Search",
    "SearchOutcome",
    "Sight",
    "Usage",
    "Verdict",
    "VersionChange",
    "VersionProposal",
    "WatchedFile",
    "WatchedFolder",
    "WebSource",
    "called",
    "found_by",
    "groups_of",
]
