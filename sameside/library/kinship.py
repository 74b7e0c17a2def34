"""What an editor says about versions: this asset is a version of that one, or is not; this file is one of its own.

Everything here can be taken back. An accepted proposal moves the versions of one asset behind the link of the other and
retires the emptied one, whose link leads on; undoing it moves them back. Separating makes an asset of a version, or of
a file that was taken for another format; the same bytes are known then, so no later import joins them again.
"""

from datetime import datetime
from typing import Any

from django.db import transaction

from sameside.library import access, files, intake, likeness, proposals, versions
from sameside.library.extraction.document import Document, title_from_name
from sameside.library.extraction.reader import Reader
from sameside.library.models import Asset, AssetRendition, AssetVersion, Pin, VersionProposal
from sameside.library.refusals import NotPossible
from sameside.people import audit
from sameside.people.models import Person

State = VersionProposal.State
_UNTOLD: dict[str, Any] = {
    "status": Asset.Status.ACTIVE.value,
    "retired_at": None,
    "current": None,
    "shown": None,
    "pins": [],
    "access": None,
    "opened": None,
}
"""Of an acceptance that was made before it was kept what it changed."""


@transaction.atomic
def accept(proposal: VersionProposal, *, by: Person, at: datetime, on_top: bool = True) -> Asset:
    """Move the asset's versions behind the other's link; `on_top` makes the newest of them the current one.

    Returns the asset that has them now.
    """
    proposal = _locked(proposal, State.OPEN, "Somebody has decided this already.")
    asset, of = proposal.asset, proposal.of
    if asset.continued_by_id or of.continued_by_id:
        raise NotPossible("One of the two is part of another asset by now.")
    proposal.before = _before(asset, of)
    access.carry_over(asset, of, by=by, at=at)
    proposal.before["opened"] = _opened(of)
    current = asset.versions.filter(is_current=True).first()
    moved = list(asset.versions.order_by("number"))
    _move(moved, to=of)
    Pin.objects.filter(asset=asset).delete()
    if on_top and current is not None and not versions.is_pinned(of):
        reason = f"Joined with “{asset.title}”."
        versions.make_current(AssetVersion.objects.get(pk=current.pk), by=by, at=at, reason=reason)
    Asset.objects.filter(pk=asset.pk).update(
        status=Asset.Status.RETIRED, retired_at=at, continued_by=of, page_count=0, thumbnail=""
    )
    proposal.moved = [version.pk for version in moved]
    _decide(proposal, State.ACCEPTED, by=by, at=at)
    audit.record("library.joined", by=by, at=at, subject=of.title, details={"asset": asset.pk, "of": of.pk})
    return Asset.objects.get(pk=of.pk)


@transaction.atomic
def reject(proposal: VersionProposal, *, by: Person, at: datetime) -> None:
    proposal = _locked(proposal, State.OPEN, "Somebody has decided this already.")
    _decide(proposal, State.REJECTED, by=by, at=at)


@transaction.atomic
def take_back(proposal: VersionProposal, *, by: Person, at: datetime) -> Asset:
    """Undo an acceptance: the versions go back to the asset they came with, and both are as they were before it."""
    proposal = _locked(proposal, State.ACCEPTED, "This was not accepted, or was taken back already.")
    asset, of, before = proposal.asset, proposal.of, {**_UNTOLD, **proposal.before}
    moved = list(AssetVersion.objects.filter(pk__in=proposal.moved, asset=of).order_by("number"))
    if not moved:
        raise NotPossible("Its versions are part of another asset by now.")
    if not of.versions.exclude(pk__in=proposal.moved).exists():
        raise NotPossible("It would leave the other asset without a version.")
    _move(moved, to=asset)
    Asset.objects.filter(pk=asset.pk).update(
        status=before["status"], retired_at=before["retired_at"], continued_by=None
    )
    _show(asset, before["current"], by=by, at=at)
    _show(of, before["shown"], by=by, at=at)
    for pin in before["pins"]:
        Pin.objects.get_or_create(asset=asset, defaults=pin)
    if before["access"] != before["opened"] and _opened(of) == before["opened"]:
        is_restricted, groups = before["access"]
        access.change(of, is_restricted=is_restricted, groups=groups, by=by, at=at)
    proposal.moved, proposal.before = [], {}
    _decide(proposal, State.OPEN, by=None, at=None)
    audit.record("library.separated", by=by, at=at, subject=asset.title, details={"asset": asset.pk, "of": of.pk})
    return Asset.objects.get(pk=asset.pk)


