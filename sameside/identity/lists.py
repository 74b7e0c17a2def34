"""The lists of pairs that wait for an answer, and of merges that were made."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse

from sameside.crm.lists import address
from sameside.identity.models import Duplicate, Kind, Merge
from sameside.identity.records import RECORDS
from sameside.identity.rules import RULES
from sameside.kit.paging import Order
from sameside.kit.tables import Column
from sameside.people.models import Person
from sameside.ui.cells import Badge, Two
from sameside.ui.lists import Choice, Empty, Filter, ListSpec, Sort

CERTAIN, LIKELY = 0.95, 0.8
STATE_TONES = {
    Duplicate.State.PROPOSED: "info",
    Duplicate.State.LATER: "neutral",
    Duplicate.State.MERGED: "good",
    Duplicate.State.REJECTED: "bad",
    Duplicate.State.RESTING: "neutral",
}
ALL = "all"


def certainty(score: float) -> Badge:
    if score >= CERTAIN:
        return Badge("Very likely", "good")
    return Badge("Likely", "info") if score >= LIKELY else Badge("Possible")


def _kinds(_person: Person) -> Sequence[Choice]:
    return [Choice(kind.value, str(kind.label)) for kind in Kind]


def _states(_person: Person) -> Sequence[Choice]:
    return [*(Choice(state.value, str(state.label)) for state in Duplicate.State), Choice(ALL, "All")]


def _by_certainty(rows: "QuerySet[Any]", value: str) -> "QuerySet[Any]":
    ranges = {"very": Q(score__gte=CERTAIN), "likely": Q(score__gte=LIKELY, score__lt=CERTAIN)}
    return rows.filter(ranges.get(value, Q(score__lt=LIKELY)))


def _by_state(rows: "QuerySet[Any]", value: str) -> "QuerySet[Any]":
    return rows if value == ALL else rows.filter(state=value)


def _named(rows: "QuerySet[Any]", value: str) -> "QuerySet[Any]":
    return rows.filter(
        Q(left_name__icontains=value)
        | Q(right_name__icontains=value)
        | Q(left_detail__icontains=value)
        | Q(right_detail__icontains=value)
    )


def duplicates() -> ListSpec:
    link = address("identity:pair")
    kinds = {kind.value: str(kind.label) for kind in Kind}

    def row(pair: Duplicate) -> Mapping[str, Any]:
        return {
            "link": link(pair.pk),
            "left": Two(pair.left_name, pair.left_detail),
            "right": Two(pair.right_name, pair.right_detail),
            "kind": kinds[pair.kind],
            "certainty": certainty(pair.score),
            "score": pair.score,
            "reasons": "; ".join(pair.reasons),
            "state": Badge(pair.get_state_display(), STATE_TONES[Duplicate.State(pair.state)]),
            "proposed_at": pair.proposed_at,
            "is_open": pair.state in (Duplicate.State.PROPOSED, Duplicate.State.LATER),
            "is_link": pair.kind == Kind.LEAD_CONTACT,
            "for": [one for one in pair.reasons if not one.startswith("but ")],
            "against": [one.removeprefix("but ") for one in pair.reasons if one.startswith("but ")],
        }

    return ListSpec(
        name="duplicates",
        columns=(
            Column("left", "One"),
            Column("right", "Other"),
            Column("kind", "Kind"),
            Column("certainty", "Certainty"),
            Column("score", "Probability", "percent"),
            Column("reasons", "Reasons"),
            Column("state", "State"),
            Column("proposed_at", "Proposed", "datetime"),
        ),
        row=row,
        filters=(
            Filter("q", "Name or detail", _named, kind="text"),
            Filter("kind", "Kind", lambda rows, value: rows.filter(kind=value), _kinds),
            Filter(
                "certainty",
                "Certainty",
                _by_certainty,
                lambda _: [Choice("very", "Very likely"), Choice("likely", "Likely"), Choice("possible", "Possible")],
            ),
            Filter("state", "State", _by_state, _states),
        ),
        sorts=(
            Sort("score", "Most certain", Order("score", descending=True)),
            Sort("proposed_at", "Newest", Order("proposed_at", descending=True)),
        ),
        empty=Empty(
            icon="users-group",
            title="Nothing to decide",
            text="After each import Sameside compares what is new with everything that is here. What may be the same "
            "company or person waits here with its reasons; what is certain was merged already.",
            action_url=reverse("identity:merges"),
            action_label="See the merges",
        ),
        size=30,
    )


def merges() -> ListSpec:
    links = {kind: address(record.page) for kind, record in RECORDS.items()}

    def row(merge: Merge) -> Mapping[str, Any]:
        return {
            "link": links[merge.kind](merge.kept_id),
            "kept": Two(merge.kept_name, "; ".join(merge.reasons)),
            "merged": merge.merged_name,
            "kind": RECORDS[merge.kind].noun.capitalize(),
            "by": RULES.get(merge.rule) or (merge.by.name if merge.by else "A rule"),
            "at": merge.at,
            "undone": Badge("Undone", "warn") if merge.undone_at else None,
            "is_undone": merge.undone_at is not None,
        }

    return ListSpec(
        name="merges",
        columns=(
            Column("kept", "Kept"),
            Column("merged", "Merged into it"),
            Column("kind", "Kind"),
            Column("by", "By"),
            Column("at", "When", "datetime"),
            Column("undone", "State"),
        ),
        row=row,
        filters=(
            Filter(
                "q",
                "Name",
                lambda rows, v: rows.filter(Q(kept_name__icontains=v) | Q(merged_name__icontains=v)),
                kind="text",
            ),
            Filter("kind", "Kind", lambda rows, value: rows.filter(kind=value), lambda person: _kinds(person)[:3]),
            Filter(
                "rule",
                "By",
                _by_rule,
                lambda _: [*(Choice(*one) for one in RULES.items()), Choice("person", "A person")],
            ),
            Filter("state", "State", _by_undone, lambda _: [Choice("force", "In force"), Choice("undone", "Undone")]),
        ),
        sorts=(Sort("at", "Latest", Order("at", descending=True)),),
        prefetch=lambda rows: rows.select_related("by"),
        empty=Empty(
            icon="git-merge",
            title="Nothing was merged yet",
            text="What is certainly the same in two sources is merged after an import; the rest is proposed to you.",
            action_url=reverse("identity:duplicates"),
            action_label="See what is proposed",
        ),
    )


def _by_rule(rows: "QuerySet[Any]", value: str) -> "QuerySet[Any]":
    return rows.filter(rule="" if value == "person" else value)


def _by_undone(rows: "QuerySet[Any]", value: str) -> "QuerySet[Any]":
    return rows.filter(undone_at__isnull=value == "force")
