"""The pipeline: load files, check them, derive triples by rule, infer triples with OWL 2 RL, check the result."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from rdflib import Graph

from sjkg.core.errors import Inconsistent
from sjkg.core.findings import Finding, sort_findings
from sjkg.core.settings import REASONERS
from sjkg.derive.rules import Derivations, derive_triples
from sjkg.kb.files import KnowledgeBase, load_files
from sjkg.reason.closure import close_graph
from sjkg.turtle.triples import Triple, graph_of
from sjkg.validation.contradictions import inconsistency_findings
from sjkg.validation.literals import check_dates
from sjkg.validation.quality import check_quality
from sjkg.validation.references import check_placement, check_references
from sjkg.validation.shacl import check_shapes

FACTS = ("ontology", "vocab", "triples", "links", "passages")
REASONED = ("ontology", "triples", "passages")
SCHEMA = ("ontology", "alignments")

Progress = Callable[[str], None]


@dataclass
class Enriched:
    """A knowledge base and what the pipeline added to it; stages that were not reached leave their fields empty.

    derivations: rule and premises of each derived triple. depths: the depth of the shallowest proof of each inferred
    triple, also of those that are left out of `inferred` as trivial; None where unknown.
    timings_s: run time of each stage.
    """

    kb: KnowledgeBase
    findings: list[Finding] = field(default_factory=list)
    derived: Graph = field(default_factory=Graph)
    inferred: Graph = field(default_factory=Graph)
    derivations: Derivations = field(default_factory=dict)
    depths: dict[Triple, int | None] = field(default_factory=dict)
    timings_s: dict[str, float] = field(default_factory=dict)

    @property
    def is_sound(self) -> bool:
        """Return whether no finding is a violation."""
        return not any(finding.severity == "violation" for finding in self.findings)

    @contextmanager
    def stage(self, name: str, progress: Progress) -> Iterator[None]:
        """Report a stage to `progress` and record its run time."""
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
    """Load, check, derive, infer and check again; stop before deriving when the files have violations.

    root: the folder of the knowledge base. extra: files to treat as part of it. reasoner: one of REASONERS.
    An inconsistent graph ends the run with findings. Raises BrokenInput when a file cannot be read.
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
        enriched.derivations = derive_triples(facts, root)
        enriched.derived = graph_of(enriched.derivations)
    with enriched.stage("reason", progress):
        try:
            reasoned = enriched.kb.union(*REASONED, beside=[enriched.derived])
            enriched.inferred, enriched.depths = close_graph(reasoned, reasoner, progress)
        except Inconsistent as error:
            enriched.findings += inconsistency_findings(error.contradictions, enriched.kb)
            return enriched
    with enriched.stage("check closure", progress):
        facts += enriched.derived
        facts += enriched.inferred
        enriched.findings = sort_findings([*enriched.findings, *_check_closure(enriched.kb, facts)])
    return enriched


def _check_asserted(kb: KnowledgeBase, facts: Graph) -> list[Finding]:
    """Return the findings on the files themselves."""
    return sort_findings(
        [
            *check_references(kb),
            *check_placement(kb),
            *check_dates(kb),
            *check_shapes(facts, kb.union("shapes"), kb),
            *check_quality(facts, "asserted", kb.root, kb),
            *check_quality(kb.union(*SCHEMA), "schema", kb.root, kb),
        ]
    )


def _check_closure(kb: KnowledgeBase, everything: Graph) -> list[Finding]:
    """Return the findings on the asserted, derived and inferred triples together."""
    return [
        *check_shapes(everything, kb.union("closure-shapes"), kb),
        *check_quality(everything, "closure", kb.root, kb),
    ]
