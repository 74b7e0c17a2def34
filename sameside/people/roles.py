"""Who may do what: the one table. `docs/guides/roles.md` is made from it; every view names one line of it."""

from dataclasses import dataclass

from django.db import models


class Role(models.TextChoices):
    SELLER = "seller", "Seller"
    MARKETER = "marketer", "Marketer"
    EDITOR = "editor", "Editor"
    SUCCESS = "success", "Customer success"
    EXECUTIVE = "executive", "Executive"
    ADMIN = "admin", "Administrator"
    PARTNER = "partner", "Partner"


PARTNER = Role.PARTNER
"""Somebody of a partner company, who is outside: sees the content that was granted to partners, and nothing else."""
EVERYONE = frozenset(Role) - {PARTNER}
SELLER, MARKETER, EDITOR = Role.SELLER, Role.MARKETER, Role.EDITOR
SUCCESS, EXECUTIVE, ADMIN = Role.SUCCESS, Role.EXECUTIVE, Role.ADMIN


@dataclass(frozen=True)
class Capability:
    """One thing a role may do. `sentence` completes "You may ..." and is what a refusal shows."""

    key: str
    sentence: str
    roles: frozenset[Role]


CAPABILITIES = (
    Capability("see_today", "see Today and this week's agenda", EVERYONE),
    Capability("see_reports", "see the reports on content, leads, conversations and revenue", EVERYONE),
    Capability("see_library", "search and open the content of the library", EVERYONE | {PARTNER}),
    Capability("use_content", "download, share and record the use of content", EVERYONE | {PARTNER}),
    Capability("read_plays", "read how to use content", EVERYONE),
    Capability("see_versions", "see earlier versions of content and what changed", EVERYONE),
    Capability("make_collections", "make collections and change those you own", EVERYONE),
    Capability("edit_library", "upload content and confirm or change its facets", frozenset({MARKETER, EDITOR, ADMIN})),
    Capability("manage_access", "decide who may open content", frozenset({MARKETER, EDITOR, ADMIN})),
    Capability("manage_ranking", "change how search results are ranked", frozenset({MARKETER, EDITOR, ADMIN})),
    Capability(
        "manage_big_rocks",
        "mark big rocks and change their derivatives, budget and target people",
        frozenset({MARKETER, EDITOR, ADMIN}),
    ),
    Capability("see_crm", "see companies, contacts and deals", frozenset(EVERYONE - {EDITOR})),
    Capability("see_leads", "see leads and what became of them", frozenset(EVERYONE - {EDITOR})),
    Capability("merge_records", "merge duplicates and undo merges", frozenset({MARKETER, ADMIN})),
    Capability("convert_leads", "convert leads into contacts and deals", frozenset({SELLER, SUCCESS, ADMIN})),
    Capability("see_agreement", "read the agreement between sales and marketing and how it is kept", EVERYONE),
    Capability("draft_agreement", "draft a version of the agreement", frozenset({SELLER, MARKETER, EXECUTIVE, ADMIN})),
    Capability("work_leads", "accept, return and work leads", frozenset({SELLER, SUCCESS, ADMIN})),
    Capability("hand_over_leads", "hand leads over and take up those that come back", frozenset({MARKETER, ADMIN})),
    Capability("route_leads", "change how leads are scored and routed", frozenset({MARKETER, ADMIN})),
    Capability("manage_hours", "change business hours, holidays and absences", frozenset({ADMIN})),
    Capability("see_imports", "see import runs, their reports and error files", frozenset({MARKETER, EDITOR, ADMIN})),
    Capability("import_content", "bring documents into the library", frozenset({MARKETER, EDITOR, ADMIN})),
    Capability("import_crm", "bring in CRM data", frozenset({ADMIN})),
    Capability("map_stages", "change how deal stages become conversations", frozenset({ADMIN})),
    Capability("export", "export lists as CSV", EVERYONE),
    Capability("use_api", "make tokens for the API and call it", EVERYONE),
    Capability("see_people", "see who works here, with role and team", EVERYONE),
    Capability("manage_people", "invite persons and change roles and teams", frozenset({ADMIN})),
    Capability("manage_settings", "change the organisation's settings", frozenset({ADMIN})),
    Capability("see_audit", "read the audit log", frozenset({ADMIN, EXECUTIVE})),
)
BY_KEY = {capability.key: capability for capability in CAPABILITIES}


_MANY = {
    SELLER: "sellers",
    MARKETER: "marketers",
    EDITOR: "editors",
    SUCCESS: "customer success",
    EXECUTIVE: "executives",
    ADMIN: "administrators",
    PARTNER: "partners",
}


def in_words(key: str) -> str:
    """Who has the capability `key`: `marketers, editors and administrators`."""
    names = [_MANY[role] for role in Role if role in BY_KEY[key].roles]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def allows(role: str, key: str) -> bool:
    """Whether `role` has the capability `key`; no role has none. Raises KeyError for a key not in the table."""
    return role in BY_KEY[key].roles
