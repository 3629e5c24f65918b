"""Pipeline: files → findings → derived → inferred → findings."""

import time
from collections.abc import Callable, Iterable
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from rdflib import Graph

from sjkg.core.errors import Inconsistent
from sjkg.core.findings import Finding, sort_findings
from sjkg.core.settings import REASONERS
from sjkg.derive.rules import Derivation, derivations
from sjkg.kb.files import KnowledgeBase, load_files
from sjkg.reason.closure import close
from sjkg.validation.contradictions import explain_inconsistencies
from sjkg.validation.literals import check_dates
from sjkg.validation.quality import check_quality
from sjkg.validation.references import check_homes, check_references
from sjkg.validation.shacl import check_shapes

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
        enriched.derived = _graph_of(enriched.derivations)
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


def _graph_of(triples: Iterable[tuple]) -> Graph:
    """Return triples as a new graph."""
    graph = Graph(bind_namespaces="none")
    for triple in triples:
        graph.add(triple)
    return graph
