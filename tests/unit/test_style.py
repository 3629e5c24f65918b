"""Rules of style that no linter has: docstrings start with the standard term, modules are about one concept."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import sjkg
from sjkg.core.messages import count_noun

PACKAGE = Path(sjkg.__file__).parent
MODULES = sorted(PACKAGE.rglob("*.py"))
MAX_LINES = 400
COUNTED = re.compile(r"\{len\([^{}]*\)[^{}]*\} (?:more )?[a-z]+s\b|\| length\)? \}\} (?:more )?[a-z]+s\b")
RIDDLE = re.compile(r"(what|who|whom|which|where|whose|whether|how)\b", re.IGNORECASE)
MERGE = re.compile(rb"^(?:<{7}|>{7}) ", re.MULTILINE)
TEXTS = (".py", ".html", ".css", ".ts", ".toml", ".ttl", ".rq", ".md", ".txt", ".conf")
EXPLAINED = re.compile(r"(?:^|(?<=[.!?”)] ))(\*{0,2}[a-z_][a-z0-9_]*(?:(?:, | and )[a-z_][a-z0-9_]*)*): ")
Documented = ast.Module | ast.ClassDef | ast.FunctionDef


def documented_nodes(path: Path) -> Iterator[tuple[str, Documented]]:
    """Yield module, classes and functions that need a docstring, with a name; not dunder methods, overloads and nested functions."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    yield str(path.relative_to(PACKAGE)), tree
    for parent in ast.walk(tree):
        for node in parent.body if isinstance(parent, ast.Module | ast.ClassDef) else ():
            is_overload = any("overload" in ast.unparse(mark) for mark in getattr(node, "decorator_list", ()))
            if isinstance(node, ast.ClassDef | ast.FunctionDef) and not node.name.startswith("__") and not is_overload:
                yield f"{path.relative_to(PACKAGE)}:{node.lineno} {node.name}", node


def test_a_docstring_begins_with_a_noun_or_a_verb_not_with_a_question_word():
    texts = {name: ast.get_docstring(node) or "" for path in MODULES for name, node in documented_nodes(path)}
    assert [f"{name}: {text}" for name, text in texts.items() if RIDDLE.match(text)] == []


def test_every_module_class_and_function_has_a_docstring():
    assert [name for path in MODULES for name, node in documented_nodes(path) if not ast.get_docstring(node)] == []


def explained_names(text: str) -> list[str]:
    """Return the names before a colon at the start of a sentence of a docstring, such as “path” in “path: the file.”"""
    paragraphs = (" ".join(each.split()) for each in text.split("\n\n"))
    found = (match[1] for paragraph in paragraphs for match in EXPLAINED.finditer(paragraph))
    return [name.lstrip("*") for names in found for name in re.split(", | and ", names)]


def parameter_names(function: ast.FunctionDef) -> set[str]:
    return {node.arg for node in ast.walk(function.args) if isinstance(node, ast.arg)}


def attribute_names(cls: ast.ClassDef, classes: dict[str, ast.ClassDef]) -> set[str]:
    """Return the names that are assigned in a class or to an attribute, its methods, the parameters of __init__, and those of its bases."""
    bases = (classes.get(ast.unparse(base).partition("[")[0]) for base in cls.bases)
    names = {name for base in bases if base for name in attribute_names(base, classes)}
    for node in ast.walk(cls):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            names.add(node.attr)
        elif isinstance(node, ast.FunctionDef):
            names |= {node.name} | (parameter_names(node) if node.name == "__init__" else set())
    return names


def test_a_docstring_explains_only_fields_of_the_class_and_parameters_of_the_function():
    """A reader looks for a field or parameter that was renamed or removed. Columns must be in the first sentence of a function."""
    nodes = [(name, node) for path in MODULES for name, node in documented_nodes(path)]
    classes = {node.name: node for _, node in nodes if isinstance(node, ast.ClassDef)}
    explained, wrong = 0, []
    for name, node in nodes:
        text = ast.get_docstring(node) or ""
        if isinstance(node, ast.ClassDef):
            known = attribute_names(node, classes)
        elif isinstance(node, ast.FunctionDef):
            known = parameter_names(node) | set(re.findall(r"[\w-]+", text.partition("\n\n")[0]))
        else:
            continue
        explained += len(names := explained_names(text))
        wrong += [f"{name}: no “{each}”" for each in names if each not in known]
    assert explained > 1000 and wrong == []


def test_a_public_class_has_a_name_of_its_own():
    names = [
        node.name
        for path in MODULES
        for _, node in documented_nodes(path)
        if isinstance(node, ast.ClassDef) and "api" not in path.parts  # the public API has types of its own for users
    ]
    assert sorted({name for name in names if names.count(name) > 1}) == []


def test_no_module_is_too_long_to_be_about_one_concept():
    lengths = {path.name: len(path.read_text(encoding="utf-8").splitlines()) for path in MODULES}
    assert {name: count for name, count in lengths.items() if count > MAX_LINES} == {}


def test_a_number_and_its_noun_agree_in_messages_and_pages():
    texts = [path for suffix in ("py", "html", "txt") for path in sorted(PACKAGE.rglob(f"*.{suffix}"))]
    found = {str(path.relative_to(PACKAGE)): COUNTED.findall(path.read_text(encoding="utf-8")) for path in texts}
    assert {name: each for name, each in found.items() if each} == {}, "write them with core.messages.count_noun"
    nouns = [(0, "file"), (1, "file"), (1200, "triple"), (1, "entity"), (2, "entity"), (2, "day")]
    counted = [count_noun(number, noun) for number, noun in nouns]
    assert counted == ["0 files", "1 file", "1,200 triples", "1 entity", "2 entities", "2 days"]


def test_the_package_itself_holds_packages_only():
    assert {path.name for path in PACKAGE.glob("*.py")} == {"__init__.py", "__main__.py"}


def test_no_file_has_the_markers_of_an_unresolved_merge():
    """A page with them is served as it is."""
    root = Path(__file__).parents[2]
    parts = (
        "src",
        "frontend/src",
        "frontend/styles",
        "docs",
        "ontology",
        "triples",
        "shapes",
        "queries",
        "deploy",
        "tests",
    )
    files = [
        path
        for part in parts
        for path in (root / part).rglob("*")
        if path.suffix in TEXTS and "node_modules" not in path.parts
    ]
    marked = [path for path in (*files, *root.glob("*.md")) if MERGE.search(path.read_bytes())]
    assert len(files) > 500 and marked == []
