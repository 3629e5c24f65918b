"""Reasoning and linking on Spark: the same closure as DuckDB, triple for triple, and the same links as without it.

All tests share one Spark session, whose settings suit tables of a few rows: each closure takes some hundred statements, so
the cost of planning one is what counts.
"""

import random
from contextlib import nullcontext
from importlib import import_module
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner
from rdflib import Graph

from bench.generate import theatres
from bench.linking import make_dataset
from sjkg.cli.link import command as link_command
from sjkg.cli.reason import command
from sjkg.core.datatypes import XSD
from sjkg.core.errors import BrokenInput, EngineFailed, Inconsistent, LimitExceeded, NotInstalled
from sjkg.matching.proposals import propose_links
from sjkg.matching.spark_matches import spark_matcher
from sjkg.reason import spark
from sjkg.reason.close_file import close_file, load_reasoner_input
from sjkg.reason.literals import key_of, parse_literal
from sjkg.reason.values import value_of
from sjkg.snapshot.index.read import Index

pytestmark = pytest.mark.slow

HEAD = "".join(
    f"@prefix {name}: <http://www.w3.org/{path}#> .\n"
    for name, path in {
        "rdf": "1999/02/22-rdf-syntax-ns",
        "rdfs": "2000/01/rdf-schema",
        "owl": "2002/07/owl",
        "xsd": "2001/XMLSchema",
    }.items()
)
HEAD += "@prefix : <http://example.org/> .\n"
# One graph for all kinds of rules, since each closure costs Spark some seconds, whatever its size.
RULES = """
:ancestor a owl:TransitiveProperty . :a1 :ancestor :a2 . :a2 :ancestor :a3 . :a3 :ancestor :a4 .
:uncle owl:propertyChainAxiom (:parent :brother :knows) . :b1 :parent :b2 . :b2 :brother :b3 . :b3 :knows :b4 .
:T rdfs:subClassOf owl:TransitiveProperty . :late a :T . :c1 :late :c2 . :c2 :late :c3 .
:Both owl:intersectionOf (:D1 :D2 :D3) . :d a :D1 , :D2 , :D3 . :e a :D1 , :D2 .
:Any owl:unionOf (:D4 :D5) . :f a :D5 . :g a [ owl:oneOf (:h) ] .
:Person owl:hasKey (:first :last) .
:k1 a :Person ; :first "A" ; :last "B" . :k2 a :Person ; :first "A" ; :last "B" . :k3 a :Person ; :first "A" ; :last "C" .
:mother a owl:FunctionalProperty . :m1 :mother :n1 , :n2 , :n3 . :n3 :mother :o1 . :n1 :mother :o2 . :o2 :knows :a1 .
:s1 owl:sameAs :s2 . :s2 owl:sameAs :s3 . :s3 owl:sameAs :s4 . :s5 owl:sameAs :s4 . :s3 :knows :s1 . :type owl:sameAs rdf:type . :t :type :D4 .
:size rdfs:subPropertyOf :measure . :One owl:hasValue 1 ; owl:onProperty :measure .
:v1 :size "01"^^xsd:integer . :v2 :size 1.0 . :v3 :size "1"^^xsd:double . :v4 :size "+1e0"^^xsd:double , "many"^^xsd:integer .
:Byte owl:someValuesFrom xsd:byte ; owl:onProperty :size . :v5 :size 5 . :v6 :size 500 .
:v7 :size "A \\"quoted\\" \\u0001 text"@EN-gb , "A \\"quoted\\" \\u0001 text"@en-GB , "Ü\\n" , "2009-04-21T12:30:15.00"^^xsd:dateTime .
"""
FOLLOWING = """
:a1 :ancestor :a4 . :b1 :uncle :b4 . :c1 :late :c3 . :d a :Both . :f a :Any . :k1 owl:sameAs :k2 . :o1 :knows :a1 .
:n1 owl:sameAs :n3 . :s5 :knows :s2 . :t a :D4 . :v1 a :One . :v2 a :One . :v5 a :Byte . :v4 :measure "many"^^xsd:integer .
"""
SETTINGS = {
    "spark.sql.shuffle.partitions": "2",
    "spark.sql.adaptive.enabled": "false",  # would run each stage of a statement as a job of its own
    "spark.sql.codegen.wholeStage": "false",  # compiling Java for each statement costs more than the statement
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
}
# Faster to start; with a smaller code cache the compiler stops halfway.
JAVA = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -XX:ReservedCodeCacheSize=256m"
MAX_DRIVER_ROWS = 120  # so that the facts of the graphs here stay on Spark, and most smaller tables on the driver
NEWLINE = "\\n"
CONTRADICTORY = """
:A owl:disjointWith :B . :x a :A , :B . :p rdfs:range xsd:byte . :x :p 500 . :y owl:sameAs :z ; owl:differentFrom :z .
"""
CONTRADICTORY += "".join(f":i{number} :q :j{number} . " for number in range(MAX_DRIVER_ROWS))


