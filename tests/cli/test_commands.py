"""The command line in processes of its own: output, messages and exit status of each command."""

import errno
import json
import os
import re
import socket

import click
import pytest
from click.testing import CliRunner
from rdflib import Dataset, Graph

from sjkg.cli.main import COMMANDS, cli, main
from sjkg.matching.link_tables import read_links


def test_help_names_every_command_and_every_command_has_help(run):
    text = run("--help").stdout
    for name in COMMANDS:
        assert name in text
        shown = run(name, "--help")
        assert shown.returncode == 0 and "Usage:" in shown.stdout


def test_an_unknown_command_is_answered_with_the_names_of_the_commands(run):
    answer = run("sreve")
    assert answer.returncode == 2 and "serve" in answer.stderr


def test_an_empty_path_is_refused_by_every_option_and_argument():
    commands = [cli.get_command(None, name) for name in COMMANDS]
    commands += [each for command in commands for each in getattr(command, "commands", {}).values()]
    paths = [param for command in commands for param in command.params if isinstance(param.type, click.Path)]
    assert len(paths) > 15
    for param in paths:
        with pytest.raises(click.BadParameter, match="the path is empty"):
            param.type.convert("", param, None)
    refused = CliRunner().invoke(cli, ["serve", "--snapshots", ""])
    assert refused.exit_code == 2 and "Invalid value for '--snapshots': the path is empty" in refused.output


def test_every_command_reports_a_full_disk_in_one_sentence(monkeypatch, capsys):
    def fail(**options):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(cli, "main", fail)
    with pytest.raises(SystemExit, match="2"):
        main()
    assert re.fullmatch(r"sjkg: no space is left .*; free some space, or choose .*\n", capsys.readouterr().err)


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (OSError(errno.EROFS, "Read-only file system", "/x/y"), "/x/y: Read-only file system; "),
        (OSError(errno.EMFILE, "Too many open files"), "Too many open files; "),
        (
            FileNotFoundError(errno.ENOENT, "No usable temporary directory found in ['/tmp']"),
            "no folder for temporary files ",
        ),
    ],
)
def test_every_command_reports_an_error_of_the_system_in_one_sentence(monkeypatch, capsys, error, message):
    def fail(**options):
        raise error

    monkeypatch.setattr(cli, "main", fail)
    with pytest.raises(SystemExit, match="2"):
        main()
    written = capsys.readouterr().err
    assert written.startswith(f"sjkg: {message}") and written.count("\n") == 1


def test_query_accepts_a_text_a_file_or_the_name_of_a_saved_query(run, snapshot, tmp_path):
    text = "SELECT ?n { event:halhamiao-incident skos:prefLabel ?n }"
    (tmp_path / "q.rq").write_text(text)
    by_text, by_file = run("query", text), run("query", tmp_path / "q.rq")
    assert by_text.stdout == by_file.stdout == "n\nHalhamiao incident\n"
    assert "Halhamiao incident" in run("query", "events-in-order").stdout


@pytest.mark.parametrize(
    "format_name, beginning", [("csv", "n"), ("tsv", "?n"), ("json", '{"head"'), ("xml", "<?xml"), ("table", " n")]
)
def test_query_writes_the_requested_format(run, snapshot, format_name, beginning):
    answer = run("query", "SELECT ?n { event:halhamiao-incident skos:prefLabel ?n }", "--format", format_name)
    assert answer.returncode == 0 and answer.stdout.startswith(beginning) and "Halhamiao incident" in answer.stdout


def test_query_on_the_asserted_graph_leaves_out_inferred_triples(run, snapshot):
    query = "SELECT ?p { event:halhamiao-incident sjkg:involvesPower ?p }"
    assert "soviet-union" in run("query", query).stdout
    assert "soviet-union" not in run("query", query, "--graph", "asserted").stdout


@pytest.mark.parametrize(
    "arguments, words",
    [
        (["SELEC * {}"], "line 1, column 1, at “SELEC”: not a SPARQL keyword; did you mean SELECT?"),
        (["SELECT * { <x> ?p ?o }"], "line 1, column 12, at “<x>”: the IRI <x> is relative"),
        (["evnts-in-order"], "did you mean events-in-order"),
        (["events-certainly-on-day", "-p", "day=yesterday"], "“day” must be a day as 1939-08-20 (xsd:date)"),
        (["events-certainly-on-day", "-p", "dag=1935-01-08"], "its parameters are day"),
        (["SELECT * {}", "--graph", "imagined"], "no graph “imagined”"),
        (["nowhere.rq"], "cannot be read"),
        (["INSERT DATA { event:x a sjkg:Event }"], "read-only"),
        ([], "give a SPARQL text"),
    ],
)
def test_a_bad_query_gets_one_message_and_exit_status_2(run, snapshot, arguments, words):
    answer = run("query", *arguments)
    assert answer.returncode == 2 and words in answer.stderr and "Traceback" not in answer.stderr and not answer.stdout


