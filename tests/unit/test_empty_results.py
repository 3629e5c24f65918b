"""The reason of an empty result: conditions that nothing matches together, and what is there without one of them."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sjkg.sparql.conditions import MAX_CHARS, read_conditions
from sjkg.sparql.empty_aggregates import find_empty_aggregates, may_have_empty_aggregates
from sjkg.sparql.empty_results import MAX_HEADER_CHARS, find_no_match, read_reason, write_reason
from sjkg.store.datasets import ALL_GRAPHS, Datasets, Scope
from sjkg.store.quad_store import QuadStore

EX = "http://example.org/"
DATA = """
<:a> <:is> <:Unit> <:one> . <:b> <:is> <:Unit> <:one> . <:c> <:is> <:Group> <:two> . <:d> <:is> <:Group> <:two> .
<:a> <:of> <:army> <:one> . <:b> <:of> <:army> <:two> . <:c> <:with> <:army> <:two> . <:d> <:with> <:army> <:one> .
<:army> <:size> "5"^^<http://www.w3.org/2001/XMLSchema#integer> <:one> . <:a> <:name> "A"@en <:one> . <:c> <:name> "C"@mn-cyrl <:two> .
<:of> <http://www.w3.org/2000/01/rdf-schema#subPropertyOf> <:with> <:two> .
""".replace("<:", f"<{EX}").replace(" . ", " .\n")
PROLOGUE = f"PREFIX : <{EX}> "
# conditions inside of others have brackets, so that they differ from those outside
PARTS = (
    *(f"?x {p} {o}" for p, o in ((":is", ":Unit"), (":is", ":Group"), (":of", ":army"), (":with", ":army"))),
    *(
        "?x :name ?n",
        "?x :of ?y",
        "?x :with ?y",
        "?y :size ?z",
        ":army :size 6",
        "?x :is ?kind",
        "?x (:of|:with)/:size 5",
    ),
    *('FILTER(LANG(?n) = "mn")', 'FILTER(LANG(?n) = "en")', "FILTER(?z > 5)", "FILTER NOT EXISTS { ?x :name ?any }"),
    *(
        "VALUES ?x { :a :b }",
        "VALUES ?y { :c }",
        "OPTIONAL { ?x :name ?n }",
        "MINUS { ?x :of :army }",
        "BIND(:army AS ?t)",
    ),
    *(
        "GRAPH :one { ?x (:is) :Group }",
        "GRAPH ?g { ?x (:is) ?kind . ?x (:of) :army }",
        "{ ?x (:is) :Unit } UNION { ?x :of :none }",
    ),
    *("{ SELECT ?x { ?x (:with) :army } }", "?t :size ?z"),
)


@pytest.fixture(scope="module")
def graph(tmp_path_factory):
    """A store in memory with a few quads."""
    quads = tmp_path_factory.mktemp("quads") / "data.nq"
    quads.write_text(DATA.lstrip())
    return QuadStore(Datasets.load(quads))


def run(graph, text, is_of_all=True, scope=ALL_GRAPHS):
    """Return the result of a query in SPARQL JSON, over all graphs or those of a scope."""
    return json.loads(graph.query(text, scope=ALL_GRAPHS if is_of_all else scope).body)


def find(graph, text, selected="", scope=ALL_GRAPHS):
    """Return the conditions of a query that nothing matches."""
    return find_no_match(text, selected, lambda attempt, is_of_all: run(graph, attempt, is_of_all, scope))


def write(parts):
    """Return a SELECT query of parts of a pattern."""
    return f"{PROLOGUE} SELECT * {{ {' '.join(p if p[-1] in '})' and p[0] != '?' else f'{p} .' for p in parts)} }}"


def count(graph, text):
    """Return the number of rows of a query."""
    return len(run(graph, text)["results"]["bindings"])


@given(parts=st.lists(st.sampled_from(PARTS), min_size=1, max_size=6, unique=True))
def test_what_a_reason_says_is_true_when_its_conditions_are_left_out_or_kept_alone(graph, parts):
    parts.sort(
        key=lambda part: part.startswith(("FILTER", "MINUS"))
    )  # BIND must precede the use of its variable in FILTER
    if any(part.startswith("BIND") for part in parts):
        parts.sort(key=lambda part: not part.startswith("BIND"))
    found = find(graph, write(parts)) if count(graph, write(parts)) == 0 else None
    if not found:
        return
    texts = [each.text for each in found.conditions]
    if set(texts) <= set(parts):  # else they are parts of one of these
        assert count(graph, write([part for part in parts if part in texts])) == 0, (parts, texts)
    for each in found.conditions:
        if each.is_decisive and each.text in parts:
            assert count(graph, write([part for part in parts if part != each.text])) > 0, (parts, each)


@given(parts=st.lists(st.sampled_from(PARTS[:10]), min_size=1, max_size=6, unique=True))
def test_every_empty_result_of_triple_patterns_has_a_reason_with_no_condition_too_many(graph, parts):
    if count(graph, write(parts)):
        return
    texts = [each.text for each in find(graph, write(parts)).conditions]
    assert count(graph, write(texts)) == 0
    for left_out in texts:
        assert count(graph, write([text for text in texts if text != left_out])) > 0 or len(texts) == 1


@pytest.mark.parametrize(
    ("pattern", "message"),
    [
        ("?x :none ?y", "nothing matches “?x :none ?y”; there is a result without “?x :none ?y”"),
        ("?x :is :Group ; :of :army", "instead of “?x :of :army” there is ?x <http://example.org/with> :army (2)"),
        ("?x :is :Group ; :of ?y", "instead of “?x :of ?y” there is ?x <http://example.org/with> ?y (2)"),
        (":army :of ?x", "instead of “:army :of ?x” there is ?x :of :army"),
        ('?x :name ?n FILTER(LANG(?n) = "mn")', 'there is LANG(?n) = "en" (1) and LANG(?n) = "mn-cyrl" (1)'),
        ("GRAPH ?g { ?x :is :Unit ; :of :army . FILTER(?x = :b) }", "there is a result if any one of them is left out"),
        ("{ ?x :is :Unit ; :with :army } UNION { ?x :none ?y }", "nothing matches “?x :is :Unit” and “?x :with :army” together"),
        ("OPTIONAL { ?x :none ?y } ?y :size ?z . ?x :is ?z", "nothing matches “?y :size ?z” and “?x :is ?z” together"),
        ("BIND(:c AS ?x) ?x :of ?y", "nothing matches “BIND(:c AS ?x)” and “?x :of ?y” together"),
        ("?y :size ?z { FILTER(?z > 4) }", "?z has no value in the braces around “FILTER(?z > 4)”, which are evaluated by themselves; move it out"),
        ("?x :of ?y { :army :size ?z FILTER(?z > 4 && ?x != ?y) }", "?x and ?y have no value in the braces"),
        ("?x :of ?y FILTER(?z > 4)", "?z has no value, since no condition gives one"),
        ("?x :of ?y { ?x :of ?z FILTER(?q > 4) }", "?q has no value, since no condition gives one"),
        ("?y :size ?z { SELECT ?x { ?x :of ?any FILTER(?z > 4) } }", "?z has no value in the braces"),
        ("?x :is [] ; :none [ :size 5 ]", "nothing matches “?x :is [] ; :none [ :size 5 ]”"),
    ],
)  # fmt: skip
def test_a_reason_names_the_conditions_and_what_there_is_instead(graph, pattern, message):
    assert message in find(graph, f"{PROLOGUE} SELECT * {{ {pattern} }}").message


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("SELECT * FROM :one { ?x :is :Group }", "there is a result if any one of them is left out"),
        ("SELECT * { ?x :is ?y } OFFSET 9", "the pattern has matches, but “OFFSET 9” leaves no row"),
        ("SELECT ?y { ?x :is ?y } GROUP BY ?y HAVING(COUNT(*) > 2)", "but “HAVING(COUNT(*) > 2)” leaves no row"),
        ("SELECT * { ?x :is ?y } LIMIT 0", "“LIMIT 0” leaves no row"),
        (
            "SELECT * { ?x :is ?y } VALUES ?y { :None }",
            "nothing matches “?x :is ?y” and “VALUES ?y { :None }” together",
        ),
        (
            "CONSTRUCT WHERE { ?x :is :Unit ; :with :army }",
            "nothing matches “?x :is :Unit” and “?x :with :army” together",
        ),
        ("CONSTRUCT { ?x a :New } { ?x :is :Unit ; :with :army }", "nothing matches “?x :is :Unit” and"),
        ("DESCRIBE ?x { ?x :none ?y }", "nothing matches “?x :none ?y”"),
    ],
)
def test_clauses_outside_of_the_pattern_can_be_the_reason(graph, query, message):
    assert message in find(graph, PROLOGUE + query).message


def test_graphs_selected_outside_of_the_query_can_be_the_reason(graph):
    message = find(graph, f"{PROLOGUE} SELECT * {{ ?x :is :Group }}", "FROM ex:one", Scope((f"{EX}one",))).message
    assert "“FROM ex:one” and “?x :is :Group” together" in message


@pytest.mark.parametrize(
    "query",
    ["DESCRIBE <http://example.org/x>", "SELECT * { ?x ?y", "SELECT * { ?x a ?y } #" + "x" * MAX_CHARS, "CONSTRUCT { ?x a ?z } { ?x ?y ?w }"],
)  # fmt: skip
def test_queries_without_a_pattern_or_with_matches_have_no_reason(graph, query):
    assert find(graph, query) is None


def test_the_search_asks_at_most_a_few_questions_for_each_condition(graph):
    parts, asked = [f"?x{i} :of ?x{i + 1}" for i in range(20)], []
    find_no_match(write(parts), "", lambda text, is_of_all: asked.append(text) or run(graph, text))
    assert len(asked) < 4 * len(parts)


def test_comments_and_odd_spaces_do_not_change_a_condition():
    text = "SELECT *{?x a<http://x/#y>;#.}\n  <http://x/p>\n\t?y,'a  b'}"
    assert [each.text for each in read_conditions(text).pattern.conditions] == [
        "?x a <http://x/#y>",
        "?x <http://x/p> ?y",
        "?x <http://x/p> 'a  b'",
    ]


@given(st.text())
def test_a_reason_survives_the_header(reason):
    header = write_reason(reason.encode("utf-8", "ignore").decode())
    assert header.isascii() and header.isprintable() and header.count('"') == 2
    assert read_reason(header) == reason.encode("utf-8", "ignore").decode() or len(header) > MAX_HEADER_CHARS // 2


def test_a_long_reason_is_cut_for_the_header():
    assert len(write_reason("日本" * MAX_HEADER_CHARS)) <= MAX_HEADER_CHARS + 3
    assert read_reason("nonsense") == ""


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ('SELECT ?k (GROUP_CONCAT(?n; separator=", ") AS ?all) { ?x :is ?k OPTIONAL { ?x :name ?n } } GROUP BY ?k',
         '?all has no value in 2 rows of 2: one match in which ?n has no value leaves GROUP_CONCAT of its whole group without one; write GROUP_CONCAT(COALESCE(?n, ""))'),
        ("SELECT (SUM(DISTINCT ?z * 2) AS ?sum) FROM :one { ?x :is ?k OPTIONAL { ?x :size ?z } }", "write SUM(COALESCE(?z * 2, 0))"),
        ("SELECT (MAX(?z) AS ?most) { ?x :is|:size ?any OPTIONAL { ?x :size ?z } }", "as with FILTER(BOUND(?z))"),
        ("SELECT (MAX(?z) AS ?most) { ?x :none ?z }", ""),
        ("SELECT (SUM(?n) AS ?sum) { ?x :name ?n }", ""),
        ('SELECT (GROUP_CONCAT(COALESCE(?n, "")) AS ?all) { ?x :is ?k OPTIONAL { ?x :name ?n } }', ""),
        ("SELECT (COUNT(?n) AS ?number) (SAMPLE(?n) AS ?one) { ?x :is ?k OPTIONAL { ?x :name ?n } }", ""),
    ],
)  # fmt: skip
def test_an_aggregate_without_a_value_because_of_single_matches_is_told(graph, query, message):
    rows = run(graph, PROLOGUE + query)["results"]["bindings"]
    found = find_empty_aggregates(PROLOGUE + query, rows, lambda text, is_of_all: run(graph, text, is_of_all))
    assert message in found and bool(message) == bool(found)
    assert may_have_empty_aggregates(query) or not message
