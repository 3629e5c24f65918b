"""The hand-written documentation: links and paths that exist, every package listed, Python examples that compile."""

import ast
import re
import tomllib

import pytest
from servers import PROJECT

import sjkg

PAGES = [PROJECT / "README.md", PROJECT / "CONTRIBUTING.md", *sorted((PROJECT / "docs").glob("*.md"))]
LINK = re.compile(r"\]\((?!https?:|#|mailto:)([^)#]+)")
PATH = re.compile(r"`((?:src|frontend|triples|ontology|shapes|queries|tests|bench|deploy|docs)/[\w./-]*)`")
PYTHON = re.compile(r"```python\n(.*?)```", re.DOTALL)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_and_paths_lead_to_files(page):
    text = page.read_text(encoding="utf-8")
    targets = [page.parent / link for link in LINK.findall(text)] + [PROJECT / path for path in PATH.findall(text)]
    assert not [str(target) for target in targets if not target.exists()]


def test_the_architecture_lists_the_packages_in_the_order_of_the_layers():
    text = (PROJECT / "docs" / "architecture.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE)
    pyproject = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))
    layers = pyproject["tool"]["importlinter"]["contracts"][0]["layers"]
    assert listed == [package.strip().removeprefix("sjkg.") for layer in layers for package in layer.split("|")]
    folders = (PROJECT / "src" / "sjkg").glob("*/__init__.py")
    assert sorted(listed) == sorted(folder.parent.name for folder in folders)


def test_the_python_examples_compile_and_name_what_the_api_has():
    examples = PYTHON.findall((PROJECT / "README.md").read_text(encoding="utf-8"))
    reference = (PROJECT / "docs" / "python-api.md").read_text(encoding="utf-8")
    names = set(re.findall(r"`?sjkg\.([A-Za-z]+)\b", reference)) | set(
        re.findall(r"^\| `([A-Z]\w+)`", reference, re.MULTILINE)
    )
    assert names <= set(sjkg.__all__) and len(names) > 10
    for example in [*examples, *PYTHON.findall(reference)]:
        ast.parse(example)


def test_every_public_error_is_in_the_reference_of_the_api():
    reference = (PROJECT / "docs" / "python-api.md").read_text(encoding="utf-8")
    errors = [n for n in sjkg.__all__ if isinstance(getattr(sjkg, n), type) and issubclass(getattr(sjkg, n), Exception)]
    assert len(errors) > 8 and not [name for name in errors if name not in reference]
