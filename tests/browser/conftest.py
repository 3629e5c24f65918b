"""A real browser, Debian's Chromium driven by Playwright, and a real server for it.

Chromium's headless shell has the same engine without the user interface: a page takes a third of the processor time.
"""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect, sync_playwright
from servers import running_server
from visitor import WAIT_MS, Visitor

expect.set_options(timeout=WAIT_MS)

AXE = Path(__file__).parents[2] / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
FLAGS = (
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-gpu",  # without a graphics card, drawing by the processor takes less time than an emulated card
    "--use-angle=swiftshader",  # for WebGL
    "--enable-unsafe-swiftshader",
)
GENEROUS_LIMITS = ("--query-deadline-s", "120", "--query-wait-s", "120", "--check-deadline-s", "600")


@pytest.fixture(scope="session")
def server(snapshot, snapshots) -> Iterator[str]:
    """The address of a server whose deadlines hold on a busy machine."""
    with running_server("--snapshots", str(snapshots), *GENEROUS_LIMITS) as address:
        yield address


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """A running Chromium."""
    path = shutil.which("chromium-headless-shell") or shutil.which("chromium")
    if not path:
        pytest.skip("there is no chromium on the PATH; “make test” says how to install it")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS), timeout=WAIT_MS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def axe() -> str:
    """The script of axe-core, which checks accessibility."""
    if not AXE.is_file():
        pytest.fail("axe-core is missing from frontend/node_modules; run scripts/check_frontend.py, which installs it")
    return AXE.read_text(encoding="utf-8")


@pytest.fixture
def visitor(chromium, server) -> Iterator[Visitor]:
    """A visitor whose windows are closed after the test."""
    visitor = Visitor(chromium, server)
    yield visitor
    visitor.close()