@pytest.mark.parametrize("format_name", ["turtle", "nt", "nq", "trig", "jsonld", "rdfxml"])
def test_export_writes_every_format_with_every_triple(run, snapshot, format_name, tmp_path):
    target = tmp_path / f"graph.{format_name}"
    assert run("export", "--format", format_name, "-o", target).returncode == 0
    parser = {"turtle": "turtle", "nt": "nt", "nq": "nquads", "trig": "trig", "jsonld": "json-ld", "rdfxml": "xml"}[
        format_name
    ]
    read = Dataset() if format_name in ("nq", "trig", "jsonld") else Graph()
    read.parse(target, format=parser)
    if isinstance(read, Dataset):
        assert {str(g.identifier): len(g) for g in read.graphs() if len(g)} == snapshot.manifest.graphs
    else:
        quads = Dataset(default_union=True)
        quads.parse(snapshot.quads, format="nquads")
        assert len(read) == len(set(quads.triples((None, None, None))))


def test_export_writes_the_graph_in_the_terms_of_a_profile_and_what_it_loses(run, snapshot, tmp_path):
    answer = run("export", "--profile", "cidoc-crm", "-o", tmp_path / "crm.ttl", "--loss", tmp_path / "loss.json")
    loss = json.loads((tmp_path / "loss.json").read_text(encoding="utf-8"))
    assert answer.stderr == (
        f"CIDOC CRM 7.1.3: {loss['carried']:,} of {loss['statements']:,} statements carried ({loss['share']:.1%})\n"
    )
    assert len(Graph().parse(tmp_path / "crm.ttl")) == loss["triples"]
    lost = [row for row in loss["properties"] if row["lost"]]
    assert lost and all(row["reason"] for row in lost)
    back = run("import", tmp_path / "crm.ttl", "--profile", "cidoc-crm", "--format", "nt")
    (names,) = (row for row in loss["roundTrip"]["properties"] if row["property"].endswith("#prefLabel"))
    assert names["same"] == names["used"] == back.stdout.count("<http://www.w3.org/2004/02/skos/core#prefLabel>")
    assert (
        sum(row["statements"] for row in loss["properties"] if not row["property"].endswith("#type"))
        == loss["statements"]
    )


def test_import_says_which_line_of_a_file_is_not_valid(run, tmp_path):
    (tmp_path / "bad.ttl").write_text("<urn:a> <urn:b> <urn:c> .\n<urn:a> <urn:b> .\n", encoding="utf-8")
    answer = run("import", tmp_path / "bad.ttl", "--profile", "cidoc-crm")
    assert answer.returncode == 2 and answer.stdout == "" and "bad.ttl:2" in answer.stderr


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            ["--profile", "bibframe"],
            "there is no profile “bibframe”; the profiles are cidoc-crm, linked-places, schema.org, sem",
        ),
        (["--profile", "cidoc-crm", "--graph", "article"], "--profile writes the whole graph; leave out --graph"),
        (["--format", "tsv"], "the format tsv is for places; add --profile linked-places"),
        (["--loss", "loss.json"], "--loss reports on a profile; name one with --profile"),
        (["--links", "owl:differentFrom"], "choose one of: owl:sameAs, schema:sameAs, skos:exactMatch, la:equivalent"),
        (["--links", "sssom", "--dataset", "viaf"], "is one of: dbpedia, geonames, wikidata"),
        (["--dataset", "wikidata"], "--dataset selects links; add --links"),
        (["--links", "sssom", "--graph", "links"], "--links writes links only; leave out --graph and --profile"),
    ],
)
def test_export_refuses_options_that_it_cannot_follow(run, options, message):
    answer = run("export", *options)
    assert answer.returncode == 2 and answer.stdout == "" and message in answer.stderr


def test_export_writes_links_as_a_table_that_sjkg_link_reads_and_as_triples(run, snapshot, tmp_path):
    table = tmp_path / "links.sssom.tsv"
    assert run("export", "--links", "sssom", "--dataset", "geonames", "-o", table).returncode == 0
    rows = read_links(table).rows
    lines = run("export", "--links", "owl:sameAs", "--dataset", "geonames", "--format", "nt").stdout.splitlines()
    assert len(rows) == len(lines) > 4 and all(row.is_decided and not row.is_refused for row in rows)
    assert all(" <http://www.w3.org/2002/07/owl#sameAs> <https://sws.geonames.org/" in line for line in lines)


def test_export_of_one_graph_has_its_triples_only(run, snapshot):
    lines = run("export", "--format", "nt", "--graph", "inferred").stdout.splitlines()
    assert len(lines) == snapshot.manifest.graphs["https://w3id.org/sjkg/graph/inferred"]


def test_stats_prints_the_counts_of_the_manifest(run, snapshot):
    assert f"{snapshot.manifest.statistics.triples:,} triples" in run("stats").stdout
    assert json.loads(run("stats", "--json").stdout)["graphs"] == snapshot.manifest.graphs


def test_a_port_in_use_is_reported_in_one_line(run, snapshot):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        answer = run("serve", "--port", taken.getsockname()[1])
    assert answer.returncode == 2 and answer.stderr.count("\n") == 1 and "choose another --port" in answer.stderr