@pytest.fixture(scope="session", autouse=True)
def session():
    """One Spark session for all closures; the tables of one do not outlive it."""
    if sentence := spark.missing_requirement():
        pytest.skip(sentence)
    sparktables = pytest.importorskip("sjkg.reason.spark_tables")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JAVA_TOOL_OPTIONS", JAVA)
        for name, value in SETTINGS.items():
            patch.setitem(spark.DEFAULTS, name, value)
        patch.setattr(sparktables, "MAX_DRIVER_ROWS", MAX_DRIVER_ROWS)
        with spark.session("local[2]", 1) as shared:
            patch.setattr(spark, "session", lambda master, memory_gib: nullcontext(shared))
            yield


def close(source: Path, target: Path, **options) -> set[str]:
    """Close a file; return the lines of the result."""
    counts = close_file(source, target, memory_gib=1, **options)
    files = sorted(target.glob("part-*")) if target.is_dir() else [target]
    lines = [line for file in files for line in file.read_text(encoding="utf-8").splitlines()]
    assert len(lines) == len(set(lines)) == counts.inferred
    return set(lines)


def on_both(source: Path, folder: Path) -> tuple[set[str], set[str]]:
    return close(source, folder / "spark.nt", spark_master="local[2]"), close(source, folder / "duckdb.nt")


def test_a_generated_graph_with_our_ontology_has_the_same_closure(kb, tmp_path):
    quads = "".join(line for lines in theatres(1, 1, incidents=1) for line in lines)
    escapes = f'<e:a> <e:b> "{NEWLINE * 50_000}" .\n'  # too many for a regular expression that recurses for each
    text = kb.union("ontology").serialize(format="nt") + escapes + quads
    (tmp_path / "all.nq").write_text(text, encoding="utf-8")
    by_spark, by_duckdb = on_both(tmp_path / "all.nq", tmp_path)
    assert by_spark == by_duckdb and len(by_spark) > 100


def test_axioms_and_values_of_every_kind_give_the_same(tmp_path):
    (tmp_path / "rules.ttl").write_text(HEAD + RULES, encoding="utf-8")
    by_spark, by_duckdb = on_both(tmp_path / "rules.ttl", tmp_path)
    assert by_spark == by_duckdb
    expected = Graph().parse(data=HEAD + FOLLOWING, format="turtle")
    assert by_spark >= {f"{s.n3()} {p.n3()} {o.n3()} ." for s, p, o in expected}


def test_contradictions_are_reported_in_the_same_sentences(tmp_path):
    (tmp_path / "wrong.ttl").write_text(HEAD + CONTRADICTORY, encoding="utf-8")
    sentences = []
    for options in ({"spark_master": "local[2]"}, {}):
        with pytest.raises(Inconsistent) as found:
            close_file(tmp_path / "wrong.ttl", tmp_path / "none.nt", memory_gib=1, **options)
        sentences.append(found.value.contradictions)
    assert sentences[0] == sentences[1] and len(sentences[0]) == 3
    assert not (tmp_path / "none.nt").exists()


