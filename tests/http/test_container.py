"""Tests of deploy/Containerfile: its build context, the environment of its processes, and, on request, the whole image.

The image is built and run when the environment variable SJKG_BASE_IMAGE names a base image that podman or docker has or can get:
`SJKG_BASE_IMAGE=docker.io/library/python:3.13-slim pytest tests/http/test_container.py`.
"""

import json
import os
import re
import shutil
import subprocess
from urllib.parse import urlsplit

import pytest
import requests

import hatch_build
from tests.container import CONTAINERFILE, final_stage, is_in_context, read_stages, running_container, sandboxed
from tests.servers import PROJECT, free_port, wait_for

PIN = PROJECT / "deploy" / "pin-base-image.sh"
DIGEST = "sha256:" + "0123456789abcdef" * 4


def test_the_build_context_has_what_the_image_is_built_from_and_nothing_else():
    frontend = {
        f"frontend/{path.relative_to(PROJECT / 'frontend')}"
        for pattern in hatch_build.SOURCES
        for path in (PROJECT / "frontend").glob(pattern)
    }
    code = {str(path.relative_to(PROJECT)) for path in (PROJECT / "src").rglob("*.py")}
    needed = {"pyproject.toml", "hatch_build.py", "README.md", "LICENSE", "LICENSE-DATA", "scripts/sbom.py"}
    needed |= {
        "requirements/runtime.txt",
        "triples/events.ttl",
        "ontology/sjkg.ttl",
        "queries/captures.rq",
        "profiles/cidoc-crm/profile.ttl",
        *code,
        *frontend,
    }
    assert {path for path in needed if not is_in_context(path)} == set()
    unwanted = {
        ".git/config",
        ".venv/bin/python",
        "frontend/node_modules/esbuild/package.json",
        "tests/conftest.py",
        ".hypothesis/x",
    }
    unwanted |= {
        "src/sjkg/web/static/bundle/site.js",
        "src/sjkg/__pycache__/api.pyc",
        "sbom/python.cdx.json",
        ".env",
        "src/.env",
    }
    assert {path for path in unwanted if is_in_context(path)} == set()


def test_every_file_that_the_image_is_built_from_is_in_the_build_context():
    commands = " ".join(
        arguments
        for stage in read_stages(CONTAINERFILE.read_text("utf-8"))
        for name, arguments in stage
        if name == "RUN"
    )
    files = re.findall(r"(?:requirements|scripts)/\S+", commands)
    assert len(files) >= 4
    assert all((PROJECT / file).is_file() and is_in_context(file) for file in files)


def test_the_container_needs_no_home_and_no_writable_disk_and_its_health_check_works(snapshot, snapshots, tmp_path):
    check = json.loads(final_stage()["HEALTHCHECK"].partition("CMD ")[2])

    def health_check(port: int) -> int:
        command = [part.replace(":8000/", f":{port}/") for part in check]
        return subprocess.run(sandboxed(tmp_path, snapshots, *command), capture_output=True, timeout=60).returncode

    assert final_stage()["USER"].isdecimal()  # a number, so that Kubernetes can tell that it is not root
    touch = [
        "sh",
        "-c",
        "for folder in / /opt/sjkg /var/lib/sjkg /home /etc /var; do touch $folder/x && echo $folder; done; id -u",
    ]
    written = subprocess.run(sandboxed(tmp_path, snapshots, *touch), capture_output=True, text=True, timeout=60)
    assert written.stdout == f"{final_stage()['USER']}\n"
    with running_container(tmp_path, snapshots) as address:
        port = urlsplit(address).port
        assert requests.get(f"http://127.0.0.1:{port}/page/event/halhamiao-incident", timeout=60).status_code == 200
        assert health_check(port) == 0
    assert health_check(port) != 0


def test_the_base_image_is_pinned_by_the_digest_that_the_engine_tells(tmp_path):
    engine = tmp_path / "bin" / "podman"
    engine.parent.mkdir()
    engine.write_text(f'#!/bin/sh\n[ "$1" = pull ] || echo docker.io/library/python@{DIGEST}\n')
    engine.chmod(0o755)
    (tmp_path / "deploy").mkdir()
    for file in (PIN, CONTAINERFILE):
        shutil.copy(file, tmp_path / "deploy")
    environment = {**os.environ, "PATH": f"{engine.parent}:{os.environ['PATH']}"}
    for _ in range(2):  # once more, to follow the tag
        subprocess.run(
            [str(tmp_path / "deploy" / PIN.name)], check=True, env=environment, timeout=60, capture_output=True
        )
        text = (tmp_path / "deploy" / "Containerfile").read_text(encoding="utf-8")
        assert re.findall(r"^ARG BASE=(.*)$", text, re.MULTILINE) == [f"docker.io/library/python:3.13-slim@{DIGEST}"]
    engine.write_text("#!/bin/sh\nexit 1\n")
    failed = subprocess.run([str(tmp_path / "deploy" / PIN.name)], env=environment, timeout=60, capture_output=True)
    assert failed.returncode != 0 and (tmp_path / "deploy" / "Containerfile").read_text(encoding="utf-8") == text


def test_the_image_is_built_and_serves_without_a_writable_disk():
    base = os.environ.get("SJKG_BASE_IMAGE")
    engine = shutil.which("podman") or shutil.which("docker")
    if not base or not engine:
        pytest.skip("set SJKG_BASE_IMAGE to a base image, with podman or docker on the PATH, to build the whole image")
    tag, port = "localhost/sjkg:test", free_port()
    build = [engine, "build", "--tag", tag, "--file", str(CONTAINERFILE), "--build-arg", f"BASE={base}", str(PROJECT)]
    subprocess.run(build, check=True, timeout=1800)
    command = [engine, "run", "--rm", "--read-only", "--tmpfs", "/tmp", "--network", "host", tag]
    command += ["--host", "127.0.0.1", "--port", str(port), "--public-url", "https://example.org/sjkg"]
    with subprocess.Popen(command) as container:
        try:

            def answer() -> requests.Response | None:
                assert container.poll() is None
                try:
                    return requests.get(f"http://127.0.0.1:{port}/sjkg/llms.txt", timeout=60)
                except requests.ConnectionError:
                    return None

            assert "https://example.org/sjkg/sparql" in wait_for(answer).text
        finally:
            container.terminate()
