"""What every page needs: the navigation for this person, the organisation, whether this is the demo.

The navigation is one table. Its HTML is made once for each role and marked page, and addresses are resolved once, so
that a page pays a dictionary look-up for it and no query.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from sameside.ui import access, built

NO_HTML = SafeString("")
RIBBON = mark_safe('<aside class="ribbon" aria-label="Demo">Demo data: a fictional company</aside>')


@dataclass(frozen=True)
class Entry:
    """`key` is what goes after `g` on the keyboard; `capability` is the line of the role table that lets one see it."""

    label: str
    icon: str
    route: str
    capability: str
    key: str
    in_bar: bool = False


GROUPS: tuple[tuple[str, tuple[Entry, ...]], ...] = (
    (
        "Measure",
        (
            Entry("Today", "home", "weekly:today", "see_today", "t", in_bar=True),
            Entry("This week", "calendar-week", "weekly:this_week", "see_today", "w", in_bar=True),
            Entry("Content truth", "eye-check", "library:truth", "see_reports", "u", in_bar=True),
            Entry("Leads", "user-plus", "leads:report", "see_reports", "l"),
            Entry("Agreement", "writing", "leads:agreement", "see_agreement", "a"),
            Entry("Conversations", "messages", "conversations:report", "see_reports", "c"),
            Entry("Revenue", "chart-bar", "attribution:report", "see_reports", "r"),
        ),
    ),
    (
        "Work",
        (
            Entry("My leads", "inbox", "leads:mine", "work_leads", "e", in_bar=True),
            Entry("Returned leads", "arrow-back-up", "leads:back", "hand_over_leads", "k"),
            Entry("Library", "books", "library:list", "see_library", "b", in_bar=True),
            Entry("Plays", "school", "library:plays", "read_plays", "y"),
            Entry("Deals", "briefcase", "deals:list", "see_crm", "d"),
            Entry("Companies", "building", "crm:companies", "see_crm", "o"),
            Entry("Contacts", "address-book", "crm:contacts", "see_crm", "n"),
            Entry("Campaigns", "speakerphone", "crm:campaigns", "see_crm", "m"),
        ),
    ),
    (
        "Manage",
        (
            Entry("Reviews", "clipboard-check", "library:reviews", "edit_library", "v"),
            Entry("Imports", "database-import", "connectors:runs", "see_imports", "i"),
            Entry("Duplicates", "users-group", "identity:duplicates", "merge_records", "x"),
            Entry("People", "users", "people:list", "see_people", "p"),
            Entry("Search index", "gauge", "search:index", "manage_settings", "h"),
            Entry("Settings", "settings", "people:settings", "manage_settings", "s"),
        ),
    ),
)


@dataclass(frozen=True)
class Home:
    """Where somebody begins: the first page of the navigation that they may open."""

    address: str = "/"
    label: str = "Today"


@dataclass(frozen=True)
class Layout:
    company: access.Company
    ribbon: SafeString
    side: SafeString = NO_HTML
    bar: SafeString = NO_HTML
    keys: SafeString = NO_HTML
    box: "Box | None" = None
    sign_out: str = ""
    role: str = ""
    may_export: bool = False
    may_edit_library: bool = False
    may_collect: bool = False
    may_merge: bool = False
    may_see_leads: bool = False
    may_work_leads: bool = False
    home: Home = Home()


@dataclass(frozen=True)
class Box:
    """The search box: where it leads, where its answers come from, and what it is asked about (`deal`, `lead`).

    Its `placeholder` names only what the person may find."""

    page: str
    answers: str
    showings: str
    placeholder: str = "Search content"
    about: tuple[tuple[str, str], ...] = ()


ABOUT = {"deals:deal": ("deal", "deal_id"), "leads:lead": ("lead", "lead_id")}
"""The pages whose thing a search starts from: how the search calls it, and its place in the address."""


@lru_cache(maxsize=64)
def _address(route: str) -> str:
    """The address of a page, empty while no context serves it."""
    try:
        return reverse(route)
    except NoReverseMatch:
        return ""


def _current(path: str) -> str:
    """The entry that `path` belongs to: the longest address that begins it."""
    best, length = "", 0
    for _, entries in GROUPS:
        for entry in entries:
            address = _address(entry.route)
            begins = path == address if address == "/" else address and path.startswith(address)
            if begins and len(address) > length:
                best, length = entry.route, len(address)
    return best


def _link(entry: Entry, current: str) -> str:
    marked = ' aria-current="page"' if entry.route == current else ""
    sprite = built.current("icons.svg")
    return (
        f'<a class="nav-entry" href="{escape(_address(entry.route))}" data-go="{entry.key}"{marked}>'
        f'<svg class="icon" aria-hidden="true"><use href="{escape(sprite)}#{entry.icon}"></use></svg>'
        f"<span>{escape(entry.label)}</span></a>"
    )


@lru_cache(maxsize=256)
def _navigation(capabilities: frozenset[str], current: str) -> tuple[SafeString, SafeString, SafeString]:
    """The side bar, the phone's bottom bar and the rows of the keyboard help."""
    groups, bar, keys = [], [], []
    for title, entries in GROUPS:
        seen = [entry for entry in entries if entry.capability in capabilities and _address(entry.route)]
        if not seen:
            continue
        links = "".join(f"<li>{_link(entry, current)}</li>" for entry in seen)
        groups.append(f'<p class="nav-title" id="nav-{title.lower()}">{title}</p>')
        groups.append(f'<ul class="nav-list" aria-labelledby="nav-{title.lower()}">{links}</ul>')
        bar += [_link(entry, current).replace(' data-go="', ' data-bar="') for entry in seen if entry.in_bar]
        keys += [f"<div><dt><kbd>g</kbd> <kbd>{one.key}</kbd></dt><dd>{escape(one.label)}</dd></div>" for one in seen]
    side = f'<nav class="nav" aria-label="Main">{"".join(groups)}</nav>'
    foot = f'<nav class="bottom" aria-label="Shortcuts">{"".join(bar)}</nav>' if bar else ""
    return mark_safe(side), mark_safe(foot), mark_safe("".join(keys))  # noqa: S308


