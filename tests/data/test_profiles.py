"""The profiles of the packaged knowledge base: what they carry and lose, and the shapes that their output conforms to."""

import gc
import json
import re
import weakref
from collections import Counter
from itertools import chain

import pytest

from sjkg.core.errors import BrokenInput, UnknownName
from sjkg.core.facts import Facts
from sjkg.core.ntriples import literal_parts
from sjkg.core.settings import packaged_kb
from sjkg.core.vocabulary import ONTOLOGY, PREFIXES
from sjkg.profiles.cache import Translations
from sjkg.profiles.linked_places import write_places
from sjkg.profiles.read import find_profile, read_profiles
from sjkg.profiles.translate import INSTANCE_GRAPHS, TYPE, construct_over, translate
from sjkg.turtle.reader import read_turtle
from sjkg.validation.shacl_core import Shapes, Validation

PROFILES = read_profiles(packaged_kb())
LEAST_SHARE = {"cidoc-crm": 0.95, "schema.org": 0.75, "sem": 0.6, "linked-places": 0.0}
# properties whose values need not be in the output: classes for which theirs stand, dates of which days are made
REPLACED = {
    "cidoc-crm": set(),
    "schema.org": {f"{ONTOLOGY}date", TYPE},
    "sem": {TYPE},
    "linked-places": {f"{ONTOLOGY}date", f"{ONTOLOGY}status", TYPE},
}
RDFS, CRM = PREFIXES["rdfs"], PREFIXES["crm"]
A = f"<{TYPE}>"
EVENT = "https://w3id.org/sjkg/id/event/"


def crm(name):
    """Return a term of the CIDOC CRM in N-Triples."""
    return f"<{CRM}{name}>"


@pytest.fixture(scope="module")
def construct(store):
    """The function that evaluates a CONSTRUCT query over the packaged graph."""
    return construct_over(store)


@pytest.fixture(scope="module")
def translations(construct):
    """A dict from the name of each profile to the packaged graph in its terms."""
    return {name: translate(profile, construct) for name, profile in PROFILES.items()}


@pytest.fixture(scope="module")
def instance(construct):
    """The lines of all instance triples in N-Triples."""
    graphs = (construct(f"CONSTRUCT FROM <{graph}> WHERE {{ ?s ?p ?o }}") for graph in INSTANCE_GRAPHS)
    return set(chain.from_iterable(graphs))


def facts_of(translation):
    """Return the triples of a translation as facts."""
    return Facts(read_turtle(b"".join(translation.lines).decode(), "translation").lines)


@pytest.fixture(scope="module")
def in_crm(translations):
    """The packaged graph in terms of the CIDOC CRM, as facts."""
    return facts_of(translations["cidoc-crm"])


@pytest.mark.parametrize("name", PROFILES)
def test_every_instance_triple_is_carried_or_lost_and_each_lost_property_has_a_reason(name, translations, instance):
    loss = translations[name].loss
    assert sum(row.total for row in loss.properties) == len(instance)
    assert all(0 <= row.carried <= row.total for row in loss.properties)
    assert loss.unexplained == ()
    assert loss.unused_reasons == ()


@pytest.mark.parametrize("name", PROFILES)
def test_a_profile_carries_its_share_of_the_statements(name, translations):
    assert translations[name].loss.share >= LEAST_SHARE[name]


@pytest.mark.parametrize("name", PROFILES)
def test_every_rule_makes_triples(name, translations):
    assert [rule for rule, count in translations[name].constructed.items() if not count] == []


@pytest.mark.parametrize("name", PROFILES)
def test_the_output_conforms_to_the_shapes_of_the_profile(name, translations):
    shapes = Facts(read_turtle(PROFILES[name].shapes.read_text(encoding="utf-8"), "shapes.ttl").lines)
    results = Validation(facts_of(translations[name]), Shapes(shapes)).results(None)
    assert [(result.focus, result.message) for result in results] == []


def test_all_events_have_a_name_and_the_dated_ones_a_first_and_a_last_day_in_the_crm(in_crm, store):
    rows = store.query("SELECT ?e ?date { ?e a sjkg:Event OPTIONAL { ?e sjkg:date ?date } }").bindings
    events = {row["e"]["value"] for row in rows}
    dates = {row["e"]["value"]: row["date"]["value"] for row in rows if "date" in row}
    assert len(events) > 150 and len(dates) > 90
    assert {f"<{event}>" for event in events} == set(in_crm.subjects(A, crm("E5_Event")))
    for event in events:
        names = [
            in_crm.value(name, crm("P190_has_symbolic_content"))
            for name in in_crm.objects(f"<{event}>", crm("P1_is_identified_by"))
        ]
        assert in_crm.value(f"<{event}>", f"<{RDFS}label>") in names
    for event, date in dates.items():
        (span,) = in_crm.objects(f"<{event}>", crm("P4_has_time-span"))
        assert in_crm.value(span, crm("P82a_begin_of_the_begin"))
        if date.endswith("/"):  # the article gives no end
            assert in_crm.value(span, crm("P80_end_is_qualified_by")) or in_crm.value(span, crm("P82b_end_of_the_end"))
        else:
            assert in_crm.value(span, crm("P82b_end_of_the_end"))


