"""Assets with versions, pages and facets; and what was shown, opened, searched and used."""

from typing import TYPE_CHECKING, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models

from sameside.people.models import Person
from sameside.people.roles import Role

if TYPE_CHECKING:
    from typing import Self

EDITING_ROLES = (Role.MARKETER, Role.EDITOR, Role.ADMIN)


class AssetQuerySet(models.QuerySet["Asset"]):
    def visible_to(self, person: Person) -> "Self":
        """Active assets for everybody with a role; retired ones only for those who edit the library."""
        if not person.may_sign_in:
            return self.none()
        return self if person.role in EDITING_ROLES else self.filter(status=Asset.Status.ACTIVE)


class Asset(models.Model):
    """A piece of content in the library."""

    class Status(models.TextChoices):
        ACTIVE = "active", "Active"
        RETIRED = "retired", "Retired"

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
    verified_until = models.DateField(null=True)
    search = SearchVectorField(null=True)
    objects = AssetQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["-updated_at", "-id"]),
            models.Index(fields=["title", "id"]),
            GinIndex(fields=["search"], name="asset_search"),
        ]

    def __str__(self) -> str:
        return self.title


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

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["asset", "of"], name="version_proposal_pair")]
        indexes: ClassVar = [
            models.Index(fields=["-id"], condition=models.Q(state="open"), name="version_proposal_open")
        ]

    def __str__(self) -> str:
        return f"{self.asset_id} may be a version of {self.of_id}"


class WebSource(models.Model):
    """The address an asset was brought in from, which can be checked again."""

    asset = models.OneToOneField(Asset, models.CASCADE, related_name="web_source")
    url = models.CharField(max_length=2000, unique=True)
    checked_at = models.DateTimeField()
    found = models.CharField(max_length=300, help_text="What the last check found, in a sentence.")
    added_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")

    def __str__(self) -> str:
        return self.url


class WatchedFolder(models.Model):
    """A folder of this machine whose new and changed files come into the library by themselves."""

    path = models.CharField(max_length=500, unique=True)
    added_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    added_at = models.DateTimeField()
    paused_at = models.DateTimeField(null=True)
    scanned_at = models.DateTimeField(null=True)
    problem = models.CharField(max_length=300, blank=True, help_text="Why the last scan found nothing.")
    last_run_id = models.BigIntegerField(null=True)

    class Meta:
        ordering: ClassVar = ["path"]

    def __str__(self) -> str:
        return self.path


class WatchedFile(models.Model):
    """A file as the last scan saw it, and as it was when it was brought in: it comes in when it stands still."""

    folder = models.ForeignKey(WatchedFolder, models.CASCADE, related_name="files")
    name = models.CharField(max_length=500, help_text="Below the folder.")
    seen = models.CharField(max_length=60, help_text="Size and time of change at the last scan.")
    taken = models.CharField(max_length=60, blank=True, help_text="The same when it was brought in.")
    missing_since = models.DateTimeField(null=True)
    asset = models.ForeignKey(Asset, models.SET_NULL, null=True, related_name="watched_files")

    class Meta:
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["folder", "name"], name="watched_file_name")]

    def __str__(self) -> str:
        return self.name


class AssetPage(models.Model):
    version = models.ForeignKey(AssetVersion, models.CASCADE, related_name="pages")
    number = models.PositiveIntegerField()
    text = models.TextField(blank=True)
    image = models.CharField(max_length=200, blank=True, help_text="Below `files/pages`; empty when not drawn.")
    thumbnail = models.CharField(max_length=200, blank=True)
    width = models.PositiveIntegerField(default=0)
    height = models.PositiveIntegerField(default=0)
    search = SearchVectorField(null=True)

    class Meta:
        ordering: ClassVar = ["number"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["version", "number"], name="version_page_number")]
        indexes: ClassVar = [GinIndex(fields=["search"], name="page_search")]


class Facet(models.TextChoices):
    CONVERSATION = "conversation", "Conversation"
    VERTICAL = "vertical", "Vertical"
    LANGUAGE = "language", "Language"
    PRODUCT_LINE = "product_line", "Product line"
    PERSONA = "persona", "Persona"
    SENIORITY = "seniority", "Seniority"
    DEPTH = "depth", "Depth"
    REGION = "region", "Region"
    COMPETITOR = "competitor", "Competitor"
    FORMAT = "format", "Format"


class AssetFacet(models.Model):
    """One facet value of an asset: proposed with a reason, then confirmed or rejected by somebody."""

    class State(models.TextChoices):
        PROPOSED = "proposed", "Proposed"
        CONFIRMED = "confirmed", "Confirmed"
        REJECTED = "rejected", "Rejected"

    asset = models.ForeignKey(Asset, models.CASCADE, related_name="facets")
    facet = models.CharField(max_length=20, choices=Facet)
    value = models.CharField(max_length=80)
    state = models.CharField(max_length=10, choices=State, default=State.PROPOSED)
    reason = models.CharField(max_length=300, blank=True)
    decided_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["asset", "facet", "value"], name="asset_facet_value")]
        indexes: ClassVar = [models.Index(fields=["facet", "value", "asset"])]


