"""Proofs: every inferred triple has one that the checker accepts; without its leaves the triple does not follow."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st
from ontologies import graphs
from owlrl.OWLRL import OWLRL_Semantics
from proof_checker import check_proof, check_steps
from rdflib import Graph

from sjkg.core.errors import BadParameter, DeadlineExceeded, Inconsistent, LimitExceeded, NotExplainable, NotInGraph
from sjkg.core.vocabulary import PREFIXES
from sjkg.proofs import prover
from sjkg.proofs.backward import BackwardChainer
from sjkg.proofs.closure import MemoryClosure
from sjkg.proofs.explainer import Explainer, is_trivial, nearest_misses
from sjkg.proofs.prover import Prover, find_depths
from sjkg.proofs.render import as_json
from sjkg.proofs.storage import closure_from_rows, closure_rows, read_closure
from sjkg.proofs.table_closure import open_explainer
from sjkg.reason.closure import closure_with_depths
from sjkg.reason.output_filter import passes_output_filter
from sjkg.turtle.parse import parse_turtle
from sjkg.turtle.triples import term_text, triple_text

pytestmark = pytest.mark.slow

HEAD = "".join(f"@prefix {name}: <{PREFIXES[name]}> .\n" for name in ("rdf", "rdfs", "owl", "xsd"))
HEAD += "@prefix : <http://example.org/> .\n"
SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]


def read(text: str) -> Graph:
    return parse_turtle(HEAD + text, "x.ttl").graph


Depths = dict[tuple, int | None]


def close(graph: Graph) -> Depths | None:
    """Return everything that follows with the depth of its proof; None where the graph is inconsistent."""
    try:
        return closure_with_depths(graph)[1]
    except Inconsistent:
        return None


def closure_of(graph: Graph, depths: Depths | None = None) -> MemoryClosure:
    depths = close(graph) if depths is None else depths
    return closure_from_rows(
        {
            "files": [],
            **closure_rows(
                dict.fromkeys(map(triple_text, graph), ()),
                {},
                {triple_text(triple): depth for triple, depth in depths.items()},
            ),
        }
    )


def texts_of(triples) -> set[tuple]:
    return {tuple(map(term_text, triple)) for triple in triples}


def goal_of(closure: MemoryClosure, triple: tuple) -> tuple:
    return tuple(closure.node_of(term_text(term)) for term in triple)


def proof_of(closure: MemoryClosure, triple: tuple) -> dict:
    return json.loads(json.dumps(as_json([Prover(closure).prove(goal_of(closure, triple))])))


def leaves_of(proof: dict) -> set[tuple]:
    return {tuple(step["triple"]) for step in proof["steps"] if step["kind"] == "asserted"}


def by_owlrl(graph: Graph) -> set[tuple]:
    closed = Graph(bind_namespaces="none")
    closed += graph
    OWLRL_Semantics(closed, axioms=False, daxioms=False, rdfs=False).closure()
    return set(closed)


def test_every_inferred_triple_of_our_graph_has_a_proof_that_checks(snapshot, kb):
    closure = read_closure(snapshot.proofs)
    asserted = texts_of(kb.union())
    recorded = json.loads(snapshot.proofs.read_text(encoding="utf-8"))
    texts = lambda rows: {tuple(recorded["terms"][node] for node in row[:3]) for row in rows}
    derived = texts(recorded["derived"]) - asserted
    prover = Prover(closure)
    assert len(recorded["inferred"]) > 3000
    proofs = [prover.prove(tuple(row[:3])) for row in recorded["inferred"]]
    assert [proof.triple for proof in proofs] == [tuple(map(closure.text_of, row[:3])) for row in recorded["inferred"]]
    check_steps(as_json(proofs)["steps"], asserted, derived)
    for proof, (_, _, _, depth) in zip(proofs, recorded["inferred"], strict=True):
        assert proof.depth == depth or proof.kind == "unconditional"


def test_proofs_name_the_file_and_line_of_asserted_triples(snapshot, kb):
    closure = read_closure(snapshot.proofs)
    for file in kb.files:
        for triple, line in file.parsed.lines.items():
            places = closure.locations(tuple(closure.node_of(term) for term in triple))
            assert (str(file.graph_name), file.path, line) in [(p.graph, p.file, p.line) for p in places]


def test_every_derived_triple_has_a_rule_and_asserted_premises(snapshot):
    closure, recorded = read_closure(snapshot.proofs), json.loads(snapshot.proofs.read_text(encoding="utf-8"))
    assert recorded["derived"]
    for s, p, o, rule, premises in recorded["derived"]:
        assert rule and premises and all(closure.locations(tuple(premise)) for premise in premises), (s, p, o)


@settings(max_examples=15, deadline=None, suppress_health_check=SLOW)
@given(graphs())
def test_every_inferred_triple_of_random_ontologies_has_a_proof_that_checks(graph):
    depths = close(graph)
    assume(depths is not None)
    closure = closure_of(graph, depths)
    prover = Prover(closure)
    proofs = [prover.prove(goal_of(closure, triple)) for triple in depths]
    assert {proof.triple for proof in proofs} == texts_of(depths)
    check_steps(json.loads(json.dumps(as_json(proofs)))["steps"] if proofs else [], texts_of(graph))


@settings(max_examples=15, deadline=None, suppress_health_check=SLOW)
@given(graphs())
@example(
    read(
        ":q rdfs:subPropertyOf rdfs:subClassOf . owl:Thing :q :A . :C a owl:Class ; rdfs:subClassOf owl:Thing . :i a :C ."
    )
)
def test_recorded_depths_equal_the_depths_found_by_search(graph):
    depths = close(graph)
    assume(depths is not None)
    closure = closure_of(graph, depths)
    assume(closure.has_depths)
    backward, prover = BackwardChainer(closure), Prover(closure)
    for triple in depths:
        goal = goal_of(closure, triple)
        proof = prover.prove(goal)
        if proof.kind == "inferred":
            assert proof.depth == closure.depth(goal) == find_depths(goal, backward, prover._is_leaf)[goal]


@settings(max_examples=10, deadline=None, suppress_health_check=SLOW)
@given(graphs(), st.randoms(use_true_random=False))
def test_a_triple_follows_exactly_as_long_as_leaves_of_a_proof_remain(graph, random):
    """One proof after the other loses what it rests on, until there is none; owlrl agrees at every step."""
    depths = close(graph)
    assume(depths is not None)
    added = sorted(triple for triple in depths if passes_output_filter(triple_text(triple)))
    assume(added)
    goal = random.choice(added)
    while goal in depths:
        assert goal in by_owlrl(graph)
        leaves = leaves_of(proof_of(closure_of(graph, depths), goal))
        assert leaves
        for triple in list(graph):
            if tuple(map(term_text, triple)) in leaves:
                graph.remove(triple)
        depths = close(graph)
    assert goal not in by_owlrl(graph)


@pytest.mark.parametrize(
    "text, goal, rules",
    [
        (":A rdfs:subClassOf :B . :B rdfs:subClassOf :C .", ":A rdfs:subClassOf :C .", {"scm-sco"}),
        (":a owl:sameAs :b . :a :p :c .", ":b :p :c .", {"eq-rep-s"}),
        (":a owl:sameAs :b . :c :p :a .", ":c :p :b .", {"eq-rep-o"}),
        (":p owl:sameAs :q . :a :p :b .", ":a :q :b .", {"eq-rep-p"}),
        (":a owl:sameAs :b . :b owl:sameAs :c .", ":c owl:sameAs :a .", {"eq-trans", "eq-sym"}),
        (":p a owl:FunctionalProperty . :a :p :b , :c . :b :q :x .", ":c :q :x .", {"prp-fp", "eq-rep-s"}),
        (":p a owl:InverseFunctionalProperty . :b :p :a . :c :p :a .", ":b owl:sameAs :c .", {"prp-ifp"}),
        (
            ":C owl:hasKey (:k :l) . :a a :C ; :k 1 ; :l 2 . :b a :C ; :k 1 ; :l 2 . :a :q :z .",
            ":b :q :z .",
            {"prp-key", "eq-rep-s"},
        ),
        (":p owl:propertyChainAxiom (:q :r) . :a :q :b . :b :r :c .", ":a :p :c .", {"prp-spo2"}),
        (":C owl:intersectionOf (:D :E) . :x a :D , :E .", ":x a :C .", {"cls-int1"}),
        (":C owl:intersectionOf (:D :E) . :x a :C .", ":x a :E .", {"cls-int2"}),
        (":C owl:unionOf (:D :E) . :x a :E .", ":x a :C .", {"cls-uni"}),
        (":C owl:oneOf (:x :y) .", ":y a :C .", {"cls-oo"}),
        (":C owl:unionOf (:D :E) .", ":E rdfs:subClassOf :C .", {"scm-uni"}),
        (":C owl:someValuesFrom :D ; owl:onProperty :p . :x :p :y . :y a :D .", ":x a :C .", {"cls-svf1"}),
        (
            '[] owl:maxCardinality "1"^^xsd:nonNegativeInteger ; owl:onProperty :p ; rdfs:subClassOf :D .'
            ":D rdfs:subClassOf [ owl:maxCardinality 1 ; owl:onProperty :p ] . :x a :D ; :p :y , :z . :y :q :w .",
            ":z :q :w .",
            {"cls-maxc2", "eq-rep-s", "cax-sco"},
        ),
        (':C owl:hasValue 1 ; owl:onProperty :p . :x :p "01"^^xsd:integer .', ":x a :C .", {"cls-hv2", "dt-eq"}),
        (":C owl:someValuesFrom xsd:byte ; owl:onProperty :p . :x :p 5 .", ":x a :C .", {"cls-svf1", "dt-type2"}),
        (
            ":T rdfs:subClassOf owl:TransitiveProperty . :p a :T . :a :p :b . :b :p :c .",
            ":a :p :c .",
            {"cax-sco", "prp-trp"},
        ),
    ],
)
def test_proofs_use_each_kind_of_rule(text, goal, rules):
    graph = read(text)
    proof = proof_of(closure_of(graph), next(iter(read(goal))))
    check_proof(proof, texts_of(graph))
    assert rules <= {step.get("rule") for step in proof["steps"]}


def test_a_triple_both_asserted_and_inferred_counts_as_asserted():
    graph = read(":A rdfs:subClassOf :B . :B rdfs:subClassOf :C . :x a :A , :B .")
    proof = proof_of(closure_of(graph), next(iter(read(":x a :C ."))))
    kinds = {tuple(step["triple"]): step["kind"] for step in proof["steps"]}
    assert proof["steps"][-1]["depth"] == 1 and "inferred" not in list(kinds.values())[:-1]


def test_all_last_steps_are_returned_on_request_without_cycles():
    graph = read(
        ":p a owl:SymmetricProperty . :q rdfs:subPropertyOf :p . :r rdfs:subPropertyOf :p . :a :q :b ; :r :b . :b :q :a ."
    )
    explainer = Explainer(closure_of(graph))
    ask = ("<http://example.org/a>", "http://example.org/p", "<http://example.org/b>")
    proofs = explainer.why(*ask, every=True)
    assert [proof.rule for proof in proofs] == ["prp-spo1", "prp-spo1"] and len(explainer.why(*ask)) == 1
    check_proof(as_json(proofs), texts_of(graph))


@settings(max_examples=10, deadline=None, suppress_health_check=SLOW)
@given(graphs(), st.randoms(use_true_random=False))
def test_a_triple_follows_once_its_missing_premises_are_asserted(graph, random):
    depths = close(graph)
    assume(depths is not None)
    closed = {triple for triple in (*graph, *depths) if all(":" in node for node in triple)}
    s, p, o = (random.choice(sorted({triple[place] for triple in closed}, key=str)) for place in range(3))
    closure = closure_of(graph, depths)
    goal = goal_of(closure, (s, p, o))
    assume(not closure.contains(goal) and not is_trivial(*map(term_text, (s, p, o))))
    for miss in nearest_misses(BackwardChainer(closure), goal):
        if any(term.startswith(("?", "_:")) for triple in miss.lacking for term in triple):
            continue  # a variable has no value yet, and a blank node of the graph cannot be named in another text
        lines = "".join(f"{' '.join(triple)} .\n" for triple in miss.lacking if triple[1][0] == "<")
        more = Graph(bind_namespaces="none")
        for triple in (*graph, *read(lines)):
            more.add(triple)
        closed_again = close(more)
        if closed_again is not None:
            assert (s, p, o) in more or (s, p, o) in closed_again, miss


@settings(max_examples=6, deadline=None, suppress_health_check=SLOW)
@example(read(':p1 owl:inverseOf :p2 . :i3 :p2 "a" .'))
@given(graphs())
def test_proofs_over_tables_check_and_are_as_deep_as_in_memory(graph):
    depths = close(graph)
    assume(depths is not None)
    asserted, prover = texts_of(graph), Prover(closure := closure_of(graph, depths))
    with TemporaryDirectory() as folder:
        path = Path(folder) / "graph.nt"
        path.write_text("".join(f"{' '.join(triple)} .\n" for triple in asserted), encoding="utf-8")
        with open_explainer(path, memory_gib=1) as explainer:
            for triple in sorted(texts_of(depths))[:40]:
                proofs = explainer.why(*triple)
                check_proof(json.loads(json.dumps(as_json(proofs))), asserted)
                assert proofs[0].depth == prover.prove(tuple(map(closure.node_of, triple))).depth


LITERAL_SUBJECT = read(':p1 owl:inverseOf :p2 . :i3 :p2 "a" . :p1 rdfs:range :C .')


def test_an_inferred_triple_with_a_literal_subject_can_be_explained():
    """OWL 2 RL rules conclude generalized triples; the proof of `:i3 a :C` passes through `"a" :p1 :i3`."""
    closure = closure_of(LITERAL_SUBJECT)
    explainer = Explainer(closure)
    for triple in texts_of(close(LITERAL_SUBJECT)):
        check_proof(as_json(explainer.why(*triple)), texts_of(LITERAL_SUBJECT))
    (proof,) = explainer.why('"a"', "http://example.org/p1", "http://example.org/i3")
    assert proof.rule == "prp-inv2"


def test_a_literal_subject_is_refused_unless_the_triple_is_inferred():
    explainer = Explainer(closure_of(LITERAL_SUBJECT))
    for ask in (explainer.why, explainer.why_not):
        with pytest.raises(BadParameter, match="the subject must be an IRI or blank node"):
            ask('"a"', "http://example.org/p2", "http://example.org/i3")


def test_why_not_accepts_a_literal_that_occurs_nowhere():
    explainer = Explainer(closure_of(read(":p rdfs:subPropertyOf :q . :x :p 1 ; :q 2 .")))
    (miss,) = explainer.why_not("http://example.org/x", "http://example.org/q", "3")
    assert [triple[1] for triple in miss.lacking] == ["<http://example.org/p>"] and miss.lacking[0][2].startswith('"3"')


def test_a_search_for_missing_premises_ends_at_its_deadline():
    explainer = Explainer(closure_of(read(":p rdfs:subPropertyOf :q . :x :p 1 ; :q 2 .")))
    with pytest.raises(DeadlineExceeded, match="not complete after 0 s"):
        explainer.why_not("http://example.org/x", "http://example.org/q", "3", deadline_s=0)


def test_a_search_beyond_the_limit_raises_an_error(monkeypatch):
    monkeypatch.setattr(prover, "MAX_TRIPLES", 2)
    explainer = Explainer(closure_of(read(":a owl:sameAs :b . :b owl:sameAs :c . :c :p :d .")))
    with pytest.raises(LimitExceeded, match="more than 2 triples"):
        explainer.why(*(f"http://example.org/{name}" for name in "apd"))


def test_of_two_proofs_of_one_depth_that_by_a_subclass_relation_is_shown():
    explainer = Explainer(closure_of(read(":p rdfs:domain :A . :C rdfs:subClassOf :A . :x a :C ; :p :y .")))
    first, second = explainer.why("http://example.org/x", "a", "http://example.org/A", every=True)
    assert (first.rule, second.rule, first.depth, second.depth) == ("cax-sco", "prp-dom", 1, 1)


@pytest.mark.parametrize("ask", [Explainer.why, Explainer.why_not])
def test_triples_that_are_true_of_any_term_need_no_proof(ask):
    explainer = Explainer(closure_of(read(":A rdfs:subClassOf owl:Thing . :x a :A .")))
    with pytest.raises(NotExplainable, match="is true of any term") as refused:
        ask(explainer, "http://example.org/x", "a", "owl:Thing")
    assert not isinstance(refused.value, NotInGraph)


def test_why_not_refuses_triples_that_are_in_the_graph():
    explainer = Explainer(closure_of(read(":x a :A .")))
    with pytest.raises(NotExplainable):
        explainer.why_not("http://example.org/x", "a", "http://example.org/A")


@pytest.mark.parametrize(
    "spoil",
    [
        lambda steps: steps[-1].update(rule="prp-symp"),
        lambda steps: steps[-1].update(premises=steps[-1]["premises"][:-1]),
        lambda steps: steps[-1].update(premises=[*steps[-1]["premises"][:-1], len(steps) - 1]),
        lambda steps: steps[-1].update(depth=7),
        lambda steps: steps[-1].update(kind="asserted"),
        lambda steps: steps[0].update(
            triple=["<http://example.org/a>", "<http://example.org/r>", "<http://example.org/b>"]
        ),
    ],
)
def test_the_checker_rejects_a_wrong_step(spoil):
    graph = read(":p owl:propertyChainAxiom (:q :r) . :a :q :b . :b :r :c .")
    proof = proof_of(closure_of(graph), next(iter(read(":a :p :c ."))))
    check_proof(proof, texts_of(graph))
    spoil(proof["steps"])
    with pytest.raises(AssertionError):
        check_proof(proof, texts_of(graph))
