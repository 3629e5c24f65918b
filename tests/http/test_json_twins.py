"""Every HTML page links a JSON twin, which has the page's data and the queries executed for it."""

import pytest
import requests
from flask import Flask
from test_pages import Page, get

from sjkg.web import app as application

EVENT = "/questions/losses-of-event?event=event:kanchazu-island-incident"
WHY = "/explain?s=event:halhamiao-incident&p=sjkg:involvesPower&o=actor:soviet-union"
SAMPLES = {  # for each URL rule with variables, existing paths
    "site.show_list": ["/events?kind=sjkg:BorderIncident", "/claims"],
    "site.list_as_csv": ["/events.csv"],
    "site.table_metadata": ["/events.csv-metadata.json"],
    "site.event": ["/page/event/halhamiao-incident"],
    "site.actor": ["/page/actor/kwantung-army"],
    "site.place": ["/page/place/manchuria"],
    "site.claim": ["/page/claim/halhamiao-manchukuo-killed"],
    "site.passage": ["/page/passage/halhamiao-incident"],
    "site.footnote": ["/page/footnote/6"],
    "site.work": ["/page/work/coox"],
    "site.treaty": ["/page/treaty/tripartite-pact"],
    "site.participation": ["/page/participation/halhamiao-clash--patrol"],
    "site.remark": ["/page/remark/halhamiao-led-by"],
    "site.section": ["/page/section/1935-incidents"],
    "site.term": ["/page/ontology/Battle", "/page/ontology/occurredAt"],
    "site.shape": ["/page/shapes/Event", "/page/shapes/Participation-role"],
    "site.vocabulary": ["/page/vocab/role"],
    "site.concept": ["/page/vocab/role/attacker"],
    "site.entity": ["/page/link/attack-on-pearl-harbor--dbpedia"],
    "site.all_statements": ["/statements/event/halhamiao-incident"],
    "site.graph": ["/page/graph/alignments/cidoc-crm", "/page/graph/editorial"],
    "site.compare_sources": ["/compare/event/battle-of-lake-khasan", "/compare/event/tauran-incident"],
    "site.sources_as_csv": ["/compare/event/battle-of-lake-khasan.csv"],
    "site.sources_metadata": ["/compare/event/battle-of-lake-khasan.csv-metadata.json"],
    "site.show_dataset": ["/datasets/war-atlas", "/datasets/cdb90?kind=sjkg:Battle"],
    "site.show_record": ["/datasets/war-atlas"],  # its path goes on after the name
    "site.dataset_file": ["/datasets/war-atlas/statements.ttl", "/datasets/war-atlas/links.sssom.tsv"],
    "site.question": [EVENT, "/questions/events-in-period"],
    "site.question_text": ["/questions/events-in-period.rq"],
    "site.profile": ["/profiles/cidoc-crm", "/profiles/schema.org"],
    "site.profile_description": ["/profiles/cidoc-crm.ttl"],
    "site.profile_turtle": ["/profiles/cidoc-crm/shapes.ttl"],
    "site.profile_rule": ["/profiles/cidoc-crm/out/names.rq"],
    "site.cite": ["/cite/event/halhamiao-incident.bib"],
    "linked_data.ontology": ["/ontology.ttl"],
    "linked_data.shapes": ["/shapes.ttl"],
    "linked_data.scheme": ["/vocab/role.ttl"],
    "linked_data.concept": ["/vocab/role/attacker"],
    "linked_data.shape": ["/shapes/Event"],
    "dataset.dataset": ["/dataset.ttl"],
    "links.triples": ["/links.ttl"],
    "dataset.dump": ["/dumps/sjkg.ttl.gz"],
    "linked_data.thing": ["/id/event/halhamiao-incident"],
    "linked_data.document": ["/data/event/halhamiao-incident.ttl"],
    "dataset.graph_by_path": ["/graph/inferred"],
    "reconcile.flyout": ["/reconcile/flyout/entity?id=actor/kwantung-army", "/reconcile/flyout/type?id=Battle"],
    "static": ["/static/style.css"],
}
WITH_PARAMETERS = [
    "/sparql?query=SELECT+*+%7B+%3Fevent+a+sjkg%3ABattle+%7D",
    "/sparql?query=ASK+%7B%7D",
    "/search?q=khasan",
    "/timeline?year=1936",
    "/datasets/war-atlas/record?iri=https://thewaratlas.co/battles/pearl_b",
    "/explain",
    WHY,
    f"{WHY}&all=yes",
    "/explain?s=event:halhamiao-incident&p=sjkg:occurredAt&o=place:mongolia&why-not=yes",
]
NEEDS_PARAMETERS = {"dataset.graph_by_parameter", "reconcile.preview", "site.show_record"}


def addresses() -> list[str]:
    """Return a path for each URL rule of the application; a rule without a sample is returned unchanged, and fails."""
    app = Flask("rules", static_folder="web/static")
    for blueprint in application.BLUEPRINTS:
        app.register_blueprint(blueprint)
    rules = [
        rule for rule in app.url_map.iter_rules() if "GET" in rule.methods and rule.endpoint not in NEEDS_PARAMETERS
    ]
    plain = [rule.rule for rule in rules if not rule.arguments]
    kinds = {rule.endpoint: rule.rule for rule in rules if rule.arguments and not rule.rule.endswith(".json")}
    return [*plain, *(address for name, rule in kinds.items() for address in SAMPLES.get(name, [rule]))]


@pytest.mark.parametrize("address", [*addresses(), *WITH_PARAMETERS])
def test_every_html_page_links_a_json_twin_with_its_queries(server, address):
    answer = get(server + address, allow_redirects=False)
    assert answer.status_code in (200, 303), answer.text
    if answer.status_code == 303 or not answer.headers["Content-Type"].startswith("text/html"):
        return
    (twin,) = {
        link
        for link in Page(answer.text).links
        if link.partition("?")[0].endswith(".json")
        and not link.startswith(("/cite/", "/drawings/"))
        and ".csv-metadata.json" not in link
    }
    said = requests.get(server + twin, timeout=20)
    assert said.headers["Content-Type"] == "application/json" and said.json()["page"]
    for query in said.json()["queries"]:
        assert get(server + query["ask"]).status_code == 200
        assert query["title"] in answer.text
