"""Content of the pages of terms, shapes, vocabularies, treaties, participations, remarks, sections and works."""

import pytest
import requests
from servers import PROJECT
from test_pages import get


@pytest.fixture
def page(server):
    return lambda name: requests.get(f"{server}/page/{name}.json", timeout=20).json()["page"]


def related(page: dict) -> dict[str, set[str]]:
    """Return the labels in each group of related things."""
    return {
        title: {value["text"] for prop in properties for value in prop["values"]}
        for title, properties in page["related"]
    }


def test_a_property_shows_domain_range_inverse_and_chains(page):
    shown = page("ontology/occurredAt")
    groups = related(shown)
    assert (
        groups["Things that have it (domain)"] == {"event"}
        and groups["Its values (range)"] == {"place"}
        and groups["Inverse of"] == {"site of"}
    )
    assert [[end["name"] for end in chain] for chain in shown["chains"]] == [
        ["has part event", "occurred at"],
        ["occurred at", "part of place"],
    ]


def test_a_property_shows_some_of_its_statements_with_passages(page):
    shown = page("ontology/occurredAt")
    assert shown["total"] > len(shown["uses"]) > 10
    assert all(use["value"]["sources"][0]["sort"] == "passage" for use in shown["uses"])


def test_a_property_that_is_never_asserted_shows_inferred_statements(page):
    assert {source["sort"] for use in page("ontology/siteOf")["uses"] for source in use["value"]["sources"]} == {
        "inferred"
    }


def test_a_class_shows_broader_and_narrower_classes_and_its_list(server, page):
    shown = page("ontology/MilitaryEvent")
    groups = related(shown)
    assert "event" in groups["More general"] and {"battle", "border incident"} <= groups["More specific"]
    assert page("ontology/BorderIncident")["listed"] == "/events?kind=sjkg:BorderIncident"
    assert get(server + page("ontology/Claim")["listed"]).status_code == 200


def test_a_term_shows_its_alignments_and_what_they_lose(page):
    crm = next(one for one in page("ontology/Actor")["alignments"] if one["vocabulary"]["name"] == "CIDOC CRM")
    assert (
        crm["other"]["name"] == "crm:E39_Actor"
        and crm["relation"]["name"] == "more specific than (subclass of)"
        and crm["lost"] == "nothing"
    )


def test_a_term_lists_the_rules_that_check_it(page):
    rules = {rule["iri"].rpartition("/")[2] for rule in page("ontology/Participation")["rules"]}
    assert {"Participation-event", "Participation-iri", "Participation-role"} <= rules
    assert "Participation-event" in {
        rule["iri"].rpartition("/")[2] for rule in page("ontology/hasParticipation")["rules"]
    }


def test_a_shape_shows_its_rules_by_their_messages(page):
    shown = page("shapes/Participation")
    assert related(shown)["Checks every"] == {"participation"}
    assert any(rule["message"].startswith("A participation needs a role") for rule in shown["rules"])


def test_a_rule_shows_severity_shape_constraints_and_fixtures(page):
    shown = page("shapes/Participation-role")
    assert related(shown)["Rule of the shape"] == {"participation"} and related(shown)["Severity"] == {"violation"}
    assert {prop["name"] for prop in shown["demands"]} == {
        "property",
        "minimum number of values",
        "conforms to the shape",
    }
    assert (PROJECT / shown["fixtures"] / "valid.ttl").is_file()


def test_a_vocabulary_lists_its_concepts_with_definitions(page):
    meanings = {concept["name"]: meaning for concept, meaning in page("vocab/role")["concepts"]}
    assert meanings["attacker"] == "Opened or pressed an attack." and len(meanings) > 30


def test_a_concept_shows_its_relations_and_uses(page):
    assert related(page("vocab/role/attacker")) == {"In the list of fixed values (vocabulary)": {"roles"}}
    assert [prop["name"] for prop in page("vocab/role/attacker")["uses"]] == ["role"]
    assert "tank" in related(page("vocab/materiel/light-tank"))["More general"]


def test_a_treaty_shows_its_parties_and_its_events_by_date(page):
    shown = page("treaty/soviet-japanese-neutrality-pact")
    assert related(shown)["Parties"] == {"Empire of Japan", "Soviet Union"}
    dated = [step["event"]["name"] for step in shown["steps"] if step["date"] != "no date given"]
    assert dated[0] == "signing of the Soviet–Japanese Neutrality Pact"  # though others may begin on its day
    assert dated[-1] == "expiry of the Neutrality Pact"
    steps = [step["event"]["name"] for step in shown["steps"]]  # nothing bounds the end of the declaration
    assert (
        "Soviet–Japanese declaration regarding Mongolia"
        in steps[1 : steps.index("Soviet denunciation of the Neutrality Pact")]
    )


def test_a_participation_shows_actor_role_event_side_and_claims(page):
    shown = page("participation/battle-of-lake-khasan--soviet-union")
    assert related(shown) == {
        "Actor": {"Soviet Union"},
        "Role": {"defender"},
        "Event": {"Battle of Lake Khasan"},
        "Side": {"Soviet and Mongolian"},
    }
    assert {claim["party"]["name"] for claim in shown["claims"]} == {"Soviet Union"}


def test_a_remark_shows_its_kind_its_passage_and_the_things_concerned(page):
    shown = page("remark/halhamiao-led-by")
    assert shown["title"] == "ambiguity in passage 26" and shown["passages"][0]["number"] == 26
    assert "Japanese military advisor at Halhamiao" in related(shown)["Concerns"]


def test_a_mentioned_remark_is_named_by_its_text(page):
    mentions = page("treaty/soviet-japanese-neutrality-pact")["mentions"]
    called = {value["text"] for prop in mentions if prop["name"] == "concerns" for value in prop["values"]}
    assert "missing information: War is declared while the pact has, by the …" in called


def test_a_section_lists_its_passages_in_order(page):
    numbers = [passage["number"] for passage in page("section/1935-incidents")["passages"]]
    assert numbers == list(range(25, 30))


def test_the_claims_that_cite_a_work_are_in_the_order_of_the_article(page):
    numbers = [claim["source"]["number"] for claim in page("work/coox")["claims"]]
    assert numbers == sorted(numbers) and len(numbers) > 20


@pytest.mark.parametrize(
    "name", ["ontology/occurredAt", "shapes/Section", "vocab/role/attacker", "remark/halhamiao-led-by", "section/lead"]
)
def test_every_page_links_its_citations_and_rdf_files(server, name):
    text = get(f"{server}/page/{name}").text
    paths = [part.partition('"')[0] for part in text.split('href="')[1:]]
    ways = {path for path in paths if path.startswith(("/cite/", "/data/", "/graph/"))}
    assert len(ways) == 9 and {get(server + way).status_code for way in ways} == {200}


def test_the_search_leaves_out_generated_names(server):
    found = requests.get(f"{server}/search.json", params={"q": "halhamiao"}, timeout=20).json()["page"]["groups"]
    kinds = {thing["kind"] for _, things in found for thing in things}
    assert kinds == {"event", "actor", "place", "claim", "passage", "remark"}
