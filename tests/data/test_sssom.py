"""The links as an SSSOM table and as triples: by the rules of the standard, complete, and no refused link as a match."""

import csv
import io
import json
import re

import pytest
from namespaces import IDS

from sjkg.core.errors import BadParameter
from sjkg.core.vocabulary import ONTOLOGY, PREFIXES, expand
from sjkg.describe.links import PREDICATES, match_quads, read_links, read_uri_spaces
from sjkg.describe.sssom import to_uri, write_sssom
from sjkg.store.sorted_quads import SortedQuads, split_quad

# Slots of SSSOM 1.1 that a table may have as columns, as far as ours has them; and those that each row and set needs.
# Source: https://mapping-commons.github.io/sssom/spec-model/
SLOTS = {
    *("record_id", "subject_id", "subject_label", "predicate_id", "predicate_modifier", "object_id", "object_source"),
    *("mapping_justification", "reviewer_label", "comment"),
}
REQUIRED = ("subject_id", "predicate_id", "object_id", "mapping_justification")
CURIE = re.compile(r"([A-Za-z_][\w.-]*):(\S+)")


@pytest.fixture(scope="module")
def sorted_quads(snapshot):
    """The sorted quads of the packaged graph."""
    return SortedQuads(snapshot.folder)


@pytest.fixture(scope="module")
def links(sorted_quads):
    """All links of the packaged graph."""
    return read_links(sorted_quads)


@pytest.fixture(scope="module")
def text(links, sorted_quads, snapshot):
    """The table of all links."""
    return write_sssom(links, read_uri_spaces(sorted_quads), snapshot.manifest).decode()


@pytest.fixture(scope="module")
def header(text):
    """The lines of the header without “#”: what stands before the first line without it."""
    lines = text.splitlines()
    end = next(number for number, line in enumerate(lines) if not line.startswith("#"))
    return [line[1:] for line in lines[:end]]


@pytest.fixture(scope="module")
def rows(text, header):
    """The rows of the table as dicts."""
    return list(csv.DictReader(io.StringIO("\n".join(text.splitlines()[len(header) :])), delimiter="\t"))


@pytest.fixture(scope="module")
def curie_map(header):
    """The prefixes that the header declares, as a dict."""
    start = header.index("curie_map:") + 1
    lines = header[start : header.index("extension_definitions:")]
    return {name.strip(): json.loads(iri) for name, _, iri in (line.partition(": ") for line in lines)}


def test_the_header_has_the_required_slots_of_a_mapping_set(header):
    values = dict(line.split(": ", 1) for line in header if re.match(r"[a-z_]+: ", line))
    assert json.loads(values["mapping_set_id"]) == "https://w3id.org/sjkg/links.sssom.tsv"
    assert json.loads(values["license"]).startswith("https://creativecommons.org/licenses/by-sa/4.0")
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", json.loads(values["mapping_date"])) and json.loads(
        values["mapping_set_version"]
    )


def test_every_column_is_a_slot_of_the_standard_or_a_declared_extension(rows, header):
    declared = {line.rpartition(": ")[2] for line in header if "slot_name: " in line}
    assert set(rows[0]) - declared == SLOTS and not declared & SLOTS


def test_every_row_has_what_the_standard_requires_in_curies_of_the_declared_prefixes(rows, curie_map):
    assert len(rows) > 100
    for row in rows:
        assert all(row[name] for name in REQUIRED), row
        assert row["predicate_modifier"] in ("", "Not") and row["mapping_justification"].startswith("semapv:")
        for name in ("record_id", *REQUIRED, "object_source", "evidence_status"):
            prefix, local = CURIE.fullmatch(row[name]).groups()
            assert prefix in curie_map and local.isascii(), row[name]  # sssom-py drops rows with other characters


def test_the_table_has_every_link_of_the_turtle_files_with_its_evidence(rows, curie_map, kb):
    graph = kb.union("links")
    written = {}
    for link, other in graph.subject_objects(next(p for p in graph.predicates() if str(p) == f"{ONTOLOGY}linkedTo")):
        values = {str(p).removeprefix(ONTOLOGY): str(o) for p, o in graph.predicate_objects(link)}
        written[values["linkedThing"], values["match"], to_uri(other)] = (values["evidence"], values["verdict"])

    def iri(name):
        prefix, _, local = name.partition(":")
        return curie_map[prefix] + local

    table = {
        (iri(row["subject_id"]), iri(row["predicate_id"]), iri(row["object_id"])): (
            row["evidence"],
            PREFIXES["verdict"] + row["verdict"],
        )
        for row in rows
    }
    assert table == written and len(written) > 100


def test_refused_links_are_rows_with_not_and_no_triples(rows, links):
    refused = {(row["subject_id"], row["object_id"]) for row in rows if row["predicate_modifier"] == "Not"}
    assert ("actor:republic-of-china", "wikidata:Q865") in refused
    made = {line for predicate in ("sjkg", *PREDICATES) for line in match_quads(links, predicate)}
    assert not [line for line in made if "republic-of-china" in line and "/Q865>" in line]
    assert [line for line in made if "republic-of-china" in line and "/Q13426199>" in line]


def test_the_triples_that_rules_derive_are_those_of_the_accepted_links(links, store):
    query = "CONSTRUCT { ?s ?p ?o } FROM <https://w3id.org/sjkg/graph/derived> WHERE { VALUES ?p { sjkg:sameThing sjkg:near sjkg:partOf sjkg:hasPart rdfs:seeAlso } ?s ?p ?o }"
    derived = set(store.query(query, {"graph": "nt"}).body.decode().splitlines())
    assert derived == set(match_quads(links)) and len(derived) > 100


@pytest.mark.parametrize("predicate", PREDICATES)
def test_only_links_to_the_same_thing_get_a_predicate_of_identity(links, predicate):
    lines = [split_quad(f"{line[:-2]} <urn:g> .") for line in match_quads(links, predicate)]
    assert {line.predicate for line in lines} == {f"<{PREDICATES[predicate]}>"}
    found = {(line.subject[1:-1], line.object[1:-1]) for line in lines}
    assert found == {
        (each.thing, each.other) for each in links if each.is_accepted and each.match == f"{ONTOLOGY}sameThing"
    }
    assert (f"{IDS}event/halhamiao-incident", "http://www.wikidata.org/entity/Q890631") not in found  # only near


def test_an_unknown_predicate_or_dataset_is_refused_with_the_list(links, sorted_quads):
    with pytest.raises(BadParameter, match=r"owl:sameAs, schema:sameAs, skos:exactMatch, la:equivalent, or sjkg"):
        match_quads(links, "owl:differentFrom")
    with pytest.raises(BadParameter, match=r"one of: dbpedia, geonames, wikidata"):
        read_links(sorted_quads, "viaf")
    names = ("geonames", "dataset:geonames", expand("dataset:geonames"))
    assert {read_links(sorted_quads, name) for name in names} == {tuple(e for e in links if e.dataset == names[2])}
    assert PREFIXES["dataset"] in names[2]
