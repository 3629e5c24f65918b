"""The profiles of the packaged knowledge base: what they carry and lose, and the shapes that their output conforms to."""

import gc
import json
import re
import weakref
from collections import Counter
from itertools import chain

import pytest
from namespaces import ARTICLE, EDITORIAL, IDS, LINKS

from sjkg.core.errors import BrokenInput, UnknownName
from sjkg.core.facts import Facts
from sjkg.core.ntriples import literal_parts
from sjkg.core.settings import packaged_kb
from sjkg.core.vocabulary import ONTOLOGY, PREFIXES
from sjkg.profiles.cache import Translations
from sjkg.profiles.linked_places import write_places
from sjkg.profiles.linked_places_files import read_places
from sjkg.profiles.read import find_profile, read_profiles
from sjkg.profiles.round_trip import measure_round_trip
from sjkg.profiles.translate import TYPE, construct_over, translate, translate_back
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
NAMES = {f"{PREFIXES['skos']}{name}" for name in ("prefLabel", "altLabel")} | {
    f"{ONTOLOGY}{name}" for name in ("spellingVariant", "transliteration", "garbledName", "nameElsewhere")
}
# what has to come back of each profile that carries it
ROUND_TRIP = {
    "names": NAMES,
    "bounds": {f"{ONTOLOGY}{name}" for name in ("earliestBegin", "latestBegin", "earliestEnd", "latestEnd")},
    "places": {f"{ONTOLOGY}occurredAt", f"{ONTOLOGY}placePartOf"},
    "wholes": {f"{ONTOLOGY}directSubEventOf"},
    "participants": {f"{ONTOLOGY}{name}" for name in ("hasParticipation", "participant", "role", "side")},
    "kinds": {f"{ONTOLOGY}{name}" for name in ("eventKind", "outcomeKind", "causalRelation", "remarkKind")},
    "figures": {f"{ONTOLOGY}{name}" for name in ("quantityKind", "countExact", "countMin", "countMax", "countText")},
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
    graphs = (construct(f"CONSTRUCT FROM <{graph}> WHERE {{ ?s ?p ?o }}") for graph in (ARTICLE, EDITORIAL, LINKS))
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


@pytest.fixture(scope="module")
def round_trips(translations, construct):
    """A dict from the name of each profile to what comes back of the packaged graph in its terms."""
    return {name: measure_round_trip(translation, construct) for name, translation in translations.items()}


@pytest.mark.parametrize("name", PROFILES)
def test_names_days_places_parts_and_figures_come_back_from_a_profile_that_carries_them(name, round_trips):
    shares = {aspect: round_trips[name].share(iris) for aspect, iris in ROUND_TRIP.items()}
    assert {aspect: share for aspect, share in shares.items() if share < 0.99} == {}
    rows = {row.iri: row for row in round_trips[name].properties}
    assert rows[f"{PREFIXES['skos']}prefLabel"].used > 50
    if name != "linked-places":
        assert {iri: rows[iri].same for iri in ROUND_TRIP["participants"]} == {
            iri: rows[iri].used for iri in ROUND_TRIP["participants"]
        }


@pytest.mark.parametrize("name", PROFILES)
def test_nothing_comes_back_that_the_graph_does_not_say(name, round_trips):
    """In schema.org a year is the date as written, whose first and last day may be wider than the bounds that we compute."""
    allowed = {f"<{ONTOLOGY}{bound}>".encode() for bound in ("earliestBegin", "latestEnd")}
    others = [line for line in round_trips[name].added if line.split(b" ", 2)[1] not in allowed]
    assert others == [] and len(round_trips[name].added) <= (5 if name == "schema.org" else 0)


def back(name, turtle):
    """Return Turtle in the terms of a profile, with its usual prefixes, as facts in our terms."""
    prefixes = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in PREFIXES.items())
    lines = read_turtle(f"{prefixes}@prefix : <http://example.org/> .\n{turtle}", "theirs").lines
    made = translate_back(PROFILES[name], (f"{s} {p} {o} .\n".encode() for s, p, o in lines))
    return Facts(read_turtle(b"".join(made.lines).decode(), "ours").lines)