def test_the_halhamiao_incident_is_told_in_terms_of_the_crm(in_crm):
    event = f"<{EVENT}halhamiao-incident>"
    (span,) = in_crm.objects(event, crm("P4_has_time-span"))
    assert literal_parts(in_crm.value(span, crm("P82a_begin_of_the_begin"))).lexical == "1935-01-08T00:00:00"
    assert f"<{EVENT}halhamiao-clash>" in in_crm.objects(event, crm("P9_consists_of"))
    part = "<https://w3id.org/sjkg/id/participation/halhamiao-clash--patrol>"
    assert "<https://w3id.org/sjkg/vocab/role/defender>" in in_crm.objects(part, crm("P14.1_in_the_role_of"))
    figure = "<https://w3id.org/sjkg/id/claim/halhamiao-patrol-strength#dimension>"
    assert literal_parts(in_crm.value(figure, crm("P90_has_value"))).lexical == "11"


@pytest.mark.parametrize("name", PROFILES)
def test_the_value_of_what_counts_as_carried_is_in_the_output(name, translations, instance, construct):
    text = b"".join(translations[name].lines)
    missing = Counter()
    for rule in PROFILES[name].rules:
        for line in instance.intersection(construct(rule.used)):
            _, predicate, value = line.removesuffix(b" .\n").split(b" ", 2)
            shown = value if value.startswith(b"<") else value.rpartition(b'"')[0].removeprefix(b'"')
            missing[predicate[1:-1].decode()] += shown not in text
    assert {predicate for predicate, count in missing.items() if count} <= REPLACED[name]


def test_the_dates_of_schema_org_are_as_exact_as_the_article(translations):
    graph = facts_of(translations["schema.org"])
    start, end = (f"<{PREFIXES['schema']}{name}>" for name in ("startDate", "endDate"))
    xsd = PREFIXES["xsd"]
    dates = {
        slug: (graph.value(f"<{EVENT}{slug}>", start), graph.value(f"<{EVENT}{slug}>", end))
        for slug in ("halhamiao-incident", "world-war-1")
    }
    assert dates == {
        "halhamiao-incident": (f'"1935-01-08"^^<{xsd}date>', f'"1935-01-08"^^<{xsd}date>'),
        "world-war-1": (f'"1914"^^<{xsd}gYear>', None),
    }


def test_linked_places_have_all_places_as_json_and_as_a_table(translations, store):
    places = {row["p"]["value"] for row in store.query("SELECT ?p { ?p a sjkg:Place }").bindings}
    found = json.loads(write_places(translations["linked-places"], "geojson", None))
    features = {feature["@id"]: feature for feature in found["features"]}
    assert features.keys() == places and len(places) > 50
    assert all(feature["properties"]["title"] and feature["names"] for feature in features.values())
    lake = features["https://w3id.org/sjkg/id/place/buir-lake"]
    assert lake["geometry"]["coordinates"] == [117.697, 47.817] and lake["geometry"]["certainty"] in (
        "certain",
        "less-certain",
    )
    assert {"type": "exactMatch", "identifier": "https://sws.geonames.org/524901/"} in features[
        "https://w3id.org/sjkg/id/place/moscow"
    ]["links"]
    header, *rows = write_places(translations["linked-places"], "tsv", "2026-11-30").decode().splitlines()
    table = {row["id"]: row for row in (dict(zip(header.split("\t"), row.split("\t"), strict=True)) for row in rows)}
    assert {f"https://w3id.org/sjkg/id/place/{name}" for name in table} == places
    for row in table.values():
        assert row["title"] and row["title_source"] and row["fclasses"] and row["attestation_year"] == "2026"
    assert table["buir-lake"]["fclasses"] == "H" and table["buir-lake"]["lon"] == "117.697"
    assert table["halhamiao-temple"]["parent_name"] == "Halhamiao"
    assert "gn:524901" in table["moscow"]["matches"].split(";")
    assert table["halhamiao"]["start"] == "1935-01-08"


def test_an_unknown_profile_is_refused_with_the_list_of_those_there_are():
    with pytest.raises(UnknownName, match=f"the profiles are {', '.join(PROFILES)}"):
        find_profile(PROFILES, "bibframe")
    assert find_profile(PROFILES, CRM).name == "cidoc-crm"


def test_a_rule_that_is_not_valid_is_refused_with_its_file(own_kb):
    (own_kb / "profiles" / "cidoc-crm" / "out" / "names.rq").write_text("# title: Names\nSELECT * { ?s ?p ?o }\n")
    with pytest.raises(BrokenInput, match=r"names\.rq: this is not “CONSTRUCT"):
        read_profiles(own_kb)


def test_a_profile_without_a_title_is_refused_with_what_to_add(own_kb):
    file = own_kb / "profiles" / "cidoc-crm" / "profile.ttl"
    file.write_text(re.sub(r"dcterms:title .*\n", "", file.read_text(encoding="utf-8")), encoding="utf-8")
    with pytest.raises(
        BrokenInput, match=r"profiles/cidoc-crm/profile\.ttl: the profile .* has no dcterms:title; add it"
    ):
        read_profiles(own_kb)


def test_translations_that_are_used_no_more_are_freed_without_garbage_collection(construct):
    translations = Translations(PROFILES, construct)
    translations.things("sem")
    found = weakref.ref(translations)
    gc.disable()
    try:
        del translations
        assert found() is None
    finally:
        gc.enable()
