"""Decided lines of SSSOM tables as links in Turtle."""

import pytest

from sjkg.core.errors import BrokenInput
from sjkg.core.vocabulary import PREFIXES
from sjkg.describe.link_turtle import links_to_turtle, read_linked_datasets
from sjkg.matching.link_tables import read_links
from sjkg.turtle.reader import read_turtle

HEADER = '#curie_map:\n#  wikidata: "http://www.wikidata.org/entity/"\nsubject_id\tpredicate_id\tobject_id\tcomment\tverdict\n'
ROW = "event:battle-of-lake-khasan\tsjkg:near\twikidata:Q1\tseen\taccepted\n"


@pytest.fixture
def convert(kb_root, tmp_path):
    def run(text):
        path = tmp_path / "links.sssom.tsv"
        path.write_text(text, encoding="utf-8")
        return links_to_turtle(str(path), read_links(path), read_linked_datasets(kb_root))

    return run


@pytest.mark.parametrize("dataset", ["wikidata", "dbpedia", "geonames"])
def test_our_links_as_a_table_become_our_files_again(run, kb_root, tmp_path, snapshot, dataset):
    table = tmp_path / "ours.sssom.tsv"
    assert run("export", "--links", "sssom", "--dataset", dataset, "-o", table).returncode == 0
    answer = run("import", table)
    assert answer.returncode == 0, answer.stderr
    source = kb_root / "triples" / "links" / f"{dataset}.ttl"

    def triples(text):
        label = f"<{PREFIXES['skos']}prefLabel>"
        return {(s, p, o) for s, p, o in read_turtle(text, "a.ttl").lines if p != label}

    assert triples(answer.stdout) == triples(source.read_text(encoding="utf-8"))


def test_lines_without_a_verdict_are_left_out_and_refused_ones_kept_with_their_reason(convert):
    written = convert(
        HEADER
        + ROW
        + ROW.replace("accepted", "to check").replace("Q1", "Q2")
        + ROW.replace("accepted", "refused").replace("Q1", "Q3").replace("khasan", "x")
    )
    assert "Q2" not in written and written.count("a sjkg:IdentityLink") == 2
    assert 'dcterms:description "seen"@en' in written and 'sjkg:evidence "seen"@en' in written
    assert "verdict:refused" in written and 'skos:prefLabel "Battle of lake khasan in Wikidata"@en' in written


@pytest.mark.parametrize(
    ("good", "bad", "words"),
    [
        ("wikidata:Q1", "row:1", "“row:1” is not an IRI, and its prefix is not in curie_map"),
        ("wikidata:Q1", "http://x.org/1", "<http://x.org/1> is in no dataset with a void:uriSpace"),
        ("sjkg:near", "skos:exactMatch", "“skos:exactMatch” is not a kind of match"),
        ("event:battle", "row:battle", "is not a thing of the graph"),
    ],
)
def test_a_line_that_cannot_become_a_link_is_named(convert, good, bad, words):
    with pytest.raises(BrokenInput) as refused:
        convert(HEADER + ROW.replace(good, bad))
    (finding,) = refused.value.findings
    assert finding.line == 4 and words in finding.message


def test_two_lines_that_give_one_link_are_named(convert):
    with pytest.raises(BrokenInput) as refused:
        convert(HEADER + ROW + ROW.replace("Q1", "Q2"))
    assert refused.value.findings[0].line == 5 and "the same link as line 4" in refused.value.findings[0].message
