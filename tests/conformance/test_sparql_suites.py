"""The W3C's SPARQL suites through the web application; docs/conformance.md lists the counts and who fails.

A real HTTP server runs the whole application. Only its stores are replaced: by one with the data of each case.
"""

import re
import threading
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from urllib.parse import unquote

import pyoxigraph as ox
import pytest
import requests
from rdflib import RDF, Graph, Namespace, URIRef
from suites import MF, SUITES
from test_public_suites import check
from werkzeug.serving import make_server
from werkzeug.wsgi import LimitedStream

from sjkg.core.settings import Settings
from sjkg.sparql.inspection import inspect_query
from sjkg.store.datasets import ALL_GRAPHS, Datasets, Scope
from sjkg.store.formats import RESULT_FORMATS, ResultFormat
from sjkg.store.quad_store import QuadStore
from sjkg.web.app import create_app
from sjkg.web.current_file import CurrentSnapshotFile
from sjkg.web.served import SnapshotSwitcher
from sjkg.web.server import METRICS_FOLDER

SPARQL = SUITES / "w3c" / "sparql"
QT = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-query#")
RS = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/result-set#")
UT = Namespace("http://www.w3.org/2009/sparql/tests/test-update#")
HT = Namespace("http://www.w3.org/2011/http#")
CNT = Namespace("http://www.w3.org/2011/content#")
RDFS_LABEL = URIRef("http://www.w3.org/2000/01/rdf-schema#label")
KINDS = ("QueryEvaluationTest", "CSVResultFormatTest")
BLANK_NODE = re.compile(r"_:\w+")
LEFT_OUT = ("entailment", "service")  # entailment regimes and SERVICE are not offered

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not SPARQL.is_dir(), reason="the public suites are not part of the project; set SJKG_SUITES"),
]


class CaseQueue:
    """Evaluates queries as the server does, but in this process and over the data of one case, set by `load`."""

    def __init__(self):
        self.store = QuadStore.__new__(QuadStore)
        self.store._services = ()
        self.load([], [])

    def load(self, default: Iterable[Path], named: Iterable[tuple[Path, str]], base_iri: str | None = None) -> None:
        """Replace the data. named: files and the IRIs of their graphs. base_iri: for relative IRIs in queries."""
        data = ox.Store()
        for path in default:
            data.load(path=str(path), format=syntax_of(path), base_iri=path.as_uri())
        for path, name in named:
            data.load(path=str(path), format=syntax_of(path), base_iri=path.as_uri(), to_graph=ox.NamedNode(name))
        datasets = Datasets(data, {}, {})
        datasets._merge = datasets._merge_graphs
        self.store._datasets, self.store._base_iri = datasets, base_iri

    def query(self, text, formats, *, scope=ALL_GRAPHS, **_options):
        return self.store.query(text, formats, scope=scope)

    def close(self) -> None:
        pass


@pytest.fixture(scope="module")
def queue():
    return CaseQueue()


@pytest.fixture(scope="module")
def endpoint(queue, snapshot, kb_root, snapshots, tmp_path_factory):
    """The address of /sparql of a server whose queue is `queue`."""
    folder = tmp_path_factory.mktemp("suites")
    pointer = CurrentSnapshotFile(folder / "current")
    pointer.set(snapshot)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(METRICS_FOLDER, str(folder))
        patch.setattr(SnapshotSwitcher, "start_threads", lambda self: None)
        app = create_app(Settings(kb=kb_root, snapshots=snapshots, max_running_queries=1, cache_mib=0), pointer)
    served = app.extensions["sjkg"]["current"].now
    served.public_queue.close()
    object.__setattr__(served, "public_queue", queue)  # the fast path and the view read it at each request

    def limited(environ, start_response):
        """Call the application with a body that ends, as the product's server passes it."""
        environ["wsgi.input"] = LimitedStream(environ["wsgi.input"], int(environ.get("CONTENT_LENGTH") or 0))
        return app(environ, start_response)

    with make_server("127.0.0.1", 0, limited) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/sparql"
        server.shutdown()
        thread.join()


