"""`sjkg mcp` on standard input and output, with the client of the MCP SDK: every tool, errors, limits, and its end."""

import json
import os
import re
import shutil
import subprocess
import tempfile
import threading

import anyio
import psutil
import pyoxigraph as ox
import pytest
from click.testing import CliRunner
from mcp_client import stdio_server_and_client
from servers import MAX_WAIT_S, PROJECT, SJKG, wait_for, with_cache
from stores import StoreInProcess

from sjkg.cli.main import cli
from sjkg.core.errors import NotInstalled
from sjkg.core.vocabulary import own
from sjkg.kb.queries import read_queries
from sjkg.snapshot.remote import graph_state
from sjkg.store.remote_source import IDENTIFIER, mark

ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
TURTLE = "@prefix event: <https://w3id.org/sjkg/id/event/> .\nevent:x a event:y .\n"
GOOD_CALLS = {  # for each call a part of its text
    (
        "search",
        '{"words": "Khasan 1938"}',
    ): "event:battle-of-lake-khasan “Battle of Lake Khasan”; 29 July to 11 August 1938",
    ("search", '{"words": "ハルハ廟", "kind": "event"}'): "found",
    ("describe", '{"name": "event:halhamiao-incident"}'): "sjkg:date: 1935-01-08 (8 January 1935) [passage ",
    ("describe", '{"name": "Battle of Lake Khasan", "include_inferred": true}'): "[inferred]",
    (
        "describe",
        '{"name": "/page/passage/halhamiao-incident"}',
    ): "event:halhamiao-incident “Halhamiao incident” — sjkg:date",
    ("describe", '{"name": "sjkg:Battle"}'): "class",
    ("query", '{"sparql": "ASK { event:halhamiao-incident a sjkg:BorderIncident }"}'): "true",
    ("query", '{"sparql": "SELECT ?d { event:halhamiao-incident sjkg:date ?d }"}'): "?d\n1935-01-08 (8 January 1935)",
    ("query", '{"sparql": "CONSTRUCT WHERE { event:halhamiao-incident sjkg:date ?d }"}'): "1 triple in all",
    ("query", '{"sparql": "DESCRIBE event:halhamiao-incident", "limit": 2}'): "give offset=2 for the next",
    ("query", '{"sparql": "SELECT ?d { event:halhamiao-incident sjkg:startDate ?d }"}'): "did you mean sjkg:date?",
    ("query", '{"sparql": "SELECT ?p { GRAPH ?p { event:halhamiao-incident sjkg:date ?d } }"}'): "footnotes: Footnote",
    ("list_questions", '{"words": "losses"}'): "- losses-of-event: ",
    (
        "ask_question",
        '{"name": "losses-of-event", "parameters": {"event": "tauran-incident"}}',
    ): "claim:tauran-japanese-killed",
    (
        "explain",
        '{"subject": "event:halhamiao-incident", "predicate": "sjkg:involvesPower", "value": "actor:soviet-union"}',
    ): ("Halhamiao incident involves Soviet Union — follows from"),
    ("explain", '{"subject": "Halhamiao incident", "predicate": "a", "value": "battle"}'): "The graph does not have",
    (
        "explain",
        '{"subject": "event:halhamiao-incident", "predicate": "sjkg:locationText", "value": "\\"on the border\\"@en"}',
    ): ("triples/"),
    ("explain", '{"subject": "Battle of Lake Khasan", "predicate": "date", "value": "1938-07-29/1938-08-11"}'): (
        "Battle of Lake Khasan has the date 29 July to 11 August 1938"
    ),
    ("list_questions", '{"words": "contradict casualties"}'): "these have some of them",
    ("compare", '{"first": "Soviet Union", "second": "Japan"}'): "B: Empire of Japan",
    ("compare", '{"first": "1935", "second": "1936"}'): "Page: /compare?a=1935&b=1936",
    ("compare", '{"first": "Tauran incident", "second": "event:battle-of-lake-khasan"}'): "B: Battle of Lake Khasan",
    ("compare_sources", '{"event": "Battle of Lake Khasan"}'): "CDB90",
    ("compare_sources", '{"event": "event:battle-of-lake-khasan"}'): "Page: /compare/event/battle-of-lake-khasan",
    ("ask_question", '{"name": "days-by-source"}'): "record",
    ("validate", json.dumps({"turtle": TURTLE})): "violation at posted.ttl:2: event:y is not declared",
    ("ontology", '{"words": "earliest begin"}'): "sjkg:earliestBegin",
    ("ontology", "{}"): "sjkg:BorderIncident",
}
BAD_CALLS = {  # for each call a pattern of its error
    ("search", '{"words": " "}'): "1 to 200 characters",
    ("search", '{"words": "x", "kind": "ship"}'): "“kind” is not valid",
    ("search", "{}"): "“words” is not valid: field required",
    ("search", '{"word": "x"}'): "no parameter of the tool search “word”; did you mean words?",
    ("serch", "{}"): "no tool “serch”; did you mean search?",
    ("describe", '{"name": "event:halhamio-incident"}'): "did you mean .*event/halhamiao-incident>",
    (
        "describe",
        '{"name": "Khalkhin"}',
    ): "may mean several things; give one of these names instead: .*event:battles-of-khalkhin-gol",
    ("describe", '{"name": "../../etc/passwd"}'): "is not a term",
    ("describe", '{"name": "file:///etc/passwd"}'): "no triples about <file:///etc/passwd>",
    ("describe", '{"name": "/page/../../etc/passwd"}'): "no triples about",
    ("describe", '{"name": ""}'): "the name is empty|The name is empty",
    ("describe", json.dumps({"name": "x" * 100_000})): "more than 300 characters",
    ("describe", '{"name": "event:halhamiao-incident", "limit": 0}'): "“limit” is not valid",
    ("describe", '{"name": "a\\u0000b:c\\nd"}'): ".",
    ("query", '{"sparql": "SELEC * {}"}'): "Line 1, column 1, at “SELEC”",
    ("query", '{"sparql": "INSERT DATA { <a:b> <a:b> <a:b> }"}'): "read-only",
    ("query", '{"sparql": "SELECT * { SERVICE <http://127.0.0.1:9/sparql> { ?s ?p ?o } }"}'): "SERVICE",
    ("query", '{"sparql": "SELECT * { ?a ?b ?c . ?d ?e ?f }"}'): "larger than|memory|time",
    ("query", '{"sparql": "SELECT * { ?s ?p ?o } LIMIT 5", "offset": 5}'): "has only 5 rows",
    ("query", '{"sparql": ""}'): ".",
    ("query", '{"sparql": 5}'): "“sparql” is not valid",
    ("query", json.dumps({"sparql": f"SELECT ?x {{ BIND('{'x' * 70_000}' AS ?x) }}"})): "more than 60,000 characters",
    ("list_questions", '{"group": "whom"}'): "the groups are who, when",
    ("ask_question", '{"name": "losses-of-evnt"}'): "did you mean losses-of-event",
    ("ask_question", '{"name": "losses-of-event", "parameters": {"evnt": "x"}}'): "its parameters are event",
    ("ask_question", '{"name": "losses-of-event", "parameters": {"event": "../x"}}'): "must be the name of an event",
    ("ask_question", '{"name": "losses-of-event", "parameters": {"event": 5}}'): "“parameters.event” is not valid",
    (
        "explain",
        '{"subject": "event:halhamio", "predicate": "a", "value": "sjkg:Event"}',
    ): "did you mean event:halhamiao",
    (
        "explain",
        '{"subject": "event:halhamiao-incident", "predicate": "frobnicates", "value": "x"}',
    ): "no label is like it",
    ("compare", '{"first": "1935", "second": "event:tauran-incident"}'): "compare two of the same kind",
    (
        "compare",
        '{"first": "Khalkhin Gol", "second": "Lake Khasan"}',
    ): "give one of these names .*event:battle-of-lake-khasan",
    ("compare", '{"first": "Khalkhin Gol", "second": "Footnote 5"}'): ".",
    ("compare_sources", '{"event": "Soviet Union"}'): "give one of these names",
    ("compare_sources", '{"event": "actor:japan"}'): "is not an event",
    ("compare_sources", '{"event": "event:battle-of-lake-kasan"}'): "have no event",
    ("compare", '{"first": "1935", "second": "1935"}'): "choose two different years",
    ("validate", json.dumps({"turtle": "x" * 1_100_000})): "more than the 1,048,576 allowed",
}


