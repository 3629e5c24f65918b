"""The public Python API over the packaged graph, with real query workers."""

import re
import subprocess
import sys
import threading
from datetime import date

import pytest
from rdflib import Graph, Literal, URIRef

import sjkg
from sjkg.core.vocabulary import ONTOLOGY, PREFIXES

ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
LARGE = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?c ?f ?i"
TRIPLE = ("event:halhamiao-incident", "sjkg:involvesPower", "actor:soviet-union")


@pytest.fixture(scope="module")
def kg(snapshot, snapshots):
    with sjkg.open(snapshots=snapshots) as opened:
        yield opened


def in_a_new_process(code: str) -> str:
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout


def test_importing_the_package_loads_none_of_its_modules():
    code = (
        "import sjkg, sys; print([name for name in sys.modules if name.startswith(('sjkg.', 'rdflib', 'pyoxigraph'))])"
    )
    assert in_a_new_process(code) == "[]\n"


def test_opening_a_built_graph_loads_neither_the_reasoner_nor_the_validator_nor_the_server(snapshot, snapshots):
    code = (
        f"import sjkg, sys; sjkg.open(snapshots={str(snapshots)!r}).close();"
        "print([name for name in ('duckdb', 'pyshacl', 'owlrl', 'flask', 'granian', 'pandas') if name in sys.modules])"
    )
    assert in_a_new_process(code) == "[]\n"


def test_every_public_name_exists_and_no_other_does():
    assert all(getattr(sjkg, name) is not None for name in sjkg.__all__) and dir(sjkg) == sorted(sjkg.__all__)
    with pytest.raises(AttributeError, match="its public names are BadParameter"):
        _ = sjkg.opne


def test_a_select_query_gives_rows_with_named_python_values(kg):
    result = kg.query("SELECT ?event ?date { ?event sjkg:date ?date } ORDER BY ?date")
    assert result.columns == ("event", "date") and len(result) > 50
    row = next(row for row in result if row.event.curie == "event:halhamiao-clash")
    assert (
        row.date == row["date"] == row[1] == "1935-01-08" and row.date.earliest == date(1935, 1, 8) == row.date.latest
    )
    event, when = row
    assert (event, when) == (PREFIXES["event"] + "halhamiao-clash", row.date)


def test_a_saved_query_is_found_by_its_exact_name_and_takes_parameters(kg):
    figures = kg.query("losses-of-event", event="halhamiao-incident")
    assert "passage" in figures.columns and len(figures)
    whole_name = kg.query("losses-of-event", event=figures[0].event)
    assert list(whole_name) == list(figures)
    days = (date(1935, 1, 8), "1935-01-08")
    assert len({len(kg.query("events-certainly-on-day", day=day)) for day in days}) == 1
    assert kg.saved_queries["losses-of-event"].title


def test_ask_gives_a_bool_and_construct_an_rdflib_graph(kg):
    assert kg.query("ASK { event:halhamiao-incident a sjkg:BorderIncident }") is True
    assert kg.query("ASK { event:halhamiao-incident a sjkg:Treaty }") is False
    graph = kg.query("CONSTRUCT { ?e a sjkg:Battle } WHERE { ?e a sjkg:Battle }")
    assert isinstance(graph, Graph) and len(graph) == len(kg.query("SELECT DISTINCT ?e { ?e a sjkg:Battle }"))


def test_select_refuses_queries_of_other_forms(kg):
    assert len(kg.select("SELECT ?e { ?e a sjkg:Battle } LIMIT 1")) == 1
    with pytest.raises(sjkg.BadQuery, match="not a SELECT query"):
        kg.select("ASK {}")


@pytest.mark.parametrize(
    "query, parameters, error, words",
    [
        ("evnts-in-order", {}, sjkg.UnknownName, "did you mean events-in-order"),
        ("SELECT * {", {}, sjkg.BadQuery, "line 1, column 11, at the end of the query: the “{” of line 1, column 10"),
        (
            "SELECT * { <event/x> ?p ?o }",
            {},
            sjkg.BadQuery,
            "line 1, column 12, at “<event/x>”: the IRI <event/x> is relative",
        ),
        ("INSERT DATA { event:x a sjkg:Event }", {}, sjkg.BadQuery, "read-only"),
        ("losses-of-event", {"evnt": "x"}, sjkg.BadParameter, "its parameters are event"),
        ("events-certainly-on-day", {"day": "yesterday"}, sjkg.BadParameter, "1939-08-20"),
        ("SELECT * {}", {"event": "x"}, sjkg.BadParameter, "only saved queries"),
        ("SELECT * { SERVICE <http://example.org/> { ?s ?p ?o } }", {}, sjkg.BadQuery, "SERVICE"),
    ],
)
def test_a_bad_query_raises_an_error_that_says_what_to_do(kg, query, parameters, error, words):
    with pytest.raises(error, match=words):
        kg.query(query, **parameters)


