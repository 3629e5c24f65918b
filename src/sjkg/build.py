"""The one way through: files → findings → derived → inferred → findings → snapshot."""

import gc
import time
from collections import Counter
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from rdflib import Graph

from sjkg.derive import Derivation, derivations
from sjkg.dumps import FOLDER as DUMPS
from sjkg.dumps import dumps_beside
from sjkg.errors import Inconsistent, Violations
from sjkg.explain.record import graph_of, write_facts
from sjkg.files import KnowledgeBase, load_files
from sjkg.findings import Finding, sort_findings
from sjkg.index.write import write_index
from sjkg.lookup import write_orders
from sjkg.reason.choice import close
from sjkg.settings import REASONERS
from sjkg.snapshot import (
    INDEX,
    PROOFS,
    QUADS,
    SOURCES,
    STORE,
    Manifest,
    Snapshot,
    find_snapshot,
    finish,
    hash_inputs,
    unfinished_folder,
    versions,
)
from sjkg.statistics import count_quads
from sjkg.store.datasets import write_stores
from sjkg.store.engine import QuadStore
from sjkg.validate.dates import check_dates
from sjkg.validate.homes import check_homes
from sjkg.validate.inconsistency import explain_inconsistencies
from sjkg.validate.quality import check_quality
from sjkg.validate.references import check_references
from sjkg.validate.shapes import check_shapes
from sjkg.vocab import ASSERTED, DERIVED, INFERRED

FACTS = ("ontology", "vocab", "triples", "links", "passages")
REASONED = ("ontology", "triples", "passages")
SCHEMA = ("ontology", "alignments")

Progress = Callable[[str], None]


@dataclass
class Enriched:
    """What the pipeline made of a knowledge base; derived and inferred stay empty where violations stopped it.

    derivations: how each derived triple came about. depths: those of all that was inferred, useful or not.
    """

    kb: KnowledgeBase
    findings: list[Finding] = field(default_factory=list)
    derived: Graph = field(default_factory=Graph)
    inferred: Graph = field(default_factory=Graph)
    derivations: dict[tuple, Derivation] = field(default_factory=dict)
    depths: dict[tuple, int | None] = field(default_factory=dict)
    timings_s: dict[str, float] = field(default_factory=dict)

    @property
    def is_sound(self) -> bool:
        return not any(finding.severity == "violation" for finding in self.findings)

    @contextmanager
    def stage(self, name: str, progress: Progress):
        """Announce and time a stage."""
        progress(name)
        begun = time.perf_counter()
        yield
        self.timings_s[name] = round(time.perf_counter() - begun, 3)


def enrich(
    root: Path,
    progress: Progress = lambda stage: None,
    extra: tuple[Path, ...] = (),
    reasoner: str = REASONERS[0],
) -> Enriched:
    """Load, check, derive, reason and check again; stop before reasoning where the files themselves are wrong.

    extra: files to take in as if they were part of the knowledge base.
    Raises BrokenInput when a file cannot be read at all.
    """
    begun = time.perf_counter()
    progress("load")
    enriched = Enriched(load_files(root, extra))
    enriched.timings_s["load"] = round(time.perf_counter() - begun, 3)
    with enriched.stage("check", progress):
        facts = enriched.kb.union(*FACTS)
        enriched.findings = _check_asserted(enriched.kb, facts)
    if not enriched.is_sound:
        return enriched
    with enriched.stage("derive", progress):
        enriched.derivations = derivations(facts, root)
        enriched.derived = graph_of(enriched.derivations)
    with enriched.stage("reason", progress):
        try:
            reasoned = enriched.kb.union(*REASONED, beside=[enriched.derived])
            enriched.inferred, enriched.depths = close(reasoned, reasoner, progress)
        except Inconsistent as error:
            enriched.findings += explain_inconsistencies(error.contradictions, enriched.kb)
            return enriched
    with enriched.stage("check closure", progress):
        facts += enriched.derived
        facts += enriched.inferred
        enriched.findings = sort_findings([*enriched.findings, *_check_closure(enriched.kb, facts)])
    return enriched


def _check_asserted(kb: KnowledgeBase, facts: Graph) -> list[Finding]:
    return sort_findings(
        [
            *check_references(kb),
            *check_homes(kb),
            *check_dates(kb),
            *check_shapes(facts, kb.union("shapes"), kb),
            *check_quality(facts, "asserted", kb.root, kb),
            *check_quality(kb.union(*SCHEMA), "schema", kb.root, kb),
        ]
    )


