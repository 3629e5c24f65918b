"""A real browser on the real server: Debian's Chromium, driven by Playwright, without any request to elsewhere."""

import shutil
from pathlib import Path

import pytest
from playwright.sync_api import expect, sync_playwright
from visiting import Visitor

expect.set_options(timeout=20_000)  # a busy machine draws slowly

AXE = Path(__file__).parents[2] / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
FLAGS = (
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
)


@pytest.fixture(scope="session")
def chromium():
    path = shutil.which("chromium")
    if not path:
        pytest.skip("there is no chromium on the path; scripts/install-chromium.sh installs it")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def axe():
    if not AXE.is_file():
        pytest.fail("axe-core is missing from frontend/node_modules; run npm ci in frontend/")
    return AXE.read_text(encoding="utf-8")


@pytest.fixture
def visitor(chromium, server):
    visitor = Visitor(chromium, server)
    yield visitor
    visitor.close()
