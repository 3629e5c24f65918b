"""`sjkg dataset`: add, list and remove external datasets; what is wrong is said with file, line and what to do."""

import gzip
import shutil

import pytest
from external import STATEMENTS

TURTLE = """@prefix crm: <http://www.cidoc-crm.org/cidoc-crm/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
<https://example.org/museum/fight> a crm:E7_Activity ; rdfs:label "A fight"@en .
"""
RDF_XML = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:sjkg="https://w3id.org/sjkg/ontology#">
<sjkg:Battle rdf:about="https://example.org/x"/></rdf:RDF>"""
JSON_LD = '{"@id": "https://example.org/y", "@type": "https://w3id.org/sjkg/ontology#Battle"}'
LICENCE = ("--licence", "CC-BY-4.0")


@pytest.fixture
def own(small_kb, tmp_path, run):
    """A function that runs `sjkg` with a copy of the small knowledge base, in a folder of its own, `own.folder`."""
    shutil.copytree(small_kb, tmp_path / "kb")
    options = ("--kb", tmp_path / "kb")

    def run_own(*arguments, status=0):
        answer = run(*arguments, *options, cwd=tmp_path, env={"XDG_CACHE_HOME": str(tmp_path)})
        assert answer.returncode == status and "Traceback" not in answer.stderr, answer.stderr
        return answer.stdout if status == 0 else answer.stderr

    run_own.folder = tmp_path
    return run_own


def written(own, **files):
    """Write files, whose names have __ for the dot, and return their names."""
    for name, content in files.items():
        data = content if isinstance(content, bytes) else content.encode()
        (own.folder / name.replace("__", ".")).write_bytes(data)
    return [name.replace("__", ".") for name in files]


def test_a_dataset_of_any_syntax_is_added_described_listed_queried_replaced_and_removed(own):
    zipped = gzip.compress(STATEMENTS.encode())
    files = written(own, a__ttl__gz=zipped, b__rdf=RDF_XML, c__jsonld=JSON_LD)
    origin = ("--from", "https://example.org/", "--derived-from", "https://www.wikidata.org/", "--version", "1")
    answer = own("dataset", "add", "three", *files, *LICENCE, "--title", "Three files", *origin)
    assert "Three files: 7 triples" in answer and "c.jsonld: 1 triple\n" in answer
    assert "in our terms: 7 triples" in answer and "next: sjkg link --dataset three" in answer
    description = (own.folder / "kb" / "datasets" / "three" / "dataset.ttl").read_text(encoding="utf-8")
    assert 'dcterms:title "Three files"@en' in description and "<https://spdx.org/licenses/CC-BY-4.0>" in description
    assert "prov:wasDerivedFrom <https://www.wikidata.org/>" in description and 'dcat:version "1"' in description
    listed = own("dataset", "list")
    assert "three: Three files" in listed and "7 triples, 7 in our terms, 0 accepted links" in listed
    assert own("query", "--graph", "datasets/three", "SELECT (COUNT(*) AS ?n) { ?s a sjkg:Battle }").split() == [
        "n",
        "4",
    ]
    assert "already" in own("dataset", "add", "three", "b.rdf", *LICENCE, status=2)
    links = own.folder / "kb" / "datasets" / "three" / "links.sssom.tsv"
    links.write_text(
        "subject_id\tpredicate_id\tobject_id\tverdict\n"
        "event:only\tsjkg:sameThing\thttps://example.org/x\taccepted\n"
        "event:only\tsjkg:near\thttps://example.org/chronicle/fight\taccepted\n",
        encoding="utf-8",
    )
    answer = own("dataset", "add", "three", "b.rdf", *LICENCE, "--replace")
    assert (
        "1 triple" in answer and "links, line 3: https://example.org/chronicle/fight is in the files no more" in answer
    )
    assert links.is_file() and "1 triple, 1 in our terms, 2 accepted links" in own("dataset", "list")
    own("dataset", "remove", "three", "--yes")
    assert own("dataset", "list") == "" and not links.parent.exists()
    assert "there is no dataset “three”; this knowledge base has none" in own("dataset", "remove", "three", status=2)


def test_a_dataset_is_translated_by_the_profile_whose_terms_it_has(own):
    written(own, museum__ttl=TURTLE)
    assert "by the profile cidoc-crm" in own("dataset", "add", "museum", "museum.ttl", *LICENCE)
    text = "SELECT ?name { ?event a sjkg:Event ; skos:prefLabel ?name }"
    assert own("query", "--graph", "translated/museum", "--format", "csv", text).splitlines()[1] == "A fight"


def test_what_is_not_right_is_refused_with_advice_and_nothing_is_written(own):
    written(own, other__nt='<http://x.org/1> <http://x.org/name> "one" .\n', museum__ttl=TURTLE, notes__txt="x")
    add = ("dataset", "add")
    for arguments, message in {
        ("a", "other.nt"): "no licence is given",
        ("a", "other.nt", "--licence", "free for all"): "“free for all” is neither an IRI nor an SPDX identifier",
        ("A b", "other.nt", *LICENCE): "“A b” is not a name of a dataset",
        ("a", "notes.txt", *LICENCE): "is not that of a table or RDF file",
        ("a", "other.nt", *LICENCE, "--from", "here"): "“here” is not an absolute IRI",
        (
            "a",
            "museum.ttl",
            *LICENCE,
            "--profile",
            "bibframe",
        ): "there is no profile “bibframe”; the profiles are cidoc-crm",
        ("a", "other.nt", *LICENCE, "--replace"): "there is no dataset a to replace",
        (
            "a",
            "other.nt",
            *LICENCE,
        ): "in no known vocabulary; their classes: none; their properties: http://x.org/name 1",
    }.items():
        assert message in own(*add, *arguments, status=2)
    folder = own.folder / "kb" / "datasets"
    assert not folder.exists() or list(folder.iterdir()) == []
    assert "not translated" in own(*add, "a", "other.nt", *LICENCE, "--untranslated")


def test_statements_that_are_not_valid_are_reported_with_line_and_column_or_left_out_and_counted(own):
    bad = b'<http://x.org/1> <http://x.org/p> <http://x.org/a b> .\n<http://x.org/1> <http://x.org/p> "\xff" .\n'
    written(own, bad__nt=bad + b'<http://x.org/1> <http://x.org/p> "good" .\n')
    refused = own("dataset", "add", "bad", "bad.nt", *LICENCE, "--untranslated", status=2)
    assert "bad.nt:1:35: violation: Invalid IRI code point ' ': “<http://x.org/a b>”" in refused
    assert "bad.nt:2:36: violation: a byte is not UTF-8" in refused and "--lenient" in refused
    answer = own("dataset", "add", "bad", "bad.nt", *LICENCE, "--untranslated", "--lenient")
    assert "Bad: 1 triple," in answer and "left out: 2 statements" in answer
    description = (own.folder / "kb" / "datasets" / "bad" / "dataset.ttl").read_text(encoding="utf-8")
    assert "schema:value 2 ;" in description
    assert "1 triple" in own("dataset", "list")


def test_tables_without_metadata_get_some_and_their_rows_are_linked(own):
    written(own, fights__csv="id,name,date,men\n1,The only event,1935-01-08,5\n2,Another one,1936,\n")
    answer = own("dataset", "add", "fights", "fights.csv", *LICENCE, "--untranslated")
    assert "Fights: 7 triples" in answer
    text = "SELECT ?row ?men { ?row ?p ?men FILTER(DATATYPE(?men) = xsd:integer && STRENDS(STR(?p), 'men')) }"
    rows = own("query", "--graph", "datasets/fights", "--format", "csv", text).split()
    assert rows[1:] == ["https://w3id.org/sjkg/datasets/fights/fights.csv#1,5"]
    own("link", "--dataset", "fights", "--accept")
    links = own.folder / "kb" / "datasets" / "fights" / "links.sssom.tsv"
    assert "https://w3id.org/sjkg/datasets/fights/fights.csv#1" in links.read_text(encoding="utf-8")


def test_a_link_that_cannot_be_right_is_a_warning_of_validate_at_file_and_line(own):
    written(own, b__rdf=RDF_XML)
    own("dataset", "add", "one", "b.rdf", *LICENCE)
    links = own.folder / "kb" / "datasets" / "one" / "links.sssom.tsv"
    line = "event:gone\tsjkg:sameThing\thttps://example.org/x\taccepted\n"
    links.write_text(f"subject_id\tpredicate_id\tobject_id\tverdict\n{line}", encoding="utf-8")
    assert "datasets/one/links.sssom.tsv:2: warning: event:gone is not a thing of the graph" in own("validate")
