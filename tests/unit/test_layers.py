"""The structure: a module imports only from lower layers, and each engine has one room."""

import ast
from pathlib import Path

import pytest

import sjkg

PACKAGE = Path(sjkg.__file__).parent
LAYERS = [
    {"errors", "vocab", "processors", "remember"},
    {"settings", "dates", "findings", "suggest"},
    {"query_files", "turtle", "store", "lookup", "bounds", "witness"},
    {"evaluate", "files", "statistics", "dumps", "deciding"},
    {"derive", "reason", "validate", "snapshot", "index"},
    {"explain"},
    {"build", "source", "queries"},
    {"export", "docs", "documents", "checking"},
    {"pages"},
    {"web"},
    {"cli"},
    {"__main__"},
]
LAYER_OF = {room: number for number, rooms in enumerate(LAYERS) for room in rooms}
ROOMS_OF_LIBRARIES = {
    "pyoxigraph": {"store"},
    "flask": {"web"},
    "granian": {"web"},
    "brotli": {"web"},
    "cachetools": {"web"},
    "prometheus_client": {"web"},
    "psutil": {"web"},
    "zstandard": {"web"},
    "duckdb": {"reason"},
    "pyspark": {"reason"},
    "owlrl": {"reason"},
    "pyshacl": {"validate"},
    "edtf": {"dates"},
    "sqlite3": {"index"},
    "rapidfuzz": {"index"},
    "click": {"cli"},
    "rich": {"cli"},
    "rdflib": {
        "witness",
        "deciding",
        "explain",
        "turtle",
        "evaluate",
        "files",
        "derive",
        "reason",
        "validate",
        "build",
        "source",
        "docs",
    },
}
MODULES = sorted(path for path in PACKAGE.rglob("*.py") if path != PACKAGE / "__init__.py")


def room_of(path: Path) -> str:
    return path.relative_to(PACKAGE).with_suffix("").parts[0]


def imports_of(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add(node.module)
    return names


def test_every_room_has_a_layer():
    assert {room_of(path) for path in MODULES} == set(LAYER_OF)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_module_imports_only_from_lower_layers(path):
    room = room_of(path)
    for name in imports_of(path):
        parts = name.split(".")
        if parts[0] == "sjkg" and len(parts) > 1 and parts[1] != room:
            assert LAYER_OF[parts[1]] < LAYER_OF[room], f"{room} imports {name}"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_each_library_stays_in_its_rooms(path):
    for name in imports_of(path):
        rooms = ROOMS_OF_LIBRARIES.get(name.split(".")[0])
        assert rooms is None or room_of(path) in rooms, f"{path.name} imports {name}"


def test_importing_the_package_loads_nothing_else():
    assert imports_of(PACKAGE / "__init__.py") == set()


def test_no_module_is_too_long_to_see():
    assert {
        path.name: count for path in MODULES if (count := len(path.read_text(encoding="utf-8").splitlines())) > 250
    } == {}
