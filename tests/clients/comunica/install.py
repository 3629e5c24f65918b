"""Install Comunica for the tests, from the package-lock.json beside this file, with the Node.js that the build uses."""

import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
PROJECT = FOLDER.parents[2]

sys.path.insert(0, str(PROJECT))
from hatch_build import require_node  # noqa: E402


def main() -> None:
    """Install the packages."""
    require_node().install_packages(FOLDER)


if __name__ == "__main__":
    main()
