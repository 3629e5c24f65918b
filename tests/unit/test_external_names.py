"""Names and kinds of the things of external datasets: which are read, kept in the file, and found."""

import pyoxigraph as ox
import pytest

from sjkg.matching.external_names import write_names
from sjkg.snapshot.external_names import ExternalNames
from sjkg.snapshot.index.read import Index
from sjkg.store.external_things import StoredThing, read_things

TRIPLES = """
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> PREFIX skos: <http://www.w3.org/2004/02/skos/core#> PREFIX : <http://x/>
:a a :Event , :Battle ; rdfs:label "Bataille"@fr , "The battle"@en ; skos:altLabel "Fight"@en .
:b a :Event ; rdfs:label [] .
:c rdfs:label "no class" .
[] a :Event ; rdfs:label "no IRI" .
"""
SAME = "<http://own/x> <https://w3id.org/sjkg/ontology#sameThing> <http://x/a> <http://g> .\n"
PART = "<http://own/y> <https://w3id.org/sjkg/ontology#hasPart> <http://x/c> <http://g> .\n"


@pytest.fixture
def things():
    store = ox.Store()
    store.load(TRIPLES.encode(), ox.RdfFormat.TURTLE, to_graph=ox.NamedNode("urn:g"))
    return {each.iri: each for each in read_things(store, "urn:g")}


def test_a_thing_has_its_rarest_class_and_its_english_name_first(things):
    assert things == {
        "http://x/a": StoredThing(
            "http://x/a", "http://x/Battle", (("The battle", "en"), ("Bataille", "fr"), ("Fight", "en"))
        ),
        "http://x/b": StoredThing("http://x/b", "http://x/Event", ()),
        "http://x/c": StoredThing("http://x/c", "", (("no class", ""),)),
    }


def test_names_are_found_by_words_in_any_order_and_lead_to_the_same_thing_of_ours(things, tmp_path):
    path = tmp_path / "names.sqlite"
    write_names(path, (), [("one", things.values()), ("two", [StoredThing("http://y/z", "", (("The battle", ""),))])])
    names = ExternalNames(Index(path), SAME + PART)
    assert [(hit.iri, hit.dataset, hit.score) for hit in names.find("battle, the")] == [
        ("http://x/a", "one", 100),
        ("http://y/z", "two", 100),
    ]
    assert [hit.name for hit in names.find("batail")] == ["Bataille"]
    assert names.find("battle nowhere") == names.find("x") == names.find('"') == []
    assert names.own_things == {"http://x/a": "http://own/x"}
    assert {(each.thing, each.dataset, each.name) for each in names.names_of_ours} == {
        ("http://own/x", "one", name) for name in ("The battle", "Bataille", "Fight")
    }
    assert names.kinds == {
        "one": [("", 1, 1), ("http://x/Battle", 1, 1), ("http://x/Event", 1, 0)],
        "two": [("", 1, 1)],
    }


def test_a_changed_dataset_is_replaced_and_others_stay(things, tmp_path):
    path = tmp_path / "names.sqlite"
    write_names(path, (), [("one", things.values()), ("two", things.values())])
    write_names(path, ("one",), [("one", [StoredThing("http://x/n", "", (("renamed", ""),))])])
    names = ExternalNames(Index(path))
    assert [(hit.iri, hit.dataset) for hit in names.find("fight")] == [("http://x/a", "two")]
    assert [(hit.iri, hit.dataset) for hit in names.find("renamed")] == [("http://x/n", "one")]


def test_without_datasets_nothing_is_found():
    assert ExternalNames().find("battle") == [] and ExternalNames().names_of_ours == () and not ExternalNames().kinds
