"""Assets with their versions, renditions and pages, and what their likeness is known by."""

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now, TruncDate
from django.utils.timezone import get_current_timezone_name

from sameside.kit.prepared import VALUE, IsOneOf, Prepared
from sameside.people.models import Person
from sameside.people.roles import Role

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Self

EDITING_ROLES = (Role.MARKETER, Role.EDITOR, Role.ADMIN)


EVERYBODY = "all"
PARTNERS = "partner"
WITHHELD = "Restricted content"
"""What stands in a table of figures for an asset that the reader may not open."""


def groups_of(person: Person) -> list[str] | None:
    """The groups that `person` is in, as assets name them in `groups`; None when they may open everything.

    `all` is everybody of the company, `role:...` and `team:...` some of them; `partner` is every partner company,
    `partner:...` one. Partners are not part of `all`.
    """
    if person.role in EDITING_ROLES:
        return None
    if person.role == Role.PARTNER:
        return [PARTNERS, *([f"{PARTNERS}:{person.partner_id}"] if person.partner_id else [])]
    return [EVERYBODY, f"role:{person.role}", *([f"team:{person.team_id}"] if person.team_id else [])]


def everybody() -> list[str]:
    return [EVERYBODY]


@dataclass(frozen=True)
class Sight:
    """What decides which assets a person may open and find: the same for everybody with the same rights.

    `groups` as `groups_of` says; `zone` because the database's clock tells the day by it.
    """

    signs_in: bool
    edits: bool
    groups: tuple[str, ...] | None
    zone: str

    @classmethod
    def of(cls, person: Person) -> "Sight":
        groups = groups_of(person)
        edits = person.role in EDITING_ROLES
        return cls(person.may_sign_in, edits, None if groups is None else tuple(groups), get_current_timezone_name())


class AssetQuerySet(models.QuerySet["Asset"]):
    def permitted_to(self, person: "Person | Sight") -> "Self":
        """What `person` may open by a link: those who edit the library everything, others what a group of theirs may.

        It may be expired or retired; its page then says so, and what replaced it.
        """
        sight = person if isinstance(person, Sight) else Sight.of(person)
        if not sight.signs_in:
            return self.none()
        return self if sight.groups is None else self.filter(groups__overlap=list(sight.groups))

    def current(self) -> "Self":
        """Active, and valid today by the database's clock."""
        today = TruncDate(Now())
        begun = Q(valid_from__isnull=True) | Q(valid_from__lte=today)
        return self.filter(begun, Q(verified_until__isnull=True) | Q(verified_until__gte=today), status="active")

    def visible_to(self, person: "Person | Sight") -> "Self":
        """What `person` finds: what they may open and is current; those who edit the library find all of it."""
        sight = person if isinstance(person, Sight) else Sight.of(person)
        permitted = self.permitted_to(sight)
        return permitted if sight.edits else permitted.current()


def found_by(person: Person, keys: "Sequence[int]") -> "list[Asset]":
    """Those of `keys` that are `visible_to` the person, in any order; asked with every search."""
    sight = Sight.of(person)
    return _found_by(sight)(list(keys)) if keys and sight.signs_in else []


def called(person: Person, slug: str, *related: str) -> "Asset | None":
    """The asset with this name in addresses, when it is `visible_to` the person; with what is `related` to it."""
    sight = Sight.of(person)
    return _called(sight, *related).one(slug) if sight.signs_in else None


@lru_cache(maxsize=256)
def _called(sight: Sight, *related: str) -> "Prepared[Asset]":
    rows = Asset.objects.visible_to(sight).filter(slug=VALUE)
    return Prepared(rows.select_related(*related) if related else rows)


@lru_cache(maxsize=256)
def _found_by(sight: Sight) -> "Prepared[Asset]":
    return Prepared(Asset.objects.visible_to(sight).filter(IsOneOf("pk", VALUE)))


class Asset(models.Model):
    """A piece of content in the library."""

    class Status(models.TextChoices):
        ACTIVE = "active", "Active"
        RETIRED = "retired", "Retired"
        EXPIRED = "expired", "Expired"

    title = models.CharField(max_length=300)
    slug = models.SlugField(max_length=120, unique=True)
    status = models.CharField(max_length=10, choices=Status, default=Status.ACTIVE)
    format = models.CharField(max_length=10, help_text="See `extraction.document.FORMATS`.")
    language = models.CharField(max_length=5, blank=True, help_text="ISO 639-1, detected from the text.")
    summary = models.TextField(blank=True)
    owner = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="assets")
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)
    continued_by = models.ForeignKey(
        "self", models.SET_NULL, null=True, related_name="continues", help_text="What its versions were moved to."
    )
    path = models.CharField(max_length=500, blank=True, help_text="Where it was found: folder and file name.")
    page_count = models.PositiveIntegerField(default=0)
    thumbnail = models.CharField(max_length=200, blank=True)
    facets_confirmed = models.BooleanField(default=False, help_text="Nobody need look at a proposal any more.")
    is_template = models.BooleanField(default=False)
    valid_from = models.DateField(null=True, help_text="Before this day nobody finds it.")
    verified_until = models.DateField(null=True, help_text="After this day it leaves search and recommendations.")
    verified_at = models.DateTimeField(null=True, help_text="When somebody last said that it is still right.")
    verified_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    replaced_by = models.ForeignKey(
        "self", models.SET_NULL, null=True, related_name="replaces", help_text="Where its old links lead."
    )
    is_restricted = models.BooleanField(default=False, help_text="Only for those whom its grants name.")
    groups = ArrayField(
        models.CharField(max_length=40), default=everybody, help_text="Who may open it; made by `library.access`."
    )
    review_weight = models.PositiveIntegerField(
        default=0, db_default=0, help_text="Uses, and open deals in its facets, as the content truth found them last."
    )
    facets_read_at = models.DateTimeField(null=True, help_text="When it was last read for facets that it lacks.")
    objects = AssetQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["id"], condition=Q(status="active", facets_read_at=None), name="asset_unread_for_facets"
            ),
            models.Index(
                fields=["-review_weight", "-id"],
                condition=Q(continued_by=None, status__in=("active", "expired")),
                name="asset_review_order",
            ),
            models.Index(fields=["id"], condition=Q(verified_at=None), name="asset_never_verified"),
            models.Index(fields=["-updated_at", "-id"]),
            models.Index(fields=["-created_at", "-id"], name="asset_newest"),
            models.Index(fields=["title", "id"]),
            GinIndex(fields=["groups"], name="asset_groups"),
            models.Index(fields=["verified_until", "id"], name="asset_verified_until"),
            models.Index(fields=["owner", "verified_until"], name="asset_owner_review"),
        ]

    def __str__(self) -> str:
        return self.title

    def is_open_to(self, person: Person) -> bool:
        """As `permitted_to` has it, for an asset that was read already."""
        groups = groups_of(person)
        return person.may_sign_in and (groups is None or not set(groups).isdisjoint(self.groups))

    def named_for(self, person: Person) -> str:
        """Its title for those who may open it."""
        return self.title if self.is_open_to(person) else WITHHELD