def _check_closure(kb: KnowledgeBase, everything: Graph) -> list[Finding]:
    return [
        *check_shapes(everything, kb.union("closure-shapes"), kb),
        *check_quality(everything, "closure", kb.root, kb),
    ]


def ensure_snapshot(
    root: Path, snapshots: Path, progress: Progress = lambda stage: None, reasoner: str = REASONERS[0]
) -> Snapshot:
    """Return the snapshot of the files as they are now, building it only if there is none that is whole."""
    return find_snapshot(snapshots, hash_inputs(root, reasoner)) or build(root, snapshots, progress, reasoner)


@contextmanager
def _rare_collections():
    """Look for garbage in rings less often: a build makes millions of objects and few rings, and would spend a tenth of its time on it."""
    usual = gc.get_threshold()
    gc.set_threshold(200_000, 20, 100)
    try:
        yield
    finally:
        gc.set_threshold(*usual)


@_rare_collections()
def build(
    root: Path, snapshots: Path, progress: Progress = lambda stage: None, reasoner: str = REASONERS[0]
) -> Snapshot:
    """Build the snapshot of a knowledge base and put it in place.

    Raises BrokenInput when a file cannot be read, Violations when one says something wrong, and UnusableSnapshot when
    the snapshot cannot be written.
    """
    inputs = hash_inputs(root, reasoner)
    enriched = enrich(root, progress, reasoner=reasoner)
    if not enriched.is_sound:
        count = sum(finding.severity == "violation" for finding in enriched.findings)
        raise Violations(f"nothing was built: {count} violation{'s' * (count != 1)}", tuple(enriched.findings))
    groups = _groups(enriched.kb)
    with unfinished_folder(snapshots) as folder:
        lines = _quad_lines(enriched)
        write_orders(lines, folder)
        with dumps_beside(folder / QUADS, groups, folder / DUMPS):
            with enriched.stage("write", progress):
                _write(enriched, groups, folder)
            with enriched.stage("index", progress):
                write_index(QuadStore(folder / STORE, groups), folder / INDEX)
        if hash_inputs(root, reasoner) == inputs:
            return finish(folder, _manifest(enriched, lines, groups, inputs), snapshots)
    return build(root, snapshots, progress, reasoner)  # a file changed while it was being read


def _groups(kb: KnowledgeBase) -> dict[str, list[str]]:
    """Return the graphs that the name of a group stands for."""
    return {ASSERTED: [str(file.graph_name) for file in kb.files], DERIVED: [DERIVED], INFERRED: [INFERRED]}


def _quad_lines(enriched: Enriched) -> list[str]:
    """Return the triples of every graph as N-Quads lines."""
    graphs = {str(file.graph_name): file.graph for file in enriched.kb.files}
    graphs |= {DERIVED: enriched.derived, INFERRED: enriched.inferred}
    return [
        line.removesuffix(".") + f"<{name}> ."
        for name, graph in graphs.items()
        for line in graph.serialize(format="nt").split("\n")
        if line
    ]


def _write(enriched: Enriched, groups: dict[str, list[str]], folder: Path) -> None:
    """Write the stores, what proofs are made from, and copies of the files."""
    write_stores(folder / QUADS, folder / STORE, groups)
    write_facts(folder / PROOFS, enriched.kb, enriched.derivations, enriched.depths)
    for file in enriched.kb.files:
        copy = folder / SOURCES / file.path
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes((enriched.kb.root / file.path).read_bytes())


def _manifest(enriched: Enriched, lines: list[str], groups: dict[str, list[str]], inputs: str) -> Manifest:
    graphs = {str(file.graph_name): len(file.graph) for file in enriched.kb.files} | {
        DERIVED: len(enriched.derived),
        INFERRED: len(enriched.inferred),
    }
    return Manifest(
        inputs_sha256=inputs,
        triples=len(lines),
        graphs={name: count for name, count in graphs.items() if count},
        groups=groups,
        versions=versions(),
        findings=dict(Counter(finding.severity for finding in enriched.findings)),
        timings_s=enriched.timings_s,
        statistics=count_quads(lines),
        sources={str(file.graph_name): file.path for file in enriched.kb.files},
        built=datetime.now(UTC).isoformat(timespec="seconds"),
    )
