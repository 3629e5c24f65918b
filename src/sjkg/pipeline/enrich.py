"""The pipeline: load files, check them, derive triples by rule, infer triples with OWL 2 RL, check the result.

Derived triples follow by the project's own rules, inferred ones by OWL 2 RL. The depth of a proof is the
number of rule applications on its longest path from premises that are not inferred to its conclusion.
FACTS, REASONED and SCHEMA name the parts of the knowledge base (groups of files) that are checked as data, given to the
reasoner, and checked as ontology.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from rdflib import Graph

from sjkg.core.errors import Inconsistent
from sjkg.core.findings import Finding, has_violations, sort_findings
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
    """A knowledge base with the results of the pipeline. Fields of stages that were not reached are empty.

    findings: results of all checks, sorted. derived, inferred: the triples added by rule and by reasoning.
    derivations: a dict from each derived triple to its rule and premises.
    depths: a dict from each inferred triple, also of those left out of `inferred` as trivial, to the depth of its shallowest
    proof; None where unknown.
    timings_s: a dict from the name of each stage (load, check, derive, reason, check closure) to its run time.
    """

    kb: KnowledgeBase
    findings: list[Finding] = field(default_factory=list)
    derived: Graph = field(default_factory=Graph)
    inferred: Graph = field(default_factory=Graph)
    derivations: Derivations = field(default_factory=dict)
    depths: dict[Triple, int | None] = field(default_factory=dict)
    timings_s: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def stage(self, name: str, progress: Progress) -> Iterator[None]:
        """Call `progress` with the name of a stage, run the body of the with statement, and record its run time."""
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
    """Load and check a knowledge base, derive and infer triples, and check the result.

    The run ends after the first check when that has violations, and after reasoning when the graph is inconsistent, which
    gives findings.
    root: the folder of the knowledge base. progress: called with the name of each stage as it begins. extra: Turtle files
    from elsewhere to treat as part of it. reasoner: one of REASONERS.
    Raises BrokenInput when a file cannot be read, is not Turtle, or is an invalid rule or quality query.
    """
    begun = time.perf_counter()
    progress("load")
    enriched = Enriched(load_files(root, extra))
    enriched.timings_s["load"] = round(time.perf_counter() - begun, 3)
    with enriched.stage("check", progress):
        facts = enriched.kb.union(*FACTS)
        enriched.findings = _check_asserted(enriched.kb, facts)
    if has_violations(enriched.findings):
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
        enriched.findings = sort_findings(
            [
                *enriched.findings,
                *check_shapes(facts, enriched.kb.union("closure-shapes"), enriched.kb),
                *check_quality(facts, "closure", root, enriched.kb),
            ]
        )
    return enriched


def _check_asserted(kb: KnowledgeBase, facts: Graph) -> list[Finding]:
    """Return the sorted findings of all checks that need no derived or inferred triples; `facts` is the data to check."""
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
