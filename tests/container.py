"""The container that deploy/Containerfile describes: its instructions, its build context, and a run without a container engine."""

import json
import re
import shutil
import subprocess
import sys
from fnmatch import fnmatch
from functools import cache
from pathlib import Path

import pytest

from tests.servers import PROJECT, running_server

CONTAINERFILE = PROJECT / "deploy" / "Containerfile"
IGNORED = PROJECT / ".containerignore"
LAUNCHER = "#!{python}\nimport sys\nfrom sjkg.cli.main import main\nsys.exit(main())\n"


def read_stages(text: str) -> list[list[tuple[str, str]]]:
    """Return the stages of a Containerfile, each as a list of pairs of instruction and arguments; what precedes is dropped."""
    joined = re.sub(r"\\\n\s*", "", re.sub(r"(?m)^#.*\n", "", text))
    stages: list[list[tuple[str, str]]] = []
    for line in filter(None, joined.splitlines()):
        name, _, arguments = line.partition(" ")
        if name == "FROM":
            stages.append([])
        if stages:
            stages[-1].append((name, arguments.strip()))
    return stages


def final_stage() -> dict[str, str]:
    """Return the arguments of the last instruction of each name in the stage that becomes the image."""
    return dict(read_stages(CONTAINERFILE.read_text(encoding="utf-8"))[-1])


def is_in_context(path: str) -> bool:
    """Return whether `COPY .` copies a file, named by its path from the project's folder: the last matching rule decides."""
    included = True
    for line in IGNORED.read_text(encoding="utf-8").splitlines():
        rule = line.removeprefix("!").strip()
        if not rule or rule.startswith("#"):
            continue
        parts = Path(path).parts
        prefixes = ["/".join(parts[: n + 1]) for n in range(len(parts))]  # a rule for a folder holds for all in it
        candidates = [*prefixes, *parts] if rule.startswith("**/") else prefixes
        if any(fnmatch(each, rule.removeprefix("**/")) and each.count("/") <= rule.count("/") for each in candidates):
            included = line.startswith("!")
    return included


@cache
def find_sandbox() -> str | None:
    """Return the path of bubblewrap; None if it is not installed, or the system does not let it make namespaces."""
    bwrap = shutil.which("bwrap")
    probe = [str(bwrap), "--unshare-user", "--unshare-pid", "--ro-bind", "/", "/", "--proc", "/proc", "true"]
    return bwrap if bwrap and subprocess.run(probe, capture_output=True, timeout=60).returncode == 0 else None


def sandboxed(folder: Path, snapshots: Path, *command: str) -> list[str]:
    """Return the command line that runs a command as the container does, with bubblewrap; skip the test without it.

    The user has the id of USER and no home folder, the environment has PATH and HOME only, and nothing can be written except
    below /tmp. The package in the container is that of the tests. folder: a temporary one. snapshots: the one for /var/lib/sjkg.
    """
    bwrap = find_sandbox()
    if not bwrap:
        pytest.skip("bubblewrap is missing or not permitted; “make test” says how to install it")
    launcher = folder / "sjkg" / "bin" / "sjkg"
    launcher.parent.mkdir(parents=True, exist_ok=True)
    launcher.write_text(LAUNCHER.format(python=sys.executable), encoding="utf-8")
    launcher.chmod(0o755)
    user, project = final_stage()["USER"], str(PROJECT)
    options = ["--die-with-parent", "--unshare-user", "--unshare-pid", "--unshare-ipc", "--unshare-uts"]
    options += ["--uid", user, "--gid", user, "--clearenv", "--chdir", "/"]
    options += ["--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc"]
    for hidden in ("/tmp", "/opt", "/var/lib"):
        options += ["--tmpfs", hidden]
    for visible in (project, sys.prefix, sys.base_prefix):  # they may lie in a folder that is hidden now
        options += ["--ro-bind", visible, visible]
    options += ["--ro-bind", str(launcher.parents[1]), "/opt/sjkg", "--ro-bind", str(snapshots), "/var/lib/sjkg"]
    options += ["--remount-ro", "/opt", "--remount-ro", "/var/lib"]
    path = f"{Path(sys.executable).parent}:/usr/bin:/bin"
    for name, value in (("PATH", path), ("HOME", "/home/sjkg"), ("PYTHONPATH", f"{project}/src")):
        options += ["--setenv", name, value]
    return [bwrap, *options, *command]


def running_container(folder: Path, snapshots: Path, *arguments: str) -> running_server:
    """Return a context manager that runs ENTRYPOINT with further arguments as the container does; see `sandboxed`."""
    return running_server(*arguments, command=sandboxed(folder, snapshots, *json.loads(final_stage()["ENTRYPOINT"])))
