"""Compare results that use those of an earlier run with results from scratch, over random edits of the knowledge base.

    python tests/random_edits.py [EDITS [SEED]]

Each edit adds, removes and changes triples of one to three data files of a copy, adds a file or deletes one. Compared are the
files, findings, derived and inferred triples and depths of the pipeline, and, because most random edits are violations
that end it early, also the derived triples and the rows of quality queries alone, and the update of the closure alone. Prints each difference and the counts; exit status 1 when there is
a difference.
"""

import random
import shutil
import sys
from collections import Counter
from dataclasses import fields
from pathlib import Path
from tempfile import TemporaryDirectory

from sjkg.core.errors import BrokenInput, Inconsistent
from sjkg.core.facts import Facts
from sjkg.core.ntriples import TextTriple
from sjkg.core.settings import packaged_kb
from sjkg.derive.evaluate import PreparedRule, QueryResults
from sjkg.derive.rules import derive_triples
from sjkg.kb.queries import read_query_files
from sjkg.pipeline.enrich import FACTS, REASONED, Enriched, enrich
from sjkg.pipeline.prepared import Depths, write_prepared
from sjkg.reason.closure import close_graph
from sjkg.reason.update import NotUpdatable, update_closure
from sjkg.store.fact_store import FactStore
from sjkg.turtle.triples import graph_of, parse_triple, triple_text
from sjkg.validation.quality import QUALITY

COMPARED = [field.name for field in fields(Enriched) if field.name not in ("timings_s", "rules", "lasting_findings")]


def edit(triples: list[TextTriple], everything: list[TextTriple], chance: random.Random) -> list[TextTriple]:
    """Return the triples of a file after one to four changes. everything: triples from which new ones are combined."""
    edited = list(triples)
    for _ in range(chance.randint(1, 4)):
        kind = chance.choice(("remove", "remove", "copy", "object", "subject"))
        if kind == "remove" and edited:
            edited.pop(chance.randrange(len(edited)))
        elif kind == "copy":
            edited.append(chance.choice(everything))
        elif edited:
            position = chance.randrange(len(edited))
            s, p, o = edited[position]
            similar = [each for each in chance.sample(everything, 500) if each[1] == p] or [(s, p, o)]
            other = chance.choice(similar)
            edited[position] = (s, p, other[2]) if kind == "object" else (other[0], p, o)
    return edited


def edit_files(root: Path, sources: dict[str, list[TextTriple]], chance: random.Random) -> str:
    """Edit data files below `root`; return what was done. sources: the triples of each file."""
    everything = [triple for triples in sources.values() for triple in triples if "_:" not in "".join(triple)]
    done = []
    for name in chance.sample(sorted(sources), chance.choice((1, 1, 1, 2, 3))):
        path, kind = root / name, chance.random()
        if kind < 0.05:
            path.unlink()
            done.append(f"delete {name}")
            continue
        if kind < 0.15:
            path = path.with_name("added.ttl")
        edited = edit(sources[name] if kind >= 0.15 else [], everything, chance)
        path.write_text("".join(f"{s} {p} {o} .\n" for s, p, o in edited), encoding="utf-8")
        done.append(f"edit {path.relative_to(root)}")
    return ", ".join(done)


def run(root: Path, prepared: Path | None) -> dict[str, object]:
    """Return the results of the pipeline, or the findings when a file cannot be read."""
    try:
        enriched = enrich(root, find_prepared=lambda rules_sha256: prepared)
    except BrokenInput as error:
        return {"findings": error.findings}
    results = {name: getattr(enriched, name) for name in COMPARED}
    results["sources"] = [(file.path, file.part, file.graph, file.lines) for file in enriched.sources.files]
    return results | {"inferred": set(enriched.inferred)}