def test_links_are_those_that_are_found_without_spark(snapshot):
    table = Index(snapshot.index).read_records()
    dataset, _ = make_dataset(table, 60, random.Random(1))
    without = propose_links(dataset, table)
    refused = {(without[0].match.iri, without[0].foreign.subject)}
    matcher = spark_matcher("local[2]", 1)
    assert propose_links(dataset, table, matcher=matcher) == without and len(without) > 100
    assert propose_links(dataset, table, refused, matcher) == propose_links(dataset, table, refused) != without


def test_the_command_links_on_spark_as_without_it(snapshots, tmp_path):
    table = tmp_path / "clashes.csv"
    table.write_text("key,name,date\na,Battle of Lake Khasan,1938\nb,Nomonhan Incident,May 1939\n", encoding="utf-8")
    written = []
    for engine in (["--engine", "spark", "--master", "local[2]", "--memory", "1"], []):
        ran = CliRunner().invoke(link_command, [str(table), "--snapshots", str(snapshots), *engine])
        assert ran.exit_code == 0, ran.output
        written.append(ran.output)
    assert written[0] == written[1] and "2 links certain" in written[0]


LEXICAL = "1 01 +1 -1 0 -0 256 99999999999999999999999999999999999999999 1.0 1.50 .5 1e0 1E310 1e-330 INF NaN true a a:b en-US AF af"
LEXICAL += " 2009-04-21T12:00:00 2009-04-21T12:00:00.0Z 2009-02-29T12:00:00Z 2009-04-21T24:00:00 0000-04-21T12:00:00 2009-04-21"
NAMES = "integer byte unsignedLong decimal double float boolean string token language dateTime dateTimeStamp hexBinary anyURI"


def test_values_found_by_spark_are_those_found_by_python(tmp_path):
    quoted = [(key_of(value_of(word, f"{XSD}string")), name) for word in LEXICAL.split() for name in NAMES.split()]
    texts = {text if name == "string" else f"{text}^^<{XSD}{name}>" for text, name in quoted}
    texts |= {f'"{word}"@{tag}' for word in ("a", "b") for tag in ("de", "DE")} | {'"a"^^<e:d>', '"b"^^<e:d>'}
    (tmp_path / "values.nt").write_text("".join(f"<e:s> <e:p> {text} .\n" for text in sorted(texts)), encoding="utf-8")
    with spark.open_spark_tables("local[2]", 1) as tables:
        load_reasoner_input(tables, tmp_path / "values.nt")
        number = dict(tables.rows("SELECT text, value FROM literal JOIN term ON term.node = literal.node"))
    value = {text: parse_literal(text) for text in texts}
    assert number.keys() == texts
    assert {text for text in texts if number[text] == -1} == {text for text in texts if value[text] is None}
    valued = {text for text in texts if value[text]}
    pairs = {(number[text], value[text]) for text in valued}
    assert len(pairs) == len({n for n, _ in pairs}) == len({v for _, v in pairs}) < len(valued)


def test_large_tables_of_the_driver_are_sent_to_the_workers_as_rows(monkeypatch):
    from sjkg.reason.spark_tables import MAX_LITERAL_ROWS

    with spark.open_spark_tables("local[2]", 1) as tables:
        monkeypatch.setattr(
            "sjkg.reason.spark_tables._as_values", lambda *_: pytest.fail("sent as the text of a query")
        )
        tables.fill("large", ("node",), [(number,) for number in range(MAX_LITERAL_ROWS + 1)])
        tables.apply("doubled", "SELECT node FROM large", lambda node: str(2 * node))
        assert tables.rows("SELECT max(node), max(CAST(result AS INT)) FROM doubled") == [
            (MAX_LITERAL_ROWS, 2 * MAX_LITERAL_ROWS)
        ]


