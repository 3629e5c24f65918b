"""Writer of the software bill of materials (SBOM) in CycloneDX JSON: what an installation of sjkg consists of.

Usage: `python scripts/sbom.py [--python PYTHON] FOLDER`, with the packages of requirements/build.txt and sbom.txt. Two
files are written into FOLDER: python.cdx.json, by cyclonedx-py, lists the Python packages that are installed for the
interpreter PYTHON (default: the running one); frontend.cdx.json, by `npm sbom`, the npm packages in the scripts of the site.
Source: https://cyclonedx.org/specification/overview/
"""

import argparse
import json
import re
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

PROJECT = Path(__file__).resolve().parents[1]
FRONTEND = PROJECT / "frontend"
INIT = PROJECT / "src" / "sjkg" / "__init__.py"
NPM_FILES = ("package.json", "package-lock.json")
PYTHON_BOM, FRONTEND_BOM = "python.cdx.json", "frontend.cdx.json"

sys.path.insert(0, str(PROJECT))
from hatch_build import require_node  # noqa: E402


def write_python_bom(python: str, path: Path) -> None:
    """Write the SBOM of the packages installed for an interpreter; cyclonedx-py checks it against the CycloneDX schema.

    Raises CalledProcessError if cyclonedx-py fails.
    """
    command = [sys.executable, "-m", "cyclonedx_py", "environment", "--output-format", "JSON", "--output-reproducible"]
    subprocess.run([*command, "--output-file", str(path), python], check=True)


def write_frontend_bom(path: Path) -> None:
    """Write the SBOM of the npm packages that the bundle in the wheel is made of, as frontend/package-lock.json has them.

    `npm sbom` reads a copy of package.json and package-lock.json with the version of sjkg and without the packages that
    only the build uses (with `--omit dev` it would also leave out those that are needed by others, too).
    Raises SystemExit with the output of npm if that fails.
    """
    version = re.findall(r'^__version__ = "(.+)"$', INIT.read_text(encoding="utf-8"), re.MULTILINE)[0]
    package, lock = (json.loads((FRONTEND / name).read_text(encoding="utf-8")) for name in NPM_FILES)
    lock["packages"] = {path: each for path, each in lock["packages"].items() if not each.get("dev")}
    for root in (package, lock["packages"][""]):
        root["version"] = version
        del root["devDependencies"]
    with TemporaryDirectory() as parent:
        folder = Path(parent) / package["name"]
        folder.mkdir()
        for name, content in zip(NPM_FILES, (package, lock), strict=True):
            (folder / name).write_text(json.dumps(content), encoding="utf-8")
        tools = require_node()
        command = ("sbom", "--sbom-format", "cyclonedx", "--package-lock-only")
        path.write_text(tools.run(*tools.npm, *command, folder=folder), encoding="utf-8")


def main() -> None:
    """Write both files; create the folder. Raises CalledProcessError or SystemExit if a tool fails."""
    parser = argparse.ArgumentParser(description="Write the software bill of materials of an installation of sjkg.")
    parser.add_argument("--python", default=sys.executable, help="the interpreter whose packages are listed")
    parser.add_argument("folder", type=Path, help="the folder of the two files")
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    write_python_bom(arguments.python, arguments.folder / PYTHON_BOM)
    write_frontend_bom(arguments.folder / FRONTEND_BOM)


if __name__ == "__main__":
    main()
