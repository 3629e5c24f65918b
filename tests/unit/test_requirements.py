"""The lock files in requirements/ have a version and hashes for every package, and fit what pyproject.toml declares."""

import re

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from servers import PROJECT

from scripts.lock import DEVELOPMENT, LOCKS, REQUIREMENTS, requirements

HASH = r" \\\n    --hash=sha256:[0-9a-f]{64}"
ENTRY = re.compile(rf"(?P<name>[a-z0-9.-]+)==(?P<version>\S+)(?: ; .+?)?(?P<hashes>(?:{HASH})+)\n")


def locked(name: str) -> dict[str, str]:
    """Return the version of each package in a lock file, by its canonical name; fail if a line is not part of an entry."""
    text = (REQUIREMENTS / name).read_text(encoding="utf-8")
    entries = list(ENTRY.finditer(text))
    rest = ENTRY.sub("", text)
    assert [line for line in rest.splitlines() if not line.startswith("#")] == []
    return {canonicalize_name(each["name"]): each["version"] for each in entries}


@pytest.mark.parametrize("name", LOCKS)
def test_every_package_of_a_lock_file_has_an_exact_version_and_hashes_and_no_address(name):
    assert len(locked(name)) >= 7
    assert "://" not in (REQUIREMENTS / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_file_has_every_declared_package_in_a_permitted_version(name):
    versions = locked(name)
    for text in requirements()[name]:
        declared = Requirement(text)
        assert declared.specifier.contains(versions[canonicalize_name(declared.name)]), text


def test_the_lock_files_agree_on_versions_and_hashes():
    def entries(name: str) -> set[tuple[str, str, str]]:
        text = (REQUIREMENTS / name).read_text(encoding="utf-8")
        return {(each["name"], each["version"], each["hashes"]) for each in ENTRY.finditer(text)}

    for name in LOCKS:
        assert entries(name) <= entries(DEVELOPMENT), name


@pytest.mark.parametrize("file", ["Makefile", "deploy/Containerfile", "deploy/README.md"])
def test_nothing_is_installed_from_a_registry_without_hashes(file):
    text = (PROJECT / file).read_text(encoding="utf-8").replace("\\\n", " ")
    text = re.sub(r"(?m)^(test-lowest:.*|PIP_INSTALL.*)\n(\t.*\n)*", "", text)  # the lowest versions are not locked
    installs = re.findall(r"(?:pip (?:install|wheel)|PIP_INSTALL\)) .*?(?=&&|\n)", text)
    assert installs
    for command in installs:
        assert "--require-hashes" in command or {"--no-deps", "--no-build-isolation"} <= set(command.split()), command
