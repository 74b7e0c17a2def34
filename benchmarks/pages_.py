"""CPU of every list and dashboard, as a multiple of a bare WSGI hello served by the same gunicorn in the same run.

The same requests are then made of a company ten times as large; a page whose cost grows with the company shows a ratio
above 1 in the last column. The CPU of the web process and of the database's processes is counted apart. Rounds
alternate between the servers; the median of the rounds counts.
"""

import argparse
import os
import statistics
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

import psycopg
from psycopg import sql

from benchmarks import grow, servers

ROUNDS, REQUESTS, WARM, HELLOS = 5, 40, 3, 1000
LIMIT = 40.0


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--scale", type=float, default=1.0, help="size of the smaller company, 1 is the demo's")
    parser.add_argument("--factor", type=int, default=10, help="how many times larger the other company is")
    parser.add_argument(
        "--assets",
        type=int,
        default=0,
        help="at least so many assets in the larger company, e. g. 50000; its part in the smaller one",
    )
    parser.add_argument(
        "--leads",
        type=int,
        default=0,
        help="at least so many leads in the larger company, e. g. 1000000; a tenth of them in the smaller one",
    )
    parser.add_argument("--rounds", type=int, default=ROUNDS, help=f"the median of so many counts, {ROUNDS}")
    parser.add_argument("--requests", type=int, default=REQUESTS, help=f"of each page in a round, {REQUESTS}")
    parser.add_argument("--warm", type=int, default=WARM, help=f"requests of each page before it is measured, {WARM}")
    parser.add_argument("--only", default="", help="only the pages whose name contains one of these, between commas")
    parser.add_argument("--folder", type=Path, default=Path(".cache/bench"), help="kept between runs")


def _prepare(given: argparse.Namespace) -> tuple[str, str]:
    """The addresses of the two databases, made when missing, each with the product's own index in a folder."""
    folder = given.folder.resolve() / f"scale-{given.scale:g}"
    os.environ["SAMESIDE_DATA"] = str(folder)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sameside.project.settings")
    os.environ["SAMESIDE_LOG_LEVEL"] = "ERROR"
    from sameside.project import commands, demonstration, embedded

    url = embedded.ensure_running()
    os.environ["DATABASE_URL"] = url
    commands.prepare()
    demonstration.load(scale=given.scale, seed=1, tell=lambda line: print(line, file=sys.stderr))
    small, large = url, _grown(url, folder, given.factor, given.assets, given.leads)
    if given.assets or given.leads:
        small = _grown(url, folder, 1, given.assets // given.factor, given.leads // given.factor)
    for address in (small, large):
        _compute(address)
    if not any(path.startswith(SEARCHING) for path in _chosen(given).values()):
        return small, large
    for address in (small, large):
        data = _data(folder, address)
        if not (data / "search").exists():
            print("building the indexes ...", file=sys.stderr)
            environment = {**os.environ, "DATABASE_URL": address, "SAMESIDE_DATA": str(data)}
            subprocess.run([sys.executable, "-m", "sameside", "search", "rebuild"], env=environment, check=True)
    return small, large


def _grown(url: str, folder: Path, factor: int, assets: int, leads: int) -> str:
    """The address of the company of `url`, `factor` times as large, with `assets` and `leads`; made when missing."""
    name = f"large_{factor}_{assets}_{leads}" if leads else f"large_{factor}_{assets}"
    parts = urlsplit(url)
    grown = urlunsplit((parts.scheme, parts.netloc, f"/{name}", parts.query, ""))
    from django.db import connections

    connections.close_all()
    with psycopg.connect(url, autocommit=True) as connection:
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            print(f"growing the company {factor} times, {assets or 'as many'} assets ...", file=sys.stderr)
            _disconnect(connection)
            connection.execute("CREATE DATABASE growing TEMPLATE postgres")
            grow.grow(urlunsplit((parts.scheme, parts.netloc, "/growing", parts.query, "")), factor, assets, leads)
            connection.execute(sql.SQL("ALTER DATABASE growing RENAME TO {}").format(sql.Identifier(name)))
    return grown


def _compute(url: str) -> None:
    """Compute the reports of the company at `url`, unless they are there."""
    print("computing the reports ...", file=sys.stderr)
    subprocess.run(
        [sys.executable, "-m", "benchmarks.pages_", "reports"], env={**os.environ, "DATABASE_URL": url}, check=True
    )


def _reports() -> None:
    """In a process of its own, for the database that the environment names."""
    import django

    django.setup()
    from django.utils import timezone

    from sameside.kit import snapshots
    from sameside.kit.models import Snapshot

    if not Snapshot.objects.filter(name="bench").exists():
        Snapshot.objects.all().delete()
        snapshots.compute_all(at=timezone.now())
        Snapshot.objects.create(name="bench", key="bench", params={}, data={}, computed_at=timezone.now(), seconds=0)


def _data(folder: Path, url: str) -> Path:
    """The data folder of the company at `url`: its own index, the rest shared; the base company's is the folder."""
    name = urlsplit(url).path.lstrip("/")
    if name == "postgres":
        return folder
    data = folder.parent / f"{folder.name}-{name}"
    data.mkdir(exist_ok=True)
    for shared in ("secret-key", "models"):
        if (folder / shared).exists() and not (data / shared).exists():
            (data / shared).symlink_to(folder / shared)
    return data


def _disconnect(connection: "psycopg.Connection[tuple[object, ...]]") -> None:
    """Close every other connection, so that the database can be used as a template."""
    connection.execute("DROP DATABASE IF EXISTS growing")
    connection.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname IS NOT NULL"
    )


