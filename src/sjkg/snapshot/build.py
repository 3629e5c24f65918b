"""Build of a snapshot: an immutable folder with everything that the server reads, made from a knowledge base.

Stages: the pipeline (load the files, check them, derive triples by the project's rules, infer triples by OWL 2 RL),
then sorted N-Quads, Oxigraph stores, all these triples in a file for proofs, dumps in every RDF format, the SQLite
index, copies of the Turtle files and the manifest.
"""

import re
from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from functools import partial
from pathlib import Path

from sjkg.core.description import Description
from sjkg.core.errors import Violations
from sjkg.core.findings import has_violations, sort_findings
from sjkg.core.memory import infrequent_garbage_collection
from sjkg.core.messages import count_noun
from sjkg.core.ntriples import TextTriple
from sjkg.core.settings import REASONERS, Settings
from sjkg.core.vocabulary import PREFIXES, own, using
from sjkg.datasets.links import read_accepted_links
from sjkg.datasets.prepare import prepare_stores
from sjkg.datasets.read import read_datasets
from sjkg.kb.description import read_description
from sjkg.kb.files import DATA_PARTS, PARTS_OF_GROUPS
from sjkg.kb.folders import FileVanished, read_file, read_text
from sjkg.kb.inherited import is_inherited, locate
from sjkg.kb.sources import Sources
from sjkg.pipeline.enrich import Enriched, Progress, enrich
from sjkg.pipeline.inputs import read_inputs, versions
from sjkg.pipeline.prepared import write_prepared
from sjkg.snapshot.background import LINKS, BackgroundWriter
from sjkg.snapshot.folder import (
    INDEX,
    PROOFS,
    QUADS,
    SOURCES,
    Snapshot,
    find_prepared,
    find_similar,
    find_snapshot,
    prune,
    publish,
    unfinished_folder,
)
from sjkg.snapshot.index.earlier import EarlierIndex, changed_predicates
from sjkg.snapshot.index.write import write_index
from sjkg.snapshot.manifest import Manifest
from sjkg.snapshot.statistics import count_distinct_triples, count_quads
from sjkg.store.datasets import Datasets
from sjkg.store.quad_store import QuadStore
from sjkg.store.sorted_quads import write_look_ups, write_quads

MODIFIED = f"<{PREFIXES['dcterms']}modified>"
DAY = re.compile(rf'"((?!0000)\d{{4}}-\d\d-\d\d)[^"]*"\^\^<{PREFIXES["xsd"]}date>')  # the rest is a time zone


def ensure_snapshot(
    root: Path,
    snapshots: Path,
    progress: Progress = lambda stage: None,
    reasoner: str = REASONERS[0],
    kept: int = Settings.kept_snapshots,
) -> Snapshot:
    """Return the snapshot of the current inputs; build it unless there is one that is complete and undamaged.

    root: folder of the knowledge base. snapshots: folder of all snapshots. progress: called with the name of each
    stage. reasoner: one of REASONERS. kept: as for `build`. Raises BrokenInput when a file cannot be read, Violations
    when the knowledge base does not conform, UnusableSnapshot when the snapshot cannot be written.
    """
    found = find_snapshot(snapshots, read_inputs(root, reasoner).sha256)
    return found or build(root, snapshots, progress, reasoner, kept)


@infrequent_garbage_collection()
def build(
    root: Path,
    snapshots: Path,
    progress: Progress = lambda stage: None,
    reasoner: str = REASONERS[0],
    kept: int = Settings.kept_snapshots,
) -> Snapshot:
    """Build the snapshot of a knowledge base and return it, even where there is one already; delete old snapshots.

    root: folder of the knowledge base. snapshots: folder of all snapshots. progress: called with the name of each
    stage. reasoner: one of REASONERS. kept: the number of snapshots below `snapshots` that are kept beside those in use,
    see `prune`. When an input file changes during the build, the build starts again. Raises
    BrokenInput when a file cannot be read, Violations (with all findings) when the knowledge base does not conform, and
    UnusableSnapshot when the snapshot cannot be written.
    """
    description = read_description(root)
    with using(description.namespaces), BackgroundWriter() as writer:
        snapshot = _build_once(root, snapshots, progress, reasoner, writer, description)
    if snapshot is None:  # a file changed while it was being read
        return build(root, snapshots, progress, reasoner, kept)
    prune(snapshots, kept)
    return snapshot


def _build_once(
    root: Path,
    snapshots: Path,
    progress: Progress,
    reasoner: str,
    writer: BackgroundWriter,
    description: Description,
) -> Snapshot | None:
    """Do as `build` without deleting snapshots; return None if an input file changed meanwhile.

    writer: a background writer whose method `writing` has not been called. description: the content of kb.ttl.
    """
    enriched = enrich(root, progress, (), reasoner, partial(find_prepared, snapshots))
    if has_violations(enriched.findings):
        count = sum(finding.severity == "violation" for finding in enriched.findings)
        raise Violations(
            f"nothing was built: {count_noun(count, 'violation')} in the knowledge base; correct the findings listed",
            tuple(enriched.findings),
        )
    groups = _group_graphs(enriched.sources)
    with unfinished_folder(snapshots) as folder:
        lines = _serialize_quads(enriched)
        lines.sort()
        write_quads(lines, folder)
        rules_sha256 = enriched.inputs.rules_sha256
        external = _prepare_external(root, snapshots, progress, enriched, folder)
        with writer.writing(folder, groups, snapshots, rules_sha256, external):
            progress("index")
            similar = find_similar(snapshots, rules_sha256, (QUADS, INDEX, f"{SOURCES}/"))
            earlier = EarlierIndex(similar.index, changed_predicates(similar.quads, lines)) if similar else None
            # in memory, where its queries take half the time
            write_index(QuadStore(Datasets.load(folder / QUADS)), folder / INDEX, earlier)
            progress("write")
            write_look_ups(lines, folder)
            write_prepared(folder / PROOFS, enriched.prepared)
            _copy_sources(root, enriched.sources, folder, similar)
            manifest = _make_manifest(enriched, lines, groups, description)
        if read_inputs(root, reasoner) == enriched.inputs:
            return publish(folder, manifest, snapshots)
    return None