@pytest.mark.parametrize(
    "module, name, message, kind, words",
    [
        ("py4j.protocol", "Py4JError", "calling o1.sql\njava.lang.OutOfMemoryError: x", LimitExceeded, "allow more"),
        ("py4j.protocol", "Py4JNetworkError", "Answer from Java side is empty", LimitExceeded, "memory with 1 GiB"),
        ("builtins", "ConnectionRefusedError", "refused", LimitExceeded, "ran out of memory"),
        (
            "pyspark.errors",
            "PySparkException",
            "[NOT_FOUND] x\n  at y",
            EngineFailed,
            r"Spark failed \(.NOT_FOUND. x\);",
        ),
    ],
)
def test_a_failure_of_spark_is_one_sentence(module, name, message, kind, words):
    with pytest.raises(kind, match=words), spark.open_spark_tables("local[2]", 1):
        raise getattr(import_module(module), name)(message)


def test_a_folder_of_parquet_parts_is_read_and_written(tmp_path):
    rows = "('<e:q>', '<http://www.w3.org/2000/01/rdf-schema#subPropertyOf>', '<e:r>'), ('<e:a>', '<e:q>', '<e:b>')"
    parts = tmp_path / "in Übung.parquet"
    parts.mkdir()
    duckdb.sql(f"FROM (VALUES {rows}) AS t(subject, predicate, object)").write_parquet(str(parts / "part-0.parquet"))
    close_file(parts, tmp_path / "out.parquet", memory_gib=1, spark_master="local[2]")
    files = str(tmp_path / "out.parquet" / "part-*")
    assert duckdb.read_parquet(files).fetchall() == [("<e:a>", "<e:r>", "<e:b>")]


def test_the_command_names_the_folder_of_parts_and_duckdb_reads_it(tmp_path):
    (tmp_path / "a.nt").write_text(
        "<e:q> <http://www.w3.org/2000/01/rdf-schema#subPropertyOf> <e:r> .\n<e:a> <e:q> <e:b> .\n"
    )
    out = tmp_path / "out.nt"
    ran = CliRunner().invoke(
        command, [str(tmp_path / "a.nt"), "-o", str(out), "--engine", "spark", "--master", "local[2]"]
    )
    assert ran.exit_code == 0 and ran.output.startswith(f"1 triple inferred from 2 asserted, written to {out}: ")
    assert out.is_dir() and close_file(out, tmp_path / "again.nt", memory_gib=1).asserted == 1


def test_an_unreadable_source_or_an_existing_target_is_named(tmp_path):
    (tmp_path / "a.nt").write_text("<e:a> <e:q> <e:b> .\n<e:a> <e:q .\n", encoding="utf-8")
    with pytest.raises(BrokenInput, match="line 2"):
        close_file(tmp_path / "a.nt", tmp_path / "out.nt", memory_gib=1, spark_master="local[2]")
    with pytest.raises(BrokenInput, match="a.nt exists already"):
        close_file(tmp_path / "a.nt", tmp_path / "a.nt", memory_gib=1, spark_master="local[2]")
    duckdb.sql("SELECT 1 AS a").write_parquet(str(tmp_path / "a.parquet"))
    with pytest.raises(BrokenInput, match="cannot be read as Parquet with the columns"):
        close_file(tmp_path / "a.parquet", tmp_path / "out.nt", memory_gib=1, spark_master="local[2]")


@pytest.mark.parametrize("missing, words", [("pyspark", "pip install 'sjkg.spark.'"), ("java", "default-jre-headless")])
def test_a_missing_requirement_is_named(missing, words, monkeypatch, tmp_path):
    if missing == "pyspark":
        monkeypatch.setattr(spark, "find_spec", lambda name: None)
    else:
        monkeypatch.setattr(spark.shutil, "which", lambda name: None)
    with pytest.raises(NotInstalled, match=words):
        close_file(tmp_path / "a.nt", tmp_path / "out.nt", memory_gib=1, spark_master="local[2]")