class Search(models.Model):
    """One search as somebody meant it (keystrokes are merged), with what it showed. Append-only."""

    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    query = models.CharField(max_length=300)
    filters = models.JSONField(default=dict)
    results = models.PositiveIntegerField()
    shown = ArrayField(models.BigIntegerField(), default=list, help_text="Ids of the assets on the first page.")
    source = models.CharField(max_length=20, default="sameside")
    external_id = models.CharField(max_length=80, null=True)  # noqa: DJ001  null keeps it out of the unique pair
    created_by_run = models.BigIntegerField(null=True)

    class Meta:
        verbose_name_plural = "searches"
        constraints: ClassVar = [models.UniqueConstraint(fields=["source", "external_id"], name="search_source_id")]
        indexes: ClassVar = [models.Index(fields=["-at", "-id"])]


class Usage(models.Model):
    """Somebody was shown an asset or did something with it. Append-only; written by `library.usage` only."""

    class Action(models.TextChoices):
        IMPRESSION = "impression", "Shown"
        OPEN = "open", "Opened"
        DOWNLOAD = "download", "Downloaded"
        SHARE = "share", "Shared"
        PRESENT = "present", "Presented"
        PERSONALISE = "personalise", "Personalised"
        PLAY = "play", "Play read"

    asset = models.ForeignKey(Asset, models.PROTECT, related_name="usage")
    action = models.CharField(max_length=12, choices=Action)
    at = models.DateTimeField()
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    deal = models.ForeignKey("crm.Deal", models.PROTECT, null=True, related_name="usage")
    lead = models.ForeignKey("leads.Lead", models.PROTECT, null=True, related_name="usage")
    contact = models.ForeignKey("crm.Contact", models.PROTECT, null=True, related_name="+")
    search = models.ForeignKey(Search, models.PROTECT, null=True, related_name="+")
    source = models.CharField(max_length=20, default="sameside")
    external_id = models.CharField(max_length=80, null=True)  # noqa: DJ001  null keeps it out of the unique pair
    created_by_run = models.BigIntegerField(null=True)

    class Meta:
        verbose_name_plural = "usage"
        constraints: ClassVar = [models.UniqueConstraint(fields=["source", "external_id"], name="usage_source_id")]
        indexes: ClassVar = [
            models.Index(fields=["asset", "at"]),
            models.Index(fields=["at"]),
            models.Index(fields=["person", "-at"]),
            models.Index(fields=["deal", "at"], condition=models.Q(deal__isnull=False), name="usage_deal_time"),
            models.Index(
                fields=["asset", "-at"],
                condition=models.Q(action__in=("share", "present", "personalise")),
                name="usage_used",
            ),
        ]


USED = (Usage.Action.SHARE, Usage.Action.PRESENT, Usage.Action.PERSONALISE)


class Verdict(models.TextChoices):
    """The truth about one active asset in a window; `library.truth` holds the rule."""

    USED = "used", "Used"
    NOT_FOUND = "not_found", "Not found"
    NOT_RELEVANT = "not_relevant", "Not relevant"
    NOT_UNDERSTOOD = "not_understood", "Not understood"
    NO_DEMAND = "no_demand", "No demand"


class AssetVerdict(models.Model):
    """The verdict on an active asset for one window and k, with its evidence; rewritten as one by the report."""

    window = models.PositiveSmallIntegerField(help_text="Days.")
    k = models.PositiveSmallIntegerField(help_text="Impressions from which an asset counts as found.")
    asset = models.ForeignKey(Asset, models.CASCADE, related_name="verdicts")
    verdict = models.CharField(max_length=14, choices=Verdict)
    reason = models.CharField(max_length=300)
    impressions = models.PositiveIntegerField()
    opens = models.PositiveIntegerField(help_text="Opened or downloaded.")
    uses = models.PositiveIntegerField()
    open_deals = models.PositiveIntegerField(help_text="Deals in its facets that were open in the window.")
    matched_searches = models.PositiveIntegerField()
    teams_shown = ArrayField(models.BigIntegerField(), default=list)
    teams_used = ArrayField(models.BigIntegerField(), default=list)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["window", "k", "asset"], name="asset_verdict")]
        indexes: ClassVar = [
            models.Index(fields=["window", "k", "verdict", "-open_deals", "-id"], name="verdict_demand"),
            models.Index(fields=["window", "k", "-uses", "-id"], name="verdict_uses"),
        ]

    def __str__(self) -> str:
        return f"{self.asset_id}: {self.verdict}"
