"""Expensive and invalid queries: the right status, a useful message, and other requests are answered."""

import threading

import psutil
import pytest
from servers import MAX_WAIT_S, POLL_S, counting_listener

ANYTHING = "(!<x:y>)*"
DOUBLING = " ".join(f"BIND(CONCAT(?s{number}, ?s{number}) AS ?s{number + 1})" for number in range(40))
COSTLY = {
    "cross product": (
        "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }",
        {504},
        "still running after 5 s",
    ),
    "cross product, sorted": (
        "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?c ?f ?i",
        {504, 507},
        "ask for less",
    ),
    "cross product, sorted, in the comments of a look-up": (
        "SELECT * { event:halhamiao-incident ?p ?o #\r . ?a ?b ?c . ?d ?e ?f . ?g ?h ?i\n} #\r ORDER BY ?c ?f ?i\n",
        {504, 507},
        "ask for less",
    ),
    "the same, in escapes": (
        "SELECT * { event:halhamiao-incident ?p ?o #\\u000A . ?a ?b ?c . ?d ?e ?f . ?g ?h ?i\n} #\\u000D ORDER BY ?c ?f\n",
        {504, 507},
        "ask for less",
    ),
    "cross product, grouped": (
        "SELECT ?a ?d (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } GROUP BY ?a ?d",
        {504, 507},
        "ask for less",
    ),
    "paths": (
        f"SELECT (COUNT(*) AS ?n) {{ ?a {ANYTHING} ?b . ?c {ANYTHING} ?d . ?e {ANYTHING} ?f }}",
        {504, 507},
        "ask for less",
    ),
    "regular expressions": (
        'SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f FILTER(REGEX(CONCAT(STR(?c), STR(?f)), "(x+x+)+y|(.*)*z")) }',
        {504},
        "still running",
    ),
    "a text that doubles": (
        f'SELECT (STRLEN(?s40) AS ?n) {{ BIND("0123456789" AS ?s0) {DOUBLING} }}',
        {504, 507},
        "ask for less",
    ),
    "an answer without end": ("SELECT * { ?a ?b ?c . ?d ?e ?f }", {507}, "larger than the 8,388,608 bytes"),
    "a graph without end": ("CONSTRUCT { ?a ?e ?f } { ?a ?b ?c . ?d ?e ?f }", {504, 507}, "ask for less"),
    "braces": ("ASK " + "{" * 30_000 + "}" * 30_000, {507}, "nested too deeply"),
    "brackets": ("ASK { FILTER(" + "(" * 30_000 + "1" + ")" * 30_000 + ") }", {507}, "nested too deeply"),
    "paths in paths": ("ASK { ?a " + "(" * 30_000 + "<x:y>" + ")*" * 30_000 + " ?b }", {507}, "nested too deeply"),
    "ten mebibytes": ("ASK { } #" + "x" * (10 << 20), {413}, "larger than this server reads"),
}


@pytest.mark.parametrize("query, statuses, words", COSTLY.values(), ids=COSTLY)
def test_an_expensive_query_gets_an_error_and_other_requests_are_answered(unhurt, query, statuses, words):
    for response in unhurt.attack_while_serving(lambda: unhurt.post(query)):
        assert response.status_code in statuses and words in response.json()["detail"]
        assert response.headers["Content-Type"] == "application/problem+json"


def test_ten_thousand_values_are_accepted(unhurt):
    values = " ".join(map(str, range(10_000)))
    response = unhurt.post(f"SELECT (COUNT(DISTINCT ?x) AS ?n) {{ VALUES ?x {{ {values} }} }}")
    assert response.json()["results"]["bindings"][0]["n"]["value"] == "10000"


@pytest.mark.parametrize("body", [b"ASK { ?s ?p '\xff\xfe' }", b"\xc3\x28", b"\xed\xa0\x80"])
def test_a_body_that_is_not_utf8_is_refused(unhurt, body):
    response = unhurt.post(body)
    assert response.status_code == 400 and "not UTF-8" in response.json()["detail"]


@pytest.mark.parametrize("text", ["ASK\0{}", "\0", "ASK { ?s ?p 'a\0b' }", "ASK { <a\0b> ?p ?o }"])
def test_a_zero_byte_is_accepted_or_a_client_error(unhurt, text):
    by_post, by_get = unhurt.post(text), unhurt.get("/sparql", params={"query": text})
    assert by_post.status_code == by_get.status_code and by_post.status_code in (200, 400)


@pytest.mark.parametrize("times", [30])
def test_queries_beyond_the_queue_are_refused_with_retry_after(unhurt, times):
    endless = COSTLY["cross product"][0]
    responses = unhurt.attack_while_serving(lambda: unhurt.post(endless), times)
    assert {response.status_code for response in responses} == {429, 504}  # all are of one client
    refused = [response for response in responses if response.status_code == 429]
    assert refused and all(1 <= int(response.headers["Retry-After"]) <= 30 for response in refused)
    assert all("send fewer requests at once" in response.json()["detail"] for response in refused)
    assert any("too many requests are waiting" in response.json()["detail"] for response in refused)