def test_a_snapshot_folder_that_cannot_be_written_is_reported_without_a_traceback(run, tmp_path):
    (tmp_path / "file").write_text("in the way")
    answer = run("build", "--snapshots", tmp_path / "file" / "snapshots")
    assert answer.returncode == 2 and "cannot be written" in answer.stderr and "Traceback" not in answer.stderr


def test_an_empty_folder_is_rejected_as_a_knowledge_base(run, tmp_path):
    answer = run("validate", "--kb", tmp_path)
    assert answer.returncode == 2 and "“sjkg new” writes one" in answer.stderr


@pytest.mark.parametrize(
    "arguments, written, warning",
    [
        (
            ["SELECT ?d { ?e sjkg:startDate ?d }"],
            "d\n",
            "warning: sjkg:startDate is nowhere in the graph; did you mean sjkg:date?",
        ),
        (
            ["ASK { ?e a sjkg:Batle }"],
            "false\n",
            "warning: sjkg:Batle is nowhere in the graph; did you mean sjkg:Battle",
        ),
        (
            ["parts-of-event", "-p", "event=lake-kasan"],
            "event,part,name,date\n",
            "warning: event:lake-kasan is nowhere in the graph; did you mean event:battle-of-lake-khasan",
        ),
    ],
)
def test_query_warns_of_a_term_that_is_nowhere_in_the_graph(run, snapshot, arguments, written, warning):
    answer = run("query", *arguments)
    assert answer.returncode == 0 and answer.stderr.startswith(warning) and answer.stderr.count("\n") == 1
    assert answer.stdout == written


@pytest.mark.parametrize("options", [[], ["--format", "json"], ["--graph", "inferred"]])
def test_query_says_on_stderr_why_a_result_is_empty(run, snapshot, options):
    answer = run("query", "SELECT ?n { ?claim a sjkg:NameClaim ; sjkg:countExact ?n }", *options)
    reason = "FROM graph:inferred" if "--graph" in options else "?claim a sjkg:NameClaim"
    assert answer.returncode == 0 and answer.stderr.count("\n") == 1
    assert answer.stderr.startswith(f"warning: the result is empty: nothing matches “{reason}”")


def test_import_says_why_triples_are_lost_and_counts_types(run, tmp_path):
    (tmp_path / "a.ttl").write_text(
        "@prefix crm: <http://www.cidoc-crm.org/cidoc-crm/> .\n"
        "<urn:a> a crm:E5_Event, <urn:Other> ; crm:P9_consists_of <urn:b> ; crm:P70_documents <urn:c> .\n"
        "<urn:a> crm:P82a_begin_of_the_begin 5 .\n",
        encoding="utf-8",
    )
    answer = run("import", tmp_path / "a.ttl", "--profile", "cidoc-crm", "--loss", tmp_path / "loss.json")
    loss = json.loads((tmp_path / "loss.json").read_text(encoding="utf-8"))
    assert "of 5 statements carried" in answer.stderr and loss["statements"] == 5
    reasons = {row["property"].rpartition("/")[2]: row["reason"] for row in loss["properties"]}
    assert reasons["P70_documents"] == "No rule in profiles/cidoc-crm/in uses this property."
    assert "profiles/cidoc-crm/in/" in reasons["P82a_begin_of_the_begin"]
    assert "lack what the WHERE clause needs" in reasons["22-rdf-syntax-ns#type"]


def test_an_error_of_one_file_is_told_once(run, tmp_path):
    (tmp_path / "a.nt").write_text("<urn:a> <urn:b> .\n", encoding="utf-8")
    answer = run("link", tmp_path / "a.nt")
    assert answer.returncode == 2 and answer.stderr.count("is not valid N-Triples") == 1
    assert answer.stderr.endswith("a.nt was not read; correct the error listed\n")


def test_a_graph_of_no_profile_is_refused_with_those_of_the_profiles(run, snapshot):
    answer = run("query", "--graph", "profile/nope", "ASK {}")
    assert answer.returncode == 2 and "profile/cidoc-crm, profile/linked-places" in answer.stderr


def test_an_output_that_cannot_be_written_leaves_the_file_and_no_draft(run, snapshot, tmp_path):
    """The file is replaced in one step: a link to it stays a link, and a failure leaves nothing behind."""
    (tmp_path / "real.nt").write_text("old", encoding="utf-8")
    (tmp_path / "link.nt").symlink_to(tmp_path / "real.nt")
    answer = run("export", "--links", "sjkg", "--format", "nt", "-o", tmp_path / "link.nt")
    assert answer.returncode == 0 and (tmp_path / "link.nt").is_symlink()
    assert (tmp_path / "real.nt").read_text(encoding="utf-8").startswith("<https://w3id.org/sjkg/")
    assert sorted(each.name for each in tmp_path.iterdir()) == ["link.nt", "real.nt"]
    answer = run("export", "--links", "sjkg", "--format", "nt", "-o", tmp_path / "none" / "a.nt")
    assert answer.returncode == 2 and "cannot be written and is unchanged" in answer.stderr
