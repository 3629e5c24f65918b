"""The software bill of materials lists the Python packages of an installation and the npm packages in the site's scripts."""

import json
import shutil
import subprocess
import sys
from importlib.metadata import distribution
from pathlib import Path

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from servers import PROJECT

PACKAGES = ("brotli", "wcwidth")  # with few addresses in their metadata, whose check takes the validator long


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """The folder with both files, for a virtual environment with the metadata of a few packages."""
    root = tmp_path_factory.mktemp("sbom")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(root / "venv")], check=True)
    (site,) = (root / "venv" / "lib").glob("python*/site-packages")
    for name in PACKAGES:
        metadata = Path(str(distribution(name).locate_file(""))) / next(
            each.parts[0] for each in distribution(name).files or [] if each.name == "METADATA"
        )
        shutil.copytree(metadata, site / metadata.name)
    command = [sys.executable, "scripts/sbom.py", "--python", str(root / "venv" / "bin" / "python"), str(root / "out")]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    return root / "out"


@pytest.mark.parametrize("name", ["python.cdx.json", "frontend.cdx.json"])
def test_a_bill_of_materials_is_valid_by_the_schema_of_its_version(folder, name):
    text = (folder / name).read_text(encoding="utf-8")
    version = SchemaVersion.from_version(json.loads(text)["specVersion"])
    assert JsonStrictValidator(version).validate_str(text) is None
    broken = '{"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [{"kind": "library"}]}'
    assert JsonStrictValidator(version).validate_str(broken) is not None


def test_the_bill_of_materials_lists_the_installed_python_packages(folder):
    components = json.loads((folder / "python.cdx.json").read_text(encoding="utf-8"))["components"]
    assert {each["purl"].lower() for each in components} == {
        f"pkg:pypi/{name}@{distribution(name).version}" for name in PACKAGES
    }


def test_the_bill_of_materials_lists_the_packages_in_the_scripts_of_the_site(folder):
    document = json.loads((folder / "frontend.cdx.json").read_text(encoding="utf-8"))
    bundle = PROJECT / "src" / "sjkg" / "web" / "static" / "bundle"
    licences = json.loads((bundle / "licences.json").read_text(encoding="utf-8"))
    assert {(each["name"], each["version"]) for each in licences} == {
        (each["name"], each["version"]) for each in document["components"]
    }
    assert all(each["hashes"] for each in document["components"])