@dataclass(frozen=True)
class EvaluationCase:
    """A case with data, a query and the expected result. is_lax: the number of equal rows may differ (REDUCED)."""

    name: str
    query: Path
    data: list[Path] = field(default_factory=list)
    named: list[Path] = field(default_factory=list)
    result: Path | None = None
    is_lax: bool = False


def read_evaluation_cases(manifest: Path) -> Iterator[EvaluationCase]:
    graph = Graph().parse(manifest, format="turtle", publicID=f"{manifest.parent.as_uri()}/")
    for entries in graph.objects(None, MF.entries):
        for case in graph.items(entries):
            action, kind = graph.value(case, MF.action), str(graph.value(case, RDF.type)).rpartition("#")[2]
            if kind in KINDS and (query := graph.value(action, QT.query)):
                yield EvaluationCase(
                    f"{manifest.parent.name}/{str(case).rpartition('#')[2]}",
                    path_of(query),
                    [path_of(each) for each in graph.objects(action, QT.data)],
                    [path_of(each) for each in graph.objects(action, QT.graphData)],
                    path_of(graph.value(case, MF.result)),
                    graph.value(case, MF.resultCardinality) == MF.LaxCardinality,
                )


def path_of(iri) -> Path:
    return Path(unquote(str(iri).removeprefix("file://")))


def syntax_of(path: Path) -> ox.RdfFormat:
    return ox.RdfFormat.from_extension(path.suffix[1:])


def load_case(queue: CaseQueue, case: EvaluationCase) -> tuple[str, Scope]:
    """Load the data of a case; return the text of its query and the graphs that it selects with FROM."""
    text, base = case.query.read_text(encoding="utf-8"), case.query.as_uri()
    info = inspect_query(text, (), base)
    selected = [path_of(iri) for iri in (*info.from_graphs, *info.from_named)]
    queue.load(case.data, [(path, path.as_uri()) for path in dict.fromkeys([*case.named, *selected])], base)
    return text, Scope(info.from_graphs, info.from_named) if selected else ALL_GRAPHS


def result_format_of(case: EvaluationCase) -> ResultFormat:
    return RESULT_FORMATS[{".srx": "xml", ".csv": "csv", ".tsv": "tsv"}.get(case.result.suffix, "json")]


def passes_over_http(endpoint: str, queue: CaseQueue, case: EvaluationCase) -> bool:
    text, _ = load_case(queue, case)
    accept = f"{result_format_of(case).media_type}, application/sparql-results+json;q=0.9, text/turtle"
    response = requests.post(endpoint, data={"query": text}, headers={"Accept": accept}, timeout=60)
    return response.status_code == 200 and is_expected(response.content, response.headers["Content-Type"], case)


def passes_in_the_engine(queue: CaseQueue, case: EvaluationCase) -> bool:
    """Return whether the query engine alone gives the expected result."""
    text, scope = load_case(queue, case)
    dataset, output = queue.store._datasets.choose(scope), BytesIO()
    try:
        results = dataset.store.query(
            text, base_iri=case.query.as_uri(), default_graph=dataset.default, named_graphs=dataset.named
        )
        if isinstance(results, ox.QueryTriples):
            return is_expected(ox.serialize(results, format=ox.RdfFormat.TURTLE), "text/turtle", case)
        chosen = RESULT_FORMATS["json"] if isinstance(results, ox.QueryBoolean) else result_format_of(case)
        results.serialize(output, format=chosen.engine)
    except (SyntaxError, ValueError, RuntimeError):
        return False
    return is_expected(output.getvalue(), chosen.media_type, case)


