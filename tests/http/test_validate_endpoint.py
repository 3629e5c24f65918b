"""Posted Turtle is checked as `sjkg validate` checks files, and never stored."""

import re
import shutil

import pytest
import requests
from servers import MAX_WAIT_S, running_server

from sjkg.core.errors import Overloaded
from sjkg.core.settings import Settings
from sjkg.pipeline.check_posted import TurtleChecker
from sjkg.workers.fair_queue import SERVER

PREFIXES = """@prefix sjkg: <https://w3id.org/sjkg/ontology#> .
@prefix event: <https://w3id.org/sjkg/id/event/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
"""
SOUND = (
    PREFIXES + 'event:made-up a sjkg:PoliticalEvent ; skos:prefLabel "made up"@en ; sjkg:undatedReason "made up"@en .\n'
)
NAMELESS = SOUND.replace('skos:prefLabel "made up"@en ; ', "")
MISSPELT = SOUND.replace("sjkg:undatedReason", "sjkg:undatedReazon")
CONTRADICTING = PREFIXES + "event:halhamiao-incident a sjkg:Place .\n"
BROKEN = PREFIXES + "event:made-up a ;\n"


@pytest.fixture(scope="module")
def server(snapshot, snapshots):
    """The address of a server that checks for as long as a busy machine takes."""
    with running_server("--snapshots", str(snapshots), "--check-deadline-s", str(MAX_WAIT_S)) as address:
        yield address


def check(server: str, text: str | bytes, **headers) -> requests.Response:
    body = text.encode() if isinstance(text, str) else text
    return requests.post(
        f"{server}/validate", body, headers={"Content-Type": "text/turtle", **headers}, timeout=MAX_WAIT_S
    )


def test_turtle_that_fits_the_graph_conforms(server):
    assert check(server, SOUND).json() == {
        "conforms": True,
        "counts": {"violation": 0, "warning": 0, "info": 0},
        "findings": [],
        "omitted": 0,
    }


@pytest.mark.parametrize(
    "text, line, words",
    [
        (BROKEN, 4, "is missing before"),
        (NAMELESS, 4, "needs a name"),
        (MISSPELT, 4, "did you mean sjkg:undatedReason"),
        (CONTRADICTING, 4, "halhamiao-incident"),
        (b"\xff\xfe", 1, "not UTF-8"),
    ],
    ids=["broken", "nameless", "misspelt", "contradicting", "not UTF-8"],
)
def test_a_finding_names_the_line(server, text, line, words):
    report = check(server, text).json()
    assert not report["conforms"] and report["counts"]["violation"]
    assert any(words in f["message"] and (f["file"], f["line"]) == ("posted.ttl", line) for f in report["findings"])


def test_the_report_comes_in_the_requested_format(server):
    sarif = check(server, BROKEN, Accept="application/sarif+json").json()
    assert sarif["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["region"]["startLine"] == 4
    assert check(server, BROKEN, Accept="text/plain").text.startswith("posted.ttl:4:")
    assert check(server, BROKEN, Accept="image/png").status_code == 406


def test_a_posted_form_returns_a_page_with_text_and_findings(server):
    answer = requests.post(
        f"{server}/validate", {"turtle": NAMELESS + "# <b>"}, headers={"Accept": "text/html"}, timeout=MAX_WAIT_S
    )
    assert (
        "needs a name" in answer.text and "# &lt;b&gt;" in answer.text and answer.headers["Cache-Control"] == "no-store"
    )
    form = requests.get(f"{server}/validate", timeout=MAX_WAIT_S)
    assert '<textarea id="turtle"' in form.text and "Nothing is wrong" not in form.text


def test_a_body_of_another_media_type_is_refused(server):
    answer = requests.post(
        f"{server}/validate", b"{}", headers={"Content-Type": "application/json"}, timeout=MAX_WAIT_S
    )
    assert answer.status_code == 415 and "text/turtle" in answer.json()["detail"]


def test_a_check_that_takes_too_long_is_stopped_with_status_504(snapshots):
    with running_server("--snapshots", str(snapshots), "--check-deadline-s", "0.3") as server:
        answer = check(server, SOUND)
        assert answer.status_code == 504 and "after 0.3 s" in answer.json()["detail"]


def test_the_report_about_long_terms_is_bounded_and_says_how_many_findings_it_leaves_out(server):
    properties = "".join(f"sjkg:unknown-{number} {number} ;\n" for number in range(1100))
    text = f"{PREFIXES}<https://w3id.org/sjkg/id/event/{'x' * 20_000}> a sjkg:Battle ;\n{properties}.\n"
    page = check(server, text, Accept="text/html")
    assert re.search(r"[0-9]+ findings not listed here", page.text) and len(page.content) < 1024 * 1024
    report = check(server, text)
    assert len(report.content) < 1024 * 1024
    assert report.json()["omitted"] == sum(report.json()["counts"].values()) - len(report.json()["findings"]) > 100


def test_a_check_without_the_files_of_the_knowledge_base_asks_to_send_the_text_again(small_kb, tmp_path):
    root = tmp_path / "kb"
    shutil.copytree(small_kb, root)
    checker = TurtleChecker(Settings(kb=root, snapshots=tmp_path))
    shutil.rmtree(root)
    with pytest.raises(Overloaded, match="cannot be checked at the moment"):
        checker.check(SOUND.encode(), tmp_path / "proofs.json", SERVER)
