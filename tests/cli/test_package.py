"""The installed package: it contains the knowledge base and the scripts, and runs in any folder."""

import os
import subprocess
import sys

import pytest
from servers import PROJECT


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """A folder with the package as pip installs it, without the checkout."""
    folder = tmp_path_factory.mktemp("site")
    command = [
        sys.executable,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--no-deps",
        "--no-build-isolation",
        "--disable-pip-version-check",
        "--target",
        str(folder),
        str(PROJECT),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    return folder


def run_installed(folder, cwd, *arguments):
    environment = {**os.environ, "PYTHONPATH": str(folder), "XDG_CACHE_HOME": str(cwd)}
    return subprocess.run(
        [sys.executable, "-m", "sjkg", *arguments],
        capture_output=True,
        text=True,
        cwd=cwd,
        env=environment,
        timeout=120,
    )


def test_the_installed_package_contains_the_whole_knowledge_base(installed, kb):
    packaged = {
        path.relative_to(installed / "sjkg" / "data").as_posix()
        for path in (installed / "sjkg" / "data").rglob("*.ttl")
    }
    others = {
        path.relative_to(PROJECT).as_posix()
        for folder in ("profiles", "datasets")
        for path in (PROJECT / folder).rglob("*.ttl")
    }
    assert packaged == {file.path for file in kb.files} | others | {"kb.ttl"}
    rules = {path.name for path in (installed / "sjkg" / "data" / "profiles" / "cidoc-crm" / "out").iterdir()}
    assert rules == {path.name for path in (PROJECT / "profiles" / "cidoc-crm" / "out").glob("*.rq")}


def test_the_installed_command_works_in_any_folder(installed, tmp_path):
    answer = run_installed(installed, tmp_path, "query", "names-of-event", "--format", "csv")
    assert answer.returncode == 0, answer.stderr
    assert "Halhamiao incident" in answer.stdout


def test_the_installed_package_contains_the_scripts_of_the_site(installed):
    bundle = installed / "sjkg" / "web" / "static" / "bundle"
    assert {"site.js", "theme.js", "visual.css", "licences.txt"} <= {path.name for path in bundle.iterdir()}