BUSIEST = """
SELECT owner_id AS id FROM leads_handover WHERE ended_at IS NULL GROUP BY owner_id ORDER BY count(*) DESC LIMIT 1
"""


def _session(url: str, *, seller: bool = False) -> str:
    """The cookie of a signed-in administrator, or of the seller with the most open leads, of the database at `url`.

    Where nobody has an open lead, the administrator asks for the sellers' pages too.
    """
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore
    from django.db import connection

    from sameside.people.models import Person
    from sameside.people.roles import Role

    connection.close()
    connection.settings_dict["NAME"] = urlsplit(url).path.lstrip("/")
    busiest = list(Person.objects.raw(BUSIEST)) if seller else []
    person = busiest[0] if busiest else Person.objects.filter(role=Role.ADMIN).earliest("pk")
    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.save()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"


SEARCHING = ("/library/", "/search/")
"""Pages that ask the index, which is built for them only."""
SELLERS = frozenset({"My leads", "My leads, overdue", "My leads, next page", "Leads of my team"})
"""Asked for as the seller with the most open leads; the others as an administrator."""


def pages() -> dict[str, str]:
    """Name to address of the pages measured; names in braces stand for something of the company (`_named`)."""
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
        "Library, words and facet": "/library/?q=business+case&vertical=banking",
        "Library, for a deal": "/library/?deal={deal}",
        "Library, nothing found": "/library/?q=zzqxwv",
        "Box answers": "/search/answers/?q=business+case",
        "Search page": "/search/?q=business+case",
        "Boards": "/library/boards/",
        "Board of a vertical": "/library/boards/vertical/banking/",
        "Board, rows behind it": "/library/boards/vertical/banking/used/",
        "Board of a deal": "/library/boards/deal/{deal}/",
        "Favourites": "/library/favourites/",
        "Plays": "/library/plays/",
        "Collections": "/library/collections/",
        "Collection": "/library/collections/{collection}/",
        "Reviews": "/library/reviews/",
        "Findability": "/library/findability/",
        "Searches": "/library/findability/searches/",
        "Missing facets": "/library/facets/missing/",
        "Asset": "/library/{asset}/",
        "Asset, play": "/library/{asset}/play/",
        "Asset, versions": "/library/{asset}/versions/",
        "Asset, evidence": "/library/{asset}/evidence/",
        "Asset, why not found": "/library/{asset}/findability/",
        "Asset, history": "/library/{asset}/history/",
        "Asset, compared": "/library/compare/?a={asset}&b={second}",
        "Leads list": "/leads/all/",
        "Lead": "/leads/{lead}/",
        "Lead, still open": "/leads/{open_lead}/",
        "My leads": "/leads/mine/",
        "My leads, overdue": "/leads/mine/?state=overdue",
        "Leads of my team": "/leads/mine/?whose=team",
        "Returned leads": "/leads/back/",
        "Unrouted leads": "/leads/unrouted/",
        "Hand-overs": "/leads/handovers/",
        "Hand-overs, not worked": "/leads/handovers/?is=not_worked",
        "Hand-overs, of a source": "/leads/handovers/?source={source}&is=refused",
        "Hand-overs, of an owner": "/leads/handovers/?owner={owner}&outcome=open",
        "Lead figures": "/leads/figures/",
        "Lead figures by owner": "/leads/figures/?by=owner",
        "Agreement": "/leads/agreement/",
        "Agreement, one version": "/leads/agreement/1/",
        "Scoring": "/leads/scoring/",
        "Learnt scoring model": "/leads/scoring/model/",
        "Lead routing": "/leads/routing/",
        "Batches of leads": "/leads/batches/",
        "Lead batch, campaign": "/leads/batches/campaigns/{campaign}/",
        "Lead batch, source": "/leads/batches/sources/?source={source}",
        "Hours of lead owners": "/leads/hours/",
        "Leads list, filtered": "/leads/all/?fate=untouched",
        "Conversations list": "/conversations/all/",
        "Deals list": "/deals/",
        "Companies list": "/crm/companies/",
        "Contacts list": "/crm/contacts/",
        "Campaigns list": "/crm/campaigns/",
        "Imports": "/imports/",
        "People": "/people/",
    }