def is_expected(body: bytes, content_type: str, case: EvaluationCase) -> bool:
    """Return whether a result of a case, in the format of the media type, is the expected one."""
    media_type = content_type.partition(";")[0]
    if media_type == "text/turtle":
        expected = ox.parse(path=str(case.result), format=syntax_of(case.result), base_iri=case.query.as_uri())
        return graphs_equal(ox.parse(body, ox.RdfFormat.TURTLE), expected)
    if media_type == "text/csv":  # its terms have no types
        texts = (body.decode(), case.result.read_text(encoding="utf-8"))
        found, expected = (sorted(BLANK_NODE.sub("_:", text).splitlines()) for text in texts)
        return found == expected
    rows, is_ordered = read_expected(case.result)
    found = read_result(body, ox.QueryResultsFormat.from_media_type(media_type))
    return results_equal(found, rows, is_ordered=is_ordered, is_lax=case.is_lax)


Result = bool | list[dict[str, object]]  # of ASK; of SELECT: for each row the terms by variable


def read_result(body: bytes, syntax: ox.QueryResultsFormat) -> Result:
    parsed = ox.parse_query_results(body, format=syntax)
    if isinstance(parsed, ox.QueryBoolean):
        return bool(parsed)
    names = [variable.value for variable in parsed.variables]
    return [{name: row[name] for name in names if row[name] is not None} for row in parsed]


def read_expected(path: Path) -> tuple[Result, bool]:
    """Return the expected result, and whether its rows have an order."""
    if path.suffix not in (".ttl", ".rdf"):
        return read_result(path.read_bytes(), ox.QueryResultsFormat.from_extension(path.suffix[1:])), False
    quads = ox.Store()
    quads.load(path=str(path), format=syntax_of(path), base_iri=path.as_uri())

    def objects(subject, name):
        return [quad.object for quad in quads.quads_for_pattern(subject, ox.NamedNode(RS[name]), None)]

    result = next(quads.quads_for_pattern(None, ox.NamedNode(RDF.type), ox.NamedNode(RS.ResultSet))).subject
    if answer := objects(result, "boolean"):
        return answer[0].value == "true", False
    rows = objects(result, "solution")
    indexes = [int(index.value) for row in rows for index in objects(row, "index")]
    if indexes:
        rows = [row for _, row in sorted(zip(indexes, rows, strict=True), key=lambda pair: pair[0])]
    found = [
        {objects(bound, "variable")[0].value: objects(bound, "value")[0] for bound in objects(row, "binding")}
        for row in rows
    ]
    return found, bool(indexes)


def results_equal(found: Result, expected: Result, *, is_ordered: bool, is_lax: bool) -> bool:
    if isinstance(found, bool) or isinstance(expected, bool):
        return found is expected
    if is_lax:
        return {key_of(row) for row in found} == {key_of(row) for row in expected}
    if is_ordered and [key_of(row) for row in found] != [key_of(row) for row in expected]:
        return False
    return Counter(map(key_of, found)) == Counter(map(key_of, expected)) and graphs_equal(
        as_quads(found), as_quads(expected)
    )


def key_of(row: dict[str, object]) -> frozenset:
    """Return a row with blank nodes replaced by None; equal for equal rows."""
    return frozenset((name, None if isinstance(term, ox.BlankNode) else normalize(term)) for name, term in row.items())


def as_quads(rows: list[dict[str, object]]) -> Iterator[ox.Quad]:
    """Yield a graph that is isomorphic for rows with blank nodes at the same places; rows without any are left out."""
    for row in rows:
        if any(isinstance(term, ox.BlankNode) for term in row.values()):
            node = ox.BlankNode()
            for name, term in row.items():
                yield ox.Quad(node, ox.NamedNode(f"urn:variable:{name}"), normalize(term))


def normalize(term):
    """Return a term as the engine stores it, which writes numbers and language tags in one way."""
    store = ox.Store()
    store.add(ox.Quad(ox.NamedNode("urn:s"), ox.NamedNode("urn:p"), term))
    return next(iter(store)).object


def graphs_equal(found: Iterable[ox.Quad], expected: Iterable[ox.Quad]) -> bool:
    datasets = []
    for quads in (found, expected):
        store = ox.Store()
        store.extend(quads)
        datasets.append(ox.Dataset(store))
        datasets[-1].canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return datasets[0] == datasets[1]