@pytest.fixture(scope="module")
def errors():
    """The file that is the standard error of the server."""
    with tempfile.TemporaryFile("w+") as file:
        yield file


@pytest.fixture(scope="module")
def client(snapshot, snapshots, errors):
    """A client of a server whose deadline is long enough for every saved query on a busy machine."""
    with stdio_server_and_client(snapshots, "--query-deadline-s", "20", errors=errors) as client:
        yield client


@pytest.fixture(scope="module")
def tools(client):
    """The tools of the server by name."""
    return client.tools()


def passage_numbers(value):
    """Return the numbers of passages that statements and claims in an answer name."""
    if isinstance(value, list):
        return set().union(*map(passage_numbers, value))
    if not isinstance(value, dict):
        return set()
    parts = set().union(*(passage_numbers(part) for part in value.values()))
    return parts | {each for each in value.get("passages", ()) if isinstance(each, int)}


@pytest.mark.parametrize("call", GOOD_CALLS, ids=" ".join)
def test_every_tool_answers_with_text_and_with_data_that_fit_its_schema(client, tools, call):
    import jsonschema  # here: see mcp_client

    name, arguments = call
    result = client.call(name, **json.loads(arguments))
    assert not result.is_error, result.content[0].text
    assert GOOD_CALLS[call] in result.content[0].text
    jsonschema.validate(json.loads(arguments), tools[name].input_schema)
    schema = tools[name].output_schema
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(result.structured_content, schema)
    listed = {each["number"] for each in result.structured_content.get("passages", ())}
    assert passage_numbers(result.structured_content) <= listed


