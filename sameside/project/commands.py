"""`serve`, `worker`, `migrate`, `doctor`, `person`: running an installation."""

import argparse
import getpass
import os
import socket
import sys
from contextlib import nullcontext
from typing import TYPE_CHECKING

from sameside.project import config, embedded, processes, schema

if TYPE_CHECKING:
    from sameside.project.diagnosis import Finding


def add(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add this part's commands."""
    serve = subparsers.add_parser("serve", help="run the web server, the worker, the indexer and the embedded database")
    serve.set_defaults(run=run_serve)
    worker = subparsers.add_parser("worker", help="run background jobs only (one more machine, or a container)")
    worker.set_defaults(run=run_worker, django=True)
    migrate = subparsers.add_parser("migrate", help="bring the database to this version's schema")
    migrate.set_defaults(run=run_migrate, django=True)
    doctor = subparsers.add_parser("doctor", help="say what is missing or wrong, and how to mend it")
    doctor.add_argument("--json", action="store_true", help="print JSON")
    doctor.set_defaults(run=run_doctor)
    person = subparsers.add_parser("person", help="create a person who may sign in, or set a new password")
    person.add_argument("email")
    person.add_argument("--name", default="")
    person.add_argument("--role", choices=["seller", "marketer", "editor", "success", "executive", "admin"])
    person.add_argument("--password-stdin", action="store_true", help="read the password from standard input")
    person.set_defaults(run=run_person, django=True)


def prepare(*, with_django: bool = True) -> None:
    """Start the embedded database when it is used, bring the schema up to date, and set Django up.

    Without `with_django` nothing is loaded when the schema is known to be current. Children find the database by the
    environment.
    """
    current, is_embedded = schema.is_current(), embedded.uses_embedded()
    url = os.environ["DATABASE_URL"] = embedded.database_url()
    if current and not with_django:
        return
    import django

    django.setup()
    if not current:
        schema.bring_up_to_date(url=url, is_embedded=is_embedded)


def port_is_free(host: str, port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def run_serve(given: argparse.Namespace) -> int:
    return serve_with([])


def serve_with(more: list[processes.Process], *, say: str = "") -> int:
    """Run web server, worker, indexer and `more` until a stop is asked for; then stop the embedded database too."""
    host, port = config.text("SAMESIDE_HOST"), config.number("SAMESIDE_PORT")
    if not port_is_free(host, port):
        sys.stderr.write(f"sameside: {host}:{port} is in use. Set SAMESIDE_PORT to another port.\n")
        return 1
    with embedded.served_alone() if embedded.uses_embedded() else nullcontext():
        return _serve(host, port, more, say)


def _serve(host: str, port: int, more: list[processes.Process], say: str) -> int:
    prepare(with_django=False)
    web = processes.web(
        host,
        port,
        processes=config.number("SAMESIDE_WEB_PROCESSES"),
        threads=config.number("SAMESIDE_WEB_THREADS"),
    )
    supervisor = processes.Supervisor([web, processes.worker(), processes.indexer(), *more])
    supervisor.start()
    sys.stdout.write(say or f"Sameside runs at http://{host}:{port}/  (Ctrl-C stops it)\n")
    sys.stdout.flush()
    return supervisor.watch()


def run_worker(given: argparse.Namespace) -> int:
    from procrastinate.contrib.django import app

    with app.replace_connector(app.connector.get_worker_connector()) as worker_app:  # type: ignore[attr-defined]
        worker_app.run_worker(concurrency=config.number("SAMESIDE_WORKER_CONCURRENCY"), delete_jobs="successful")
    return 0


def run_migrate(given: argparse.Namespace) -> int:
    sys.stdout.write("The database has this version's schema.\n")
    return 0


def run_doctor(given: argparse.Namespace) -> int:
    import json

    from sameside.project import diagnosis

    findings = diagnosis.examine()
    if given.json:
        sys.stdout.write(json.dumps([finding.__dict__ for finding in findings], indent=2) + "\n")
    else:
        for finding in findings:
            sys.stdout.write(_line(finding))
    return 1 if any(finding.level == "problem" for finding in findings) else 0


def _line(finding: "Finding") -> str:
    mark = {"good": "ok  ", "note": "note", "problem": "BAD "}[finding.level]
    remedy = f"\n      {finding.remedy}" if finding.remedy else ""
    return f"{mark}  {finding.what}{remedy}\n"


def run_person(given: argparse.Namespace) -> int:
    from django.contrib.auth.password_validation import validate_password
    from django.core.exceptions import ValidationError
    from django.core.validators import validate_email
    from django.utils import timezone

    from sameside.people import audit
    from sameside.people.models import Person

    password = sys.stdin.readline().rstrip("\n") if given.password_stdin else getpass.getpass("Password: ")
    person = Person.objects.filter(email__iexact=given.email).first()
    created = person is None
    if person is None:
        if not given.role:
            sys.stderr.write("sameside: a new person needs --role.\n")
            return 2
        person = Person(email=given.email.lower(), name=given.name or given.email.split("@")[0])
    try:
        validate_email(person.email)
        validate_password(password, person)
    except ValidationError as error:
        sys.stderr.write("sameside: " + " ".join(error.messages) + "\n")
        return 2
    person.role = given.role or person.role
    person.name = given.name or person.name
    person.set_password(password)
    person.save()
    audit.record(
        "person created" if created else "password set",
        by=None,
        at=timezone.now(),
        subject=f"person {person.pk}",
        details={"role": person.role, "by": "command line"},
    )
    sys.stdout.write(f"{person.email} may sign in as {person.get_role_display()}.\n")
    return 0