def _chosen(given: argparse.Namespace) -> dict[str, str]:
    wanted = [one.strip() for one in given.only.lower().split(",")]
    return {name: path for name, path in pages().items() if any(one in name.lower() for one in wanted)}


def run(given: argparse.Namespace) -> int:
    small_url, large_url = _prepare(given)
    environment = {"SAMESIDE_ALLOWED_HOSTS": "127.0.0.1"}
    folder = Path(os.environ["SAMESIDE_DATA"])
    application = "sameside.project.wsgi:application"
    with (
        servers.gunicorn("benchmarks.servers:hello", 8701, {}) as bare,
        servers.gunicorn(
            application,
            8702,
            {**environment, "DATABASE_URL": small_url, "SAMESIDE_DATA": str(_data(folder, small_url))},
        ) as small,
        servers.gunicorn(
            application,
            8703,
            {**environment, "DATABASE_URL": large_url, "SAMESIDE_DATA": str(_data(folder, large_url))},
        ) as large,
    ):
        smaller, larger = (
            Company(server, url, _session(url), _session(url, seller=True))
            for server, url in ((small, small_url), (large, large_url))
        )
        return _measure(bare, smaller, larger, given)


NAMED = {
    "deal": "SELECT id::text FROM crm_deal WHERE NOT is_closed AND company_id IS NOT NULL ORDER BY id LIMIT 1",
    "collection": "SELECT slug FROM library_collection WHERE archived_at IS NULL ORDER BY id LIMIT 1",
    "lead": "SELECT lead_id::text FROM leads_handover WHERE NOT derived ORDER BY attempts DESC, id LIMIT 1",
    "open_lead": "SELECT lead_id::text FROM leads_handover WHERE NOT derived AND ended_at IS NULL "
    "ORDER BY attempts DESC, id LIMIT 1",
    "owner": BUSIEST,
    "source": "SELECT lead_source FROM leads_lead GROUP BY lead_source ORDER BY count(*) DESC, lead_source LIMIT 1",
    "campaign": "SELECT campaign_id FROM leads_lead WHERE campaign_id > 0 GROUP BY 1 ORDER BY count(*) DESC LIMIT 1",
    "asset": "SELECT slug FROM library_asset WHERE status = 'active' ORDER BY page_count DESC, id LIMIT 1",
    "second": "SELECT slug FROM library_asset WHERE status = 'active' ORDER BY page_count DESC, id LIMIT 1 OFFSET 1",
}