@pytest.mark.parametrize("call", BAD_CALLS, ids=lambda call: " ".join(call)[:80])
def test_a_mistake_in_a_call_is_an_error_of_one_sentence(client, call):
    name, arguments = call
    result = client.call(name, **json.loads(arguments))
    text = result.content[0].text
    assert result.is_error and result.structured_content is None, text
    assert re.search(BAD_CALLS[call], text) and "\n" not in text and "Traceback" not in text
    assert text[0] == text[0].upper()


def test_every_tool_is_called_and_says_that_it_only_reads(tools):
    assert {name for name, _ in GOOD_CALLS} == set(tools)
    for tool in tools.values():
        assert tool.annotations.read_only_hint and tool.title and len(tool.description) > 100
        assert tool.input_schema["additionalProperties"] is False
        assert all(each.get("description") for each in tool.input_schema["properties"].values()), tool.name


def test_a_description_has_each_passage_with_page_article_and_footnotes(client):
    answer = client.call("describe", name="event:halhamiao-incident").structured_content
    cited = {each["iri"].rpartition("/")[2]: each for each in answer["passages"]}
    passage = cited["halhamiao-incident"]
    assert passage["page"] == "/page/passage/halhamiao-incident" and "#:~:text=" in passage["article"]
    assert {note["short"] for note in passage["footnotes"]} == {"footnote:5", "footnote:6"}
    killed = next(each for each in answer["claims"] if each["claim"]["short"] == "claim:halhamiao-manchukuo-killed")
    assert (killed["exact"], killed["passages"]) == (2, [passage["number"]])
    assert killed["part_of"]["short"] == "claim:halhamiao-manchukuo-casualties"


def test_what_a_description_leaves_out_is_counted(client):
    name = "event:soviet-japanese-border-conflicts"
    few = client.call("describe", name=name, limit=10)
    all_of_them = client.call("describe", name=name, limit=400).structured_content
    left_out = few.structured_content["left_out"]
    for part in ("statements", "participants", "claims"):
        assert len(few.structured_content[part]) == 10
        assert left_out[part] == len(all_of_them[part]) - 10
        assert re.search(rf"\({left_out[part]} \w+ left out; raise “limit”", few.content[0].text)
    assert left_out["unread"] and f"({left_out['unread']} mentions left out; query" in few.content[0].text


def test_rows_come_in_parts_and_together_are_the_whole_result(client, store):
    sparql = "SELECT ?event ?date { ?event sjkg:date ?date } ORDER BY ?event ?date"
    offset, rows = 0, []
    while offset is not None:
        answer = client.call("query", sparql=sparql, limit=40, offset=offset).structured_content
        rows += [(event["iri"], date["value"]) for event, date in answer["rows"]]
        offset = answer.get("next_offset")
    whole = [(row["event"]["value"], row["date"]["value"]) for row in store.query(sparql).bindings]
    assert rows == whole and len(rows) == answer["total_rows"] > 80


@pytest.mark.parametrize(
    ("sparql", "advice"),
    [
        ("SELECT (SUM(?n) AS ?s) { ?c sjkg:about event:tauran-incident ; sjkg:countExact ?n }", "sjkg:countsTowards"),
        ("SELECT (SUM(?n) AS ?s) { ?c sjkg:countsTowards event:tauran-incident ; sjkg:countExact ?n }", None),
        ("SELECT (COUNT(?c) AS ?s) { ?c sjkg:countExact ?n } # SUM", None),
    ],
)
def test_a_query_that_commonly_gives_a_wrong_answer_is_warned_of(client, sparql, advice):
    warnings = client.call("query", sparql=sparql).structured_content.get("warnings", [])
    assert len(warnings) == bool(advice) and (not advice or advice in warnings[0])