def test_workers_killed_during_a_query_are_replaced(unhurt):
    answered = threading.Event()
    used_s = {worker: processor_s(worker) for worker in unhurt.workers()}

    def kill_those_that_work():
        while not answered.wait(POLL_S):
            for worker, before_s in used_s.items():
                if processor_s(worker) > before_s + 0.1:  # on a busy machine, a few seconds after the query was sent
                    worker.kill()

    killing = threading.Thread(target=kill_those_that_work)
    killing.start()
    (response,) = unhurt.attack_while_serving(lambda: unhurt.post(COSTLY["cross product"][0]), 1)
    answered.set()
    killing.join()
    assert response.status_code == 503 and "stopped from outside; send the query again" in response.json()["detail"]


def processor_s(process: psutil.Process) -> float:
    """Return how many seconds of a processor a process has used; 0 for one that has ended."""
    try:
        return process.cpu_times().user
    except psutil.NoSuchProcess:
        return 0


def test_a_result_that_does_not_fit_on_the_disk_is_an_error(unhurt):
    for worker in unhurt.workers():
        worker.rlimit(psutil.RLIMIT_FSIZE, (1 << 20, 1 << 20))
    response = unhurt.post("SELECT * { GRAPH ?g { ?a ?b ?c } }")
    assert response.status_code == 507 and "could not be written to a temporary file" in response.json()["detail"]
    limited = unhurt.workers()
    for worker in limited:
        worker.kill()
    _, left = psutil.wait_procs(limited, timeout=MAX_WAIT_S)  # until the server has noticed their end
    assert left == []


@pytest.fixture(scope="module")
def listener():
    """A port of every address of this machine, and those who connected to it."""
    with counting_listener() as found:
        yield found


HOSTS = [
    "127.0.0.1",
    "localhost",
    "127.1",
    "2130706433",
    "0x7f.1",
    "[::1]",
    "[::ffff:127.0.0.1]",
    "0.0.0.0",
    "169.254.169.254",
]
DISGUISES = [
    "ASK {{ SERVICE <{}> {{ ?s ?p ?o }} }}",
    "ASK {{ service silent <{}> {{ ?s ?p ?o }} }}",
    "ASK {{ SERV\\u0049CE <{}> {{ ?s ?p ?o }} }}",
    "ASK {{ \\u0053ERVICE <{}> {{ ?s ?p ?o }} }}",
    "ASK {{ SERV\\u005Cu0049CE <{}> {{ ?s ?p ?o }} }}",
    "ASK {{ SERV\\U0000005CU00000049CE <{}> {{ ?s ?p ?o }} }}",
    "ASK {{ #\\u000ASERVICE <{}> {{ ?s ?p ?o }} }}",
    "ASK {{ ?s ?p 'a\\u0027 SERVICE <{}> {{ ?s ?p ?o }} }}",
    "ASK {{ ?s ?p '\\\\\\u0027 SERVICE <{}> {{ ?s ?p ?o }} }}",
    "\ufeffASK {{ SERVICE <{}> {{ ?s ?p ?o }} }}",
    "PREFIX x: <{}> ASK {{ SERVICE x: {{ ?s ?p ?o }} }}",
    "BASE <{}> ASK {{ SERVICE <sparql> {{ ?s ?p ?o }} }}",
    "PREFIX x: <{}> ASK {{ SERVICE x:\\# {{ ?s ?p ?o }} }}",
    "BASE <{}> ASK {{ SERVICE <> {{ ?s ?p ?o }} }}",
    "ASK {{ VALUES ?where {{ <{}> }} SERVICE ?where {{ ?s ?p ?o }} }}",
    "ASK {{ BIND(IRI('{}') AS ?where) SERVICE ?where {{ ?s ?p ?o }} }}",
    "ASK {{ {{ SELECT * {{ OPTIONAL {{ SERVICE <{}> {{ ?s ?p ?o }} }} }} }} }}",
    "ASK {{ FILTER EXISTS {{ SERVICE <{}> {{ ?s ?p ?o }} }} }}",
    "ASK {{ ?s ?p '#' . SERVICE\n#\n<{}> {{ ?s ?p ?o }} }}",
    "ASK {{ #\r SERVICE <{}> {{ ?s ?p ?o }}\n}}",
    "ASK {{ FILTER(1<2)SERVICE#>\n<{}> {{ ?s ?p ?o }} }}",
]


@pytest.mark.parametrize("disguise", DISGUISES)
def test_no_query_makes_the_server_open_a_connection(unhurt, listener, disguise):
    port, visits = listener
    for host in HOSTS:
        response = unhurt.post(disguise.format(f"http://{host}:{port}/sparql"))
        assert response.status_code in (400, 403) and response.json()["detail"]
    assert not visits


@pytest.mark.parametrize("host", HOSTS)
def test_a_graph_iri_is_never_fetched(unhurt, listener, host):
    port, visits = listener
    graph = f"http://{host}:{port}/graph"
    for response in (
        unhurt.post(f"ASK FROM <{graph}> {{ ?s ?p ?o }}"),
        unhurt.post(f"ASK FROM NAMED <{graph}> {{ GRAPH ?g {{ ?s ?p ?o }} }}"),
        unhurt.get("/sparql", params={"query": "ASK { ?s ?p ?o }", "default-graph-uri": graph}),
    ):
        assert response.json()["boolean"] is False
    assert unhurt.get("/rdf-graph-store", params={"graph": graph}).status_code == 404
    assert unhurt.post(f"LOAD <{graph}>").status_code in (400, 403)
    assert not visits
