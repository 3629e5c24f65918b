"""Printer of the lowest versions that pyproject.toml allows, as pip constraints.

Usage: `python scripts/lowest_versions.py > FILE`.
"""

import re
import tomllib
from pathlib import Path

PYPROJECT = Path(__file__).parents[1] / "pyproject.toml"
LOWEST = re.compile(r"(?P<name>[A-Za-z0-9_.-]+)>=(?P<version>[0-9.]+)")


def lowest_versions(pyproject: Path) -> list[str]:
    """Return the sorted lines name==version for each dependency, extras included, that has a lower bound (>=).

    pyproject: the path of a pyproject.toml.
    """
    project = tomllib.loads(pyproject.read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"].values()
    requirements = [*project["dependencies"], *(requirement for extra in extras for requirement in extra)]
    found = (LOWEST.match(requirement) for requirement in requirements)
    return sorted({f"{match['name']}=={match['version']}" for match in found if match})


if __name__ == "__main__":
    print("\n".join(lowest_versions(PYPROJECT)))