def test_every_saved_query_is_listed_and_runs(client, kb_root):
    groups = client.call("list_questions").structured_content["groups"]
    listed = {each["name"]: each for group in groups for each in group["questions"]}
    saved = read_queries(kb_root)
    assert set(listed) == set(saved)
    for name, query in saved.items():
        assert [each["name"] for each in listed[name]["parameters"]] == [each.name for each in query.parameters]
        result = client.call("ask_question", name=name, limit=5)
        assert not result.is_error and result.structured_content["total_rows"], name


def test_an_endless_query_is_stopped_at_the_deadline_and_the_next_one_answers(client):
    stopped = client.call("query", sparql=ENDLESS)
    assert stopped.is_error and "20 s" in stopped.content[0].text
    assert client.call("query", sparql="ASK {}").structured_content == {"boolean": True}


def test_resources_are_the_guide_the_ontology_and_things_by_iri(client, kb_root):
    assert client.read("sjkg://guide") == (kb_root / "docs" / "asking.md").read_text(encoding="utf-8")
    assert "sjkg:BorderIncident" in client.read("sjkg://ontology")
    assert "Battle of Lake Khasan" in client.read("https://w3id.org/sjkg/id/event/battle-of-lake-khasan")
    from mcp.shared.exceptions import MCPError  # here: see mcp_client

    for uri in (
        "https://w3id.org/sjkg/id/event/nowhere",
        "https://w3id.org/sjkg/id/../etc/passwd",
        "file:///etc/passwd",
    ):
        with pytest.raises(MCPError, match="no triples about|Unknown resource"):
            client.read(uri)


def test_links_to_pages_begin_with_the_address_of_the_site(snapshot, snapshots):
    with stdio_server_and_client(snapshots, "--site", "https://example.org/x/") as client:
        found = client.call("search", words="Halhamiao incident").structured_content
        page = found["groups"][0]["things"][0]["thing"]["page"]
        assert page == "https://example.org/x/page/event/halhamiao-incident"
        assert client.call("describe", name=page).structured_content["thing"]["short"] == "event:halhamiao-incident"


def test_a_cancelled_call_stops_its_query(snapshot, snapshots):
    """With one place for queries that may run for an hour, the next query would wait for ever."""
    arguments = ("--query-deadline-s", "3600", "--max-running-queries", "1", "--max-waiting-queries", "1")
    with stdio_server_and_client(snapshots, *arguments) as client:

        async def call_and_cancel():
            with anyio.move_on_after(2):
                await client.session.call_tool("query", {"sparql": ENDLESS})
                raise AssertionError("the query was not endless")

        async def ask():
            with anyio.fail_after(MAX_WAIT_S / 4):
                return await client.session.call_tool("query", {"sparql": "ASK {}"})

        client.portal.call(call_and_cancel)
        assert client.portal.call(ask).structured_content == {"boolean": True}


def test_the_server_ends_quietly_when_its_client_is_killed(snapshot, snapshots):
    """Nobody reads its output any more."""
    reading, writing = os.pipe()
    process = subprocess.Popen(
        [*SJKG, "mcp"],
        stdin=subprocess.PIPE,
        stdout=writing,
        stderr=subprocess.PIPE,
        text=True,
        env=with_cache(snapshots),
    )
    os.close(writing)
    os.close(reading)
    _, err = process.communicate(request(1, "ping"), timeout=MAX_WAIT_S)
    assert process.returncode == 0 and err == ""


def request(identifier, method, **params):
    """Return a JSON-RPC request as a line."""
    return json.dumps({"jsonrpc": "2.0", "id": identifier, "method": method, "params": params}) + "\n"


@pytest.mark.parametrize("call", [None, {"name": "query", "arguments": {"sparql": ENDLESS}}], ids=["idle", "busy"])
def test_the_server_ends_when_its_input_ends(snapshot, snapshots, call):
    process = subprocess.Popen(
        [*SJKG, "mcp", "--query-deadline-s", "3600"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=with_cache(snapshots),
    )
    about = {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}}
    process.stdin.write(request(1, "initialize", **about))
    process.stdin.write('{"jsonrpc": "2.0", "method": "notifications/initialized"}\n')
    process.stdin.flush()
    assert json.loads(process.stdout.readline())["result"]["serverInfo"]["name"] == "sjkg"
    children = psutil.Process(process.pid).children(recursive=True)
    assert len(children) == 2
    if call:
        process.stdin.write(request(2, "tools/call", **call))
        process.stdin.flush()
        wait_for(lambda: sum(child.cpu_times().user for child in children) > 1)
    timer = threading.Timer(MAX_WAIT_S, process.kill)
    timer.start()
    out, err = process.communicate()
    timer.cancel()
    assert process.returncode == 0 and err == ""
    assert all("result" in json.loads(line) or "error" in json.loads(line) for line in out.splitlines())
    wait_for(lambda: not any(child.is_running() and child.status() != psutil.STATUS_ZOMBIE for child in children))


