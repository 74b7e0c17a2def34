"""CPU of every list and dashboard, as a multiple of a bare WSGI hello served by the same gunicorn in the same run.

The same requests are then made of a company ten times as large; a page whose cost grows with the company shows a ratio
above 1 in the last column. Rounds alternate between the servers; the median of the rounds counts.
"""

import argparse
import os
import statistics
import sys
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from benchmarks import grow, servers

ROUNDS, REQUESTS, HELLOS = 5, 20, 400
LIMIT = 40.0


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--scale", type=float, default=1.0, help="size of the smaller company, 1 is the demo's")
    parser.add_argument("--factor", type=int, default=10, help="how many times larger the other company is")
    parser.add_argument("--folder", type=Path, default=Path(".cache/bench"), help="kept between runs")


def _prepare(given: argparse.Namespace) -> tuple[str, str]:
    """The addresses of the two databases, made when missing."""
    folder = given.folder.resolve() / f"scale-{given.scale:g}"
    os.environ["SAMESIDE_DATA"] = str(folder)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sameside.project.settings")
    os.environ["SAMESIDE_LOG_LEVEL"] = "ERROR"
    from sameside.project import commands, demonstration, embedded

    url = embedded.ensure_running()
    os.environ["DATABASE_URL"] = url
    commands.setup()
    commands.migrate()
    demonstration.load(scale=given.scale, seed=1, tell=lambda line: print(line, file=sys.stderr))
    from django.db import connections
    from django.utils import timezone

    from sameside.kit import snapshots
    from sameside.kit.models import Snapshot

    snapshots.compute_all(at=timezone.now())
    large_name = f"large_{given.factor}"
    parts = urlsplit(url)
    large = urlunsplit((parts.scheme, parts.netloc, f"/{large_name}", parts.query, ""))
    connections.close_all()
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        exists = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [large_name]).fetchone()
        if not exists:
            print("growing the company ...", file=sys.stderr)
            connection.execute("CREATE DATABASE growing TEMPLATE postgres" if _alone(connection) else "SELECT 1")
            grow.grow(urlunsplit((parts.scheme, parts.netloc, "/growing", parts.query, "")), given.factor)
            connection.execute(f"ALTER DATABASE growing RENAME TO {large_name}")
        connection.execute("VACUUM ANALYZE")
    from django.conf import settings
    from django.db import connection as default

    default.close()
    settings.DATABASE_URL = large
    default.settings_dict["NAME"] = large_name
    print("computing the reports of the larger company ...", file=sys.stderr)
    if not exists:
        Snapshot.objects.all().delete()
        snapshots.compute_all(at=timezone.now())
    connections.close_all()
    return url, large


def _alone(connection: object) -> bool:
    """Close every other connection, so that the database can be used as a template."""
    connection.execute("DROP DATABASE IF EXISTS growing")  # type: ignore[attr-defined]
    connection.execute(  # type: ignore[attr-defined]
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname IS NOT NULL"
    )
    return True


def _session(url: str) -> str:
    """A signed-in administrator's cookie for the database at `url`."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore
    from django.db import connection

    from sameside.people.models import Person
    from sameside.people.roles import Role

    connection.close()
    connection.settings_dict["NAME"] = urlsplit(url).path.lstrip("/")
    person = Person.objects.filter(role=Role.ADMIN).earliest("pk")
    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.save()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"


def pages() -> dict[str, str]:
    """Name to address of the pages measured."""
    return {
        "Today": "/",
        "This week": "/this-week/",
        "Content truth": "/library/truth/",
        "Leads report": "/leads/",
        "Conversations report": "/conversations/",
        "Revenue report": "/revenue/",
        "Library list": "/library/",
        "Library, one facet": "/library/?vertical=banking",
        "Library, word search": "/library/?q=business+case",
        "Leads list": "/leads/all/",
        "Leads list, filtered": "/leads/all/?fate=untouched",
        "Conversations list": "/conversations/all/",
        "Deals list": "/deals/",
        "Companies list": "/crm/companies/",
        "Contacts list": "/crm/contacts/",
        "Campaigns list": "/crm/campaigns/",
        "Imports": "/imports/",
        "People": "/people/",
    }


def run(given: argparse.Namespace) -> int:
    small_url, large_url = _prepare(given)
    small_cookie, large_cookie = _session(small_url), _session(large_url)
    environment = {"SAMESIDE_ALLOWED_HOSTS": "127.0.0.1"}
    application = "sameside.project.wsgi:application"
    with (
        servers.gunicorn("benchmarks.servers:hello", 8701, {}) as bare,
        servers.gunicorn(application, 8702, {**environment, "DATABASE_URL": small_url}) as small,
        servers.gunicorn(application, 8703, {**environment, "DATABASE_URL": large_url}) as large,
    ):
        return _measure(bare, (small, small_cookie), (large, large_cookie), given)


def _cost(server: servers.Server, path: str, cookie: str, times: int) -> float:
    before = server.cpu()
    status, _ = server.get(path, cookie, times)
    if status != 200:
        message = f"{path} answered {status}"
        raise RuntimeError(message)
    return (server.cpu() - before) / times


def _measure(
    bare: servers.Server,
    small: tuple[servers.Server, str],
    large: tuple[servers.Server, str],
    given: argparse.Namespace,
) -> int:
    print(f"CPU per request as a multiple of a bare WSGI hello (limit {LIMIT:.0f}x); {ROUNDS} rounds, median")
    print(f"{'page':<24}{f'scale {given.scale:g}':>12}{f'x{given.factor}':>12}{'grows by':>12}")
    worst = 0.0
    for name, path in pages().items():
        ratios: list[tuple[float, float]] = []
        for server, cookie in (small, large):
            server.get(path, cookie, 3)
        for _ in range(ROUNDS):
            hello = _cost(bare, "/", "", HELLOS)
            ratios.append(tuple(_cost(s, path, cookie, REQUESTS) / hello for s, cookie in (small, large)))  # type: ignore[arg-type]
        at_small, at_large = (statistics.median(ratio[i] for ratio in ratios) for i in (0, 1))
        worst = max(worst, at_small, at_large)
        print(f"{name:<24}{at_small:>11.1f}x{at_large:>11.1f}x{at_large / at_small:>12.2f}")
    print(f"worst: {worst:.1f}x")
    return 0 if worst <= LIMIT else 1
