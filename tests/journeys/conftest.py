"""The real product for the journeys: `sameside demo` at a small size, and a real browser."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
]  # fmt: skip
PASSWORD = "sameside-demo-2026"
SCALE = "0.02"


@dataclass(frozen=True)
class Demo:
    address: str
    people: dict[str, str]
    output: Path


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """The demo company, wholly loaded; what the command printed says who may sign in."""
    folder = tmp_path_factory.mktemp("demo")
    folder.chmod(0o755)
    output = folder / "output"
    port = _free_port()
    environment = {
        **{key: value for key, value in os.environ.items() if key not in ("DATABASE_URL", "SAMESIDE_SECRET_KEY")},
        "SAMESIDE_DATA": str(folder / "data"),
        "SAMESIDE_PORT": str(port),
        "SAMESIDE_LOG_LEVEL": "ERROR",
    }
    with output.open("w") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", "sameside", "demo", f"--scale={SCALE}"],
            env=environment, stdout=file, stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
    try:
        for _ in range(1200):
            text = output.read_text()
            if "is complete" in text:
                break
            assert process.poll() is None, text
            time.sleep(0.5)
        else:
            pytest.fail(f"the demo was not loaded in ten minutes:\n{text}")
        people = dict(re.findall(r"^ {4}(\w+) +(\S+@\S+)$", text, re.M))
        yield Demo(f"http://127.0.0.1:{port}", people, output)
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(60)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    executable = shutil.which("chromium") or shutil.which("chromium-browser")
    assert executable, "Chromium is missing: ./test installs it"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser, demo: Demo) -> Iterator[Page]:
    """A fresh window; an error in the browser's console or a script's exception fails the test."""
    context = browser.new_context(base_url=demo.address, viewport={"width": 1280, "height": 900})
    page = context.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    yield page
    context.close()
    assert problems == []


def sign_in(page: Page, demo: Demo, role: str) -> None:
    page.goto("/accounts/login/")
    page.get_by_label("Email", exact=True).fill(demo.people[role])
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(re.compile(r"/$"))
