"""Checks of the site's TypeScript: types with tsc, rules with ESLint. Exits with status 1 if a check fails.

Uses the Node.js that the build uses (hatch_build.py), and installs the npm packages if package-lock.json has changed.
"""

import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
FRONTEND = PROJECT / "frontend"
CHECKS = ("check", "lint")

sys.path.insert(0, str(PROJECT))
from hatch_build import NodeTools, require_node  # noqa: E402


def require_packages(tools: NodeTools) -> None:
    """Install the npm packages of frontend/package-lock.json unless they were installed after its last change.

    Raises SystemExit with the output of npm if that fails.
    """
    installed, lock = FRONTEND / "node_modules" / ".package-lock.json", FRONTEND / "package-lock.json"
    if not installed.is_file() or installed.stat().st_mtime_ns < lock.stat().st_mtime_ns:
        tools.install_packages(FRONTEND)


def main() -> None:
    """Run all checks and print a line for each. Raises SystemExit with the output of the first check that fails."""
    tools = require_node()
    require_packages(tools)
    for check in CHECKS:
        tools.run(*tools.npm, "run", "--silent", check, folder=FRONTEND)
        print(f"frontend: npm run {check}: no problems")


if __name__ == "__main__":
    main()