@pytest.mark.parametrize("version", ["sparql10", "sparql11"])
def test_queries_are_evaluated_as_often_right_as_documented(endpoint, queue, version):
    manifests = sorted(path for path in (SPARQL / version).glob("*/manifest.ttl") if path.parent.name not in LEFT_OUT)
    cases = [case for manifest in manifests for case in read_evaluation_cases(manifest)]
    passed = {case.name: passes_over_http(endpoint, queue, case) for case in cases}
    ours = [case.name for case in cases if not passed[case.name] and passes_in_the_engine(queue, case)]
    assert not ours, f"the engine alone passes {ours}"
    check(f"{version} query evaluation", passed)


def run_protocol_case(endpoint: str, graph: Graph, case: URIRef) -> bool:
    connection = graph.value(case, MF.action)
    return all(run_request(endpoint, graph, each) for each in graph.items(graph.value(connection, HT.requests)))


def run_request(endpoint: str, graph: Graph, described) -> bool:
    """Send a request of the protocol suite; return whether the response is as expected. An update is to be refused."""
    path, method = str(graph.value(described, HT.absolutePath)), str(graph.value(described, HT.methodName))
    headers = {
        str(graph.value(header, HT.fieldName)): str(graph.value(header, HT.fieldValue))
        for header in graph.items(graph.value(described, HT.headers) or RDF.nil)
    }
    body = graph.value(described, HT.body)
    data = None
    if body:
        data = str(graph.value(body, CNT.chars)).encode(str(graph.value(body, CNT.characterEncoding) or "UTF-8"))
    response = requests.request(
        method, endpoint + path.removeprefix("/sparql/"), headers=headers, data=data, timeout=60
    )
    wanted = graph.value(described, HT.resp)
    classes = {str(status)[-3] for status in graph.objects(wanted, MF.expectedStatus)}
    if str(response.status_code)[0] not in classes:
        return False
    answer, kind = graph.value(wanted, MF.expectedBoolean), str(graph.value(wanted, MF.expectedFormat))
    media_type = response.headers["Content-Type"].partition(";")[0]
    if (
        answer is not None
        and read_result(response.content, ox.QueryResultsFormat.from_media_type(media_type)) != answer.value
    ):
        return False
    if kind == "tabular":
        return isinstance(read_result(response.content, ox.QueryResultsFormat.from_media_type(media_type)), list)
    if kind == "RDF":
        list(ox.parse(response.content, ox.RdfFormat.from_media_type(media_type)))
    return True


@pytest.fixture
def protocol_suite(queue):
    """The manifest of the protocol suite and its cases; its data are loaded."""
    manifest = SPARQL / "sparql11" / "protocol" / "manifest.ttl"
    graph = Graph().parse(manifest, format="turtle", publicID=f"{manifest.parent.as_uri()}/")
    names = {
        path_of(graph.value(data, UT.graph)): str(graph.value(data, RDFS_LABEL))
        for data in graph.objects(None, UT.graphData)
    }
    queue.load([], names.items(), "http://127.0.0.1/sparql")
    return graph, [case for entries in graph.objects(None, MF.entries) for case in graph.items(entries)]


def test_the_protocol_is_followed_as_often_as_documented(endpoint, protocol_suite):
    graph, cases = protocol_suite
    queries = [case for case in cases if not str(case).rpartition("#")[2].startswith("update_")]
    check(
        "sparql11 protocol",
        {str(case).rpartition("#")[2]: run_protocol_case(endpoint, graph, case) for case in queries},
    )


def test_every_update_of_the_protocol_suite_is_refused(endpoint, protocol_suite):
    graph, cases = protocol_suite
    refused = {}
    for case in cases:
        name = str(case).rpartition("#")[2]
        if name.startswith("update_"):
            first = next(iter(graph.items(graph.value(graph.value(case, MF.action), HT.requests))))
            refused[name] = not run_request(endpoint, graph, first)
    check("sparql11 protocol updates", refused)