def _named(url: str) -> dict[str, str]:
    """What stands in addresses for one deal, collection and asset; "" where the company has none."""
    with psycopg.connect(url) as connection:
        rows = {name: connection.execute(query).fetchone() for name, query in NAMED.items()}
    return {name: quote(str(row[0])) if row else "" for name, row in rows.items()}


@dataclass(frozen=True)
class Company:
    """A running server over one company: the worker's CPU and that of the database's processes for it."""

    server: servers.Server
    url: str
    administrator: str
    seller: str

    def cookie(self, page: str) -> str:
        return self.seller if page in SELLERS else self.administrator

    def cpu(self) -> tuple[float, float]:
        return self.server.cpu(), sum(servers.cpu_of(pid) for pid in self._backends())

    def size(self) -> str:
        with psycopg.connect(self.url) as connection:
            counts = [
                connection.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))).fetchone()
                for table in ("library_asset", "leads_lead")
            ]
        return "{:,} assets, {:,} leads".format(*(row[0] for row in counts if row))

    def _backends(self) -> list[int]:
        with psycopg.connect(self.url, autocommit=True) as connection:
            rows = connection.execute(
                "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            ).fetchall()
        return [row[0] for row in rows]

    def cost(self, page: str, path: str, times: int) -> tuple[float, float]:
        """CPU seconds per request: of the web process, of the database."""
        before = self.cpu()
        status, _ = self.server.get(path, self.cookie(page), times)
        if status != 200:
            message = f"{path} answered {status}"
            raise RuntimeError(message)
        after = self.cpu()
        return (after[0] - before[0]) / times, (after[1] - before[1]) / times


def _measure(bare: servers.Server, small: Company, large: Company, given: argparse.Namespace) -> int:
    print(
        f"CPU per request as a multiple of a bare WSGI hello (limit {LIMIT:.0f}x, web process); "
        f"median of {given.rounds}"
    )
    sizes = [company.size() for company in (small, large)]
    print(f"smaller: {sizes[0]}; larger: {sizes[1]}")
    heads = ("smaller, web", "database", "larger, web", "database", "grows by")
    print(f"{'page':<24}" + "".join(f"{head:>15}" for head in heads))
    worst = 0.0
    named = _named(small.url)
    for name, address in _chosen(given).items():
        path = address.format(**named)
        if "//" in path or path.endswith("="):
            print(f"{name:<24} not measured: this company has none")
            continue
        rounds: list[list[float]] = []
        for company in (small, large):
            company.server.get(path, company.cookie(name), given.warm)
        for _ in range(given.rounds):
            before = bare.cpu()
            bare.get("/", times=HELLOS)
            hello = (bare.cpu() - before) / HELLOS
            rounds.append(
                [part / hello for company in (small, large) for part in company.cost(name, path, given.requests)]
            )
        web, database, large_web, large_database = (statistics.median(values) for values in zip(*rounds, strict=True))
        grows = (large_web + large_database) / (web + database)
        worst = max(worst, web, large_web)
        cells = f"{web:>14.1f}x{database:>14.1f}x{large_web:>14.1f}x{large_database:>14.1f}x{grows:>15.2f}"
        print(f"{name:<24}{cells}", flush=True)
    print(f"worst: {worst:.1f}x")
    for size, company in zip(sizes, (small, large), strict=True):
        print(f"{size}: the web process holds {company.server.memory() / 1024**2:,.0f} MB after all of it")
    return 0 if worst <= LIMIT else 1


if __name__ == "__main__":
    _reports()
