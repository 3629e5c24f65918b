"""The pipeline: load files, check them, derive triples by rule, infer triples with OWL 2 RL, check the result.

Derived triples follow by the project's own rules, inferred ones by OWL 2 RL. The depth of a proof is the number of rule
applications on the longest path from a premise that is not inferred to the conclusion.
The parts of a knowledge base are groups of its files: FACTS names the parts that are checked as data, REASONED those that the
reasoner gets, and SCHEMA those that are checked as ontology.

With the results of an earlier run (`Prepared`), only changed files are parsed, the checks of single files are made for
these only, and the closure is updated; all other stages are the same. So results do not depend on earlier ones.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from sjkg.core.errors import Inconsistent
from sjkg.core.findings import Finding, has_violations, sort_findings
from sjkg.core.memory import infrequent_garbage_collection
from sjkg.core.ntriples import TextTerm, TextTriple
from sjkg.core.settings import REASONERS
from sjkg.derive.evaluate import PreparedRule, QueryResults, StoredRows
from sjkg.derive.rules import Derivations, derive_passages, derive_triples, read_rules
from sjkg.kb.files import DATA_PARTS, KnowledgeBase, load_files
from sjkg.kb.inherited import inherits, is_inherited, locate
from sjkg.kb.sources import Sources
from sjkg.pipeline.inputs import DATA, Inputs, read_inputs
from sjkg.pipeline.prepared import Depths, Prepared, read_prepared
from sjkg.reason.output_filter import passes_output_filter
from sjkg.reason.update import NotUpdatable, update_closure
from sjkg.store.fact_store import FactStore
from sjkg.validation.contradictions import inconsistency_findings
from sjkg.validation.literals import check_literals, check_predicates
from sjkg.validation.quality import check_quality
from sjkg.validation.references import check_placement, check_references
from sjkg.validation.shapes import check_shapes

FACTS = ("ontology", "vocab", "links", *DATA_PARTS)
REASONED = ("ontology", *DATA_PARTS)
SCHEMA = ("ontology", "alignments")

Progress = Callable[[str], None]
FindPrepared = Callable[
    [str], Path | None
]  # from the hash of the rules to the file of results of an earlier run, if any


@dataclass
class Enriched:
    """A knowledge base with the results of the pipeline. Fields of stages that were not reached are empty.

    inputs: the hashes of everything that the results depend on. sources: the files of the knowledge base. rules: the
    CONSTRUCT queries that derive triples. findings: the results of all checks, sorted.
    lasting_findings: those of `findings` that depend on one file only, or on the ontology only. derivations: a dict from each
    derived triple to its rule and premises. inferred: the triples added by reasoning that pass the output filter, which
    leaves out trivial ones. depths: a dict from each triple added by reasoning, trivial ones included, to the depth of its
    shallowest proof, or None if that is unknown. query_results: a dict from the name of each quality query, except those about
    the ontology only, to its result.
    """

    inputs: Inputs = field(default_factory=lambda: Inputs("", {}))
    sources: Sources = field(default_factory=lambda: Sources(()))
    rules: list[PreparedRule] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    lasting_findings: list[Finding] = field(default_factory=list)
    derivations: Derivations = field(default_factory=dict)
    inferred: list[TextTriple] = field(default_factory=list)
    depths: Depths = field(default_factory=dict)
    query_results: Mapping[str, StoredRows] = field(default_factory=dict)

    @property
    def prepared(self) -> Prepared:
        """Return what a later run of the pipeline can reuse of the results of this one."""
        return Prepared(
            self.inputs.rules_sha256,
            self.sources,
            self.derivations,
            self.depths,
            self.inferred,
            self.rules,
            self.lasting_findings,
            self.query_results,
        )


@infrequent_garbage_collection()
def enrich(
    root: Path,
    progress: Progress = lambda stage: None,
    selected: tuple[Path, ...] = (),
    reasoner: str = REASONERS[0],
    find_prepared: FindPrepared = lambda rules_sha256: None,
) -> Enriched:
    """Load and check a knowledge base, derive and infer triples, and check the result.

    The run ends after the stage “check” if its findings have violations, and after the stage “reason” if the graph is
    inconsistent; the findings of the result say so.
    root: the folder of the knowledge base. progress: called with the name of each stage as it begins. selected: RDF files;
    if not empty, those outside of the folder are treated as part of the knowledge base, and shapes and quality queries are
    checked only for the subjects of triples in these files. reasoner: one of REASONERS. find_prepared: a function from the
    hash of the rules to the path of proofs.json of an earlier run by the same rules, or None if there is none.
    Raises BrokenInput when a file cannot be read, is not valid RDF, or is an invalid rule or quality query.
    """
    enriched = Enriched()
    progress("load")
    inputs = enriched.inputs = read_inputs(root, reasoner)
    prepared = find_prepared(inputs.rules_sha256)
    earlier = read_prepared(prepared, inputs.rules_sha256) if prepared else None
    parsed = _load(enriched, root, selected, earlier, inputs.data)
    enriched.rules = earlier.rules if earlier else read_rules(root)
    progress("check")
    sources = enriched.sources
    names = names_of(root, selected)
    subjects = {s for file in sources.files if file.path in names for s, _, _ in file.lines}
    focus_nodes = subjects if selected else None
    facts = sources.facts(*FACTS)
    store = FactStore(facts)
    changed = _changed_predicates(earlier.sources, sources) if earlier else None
    results = QueryResults(earlier.query_results if earlier else {})
    enriched.query_results = results.found
    enriched.lasting_findings = _check_files(parsed, earlier, sources)
    enriched.findings = _sort_own(
        [
            *enriched.lasting_findings,
            *check_references(sources),
            *check_shapes(facts, sources.facts("shapes"), sources, focus_nodes),
            *check_quality(store, "asserted", root, sources, results, changed or (), focus_nodes),
        ],
        root,
    )
    if has_violations(enriched.findings):
        return enriched
    progress("derive")
    before = earlier.derivations if earlier else {}
    enriched.derivations = derive_triples(facts, store, enriched.rules, before, changed) | derive_passages(
        sources.files
    )
    progress("reason")
    try:
        _reason(enriched, earlier, reasoner, progress)
    except Inconsistent as error:
        enriched.findings += inconsistency_findings(error.contradictions, sources)
        return enriched
    progress("check closure")
    added = [triple for triple in (*enriched.derivations, *enriched.inferred) if triple not in facts]
    for triple in added:
        facts.add(triple)
    store.add(added)
    if earlier and changed is not None:
        changed |= {p for _, p, _ in earlier.derivations.keys() ^ enriched.derivations.keys()}
        changed |= {p for _, p, _ in set(earlier.inferred) ^ set(enriched.inferred)}
    enriched.findings = _sort_own(
        [
            *enriched.findings,
            *check_shapes(facts, sources.facts("closure-shapes"), sources, focus_nodes),
            *check_quality(store, "closure", root, sources, results, changed or (), focus_nodes),
        ],
        root,
    )
    return enriched


def _sort_own(findings: Iterable[Finding], root: Path) -> list[Finding]:
    """Return findings, sorted, without those in files of the package that the knowledge base in `root` inherits.

    Its editors cannot correct these: for example, the inherited ontology has no examples.
    """
    if not inherits(root):
        return sort_findings(findings)
    return sort_findings(
        finding for finding in findings if not finding.file or not is_inherited(locate(root, finding.file), root)
    )


def _load(
    enriched: Enriched, root: Path, selected: tuple[Path, ...], earlier: Prepared | None, data: dict[str, str]
) -> KnowledgeBase:
    """Set `sources` of `enriched` to all files with their triples; return those that had to be parsed.

    These are the files that have changed since an earlier run of the pipeline with the results `earlier`, or all files
    if that is None; the triples of the others are taken from `earlier`. data: a dict from the path of each file in the
    folder triples/ to its SHA-256.
    """
    known = earlier.sources.files if earlier else ()
    kept = {file.path: file for file in known if not file.path.startswith(DATA) or data.get(file.path) == file.sha256}
    changed = load_files(root, selected, {name: file.graph for name, file in kept.items()})
    own = [file.source(data.get(file.path, "")) for file in changed.files if not file.is_extra]
    extra = [file.source() for file in changed.files if file.is_extra]
    enriched.sources = Sources((*sorted([*kept.values(), *own], key=lambda file: Path(file.path)), *extra))
    return changed


def _changed_predicates(before: Sources, after: Sources) -> set[TextTerm]:
    """Return the predicates of all triples that only one of two sets of files has, and perhaps of some that both have."""
    common = {id(file) for file in before.files} & {id(file) for file in after.files}
    removed, added = (
        {triple for file in files if id(file) not in common for triple in file.lines}
        for files in (before.files, after.files)
    )
    return {p for _, p, _ in removed ^ added}


def _check_files(changed: KnowledgeBase, earlier: Prepared | None, sources: Sources) -> list[Finding]:
    """Return the findings of the checks that depend on one file only, or on the ontology only.

    changed: the files to check. For the other files in `sources`, and for the ontology, the findings of the earlier run are
    returned; if `earlier` is None, the ontology is checked, too.
    """
    findings = [*check_placement(changed.sources), *check_literals(changed), *check_predicates(changed)]
    if earlier is None:
        schema = FactStore(sources.facts(*SCHEMA))
        return findings + check_quality(schema, "schema", changed.root, sources, QueryResults({}))
    there = {None, *(file.path for file in sources.files)} - {file.path for file in changed.files}
    return findings + [finding for finding in earlier.findings if finding.file in there]


def names_of(root: Path, selected: tuple[Path, ...]) -> set[str]:
    """Return the paths by which `Sources` and findings may name the files `selected`.

    They are the paths as given and, for files in the folder `root` of the knowledge base, also those relative to it.
    """
    base = root.resolve()
    inside = [path.resolve().relative_to(base) for path in selected if path.resolve().is_relative_to(base)]
    return {*map(str, selected), *(path.as_posix() for path in inside)}


def _reason(enriched: Enriched, earlier: Prepared | None, reasoner: str, progress: Progress) -> None:
    """Set `inferred` and `depths` of `enriched` to what OWL 2 RL adds to the asserted and derived triples.

    The results `earlier` of another run of the pipeline are updated if that is possible; otherwise the reasoner runs.
    Raises Inconsistent when the asserted and derived triples contradict each other by OWL 2 RL.
    """
    explicit = {*enriched.sources.triples(*REASONED), *enriched.derivations}
    if earlier and reasoner == REASONERS[0]:
        before = {*earlier.sources.triples(*REASONED), *earlier.derivations}
        try:
            enriched.depths = update_closure(before, earlier.depths, before - explicit, explicit - before)
        except NotUpdatable as reason:
            progress(f"reason: all inferred triples are computed again, because {reason}")
        else:
            new = filter(passes_output_filter, enriched.depths.keys() - earlier.depths)
            enriched.inferred = [*(triple for triple in earlier.inferred if triple in enriched.depths), *new]
            return
    from sjkg.reason.closure import close_texts  # here: DuckDB and rdflib take 0.2 s to be imported

    enriched.inferred, enriched.depths = close_texts(explicit, reasoner, progress)