def test_a_foreign_dataset_in_terms_of_the_crm_is_read_with_names_days_places_parts_and_participants():
    facts = back(
        "cidoc-crm",
        """
        :battle a crm:E5_Event ; rdfs:label "Battle of X"@en ; crm:P4_has_time-span [ a crm:E52_Time-Span ;
              crm:P82a_begin_of_the_begin "1938-02"^^xsd:gYearMonth ; crm:P82b_end_of_the_end "1938-02"^^xsd:gYearMonth ] ;
            crm:P7_took_place_at :lake ; crm:P9i_forms_part_of :war ; crm:P11_had_participant :army .
        :war a crm:E5_Event ; crm:P1_is_identified_by [ a crm:E41_Appellation ; crm:P190_has_symbolic_content "The war" ] .
        :part a crm:PC14_carried_out_by ; crm:P01_has_domain :battle ; crm:P02_has_range :general ;
            <http://www.cidoc-crm.org/cidoc-crm/P14.1_in_the_role_of> :commander .
        """,
    )
    ours, here = (lambda name: f"<{ONTOLOGY}{name}>"), "http://example.org/"
    battle = f"<{here}battle>"
    assert facts.value(battle, f"<{PREFIXES['skos']}prefLabel>") == '"Battle of X"@en'
    assert facts.value(f"<{here}war>", f"<{PREFIXES['skos']}altLabel>") == '"The war"'
    assert literal_parts(facts.value(battle, ours("earliestBegin"))).lexical == "1938-02-01"
    assert literal_parts(facts.value(battle, ours("latestEnd"))).lexical == "1938-02-28"
    assert facts.value(battle, ours("latestBegin")) is None
    assert facts.value(battle, ours("occurredAt")) == f"<{here}lake>"
    assert facts.value(battle, ours("directSubEventOf")) == f"<{here}war>"
    parts = {facts.value(node, ours("participant")): node for node in facts.objects(battle, ours("hasParticipation"))}
    assert parts.keys() == {f"<{here}army>", f"<{here}general>"}
    assert facts.value(parts[f"<{here}general>"], ours("role")) == f"<{here}commander>"


def test_terms_of_schema_org_are_known_with_http_and_https():
    facts = back("schema.org", '<urn:e> a <http://schema.org/Event> ; <http://schema.org/startDate> "1904-02-08" .')
    assert facts.value("<urn:e>", A) == f"<{ONTOLOGY}Event>"
    assert literal_parts(facts.value("<urn:e>", f"<{ONTOLOGY}earliestBegin>")).lexical == "1904-02-08"


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
    spans = [span for feature in features.values() for span in feature.get("when", {}).get("timespans", ())]
    assert spans and all(span["label"] and span["seeAlso"]["@id"].startswith(f"{IDS}event/") for span in spans)
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


PLACES = "https://w3id.org/sjkg/id/place/"
SAME, NEAR, SEE_ALSO = f"<{ONTOLOGY}sameThing>", f"<{ONTOLOGY}near>", f"<{PREFIXES['rdfs']}seeAlso>"
EVENTS = tuple(f"<{ONTOLOGY}{name}>" for name in ("occurredAt", "earliestBegin", "latestEnd"))


def _back(translation, lines):
    """Return the triples of places in our terms, as text, without those of the events that attest them."""
    found = translate_back(translation.profile, lines).lines
    triples = (line.decode().rstrip(" .\n").split(" ", 2) for line in found)
    return {(s, p, o) for s, p, o in triples if s.startswith(f"<{PLACES}") and p not in EVENTS}


def test_our_linked_places_json_comes_back_with_names_points_wholes_and_links(translations, tmp_path):
    translation = translations["linked-places"]
    (tmp_path / "ours.geojson").write_bytes(write_places(translation, "geojson", None))
    expected = _back(translation, translation.lines)
    assert _back(translation, read_places(tmp_path / "ours.geojson")) == expected
    carried = Counter(p.rpartition("#")[2] for _, p, _ in expected)
    for name in ("prefLabel>", "altLabel>", "lat>", "long>", "placePartOf>", "sameThing>", "relativeTo>"):
        assert carried[name] > 5, name


def test_our_lp_tsv_comes_back_with_names_points_wholes_and_links(translations, tmp_path):
    """LP-TSV has no language of titles, no classes and only close matches; all else comes back."""
    translation = translations["linked-places"]
    (tmp_path / "ours.tsv").write_bytes(write_places(translation, "tsv", "2026-11-30"))

    def comparable(triples):
        for s, p, o in triples:
            name = p.rpartition("#")[2][:-1]
            if name in ("prefLabel", "altLabel"):
                yield s, "name", " ".join(literal_parts(o).lexical.replace(";", ",").split())
            elif name in ("lat", "long"):
                yield s, name, float(literal_parts(o).lexical)
            elif p in (SAME, NEAR):
                yield s, "link", o.removesuffix("/>").removesuffix(">")
            elif name == "placePartOf":
                yield s, name, o

    found = set(comparable(_back(translation, read_places(tmp_path / "ours.tsv", PLACES))))
    assert found == set(comparable(_back(translation, translation.lines))) and len(found) > 100
