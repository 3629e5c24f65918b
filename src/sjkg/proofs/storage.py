"""What proofs need, written beside a built graph: every triple with its file and line, its derivation or its depth.

The closed facts of a built graph, read back from what was written beside it."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path

from rdflib import BNode, Graph, Literal

from sjkg.core.errors import UnusableSnapshot
from sjkg.derive.rules import Derivation as Derived
from sjkg.kb.files import KnowledgeBase
from sjkg.proofs.explainer import Explainer
from sjkg.proofs.facts import Derivation, MemoryFacts, Place
from sjkg.proofs.terms import literal_text


def write_facts(
    path: Path, kb: KnowledgeBase, derived: Mapping[tuple, Derived], depths: Mapping[tuple, int | None]
) -> None:
    """Write the closed facts of a knowledge base, for recorded.read_facts."""
    places = defaultdict(list)
    for number, file in enumerate(kb.files):
        for triple in file.graph:
            places[triple] += (number, file.parsed.lines.get(triple))
    files = [[file.path, str(file.graph_name)] for file in kb.files]
    recorded = {"files": files, **record_facts(places, derived, depths)}
    path.write_text(json.dumps(recorded, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")


def record_facts(
    asserted: Mapping[tuple, Iterable], derived: Mapping[tuple, Derived], depths: Mapping[tuple, int | None]
) -> dict:
    """Return closed facts as plain rows of numbers: s, p, o, then number of file and line in turn, derivation, or depth.

    Terms are numbered in the order of their texts, so that equal facts give equal rows.
    """
    used = {term for triple in (*asserted, *derived, *depths) for term in triple}
    text_of = {term: term_text(term) for term in used}
    terms = sorted(text_of.values())
    number_of = {text: number for number, text in enumerate(terms)}
    numbers_of = {term: number_of[text] for term, text in text_of.items()}
    numbers = lambda triple: [numbers_of[term] for term in triple]
    rows = {
        "asserted": ([*numbers(triple), *where] for triple, where in asserted.items()),
        "derived": (
            [*numbers(triple), how.rule, [numbers(premise) for premise in how.premises]]
            for triple, how in derived.items()
        ),
        "inferred": ([*numbers(triple), depth] for triple, depth in depths.items()),
    }
    return {"terms": terms, **{name: sorted(found, key=lambda row: row[:3]) for name, found in rows.items()}}


def graph_of(triples: Iterable[tuple]) -> Graph:
    """Return triples as a new graph."""
    graph = Graph(bind_namespaces="none")
    for triple in triples:
        graph.add(triple)
    return graph


def term_text(term) -> str:
    """Return a term of rdflib as canonical N-Triples writes it."""
    if isinstance(term, Literal):
        return literal_text(str(term), str(term.datatype or ""), term.language)
    return f"_:{term}" if isinstance(term, BNode) else f"<{term}>"


def read_facts(path: Path) -> MemoryFacts:
    """Return the facts that record.write_facts wrote. Raises UnusableSnapshot when they cannot be read."""
    try:
        recorded = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UnusableSnapshot(f"{path} cannot be read ({error}); build again") from None
    return facts_of(recorded)


def facts_of(recorded: dict) -> MemoryFacts:
    """Return facts from the rows of record.record_facts; `files` are the path and the graph of each file."""
    files = recorded["files"]
    asserted = {
        (s, p, o): tuple(
            Place(files[number][1], files[number][0], line)
            for number, line in zip(where[::2], where[1::2], strict=True)
        )
        for s, p, o, *where in recorded["asserted"]
    }
    derived = {
        (s, p, o): Derivation(rule, tuple(map(tuple, premises))) for s, p, o, rule, premises in recorded["derived"]
    }
    inferred = {(s, p, o): depth for s, p, o, depth in recorded["inferred"]}
    return MemoryFacts(recorded["terms"], asserted, derived, inferred)


def read_explainer(path: Path) -> Explainer:
    """Return what answers questions about the facts that record.write_facts wrote."""
    facts = read_facts(path)
    return Explainer(facts, facts.texts)
