"""Valid and hostile queries in random order: no wrong result, no unexpected error."""

import random
import threading
from collections import Counter

from sjkg.store.quad_store import QuadStore

ROUNDS, CLIENTS = 60, 6
GOOD = [
    "SELECT ?battle { ?battle a sjkg:Battle } ORDER BY ?battle",
    "SELECT ?p (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?p ORDER BY ?p",
    "SELECT ?event ?date { ?event sjkg:date ?date } ORDER BY ?event ?date",
    "SELECT DISTINCT ?graph { GRAPH ?graph { ?s a sjkg:Passage } } ORDER BY ?graph",
    "SELECT ?whole (COUNT(?part) AS ?parts) { ?part sjkg:subEventOf+ ?whole } GROUP BY ?whole ORDER BY ?whole",
    "SELECT ?claim ?n { ?claim sjkg:countExact ?n FILTER(?n > 100) } ORDER BY ?claim ?n",
    "ASK { ?event a sjkg:Battle }",
    "ASK { ?event a sjkg:Nothing }",
]
HOSTILE = [
    "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }",
    "SELECT * { ?a ?b ?c . ?d ?e ?f } ORDER BY ?c ?f",
    "SELECT * { ?a ?b ?c . ?d ?e ?f }",
    "ASK " + "{" * 20_000 + "}" * 20_000,
    "ASK { SERVICE <http://127.0.0.1/> { ?s ?p ?o } }",
    "ASK { ?s ?p '\0' . }",
    "SELECT",
    "ASK { ?s ?p \xff",
]
EXPECTED_STATUSES = {200, 400, 403, 503, 504, 507}


def test_in_mixed_traffic_every_response_is_correct(unhurt, store: QuadStore):
    expected = {query: store.query(query).body for query in GOOD}
    statuses, wrong = Counter(), []

    def traffic(seed: int) -> None:
        chance = random.Random(seed)
        for number in range(ROUNDS):
            is_good = chance.random() < 0.9
            query = chance.choice(GOOD if is_good else HOSTILE)
            comment = f"\n# {seed} {number}" if chance.random() < 0.5 else ""  # not in the cache
            response = unhurt.post(query + comment)
            statuses[response.status_code] += 1
            if response.status_code == 200 and is_good and response.content != expected[query]:
                wrong.append((query, response.content))

    clients = [threading.Thread(target=traffic, args=(seed,)) for seed in range(CLIENTS)]
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    assert wrong == [] and set(statuses) <= EXPECTED_STATUSES, statuses
    assert statuses.total() == ROUNDS * CLIENTS and statuses[200] > statuses.total() / 2