def test_a_query_is_killed_at_its_deadline_and_the_next_one_works(snapshot, snapshots):
    with sjkg.open(snapshots=snapshots, deadline_s=4) as kg:
        with pytest.raises(sjkg.DeadlineExceeded, match="4 s"):
            kg.query(ENDLESS)
        assert kg.query("ASK {}") is True


def test_a_query_is_stopped_at_its_memory_limit_and_the_next_one_works(snapshot, snapshots):
    with sjkg.open(snapshots=snapshots, deadline_s=60, memory_bytes=300_000_000) as kg:
        with pytest.raises(sjkg.LimitExceeded, match="memory"):
            kg.query(LARGE)
        assert kg.query("ASK {}") is True


def test_threads_may_share_a_graph(kg):
    results = []
    threads = [threading.Thread(target=lambda: results.append(kg.query("ASK {}"))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [True] * 8


def test_a_closed_graph_says_that_it_is_closed(snapshot, snapshots):
    kg = sjkg.open(snapshots=snapshots)
    kg.close()
    kg.close()
    with pytest.raises(sjkg.SjkgError, match="is closed"):
        kg.query("ASK {}")


def test_a_thing_has_its_label_types_and_statements_with_their_passages(kg):
    event = kg.event("halhamiao-incident")
    assert event.label == "Halhamiao incident" and event.iri.curie == "event:halhamiao-incident"
    assert [kind.curie for kind in event.types] == ["sjkg:BorderIncident"]
    (dated,) = [statement for statement in event.statements if statement.predicate.curie == "sjkg:date"]
    assert dated.value == "1935-01-08" and isinstance(dated.value, sjkg.EdtfDate) and not dated.is_inferred
    assert [passage.curie for passage in dated.passages] == ["passage:halhamiao-incident"]
    powers = [statement for statement in event.statements if statement.predicate.curie == "sjkg:involvesPower"]
    assert powers and all(statement.is_inferred and not statement.passages for statement in powers)
    assert "Soviet Union" in [statement.value_name for statement in powers] and "Halhamiao incident" in str(event)
    assert event.values("date") == event.values("sjkg:date") == event.values(f"{ONTOLOGY}date") == [dated.value]


def test_a_thing_is_found_by_slug_prefixed_name_or_iri(kg):
    actor = kg.actor("kwantung-army")
    assert actor.iri == kg.thing("actor:kwantung-army").iri == kg.thing(actor.iri).iri == kg.actor(actor.iri).iri
    assert actor.mentions and kg.place("mongolia").label and kg.thing("sjkg:Battle").description
    assert kg.passage("halhamiao-incident").types[0].curie == "sjkg:Passage"


@pytest.mark.parametrize(
    "kind, name, suggestion",
    [
        ("event", "battle-of-lake-kasan", "event/battle-of-lake-khasan"),
        ("event", "Battle of Lake Khasan", "event/battle-of-lake-khasan"),
        ("event", "nomonhan", "event/battles-of-khalkhin-gol"),
        ("thing", "sjkg:Batle", "ontology#Battle"),
    ],
)
def test_an_unknown_thing_names_the_nearest_ones(kg, kind, name, suggestion):
    with pytest.raises(sjkg.UnknownThing, match=suggestion):
        getattr(kg, kind)(name)


@pytest.mark.parametrize("name", ["", "foo bar", "http://example.org/nothing", "event:", "<>", "x:y"])
def test_what_names_nothing_is_an_unknown_thing(kg, name):
    with pytest.raises(sjkg.UnknownThing):
        kg.thing(name)


def test_a_proof_leads_to_files_and_lines(kg):
    explanation = kg.explain(*TRIPLE)
    assert explanation.depth > 1 and explanation.steps[-1].triple == explanation.triple
    assert "halhamiao-incident.ttl:" in str(explanation) and str(explanation).startswith(" ".join(TRIPLE))
    assert '"steps"' in explanation.to_json()


def test_a_proof_is_given_for_values_that_a_query_returned(kg):
    for row in kg.query("SELECT ?p ?o { event:halhamiao-incident ?p ?o } ORDER BY ?p ?o"):
        value = f'"{row.o}"' if type(row.o) is str else row.o
        assert kg.explain("event:halhamiao-incident", row.p, value).steps


def test_a_triple_that_is_not_there_or_names_nothing_says_so(kg):
    with pytest.raises(sjkg.NotExplainable):
        kg.explain("event:halhamiao-incident", "sjkg:occurredAt", "place:mongolia")
    with pytest.raises(sjkg.UnknownName, match="did you mean"):
        kg.explain("event:halhamiao-incidnt", "a", "sjkg:Event")


def test_a_graph_has_every_triple_of_its_files_with_literals_as_written(kg, snapshot, kb):
    asserted = kg.graph("asserted")
    assert set(asserted) == set(kb.union())
    assert len(kg.graph("inferred")) == snapshot.manifest.graphs[f"{PREFIXES['graph']}inferred"]
    assert set(asserted) <= set(kg.graph())
    one = kg.graph("passage:halhamiao-incident")
    assert 0 < len(one) < len(asserted)
    with pytest.raises(sjkg.UnknownName):
        kg.graph("imagined")


def test_literals_of_a_graph_keep_their_lexical_form(own_kb, tmp_path, small_kb):
    from sjkg.api.graphs import read_graph

    line = '<http://x.org/s> <http://x.org/p> "007"^^<http://www.w3.org/2001/XMLSchema#integer> <http://x.org/g> .\n'
    (tmp_path / "graph.nq").write_text(line)
    ((_, _, value),) = read_graph(tmp_path / "graph.nq", None)
    assert value.n3() == '"007"^^<http://www.w3.org/2001/XMLSchema#integer>' and isinstance(value, Literal)
    assert not read_graph(tmp_path / "graph.nq", {"http://x.org/other"})
    assert URIRef("http://x.org/s") in read_graph(tmp_path / "graph.nq", {"http://x.org/g"}).subjects()


def test_a_folder_is_built_once(small_kb, tmp_path):
    stages = []
    with sjkg.open(small_kb, snapshots=tmp_path, progress=stages.append) as kg:
        assert kg.event("only").label == "the only event" and stages
        built = list(tmp_path.glob("*/manifest.json"))
    with sjkg.open(str(small_kb), snapshots=tmp_path, progress=stages.clear):
        assert list(tmp_path.glob("*/manifest.json")) == built


def test_what_is_no_folder_is_refused(tmp_path):
    with pytest.raises(sjkg.BadParameter, match="neither a folder nor the URL"):
        sjkg.open(tmp_path / "nowhere")


def test_validate_returns_findings_with_file_and_line(tmp_path):
    path = tmp_path / "new.ttl"
    path.write_text(
        "@prefix sjkg: <https://w3id.org/sjkg/ontology#> .\n@prefix event: <https://w3id.org/sjkg/id/event/> .\nevent:new a sjkg:Battel .\n"
    )
    found = sjkg.validate(path)
    assert any(
        (finding.file, finding.line, finding.severity) == (str(path), 3, "violation")
        and "sjkg:Battle" in finding.message
        for finding in found
    )
    path.write_text("event:new a")
    assert sjkg.validate(str(path))[0].severity == "violation"


def test_validate_takes_a_whole_knowledge_base(small_kb, tmp_path):
    assert not [finding for finding in sjkg.validate(small_kb) if finding.severity == "violation"]
    with pytest.raises(sjkg.SjkgError, match=r"kb\.ttl"):
        sjkg.validate(tmp_path)


@pytest.mark.parametrize(
    "call",
    [
        lambda kg: kg.query("ASK { ?event sjkg:startDate ?date }"),
        lambda kg: kg.select("SELECT * { ?event sjkg:startDate ?date }"),
        lambda kg: kg.query("CONSTRUCT { ?event a sjkg:Made } WHERE { ?event sjkg:startDate ?date }"),
    ],
)
def test_a_term_that_is_nowhere_in_the_graph_is_warned_of_at_the_line_of_the_call(kg, call):
    words = "sjkg:startDate is nowhere in the graph; did you mean sjkg:date?"
    with pytest.warns(sjkg.UnknownTermWarning, match=re.escape(words)) as issued:
        call(kg)
    assert [warning.filename for warning in issued] == [__file__]


def test_a_parameter_that_is_nowhere_in_the_graph_is_warned_of(kg):
    with pytest.warns(sjkg.UnknownTermWarning, match="did you mean event:halhamiao-incident"):
        assert not kg.select("losses-of-event", event="halhamiao-incidnt")


@pytest.mark.parametrize(
    "call",
    [
        lambda kg: kg.select("SELECT * { ?claim a sjkg:NameClaim ; sjkg:countExact ?n }"),
        lambda kg: kg.query("CONSTRUCT { ?claim a sjkg:Claim } { ?claim a sjkg:NameClaim ; sjkg:countExact ?n }"),
    ],
)
def test_the_reason_of_an_empty_result_is_warned_of_at_the_line_of_the_call(kg, call):
    with pytest.warns(sjkg.EmptyResultWarning, match="nothing matches “.claim a sjkg:NameClaim” and ") as issued:
        assert len(call(kg)) == 0
    assert [warning.filename for warning in issued] == [__file__]


def test_the_sources_of_an_event_are_compared_in_rows_with_dates_and_iris(kg):
    result = kg.compare("battle-of-lake-khasan")
    rows = [row for row in result if row.source == "CDB90" and row.topic == "begin"]
    assert [(row.first_day, row.relation, row.agreement) for row in rows] == [
        (date(1938, month, day), "part", "not compared") for month, day in ((7, 31), (8, 2), (8, 6))
    ]
    assert rows[0].licence_iri == sjkg.Iri("https://opendatacommons.org/licenses/by/1-0/")
    assert list(result.to_pandas().columns) == list(result.columns)


@pytest.mark.parametrize(
    "event, error", [("no-such-event", sjkg.UnknownName), ("actor:soviet-union", sjkg.BadParameter)]
)
def test_only_events_of_the_graph_are_compared(kg, event, error):
    with pytest.raises(error, match="event"):
        kg.compare(event)
