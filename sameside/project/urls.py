"""Every address of the product; each context brings its own."""

import importlib.util

from allauth.account import views as account
from django.urls import URLPattern, URLResolver, include, path, re_path

from sameside.project import api, health
from sameside.ui import reports
from sameside.ui import views as ui

_CONTEXTS = [
    ("pattern/", "sameside.ui.urls"),
    ("library/", "sameside.library.urls"),
    ("search/", "sameside.search.urls"),
    ("leads/", "sameside.leads.urls"),
    ("duplicates/", "sameside.identity.urls"),
    ("conversations/", "sameside.conversations.urls"),
    ("revenue/influence/", "sameside.attribution.influence.urls"),
    ("revenue/big-rocks/", "sameside.attribution.bigrock.urls"),
    ("revenue/", "sameside.attribution.urls"),
    ("deals/", "sameside.deals.urls"),
    ("crm/", "sameside.crm.urls"),
    ("imports/", "sameside.connectors.urls"),
    ("people/", "sameside.people.urls"),
    ("", "sameside.weekly.urls"),
]


def _there(name: str) -> bool:
    try:
        return importlib.util.find_spec(name) is not None
    except ModuleNotFoundError:
        return False


urlpatterns: list[URLPattern | URLResolver] = [
    *(path(prefix, include(name)) for prefix, name in _CONTEXTS if _there(name)),
    path("reports/<slug:name>/computation/", reports.computation, name="computation"),
    path("api/", api.page, name="api_page"),
    path("api/openapi.json", api.openapi, name="openapi"),
    path("api/", include((api.urls(), "api"))),
    path("health/", health.health, name="health"),
    path("favicon.ico", ui.favicon, name="favicon"),
    path("accounts/login/", account.login, name="account_login"),
    path("accounts/logout/", account.logout, name="account_logout"),
    path("accounts/password/reset/", account.password_reset, name="account_reset_password"),
    path("accounts/password/reset/done/", account.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^accounts/password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "accounts/password/reset/key/done/",
        account.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
]
