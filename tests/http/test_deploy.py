"""What deploy/ holds fits the server: redirects, options, limits."""

import re
import subprocess

import pytest
import requests
from servers import PROJECT, SJKG

from sjkg.core.vocabulary import BASE

DEPLOY = PROJECT / "deploy"
RULE = re.compile(r"^RewriteRule\s+(\S+)\s+(\S+)\s+\[([^\]]*)\]$", re.MULTILINE)
HOST = "https://sjkg.example.org/"
PATHS = [
    "id/event/halhamiao-incident",
    "id/footnote/5",
    "data/event/halhamiao-incident.ttl",
    "graph/inferred",
    "graph/vocab/role",
    "vocab/role",
    "vocab/role/attacker",
    "ontology",
    "ontology.jsonld",
    "shapes",
    "shapes.ttl",
    "shapes/Event-date-datatype",
    "dataset",
    "dataset.rdf",
    "sparql",
    "rdf-graph-store?default",
    ".well-known/void",
    "downloads",
    "dumps/sjkg-inferred.ttl",
    "",
]


def rules() -> list[tuple[str, str, set[str]]]:
    text = (DEPLOY / "w3id" / ".htaccess").read_text(encoding="utf-8")
    return [(pattern, target, set(flags.split(","))) for pattern, target, flags in RULE.findall(text)]


def redirect(path: str) -> str | None:
    """Return where Apache's mod_rewrite sends a path of the folder: by the first rule that matches, the query string kept."""
    bare, mark, query = path.partition("?")
    for pattern, target, flags in rules():
        assert {"L", "R=302"} <= flags
        if found := re.search(pattern, bare):
            return re.sub(r"\$(\d)", lambda group: found[int(group[1])] or "", target) + mark + query
    return None


@pytest.mark.parametrize("path", PATHS)
def test_a_persistent_iri_leads_to_where_the_server_answers(server, path):
    assert redirect(path) == HOST + path
    answer = requests.get(redirect(path).replace(HOST, f"{server}/"), timeout=20)
    assert answer.status_code == 200, answer.text


def test_every_room_of_our_iris_is_redirected(kb):
    named = {str(node) for triple in kb.union() for node in triple if str(node).startswith(BASE)}
    assert len(named) > 1000
    lost = [iri for iri in named if redirect(iri.removeprefix(BASE).partition("#")[0]) is None]
    assert lost == []


@pytest.mark.parametrize("path", ["id/", "idx/y", "../x", "ontology.exe", "metrics", "sparql/x"])
def test_nothing_else_is_redirected(path):
    assert redirect(path) is None


@pytest.mark.parametrize("file", ["sjkg.service", "Containerfile"])
def test_the_options_they_give_are_options_of_the_command(file):
    given = set(re.findall(r"(--[a-z-]+)", "".join(re.findall(r".*\bserve\b.*", (DEPLOY / file).read_text("utf-8")))))
    offered = subprocess.run([*SJKG, "serve", "--help"], capture_output=True, text=True, timeout=60).stdout
    assert given and given <= set(re.findall(r"(--[a-z-]+)", offered))
