"""The results of the pipeline for a knowledge base without violations, kept so that a later run need not repeat all.

They are the file proofs.json of a snapshot (an immutable folder with a built graph): the triples asserted in files,
derived by the project's rules and inferred by OWL 2 RL, and further keys that only this module reads. A later run uses
them only if the rules by which it judges (ontology, shapes, code, libraries) have the same hash.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from sjkg.core.findings import Finding
from sjkg.core.ntriples import TextTriple
from sjkg.derive.evaluate import PreparedRule, StoredRows
from sjkg.derive.rules import Derivation, Derivations
from sjkg.kb.sources import SourceFile, Sources
from sjkg.proofs.storage import StoredClosure, closure_of_sources

Depths = dict[TextTriple, int | None]


@dataclass(frozen=True)
class Prepared:
    """The results of the pipeline for a knowledge base without violations.

    rules_sha256: the hash of all inputs except the data. sources: the files with their triples. derivations: a dict
    from each derived triple to its rule and premises. depths: a dict from each inferred triple to the number of
    inference steps on the longest path of its shallowest proof, None if unknown. inferred: the inferred triples without
    trivial ones. rules: the CONSTRUCT queries that derive triples. findings: those that depend on one file only, or on
    the ontology only. query_results: a dict from the name of each quality query, except those about the ontology only, to
    its result.
    """

    rules_sha256: str
    sources: Sources
    derivations: Derivations
    depths: Depths
    inferred: list[TextTriple]
    rules: list[PreparedRule]
    findings: list[Finding]
    query_results: Mapping[str, StoredRows]


class StoredResults(StoredClosure):
    """The content of proofs.json: all triples with their origins (`StoredClosure`), and the other fields of `Prepared`.

    reported: the positions, in the list `inferred` of `StoredClosure`, of the triples that are not trivial.
    """

    rules_sha256: str
    reported: list[int]
    rules: list[dict[str, object]]
    findings: list[dict[str, object]]
    query_results: dict[str, dict[str, object]]


def write_prepared(path: Path, prepared: Prepared) -> None:
    """Write the results of the pipeline to the file `path` as JSON."""
    reported = set(prepared.inferred)
    stored: StoredResults = {
        **closure_of_sources(prepared.sources, prepared.derivations, prepared.depths),
        "rules_sha256": prepared.rules_sha256,
        "reported": [position for position, triple in enumerate(sorted(prepared.depths)) if triple in reported],
        "rules": [asdict(rule) for rule in prepared.rules],
        "findings": [asdict(finding) for finding in prepared.findings],
        "query_results": {name: asdict(result) for name, result in sorted(prepared.query_results.items())},
    }
    path.write_text(json.dumps(stored, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")


def read_prepared(path: Path, rules_sha256: str) -> Prepared | None:
    """Return the results in the file `path`; None if it cannot be read, or if its hash of the rules is another one.

    rules_sha256: the hash, in hexadecimal, of all present inputs of the pipeline except the data.
    """
    try:
        stored = json.loads(path.read_bytes())
        if stored["rules_sha256"] != rules_sha256:
            return None
        terms = stored["terms"]
        lines: list[dict[TextTriple, int | None]] = [{} for _ in stored["files"]]
        for s, p, o, *places in stored["asserted"]:
            triple = terms[s], terms[p], terms[o]
            for place in range(0, len(places), 2):
                lines[places[place]][triple] = places[place + 1]
        derivations = {
            (terms[s], terms[p], terms[o]): Derivation(
                rule, tuple((terms[a], terms[b], terms[c]) for a, b, c in premises)
            )
            for s, p, o, rule, premises in stored["derived"]
        }
        depths = {(terms[s], terms[p], terms[o]): depth for s, p, o, depth in stored["inferred"]}
        inferred = list(depths)
        files = zip(stored["files"], lines, strict=True)
        return Prepared(
            rules_sha256,
            Sources(tuple(SourceFile(path, part, graph, digest, each) for (path, graph, part, digest), each in files)),
            derivations,
            depths,
            [inferred[position] for position in stored["reported"]],
            [PreparedRule(**fields) for fields in stored["rules"]],
            [Finding(**fields) for fields in stored["findings"]],
            {name: StoredRows(**fields) for name, fields in stored["query_results"].items()},
        )
    except (OSError, ValueError, LookupError, TypeError):
        return None