def _before(asset: Asset, of: Asset) -> dict[str, Any]:
    """What an acceptance changes of both, as JSON keeps it; what it leaves of who may open `of` comes to it later."""
    return {
        "status": asset.status,
        "retired_at": asset.retired_at.isoformat() if asset.retired_at else None,
        "current": _current(asset),
        "shown": _current(of),
        "pins": [
            {"version_id": pin.version_id, "by_id": pin.by_id, "at": pin.at.isoformat(), "reason": pin.reason}
            for pin in Pin.objects.filter(asset=asset)
        ],
        "access": _opened(of),
    }


def _current(asset: Asset) -> int | None:
    return asset.versions.filter(is_current=True).values_list("pk", flat=True).first()


def _opened(asset: Asset) -> list[Any]:
    """Whether it is restricted, and to whom it was granted itself."""
    return [Asset.objects.values_list("is_restricted", flat=True).get(pk=asset.pk), access.granted_to(asset)]


@transaction.atomic
def separate_version(version: AssetVersion, *, by: Person, at: datetime) -> Asset:
    """Make `version` an asset of its own; the one it leaves keeps the others."""
    of = Asset.objects.select_for_update().get(pk=version.asset_id)
    version = AssetVersion.objects.get(pk=version.pk)
    if version.asset_id != of.pk or of.versions.count() < 2:
        raise NotPossible("An asset keeps at least one version.")
    pages = list(version.pages.order_by("number").values_list("text", flat=True))
    document = Document(version.format, version.title or title_from_name(version.filename), version.language, pages)
    kept = versions.Kept(version.file, version.sha256, version.bytes, version.path or version.filename)
    asset = versions.new_asset(document, kept, by=by, at=at)
    access.carry_over(of, asset, by=by, at=at)
    Pin.objects.filter(version=version).delete()
    _move([version], to=asset)
    _show(asset, None, by=by, at=at)
    _show(of, None, by=by, at=at)
    proposals.propose(Asset.objects.get(pk=asset.pk), document)
    VersionProposal.objects.create(
        asset=asset,
        of=of,
        share=0.0,
        reason="Somebody separated them.",
        state=State.REJECTED,
        created_at=at,
        decided_at=at,
        decided_by=by,
    )
    audit.record("library.separated", by=by, at=at, subject=asset.title, details={"asset": asset.pk, "of": of.pk})
    return Asset.objects.get(pk=asset.pk)


def separate_rendition(rendition: AssetRendition, *, by: Person, at: datetime) -> Asset:
    """Make a file that was taken for another format of an asset one of its own; it is read once more for that."""
    original = files.original_of(rendition)
    with Reader(intake.limits()) as reader:
        document = intake.read(reader, original, rendition.path or rendition.filename)
    if document.refusal:
        raise NotPossible(f"It cannot be read any more. {document.refusal}")
    of = rendition.version.asset
    with transaction.atomic():
        if not AssetRendition.objects.select_for_update().filter(pk=rendition.pk).exists():
            raise NotPossible("Somebody has separated it already.")
        kept = versions.Kept(rendition.file, rendition.sha256, rendition.bytes, rendition.path or rendition.filename)
        rendition.delete()
        asset = versions.new_asset(document, kept, by=by, at=at)
        access.carry_over(of, asset, by=by, at=at)
        version = versions.add(asset, document, kept, likeness.of(document.pages), by=by, at=at)
        proposals.propose(version.asset, document)
        audit.record("library.separated", by=by, at=at, subject=asset.title, details={"asset": asset.pk, "of": of.pk})
    return version.asset


def _locked(proposal: VersionProposal, state: State, otherwise: str) -> VersionProposal:
    found = (
        VersionProposal.objects.select_for_update(of=("self",))
        .select_related("asset", "of")
        .filter(pk=proposal.pk, state=state)
        .first()
    )
    if found is None:
        raise NotPossible(otherwise)
    return found


def _decide(proposal: VersionProposal, state: State, *, by: Person | None, at: datetime | None) -> None:
    proposal.state, proposal.decided_by, proposal.decided_at = state, by, at
    proposal.save(update_fields=["state", "decided_by", "decided_at", "moved", "before"])


def _move(moved: list[AssetVersion], *, to: Asset) -> None:
    """Number the versions on behind those of `to`; none of them is current until that is said."""
    last = to.versions.order_by("-number").values_list("number", flat=True).first() or 0
    for number, version in enumerate(moved, start=last + 1):
        version.asset, version.number, version.is_current = to, number, False
        version.save(update_fields=["asset", "number", "is_current"])


def _show(asset: Asset, wanted: int | None, *, by: Person, at: datetime) -> None:
    """Where no version stands behind the link, the one that is `wanted` does, else the newest."""
    found = asset.versions.order_by("-number")
    version = found.filter(is_current=True).first() or found.filter(pk=wanted or 0).first() or found.first()
    if version is not None:
        versions.make_current(version, by=by, at=at, reason="The one before belongs to another asset.")