@lru_cache(maxsize=64)
def home(capabilities: frozenset[str]) -> Home:
    entries = (entry for _, entries in GROUPS for entry in entries)
    seen = (entry for entry in entries if entry.capability in capabilities and _address(entry.route))
    first = next(seen, None)
    return Home(_address(first.route), first.label) if first else Home()


def _placeholder(allowed: frozenset[str]) -> str:
    records = "companies, deals, people" if "see_crm" in allowed else "leads" if "see_leads" in allowed else ""
    return f"Search content, {records}" if records else "Search content"


def _box(request: HttpRequest, allowed: frozenset[str]) -> Box:
    match = request.resolver_match
    about = tuple((key, request.GET[key]) for key in ("deal", "lead") if request.GET.get(key, "").isdecimal())
    if match is not None and match.view_name in ABOUT:
        name, key = ABOUT[match.view_name]
        about = ((name, str(match.kwargs[key])),)
    return Box(
        _address("search:page"),
        _address("search:answers"),
        _address("search:showings"),
        _placeholder(allowed),
        about,
    )


def layout(request: HttpRequest) -> Layout:
    granted = access.current()
    company = granted.company()
    ribbon = RIBBON if company.is_demo else NO_HTML
    person = getattr(request, "user", None)
    if person is None or not person.is_authenticated:
        return Layout(company, ribbon)
    allowed = granted.capabilities(person)
    side, bar, keys = _navigation(allowed, _current(request.path))
    return Layout(
        company,
        ribbon,
        side,
        bar,
        keys,
        box=_box(request, allowed) if "see_library" in allowed else None,
        sign_out=_address("account_logout"),
        role=granted.role_label(person),
        may_export="export" in allowed,
        may_edit_library="edit_library" in allowed,
        may_collect="make_collections" in allowed,
        may_merge="merge_records" in allowed,
        may_see_leads="see_leads" in allowed,
        may_work_leads="work_leads" in allowed,
        home=home(allowed),
    )


def page(request: HttpRequest) -> dict[str, Any]:
    return {"layout": layout(request)}
