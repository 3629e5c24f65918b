"""The closed facts of a built graph, read back from what was written beside it."""

import json
from pathlib import Path

from sjkg.errors import UnusableSnapshot
from sjkg.explain.ask import Explainer
from sjkg.explain.facts import Derivation, MemoryFacts, Place


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
