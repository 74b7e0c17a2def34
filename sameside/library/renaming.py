"""An asset is called what its file calls itself, until somebody gives it a title in the words that people search for.

A title that was given stays when another version comes in (`versions.make_current`): it differs from that of the
version people got. Giving back the file's own title lets later versions bring theirs again.
"""

from datetime import datetime

from django.db import transaction

from sameside.library.models import Asset
from sameside.library.refusals import NotPossible
from sameside.people import audit, policies
from sameside.people.models import Person

LONGEST = 300


@transaction.atomic
def rename(asset: Asset, title: str, *, by: Person, at: datetime) -> str:
    """Call `asset` by another title; its address stays. Returns the title before."""
    policies.check(by, "edit_library")
    title = " ".join(title.replace("\x00", "").split())
    if not title:
        raise NotPossible("Give it a title.")
    if len(title) > LONGEST:
        raise NotPossible(f"A title has at most {LONGEST} characters.")
    held = Asset.objects.select_for_update(of=("self",)).get(pk=asset.pk)
    if held.title == title:
        raise NotPossible("It is called that already.")
    before, held.title, held.updated_at = held.title, title, at
    held.save(update_fields=["title", "updated_at"])
    audit.record("library.renamed", by=by, at=at, subject=before, details={"asset": held.pk, "to": title})
    return before