def test_without_the_sdk_the_command_says_how_to_install_it(monkeypatch):
    monkeypatch.setattr("sjkg.cli.mcp.find_spec", lambda name: None)
    result = CliRunner().invoke(cli, ["mcp"])
    assert isinstance(result.exception, NotInstalled) and "pip install 'sjkg[mcp]'" in str(result.exception)


def test_a_wrong_option_is_refused_in_one_sentence(run):
    for arguments, message in {
        ("--site", "ftp://x"): "--site: “ftp://x” is not an HTTP URL",
        ("--http", "--host", "nowhere.invalid"): "cannot listen on nowhere.invalid",
        ("--http", "--allow-host", "a/b"): "--allow-host: “a/b” is not a host name",
    }.items():
        answer = run("mcp", *arguments)
        assert answer.returncode == 2 and message in answer.stderr and answer.stderr.count("\n") == 1


def test_the_documentation_has_every_tool_and_a_configuration_that_starts_the_server(tools):
    text = (PROJECT / "docs" / "mcp.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE) == list(tools)
    configured = json.loads(re.search(r"```json\n(.*?)```", text, re.DOTALL)[1])["mcpServers"]["sjkg"]
    assert configured == {"command": "sjkg", "args": ["mcp"]}


def test_the_calls_in_the_documentation_work(client):
    text = (PROJECT / "docs" / "mcp.md").read_text(encoding="utf-8")
    calls = re.findall(r"^- `(\w+) (\{.*\})`", text, re.MULTILINE)
    assert len(calls) >= 5
    for name, arguments in calls:
        result = client.call(name, **json.loads(arguments))
        assert not result.is_error, result.content[0].text


def test_nothing_is_written_to_standard_error(client, errors):
    client.call("query", sparql="ASK {}")
    errors.seek(0)
    assert errors.read() == ""


def test_with_watch_the_tools_read_the_graph_as_the_files_are_now(small_kb, tmp_path):
    """A broken file is reported, and the graph built before is used until it is correct."""
    kb = shutil.copytree(small_kb, tmp_path / "kb")
    events = kb / "triples" / "events.ttl"
    text = events.read_text(encoding="utf-8")
    with (
        tempfile.TemporaryFile("w+") as errors,
        stdio_server_and_client(tmp_path / "snapshots", "--kb", str(kb), "--watch", errors=errors) as client,
    ):

        def log() -> str:
            errors.seek(0)
            return errors.read()

        events.write_text(text.replace("the only event", 'unfinished"'), encoding="utf-8")
        wait_for(lambda: "still using the graph built before" in log())
        assert "the only event" in client.call("search", words="only").content[0].text
        events.write_text(text.replace("the only event", "the renamed event"), encoding="utf-8")
        wait_for(lambda: "the renamed event" in client.call("search", words="renamed").content[0].text)


def test_with_store_queries_go_to_the_endpoint_and_a_state_of_another_graph_is_refused(snapshot, snapshots):
    store = StoreInProcess()
    load = [ox.Quad(ox.NamedNode("urn:a"), ox.NamedNode("urn:b"), ox.Literal("c"), ox.NamedNode(own().union))]
    store.store.extend([*load, mark_of(graph_state(snapshot))])
    with store.running() as address, stdio_server_and_client(snapshots, "--store", address.query) as client:
        assert "c" in client.call("query", sparql="SELECT ?o { <urn:a> ?p ?o }").content[0].text
        assert "Battle of Lake Khasan" in client.call("search", words="Khasan").content[0].text
        store.store.clear()
        store.store.add(mark_of("other"))
        refused = client.call("query", sparql="SELECT ?o { <urn:a> ?p ?o }")
        assert refused.is_error and "another state of the graph" in refused.content[0].text


def mark_of(state: str) -> ox.Quad:
    """Return the statement that a store holds a state of the graph."""
    return ox.Quad(ox.NamedNode(mark()), ox.NamedNode(IDENTIFIER), ox.Literal(state), ox.NamedNode(mark()))
