"""What deploy/ holds fits the server: redirects, options, limits."""

import re
import shutil
import subprocess
import sys

import pytest
import requests
from namespaces import BASE
from servers import PROJECT, SJKG

from tests.proxy import CONFIGURATION, below_path, limited_locations

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
        assert {"L", "R=307" if "sparql" in pattern.split("|")[0] else "R=302"} <= flags  # 307: a POST stays a POST
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


@pytest.mark.parametrize("path", ["", "/sjkg"])
def test_the_proxy_limits_the_rate_of_every_costly_route_in_every_form(server, path):
    limited = limited_locations(below_path(CONFIGURATION.read_text(encoding="utf-8"), path))
    paths = requests.get(f"{server}/openapi.json", timeout=20).json()["paths"]
    costly = {path for path, item in paths.items() if any("x-costly" in each for each in item.values())}
    computing = {path for path, item in paths.items() if any("504" in each["responses"] for each in item.values())}
    assert computing - {"/ready"} <= costly
    assert {
        "/sparql",
        "/validate",
        "/explain",
        "/reconcile",
        "/reconcile/suggest/entity",
        "/reconcile/extend/propose",
    } <= costly
    assert {"/questions/captures", "/questions/captures.json"} <= costly
    forms = {costly_path + ending for costly_path in costly for ending in ("", "/", ".json", ".csv")}
    assert {form for form in forms if not any(each.search(path + form) for each in limited)} == set()
    for light in (
        "/",
        "/page/event/halhamiao-incident",
        "/static/style.css",
        "/events",
        "/dumps/sjkg.nq.gz",
        "/health",
    ):
        assert not any(each.search(path + light) for each in limited), light


def test_systemd_accepts_the_unit_and_finds_it_well_protected(tmp_path):
    if not shutil.which("systemd-analyze"):
        pytest.skip("systemd-analyze is not on the PATH")
    text = (DEPLOY / "sjkg.service").read_text(encoding="utf-8")
    assert "/opt/sjkg/bin/sjkg" in text
    unit = tmp_path / "sjkg.service"
    unit.write_text(text.replace("/opt/sjkg/bin/sjkg", sys.executable), encoding="utf-8")  # it must exist
    for command in (
        ["verify"],
        ["security", "--offline=yes", "--threshold=20"],
    ):  # 20 stands for an exposure of 2.0 of 10
        done = subprocess.run(["systemd-analyze", *command, str(unit)], capture_output=True, text=True, timeout=60)
        assert (done.returncode, done.stderr) == (0, ""), done.stdout


@pytest.mark.parametrize("file", ["sjkg.service", "Containerfile"])
def test_the_options_they_give_are_options_of_the_command(file):
    given = set(re.findall(r"(--[a-z-]+)", "".join(re.findall(r".*\bserve\b.*", (DEPLOY / file).read_text("utf-8")))))
    offered = subprocess.run([*SJKG, "serve", "--help"], capture_output=True, text=True, timeout=60).stdout
    assert given and given <= set(re.findall(r"(--[a-z-]+)", offered))


def test_the_guide_changes_the_proxy_for_a_path_as_the_tests_do(tmp_path):
    guide = (DEPLOY / "README.md").read_text(encoding="utf-8")
    (script,) = re.findall(r"^sed -i '([^']+)' /etc/nginx/conf.d/sjkg.conf$", guide, re.MULTILINE)
    changed = subprocess.run(["sed", script, str(CONFIGURATION)], capture_output=True, text=True, timeout=60).stdout
    assert changed == below_path(CONFIGURATION.read_text(encoding="utf-8"), "/sjkg")


def test_every_file_that_the_guide_names_exists():
    guide = (DEPLOY / "README.md").read_text(encoding="utf-8")
    named = re.findall(r"(?:deploy|requirements|scripts|frontend)/[\w.-]+\w", guide)
    assert {"deploy/Containerfile", "deploy/sjkg.service", "requirements/build.txt", "scripts/lock.py"} <= set(named)
    assert [path for path in named if not (PROJECT / path).is_file()] == []
