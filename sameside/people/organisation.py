"""What administrators decide for the whole company: its settings and its teams, every change recorded."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from sameside.people import audit, policies
from sameside.people.models import Organisation, Person, Team
from sameside.ui import access

SETTINGS = (
    "name",
    "currency",
    "seller_scope",
    "truth_window_days",
    "truth_min_impressions",
    "verified_for_months",
    "review_reminders",
    "search_words_days",
)


@transaction.atomic
def change_settings(values: Mapping[str, Any], *, by: Person, at: datetime) -> dict[str, list[Any]]:
    """Store `values` (keys of `SETTINGS`) and give what changed: setting to [before, after]."""
    policies.check(by, "manage_settings")
    organisation = Organisation.objects.select_for_update().get(pk=1)
    changed = {
        key: [getattr(organisation, key), values[key]]
        for key in SETTINGS
        if key in values and getattr(organisation, key) != values[key]
    }
    if not changed:
        return {}
    for key, (_, after) in changed.items():
        setattr(organisation, key, after)
    organisation.save(update_fields=list(changed))
    if "currency" in changed:
        _convert_amounts()
    audit.record("settings changed", by=by, at=at, subject="Organisation", details=changed)
    transaction.on_commit(access.current().forget)
    return changed


def _convert_amounts() -> None:
    """Every amount is worth something else in another currency; the job stands above this part."""
    try:
        with transaction.atomic():
            app.configure_task("connectors.reconvert", queueing_lock="connectors.reconvert").defer()
    except AlreadyEnqueued:
        return


@transaction.atomic
def add_team(*, name: str, side: str, by: Person, at: datetime) -> Team:
    policies.check(by, "manage_people")
    team = Team.objects.create(name=name, side=side)
    audit.record("team added", by=by, at=at, subject=f"Team:{team.pk}", details={"name": name, "side": side})
    return team


@transaction.atomic
def change_team(team: Team, *, name: str, side: str, by: Person, at: datetime) -> Team:
    policies.check(by, "manage_people")
    team = Team.objects.select_for_update().get(pk=team.pk)
    before = {"name": team.name, "side": team.side}
    after = {"name": name, "side": side}
    if before == after:
        return team
    team.name, team.side = name, side
    team.save(update_fields=["name", "side"])
    changed = {key: [before[key], after[key]] for key in after if before[key] != after[key]}
    audit.record("team edited", by=by, at=at, subject=f"Team:{team.pk}", details=changed)
    return team
