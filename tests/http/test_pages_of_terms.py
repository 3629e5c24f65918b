"""The pages of terms, shapes, treaties, participations, remarks and sections: what a reader asks of each is on it."""

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


def test_a_property_tells_what_it_leads_from_and_to_and_what_makes_it(page):
    shown = page("ontology/occurredAt")
    groups = related(shown)
    assert groups["Domain"] == {"event"} and groups["Range"] == {"place"} and groups["Inverse of"] == {"site of"}
    assert [[end["name"] for end in chain] for chain in shown["chains"]] == [
        ["has part event", "occurred at"],
        ["occurred at", "part of place"],
    ]


def test_a_property_is_shown_in_statements_with_their_passages(page):
    shown = page("ontology/occurredAt")
    assert shown["total"] > len(shown["uses"]) > 10
    assert all(use["value"]["sources"][0]["sort"] == "passage" for use in shown["uses"])


def test_a_property_that_is_only_inferred_is_shown_in_inferred_statements(page):
    assert {source["sort"] for use in page("ontology/siteOf")["uses"] for source in use["value"]["sources"]} == {
        "inferred"
    }


def test_a_class_tells_what_is_wider_and_narrower_and_leads_to_its_list(server, page):
    shown = page("ontology/MilitaryEvent")
    groups = related(shown)
    assert "event" in groups["Broader"] and {"battle", "border incident"} <= groups["Narrower"]
    assert page("ontology/BorderIncident")["listed"] == "/events?kind=sjkg:BorderIncident"
    assert get(server + page("ontology/Claim")["listed"]).status_code == 200


def test_a_term_tells_what_it_is_elsewhere_and_what_is_lost_there(page):
    crm = next(one for one in page("ontology/Actor")["alignments"] if one["vocabulary"]["name"] == "CIDOC CRM")
    assert (
        crm["other"]["name"] == "crm:E39_Actor"
        and crm["relation"]["name"] == "subclass of"
        and crm["lost"] == "nothing"
    )


def test_a_term_lists_the_rules_that_check_it(page):
    rules = {rule["iri"].rpartition("/")[2] for rule in page("ontology/Participation")["rules"]}
    assert {"Participation-event", "Participation-iri", "Participation-role"} <= rules
    assert "Participation-event" in {
        rule["iri"].rpartition("/")[2] for rule in page("ontology/hasParticipation")["rules"]
    }


def test_a_shape_tells_its_rules_in_words(page):
    shown = page("shapes/Participation")
    assert related(shown)["Checks every"] == {"participation"}
    assert any(rule["message"].startswith("A participation needs a role") for rule in shown["rules"])


def test_a_rule_tells_how_serious_it_is_whose_it_is_and_which_examples_test_it(page):
    shown = page("shapes/Participation-role")
    assert related(shown)["Rule of"] == {"participation"} and related(shown)["Severity"] == {"violation"}
    assert {prop["name"] for prop in shown["demands"]} == {"property", "minimum count", "conforms to the shape"}
    assert (PROJECT / shown["fixtures"] / "valid.ttl").is_file()


def test_a_vocabulary_tells_what_each_of_its_concepts_means(page):
    meanings = {concept["name"]: meaning for concept, meaning in page("vocab/role")["concepts"]}
    assert meanings["attacker"] == "Opened or pressed an attack." and len(meanings) > 30


def test_a_concept_tells_what_it_is_near_and_where_it_is_used(page):
    assert related(page("vocab/role/attacker")) == {"In the vocabulary": {"roles"}}
    assert [prop["name"] for prop in page("vocab/role/attacker")["uses"]] == ["role"]
    assert "tank" in related(page("vocab/materiel/light-tank"))["Broader"]


def test_a_treaty_tells_its_parties_and_what_happened_about_it_in_order(page):
    shown = page("treaty/soviet-japanese-neutrality-pact")
    assert related(shown)["Parties"] == {"Empire of Japan", "Soviet Union"}
    dated = [step["event"]["name"] for step in shown["steps"] if step["date"]]
    assert dated[0] == "signing of the Soviet–Japanese Neutrality Pact"  # though others may begin on its day
    assert dated[-1] == "expiry of the Neutrality Pact"
    assert shown["steps"][-1]["date"] == ""


def test_a_participation_tells_who_as_what_in_what_and_what_is_claimed_of_them(page):
    shown = page("participation/battle-of-lake-khasan--soviet-union")
    assert related(shown) == {
        "Actor": {"Soviet Union"},
        "Role": {"defender"},
        "Event": {"Battle of Lake Khasan"},
        "Side": {"Soviet and Mongolian"},
    }
    assert {claim["party"]["name"] for claim in shown["claims"]} == {"Soviet Union"}


def test_a_remark_tells_its_kind_its_passage_and_what_it_concerns(page):
    shown = page("remark/halhamiao-led-by")
    assert shown["title"] == "ambiguity in passage 26" and shown["passages"][0]["number"] == 26
    assert "Japanese military advisor at Halhamiao" in related(shown)["Concerns"]


def test_a_remark_is_called_by_its_words_where_it_is_mentioned(page):
    mentions = page("treaty/soviet-japanese-neutrality-pact")["mentions"]
    called = {value["text"] for prop in mentions if prop["name"] == "concerns" for value in prop["values"]}
    assert "contradiction: War is declared while the pact has, by the text, not …" in called


def test_a_section_lists_its_passages_in_order(page):
    numbers = [passage["number"] for passage in page("section/1935-incidents")["passages"]]
    assert numbers == list(range(25, 30))


def test_what_a_work_supports_is_in_the_order_of_the_article(page):
    numbers = [claim["source"]["number"] for claim in page("work/coox")["claims"]]
    assert numbers == sorted(numbers) and len(numbers) > 20


@pytest.mark.parametrize(
    "name", ["ontology/occurredAt", "shapes/Section", "vocab/role/attacker", "remark/halhamiao-led-by", "section/lead"]
)
def test_everything_can_be_cited_and_taken_away_as_rdf(server, name):
    text = get(f"{server}/page/{name}").text
    paths = [part.partition('"')[0] for part in text.split('href="')[1:]]
    ways = [path for path in paths if path.startswith(("/cite/", "/data/", "/graph/"))]
    assert len(ways) == 9 and {get(server + way).status_code for way in ways} == {200}


def test_names_of_participations_and_remarks_do_not_crowd_the_search(server):
    found = requests.get(f"{server}/search.json", params={"q": "halhamiao"}, timeout=20).json()["page"]["groups"]
    assert {thing["kind"] for _, things in found for thing in things} <= {"event", "actor", "place", "claim"}