def compare_pipeline(base: Path, prepared: Path, sources: dict[str, list[TextTriple]], seed: int) -> list[str]:
    """Return the names of the results that differ after a random edit."""
    chance = random.Random(seed)
    with TemporaryDirectory() as folder:
        root = Path(folder) / "kb"
        shutil.copytree(base, root)
        done = edit_files(root, sources, chance)
        clean, incremental = run(root, None), run(root, prepared)
    violations = sum(finding.severity == "violation" for finding in clean["findings"])
    different = [name for name in clean | incremental if clean.get(name) != incremental.get(name)]
    print(f"{seed}: {done}: {violations} violations; {'DIFFERENT: ' + ', '.join(different) if different else 'equal'}")
    return different


def compare_queries(
    asserted: set[TextTriple], rules: list[PreparedRule], data: set[TextTriple], seed: int
) -> list[str]:
    """Return the names of quality queries with different rows, and “derived”, after a random change of asserted triples.

    data: those of the asserted triples that may change.
    """
    after = change(asserted, data, random.Random(seed))
    changed = {p for _, p, _ in asserted ^ after}
    queries = read_query_files(packaged_kb() / QUALITY)
    old, new = FactStore(asserted), FactStore(after)
    earlier = QueryResults({})
    for query in queries:
        earlier.run(query, old, ())
    results = QueryResults(earlier.found)
    different = [
        query.name for query in queries if results.run(query, new, changed) != QueryResults({}).run(query, new, ())
    ]
    before, facts = derive_triples(Facts(sorted(asserted)), old, rules), Facts(sorted(after))
    is_same = derive_triples(facts, new, rules, before, changed) == derive_triples(facts, new, rules)
    return different if is_same else [*different, "derived"]


def change(triples: set[TextTriple], data: set[TextTriple], chance: random.Random) -> set[TextTriple]:
    """Return triples after a random change. data: those that may change."""
    ordered = sorted(data)
    removed = set(chance.sample(ordered, chance.choice((0, 1, 3, 20))))
    added = set(edit([], ordered, chance)) | {
        (s, p, chance.choice([other for _, q, other in chance.sample(ordered, 500) if q == p] or [o]))
        for s, p, o in chance.sample(ordered, chance.choice((1, 3, 20)))
    }
    return (triples - removed) | added


def compare_closure(explicit: set[TextTriple], depths: Depths, data: set[TextTriple], seed: int) -> str:
    """Return “equal”, “different” or “refused” for the update of the closure after a random change of explicit triples.

    data: those of the explicit triples that may change.
    """
    after = change(explicit, data, random.Random(seed))
    try:
        updated = update_closure(explicit, depths, explicit - after, after - explicit)
    except NotUpdatable:
        return "refused"
    try:
        found = close_graph(graph_of(map(parse_triple, sorted(after))), "columnar", lambda text: None)[1]
    except Inconsistent:
        return "different"
    return "equal" if {triple_text(triple): depth for triple, depth in found.items()} == updated else "different"


def main(edits: str = "20", seed: str = "1") -> None:
    """Compare after so many edits, and print the counts."""
    with TemporaryDirectory() as folder:
        base, prepared = Path(folder) / "kb", Path(folder) / "prepared.json"
        for name in ("ontology", "triples", "shapes"):
            shutil.copytree(packaged_kb() / name, base / name)
        shutil.copy(packaged_kb() / "kb.ttl", base)
        enriched = enrich(base)
        write_prepared(prepared, enriched.prepared)
        sources = {file.path: list(file.lines) for file in enriched.sources.files if file.path.startswith("triples/")}
        explicit = {*enriched.sources.triples(*REASONED), *enriched.derivations}
        data = {*enriched.sources.triples("triples", "passages"), *enriched.derivations}
        asserted, facts = set(enriched.sources.triples(*FACTS)), {*enriched.sources.triples("triples", "passages")}
        counts: Counter[str] = Counter()
        for number in range(int(seed), int(seed) + int(edits)):
            counts["pipeline different" if compare_pipeline(base, prepared, sources, number) else "pipeline equal"] += 1
            counts[
                "queries different" if compare_queries(asserted, enriched.rules, facts, number) else "queries equal"
            ] += 1
            counts[f"closure {compare_closure(explicit, enriched.depths, data, number)}"] += 1
        print(dict(counts))
        sys.exit(any("different" in name for name in counts))


if __name__ == "__main__":
    main(*sys.argv[1:])
