"""Writer of the lock files in requirements/: the exact versions and hashes of all Python packages, for `pip --require-hashes`.

Usage: `python scripts/lock.py [OPTION…]`, with uv (`pip install uv`); options of `uv pip compile`, such as
`--upgrade-package NAME`, are passed on. Versions stay as they are unless pyproject.toml or an option asks for others.
A lock file has the hashes of all files of a version, so it holds on every platform and for every supported Python.
"""

import subprocess
import sys
import tomllib
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
REQUIREMENTS = PROJECT / "requirements"

sys.path.insert(0, str(PROJECT))
from hatch_build import NODE_PACKAGE  # noqa: E402

EDITABLES = "editables>=0.5,<1"  # Hatchling asks for it when it makes an editable installation
DEVELOPMENT = "development.txt"  # compiled first: the versions in the other lock files are those in this one
LOCKS = {
    DEVELOPMENT: "Everything that tests, checks and measurements need, and all that the other files have.",
    "runtime.txt": "What the package needs to run.",
    "build.txt": "What building the package needs.",
    "sbom.txt": "What `make sbom` needs.",
}


def requirements(project: Path = PROJECT) -> dict[str, list[str]]:
    """Return the requirements of each lock file by its name, as the pyproject.toml in `project` and hatch_build.py declare them."""
    declared = tomllib.loads((project / "pyproject.toml").read_text(encoding="utf-8"))
    extras: dict[str, list[str]] = declared["project"]["optional-dependencies"]
    runtime: list[str] = declared["project"]["dependencies"]
    build: list[str] = [*declared["build-system"]["requires"], EDITABLES, NODE_PACKAGE]
    others = [each for extra in extras.values() for each in extra if not each.startswith("sjkg[")]
    return {
        DEVELOPMENT: [*runtime, *build, *others],
        "runtime.txt": runtime,
        "build.txt": build,
        "sbom.txt": extras["sbom"],
    }


def compile_lock(name: str, wanted: list[str], options: list[str]) -> None:
    """Write a lock file anew. wanted: its requirements. options: further ones of uv. Raises CalledProcessError if uv fails."""
    path = REQUIREMENTS / name
    declared = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["requires-python"]
    command = ["uv", "pip", "compile", "--quiet", "--universal", "--generate-hashes", "--no-header", "--no-annotate"]
    command += ["--python-version", declared.removeprefix(">="), "--output-file", str(path), "-", *options]
    if name != DEVELOPMENT:
        command += ["--constraint", str(REQUIREMENTS / DEVELOPMENT)]
    subprocess.run(command, input="\n".join(wanted), text=True, check=True, cwd=PROJECT)
    header = f"# {LOCKS[name]} Written by scripts/lock.py.\n"
    path.write_text(header + path.read_text(encoding="utf-8"), encoding="utf-8")


def main() -> None:
    """Write all lock files; command-line arguments are options of `uv pip compile`. Raises CalledProcessError if uv fails."""
    for name, wanted in requirements().items():
        compile_lock(name, wanted, sys.argv[1:])


if __name__ == "__main__":
    main()
