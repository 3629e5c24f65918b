"""Posted Turtle that is too expensive to check, or invalid: the right status, a useful message, others are answered."""

import threading

import psutil
import pytest
import requests
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from servers import MAX_WAIT_S, is_running_module, running_server, wait_for

from .conftest import AttackedServer

PREFIXES = """@prefix sjkg: <https://w3id.org/sjkg/ontology#> .
@prefix event: <https://w3id.org/sjkg/id/event/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix edtf: <http://id.loc.gov/datatypes/edtf/> .
"""
NAMED = 'a sjkg:Battle ; skos:prefLabel "made up"@en ; sjkg:undatedReason "made up"@en'


def chain(predicate: str) -> str:
    """Return events of which each is said to be something of the next, from which the square of their number follows."""
    return PREFIXES + "".join(f"event:x{n} {NAMED} ; {predicate} event:x{n + 1} .\n" for n in range(3000))


COSTLY = {"equal things": chain("owl:sameAs"), "parts of parts": chain("sjkg:partOf")}
ODD = {
    "brackets": (
        "event:x sjkg:date " + "[ sjkg:date " * 20_000 + "1" + " ]" * 20_000 + " .",
        "event:x is not declared",
    ),
    "lists": ("event:x sjkg:date " + "( " * 20_000 + "1" + " )" * 20_000 + " .", "event:x is not declared"),
    "digits": (f"event:x sjkg:countExact 1{'0' * 100_000} .", "event:x is not declared"),
    "powers": ('event:x sjkg:date "Y17E99999999"^^edtf:EDTF .', "outside the years 1 to 9999"),
    "dates": (f'event:x sjkg:date "{{{"1939-01," * 9000}1940-13}}"^^edtf:EDTF .', "months run from 01 to 12"),
    "files": (
        "@base <file:///etc/> . <passwd> owl:imports <http://127.0.0.1:9/> ; a sjkg:None .",
        "sjkg:None is not declared",
    ),
}
TOKENS = [
    "event:x",
    "sjkg:date",
    " ",
    "a",
    ".",
    ";",
    ",",
    "[",
    "]",
    "(",
    ")",
    '"',
    "'''",
    "<",
    ">",
    "^^",
    "@en",
    "\\u",
    "#",
]
TEXTS = st.one_of(
    st.binary(max_size=40),
    st.lists(st.one_of(st.sampled_from(TOKENS), st.characters()), min_size=1, max_size=20).map(
        lambda parts: "".join(parts).encode("utf-8", "surrogatepass")
    ),
)


def send(address: str, text: str | bytes) -> requests.Response:
    body = text.encode() if isinstance(text, str) else text
    return requests.post(f"{address}/validate", body, headers={"Content-Type": "text/turtle"}, timeout=MAX_WAIT_S)


@pytest.fixture(scope="module")
def patient(snapshot, snapshots):
    """A server that checks for as long as a busy machine takes."""
    server = running_server("--snapshots", str(snapshots), "--check-deadline-s", str(MAX_WAIT_S))
    with server as address:
        yield AttackedServer(server, address)


def is_checking(process: psutil.Process) -> bool:
    return is_running_module(process, "sjkg.pipeline.check_posted")


@pytest.mark.parametrize("text", COSTLY.values(), ids=COSTLY)
def test_an_expensive_text_gets_an_error_and_other_requests_are_answered(unhurt, text):
    (response,) = unhurt.attack_while_serving(lambda: send(unhurt.address, text), 1)
    assert response.status_code in (504, 507) and "send it in parts" in response.json()["detail"]


def test_few_texts_of_a_client_are_checked_at_a_time_and_others_get_retry_after(unhurt):
    responses = unhurt.attack_while_serving(lambda: send(unhurt.address, COSTLY["parts of parts"]), 3)
    (refused,) = [response for response in responses if response.status_code == 429]
    assert int(refused.headers["Retry-After"]) >= 1


@pytest.mark.parametrize("text, words", ODD.values(), ids=ODD)
def test_a_text_that_breaks_a_parser_gets_a_finding(patient, text, words):
    report = send(patient.address, PREFIXES + text).json()
    assert any(words in finding["message"] for finding in report["findings"])
    patient.check_recovered()


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=TEXTS)
def test_any_text_gets_findings(patient, text):
    response = send(patient.address, b"a:" + text)
    assert response.status_code == 200 and response.json()["findings"]


def test_a_check_ends_with_the_server_process_that_started_it(snapshot, snapshots):
    server = running_server("--snapshots", str(snapshots), "--check-deadline-s", str(MAX_WAIT_S))
    with server as address:
        sending = threading.Thread(target=lambda: pytest.raises(OSError, send, address, COSTLY["parts of parts"]))
        sending.start()
        checking = wait_for(lambda: next(filter(is_checking, children(server)), None))
        checking.parent().kill()
        sending.join()
        wait_for(lambda: not checking.is_running())


def children(server: running_server) -> list[psutil.Process]:
    alive = psutil.Process(server.process.pid).children(recursive=True)
    return [process for process in alive if process.status() != psutil.STATUS_ZOMBIE]