class AssetVersion(models.Model):
    asset = models.ForeignKey(Asset, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    file = models.CharField(max_length=200, help_text="Random name below the data folder's `files/originals`.")
    filename = models.CharField(max_length=300)
    path = models.CharField(max_length=500, blank=True, help_text="Where this version was found.")
    title = models.CharField(max_length=300, blank=True)
    format = models.CharField(max_length=10, blank=True)
    language = models.CharField(max_length=5, blank=True)
    sha256 = models.CharField(max_length=64, unique=True)
    transcript_sha256 = models.CharField(max_length=64, blank=True, help_text="Of a video: the transcript's.")
    text_digest = models.CharField(max_length=64, blank=True, help_text="Of its words; see `likeness`.")
    minima = models.BinaryField(default=b"", help_text="What its likeness to others is estimated from.")
    bytes = models.PositiveBigIntegerField()
    words = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    is_current = models.BooleanField(default=True)
    drawn_at = models.DateTimeField(null=True, help_text="When its pages were drawn, or could not be.")
    created_by_run = models.BigIntegerField(null=True, db_index=True)

    class Meta:
        ordering: ClassVar = ["-number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["asset", "number"], name="asset_version_number"),
            models.UniqueConstraint(fields=["asset"], condition=models.Q(is_current=True), name="one_current_version"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["text_digest"], name="version_text_digest"),
            models.Index(fields=["path"], name="version_path"),
        ]

    def __str__(self) -> str:
        return f"{self.asset} v{self.number}"


class LikenessKey(models.Model):
    """A key under which a version is found by its content; texts alike share some."""

    version = models.ForeignKey(AssetVersion, models.CASCADE, related_name="likeness_keys")
    key = models.BigIntegerField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["key", "version"], name="likeness_key")]


class AssetRendition(models.Model):
    """The content of a version in another format: one asset, several files."""

    version = models.ForeignKey(AssetVersion, models.CASCADE, related_name="renditions")
    file = models.CharField(max_length=200, help_text="Random name below the data folder's `files/originals`.")
    filename = models.CharField(max_length=300)
    path = models.CharField(max_length=500, blank=True)
    format = models.CharField(max_length=10)
    sha256 = models.CharField(max_length=64, unique=True)
    bytes = models.PositiveBigIntegerField()
    words = models.PositiveIntegerField(default=0)
    share = models.FloatField(help_text="How alike the texts are, 0 to 1.")
    created_by_run = models.BigIntegerField(null=True, db_index=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering: ClassVar = ["format", "pk"]
        indexes: ClassVar = [models.Index(fields=["path"], name="rendition_path")]

    def __str__(self) -> str:
        return f"{self.version} as {self.format}"


class VersionProposal(models.Model):
    """An asset that may be a version of another: somebody accepts or rejects it, and can take an acceptance back."""

    class State(models.TextChoices):
        OPEN = "open", "Open"
        ACCEPTED = "accepted", "Accepted"
        REJECTED = "rejected", "Rejected"

    asset = models.ForeignKey(Asset, models.CASCADE, related_name="version_proposals")
    of = models.ForeignKey(Asset, models.CASCADE, related_name="proposed_versions")
    share = models.FloatField(help_text="How alike the texts are, 0 to 1.")
    reason = models.CharField(max_length=300)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    created_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    moved = ArrayField(models.BigIntegerField(), default=list, help_text="Versions that the acceptance moved.")
    before = models.JSONField(default=dict, help_text="What an acceptance changed, as it was: see kinship.py.")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["asset", "of"], name="version_proposal_pair")]
        indexes: ClassVar = [
            models.Index(fields=["-id"], condition=models.Q(state="open"), name="version_proposal_open")
        ]

    def __str__(self) -> str:
        return f"{self.asset_id} may be a version of {self.of_id}"


class AssetPage(models.Model):
    version = models.ForeignKey(AssetVersion, models.CASCADE, related_name="pages")
    number = models.PositiveIntegerField()
    text = models.TextField(blank=True)
    image = models.CharField(max_length=200, blank=True, help_text="Below `files/pages`; empty when not drawn.")
    thumbnail = models.CharField(max_length=200, blank=True)
    width = models.PositiveIntegerField(default=0)
    height = models.PositiveIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["number"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["version", "number"], name="version_page_number")]
