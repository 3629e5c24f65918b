"""Rules of style that no linter has: docstrings start with the standard term, modules are about one concept."""

import ast
import re
from pathlib import Path

import pytest

import sjkg

PACKAGE = Path(sjkg.__file__).parent
MODULES = sorted(PACKAGE.rglob("*.py"))
MAX_LINES = 400
RIDDLE = re.compile(r"(what|who|whom|which|where|whose|whether|how)\b", re.IGNORECASE)
Documented = ast.Module | ast.ClassDef | ast.FunctionDef


def documented_nodes(path: Path) -> list[Documented]:
    return [node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, Documented)]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_docstring_begins_with_a_noun_or_a_verb_not_with_a_question_word(path):
    texts = [ast.get_docstring(node) or "" for node in documented_nodes(path)]
    assert [text for text in texts if RIDDLE.match(text)] == []


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_every_module_class_and_function_has_a_docstring(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    members = [
        node
        for parent in ast.walk(tree)
        if isinstance(parent, (ast.Module, ast.ClassDef))
        for node in parent.body
        if isinstance(node, (ast.ClassDef, ast.FunctionDef)) and not node.name.startswith("__")
    ]
    overloaded = [node for node in members if any("overload" in ast.unparse(mark) for mark in node.decorator_list)]
    missing = [node.name for node in members if node not in overloaded and not ast.get_docstring(node)]
    assert missing == []
    assert ast.get_docstring(tree)


def test_no_module_is_too_long_to_be_about_one_concept():
    lengths = {path.name: len(path.read_text(encoding="utf-8").splitlines()) for path in MODULES}
    assert {name: count for name, count in lengths.items() if count > MAX_LINES} == {}


def test_the_package_itself_holds_packages_only():
    assert {path.name for path in PACKAGE.glob("*.py")} == {"__init__.py", "__main__.py"}