def _prepare_external(
    root: Path, snapshots: Path, progress: Progress, enriched: Enriched, folder: Path
) -> dict[str, str]:
    """Return a dict from the name of each store with external graphs to the folder of the cached store that it begins as.

    Write the accepted links with external datasets into `folder`, a file for each store, and add the findings on links that cannot be right to those
    of `enriched`. root: the folder of the knowledge base. snapshots: that of all snapshots.
    """
    datasets = read_datasets(root)
    stores = prepare_stores(root, datasets, snapshots, progress)
    things = {s[1:-1] for s, _, _ in enriched.sources.triples(*DATA_PARTS)} if stores else set()
    for name, store in stores.items():
        links, findings = read_accepted_links([datasets[each] for each in store.datasets], things)
        (folder / f"{name}{LINKS}").write_text("".join(links), encoding="utf-8")
        enriched.findings = sort_findings({*enriched.findings, *findings})
    return {name: str(store.folder) for name, store in stores.items()}


def _group_graphs(sources: Sources) -> dict[str, list[str]]:
    """Return a dict from the IRI of each group of graphs to the IRIs of its named graphs. sources: the files."""
    graphs = {
        own().graphs + group: [file.graph for file in sources.files if file.part in parts]
        for group, parts in PARTS_OF_GROUPS.items()
    }
    graphs |= {
        own().asserted: [file.graph for file in sources.files],
        own().derived: [own().derived],
        own().inferred: [own().inferred],
    }
    return {group: graphs[group] for group in own().groups}


def _serialize_quads(enriched: Enriched) -> list[str]:
    """Return the triples of every named graph as lines of N-Quads, unsorted and without line ends.

    enriched: the files that were read, and the triples derived and inferred from them.
    """
    graphs: dict[str, Iterable[TextTriple]] = {file.graph: file.lines for file in enriched.sources.files}
    graphs |= {own().derived: enriched.derivations, own().inferred: enriched.inferred}
    return [f"{s} {p} {o} <{name}> ." for name, triples in graphs.items() for s, p, o in triples]


def _copy_sources(root: Path, sources: Sources, folder: Path, earlier: Snapshot | None) -> None:
    """Copy the Turtle files of a knowledge base into the folder of a snapshot.

    root: the folder of the knowledge base. sources: its files, as they were read. earlier: a snapshot built with the same
    ontology, rules and code, to whose copies unchanged files become hard links; None if there is none.
    """
    for file in sources.files:
        copy = folder / SOURCES / file.path
        copy.parent.mkdir(parents=True, exist_ok=True)
        same = f"{SOURCES}/{file.path}"
        # files without a hash are rules, and those of `earlier` are the same
        if earlier and same in earlier.manifest.files and file.sha256 in ("", earlier.manifest.files[same][1]):
            copy.hardlink_to(earlier.folder / same)
            continue
        with suppress(FileVanished):  # deleted meanwhile, so that the build starts again
            path = locate(root, file.path)
            is_own = not is_inherited(path, root)
            copy.write_bytes(read_file(path, file.path) if is_own else read_text(path, file.path).encode())


def _make_manifest(
    enriched: Enriched, lines: list[str], groups: dict[str, list[str]], description: Description
) -> Manifest:
    """Return the manifest of a build, still without its list of files.

    enriched: the files that were read, and the triples derived and inferred from them. lines: all quads as N-Quads.
    groups: a dict from the IRI of each group of graphs to the IRIs of its named graphs.
    """
    graphs = {file.graph: len(file.lines) for file in enriched.sources.files} | {
        own().derived: len(enriched.derivations),
        own().inferred: len(enriched.inferred),
    }
    return Manifest(
        inputs_sha256=enriched.inputs.sha256,
        rules_sha256=enriched.inputs.rules_sha256,
        triples=len(lines),
        graphs={name: count for name, count in graphs.items() if count},
        groups=groups,
        group_triples=count_distinct_triples(lines, {**groups, own().union: graphs}),
        versions=versions(),
        findings=dict(Counter(finding.severity for finding in enriched.findings)),
        statistics=count_quads(lines),
        sources={file.graph: file.path for file in enriched.sources.files},
        modified=_find_modified(enriched.sources),
        description=description,
    )


def _find_modified(sources: Sources) -> str | None:
    """Return the day on which the data were last changed, such as “2026-11-29”, as the data state it; None if they do not.

    They state it as dcterms:modified of the dataset. Of several days, it is the last.
    """
    days = [
        found[1]
        for subject, predicate, value in sources.triples(*DATA_PARTS)
        if (subject, predicate) == (f"<{own().dataset}>", MODIFIED) and (found := DAY.fullmatch(value))
    ]
    return max(days, default=None)
