"""The command `sjkg link`: propose links between another dataset and the graph."""

from math import inf
from pathlib import Path

import click

from sjkg.cli.files import write_file
from sjkg.cli.options import (
    NumberRange,
    PathType,
    kb_option,
    master_option,
    progress_bar,
    settings_from,
    snapshots_option,
)
from sjkg.core.errors import BadParameter, BrokenInput, UnknownName
from sjkg.core.messages import count_noun
from sjkg.core.settings import Settings
from sjkg.core.vocabulary import curie
from sjkg.datasets.read import ExternalDataset, find_dataset, read_datasets
from sjkg.datasets.records import RECORDS, read_records
from sjkg.matching.csv_dataset import read_csv
from sjkg.matching.evidence import read_weights
from sjkg.matching.foreign import MAX_FINDINGS, ForeignDataset, ForeignRecord
from sjkg.matching.link_check import SHARE_TO_FIND, CheckedLinks, check_links
from sjkg.matching.link_tables import (
    AUTOMATIC,
    LinkTable,
    Merged,
    accept_certain,
    find_faults,
    merge_links,
    read_links,
    write_links,
)
from sjkg.matching.proposals import Matcher, find_matches, propose_links
from sjkg.matching.rdf_dataset import count_classes, open_rdf, read_rdf
from sjkg.matching.record_table import RecordTable
from sjkg.matching.records import KINDS
from sjkg.matching.scorer import RecordMatch, match
from sjkg.profiles.linked_places_files import is_linked_places, read_places
from sjkg.profiles.read import find_profile, read_profiles
from sjkg.snapshot.build import ensure_snapshot
from sjkg.snapshot.external_names import ExternalNames
from sjkg.snapshot.folder import Snapshot
from sjkg.snapshot.index.read import Index
from sjkg.store.datasets import Datasets
from sjkg.store.formats import find_file_format
from sjkg.store.quad_store import QuadStore

ENGINES = ("local", "spark")
TABLES = (".csv", ".tsv", ".csv.gz", ".tsv.gz")
MAX_EXPLAINED = 3  # matches of a row
MAX_LISTED = 40  # links in a report


@click.command("link")
@click.argument("dataset", required=False, type=PathType(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--dataset",
    "added",
    default="",
    metavar="NAME",
    help="Link a dataset that was added by “sjkg dataset add”, instead of a file; the links become part of it.",
)
@click.option(
    "--metadata",
    type=PathType(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="CSV on the Web metadata of the table. Default: DATASET-metadata.json beside it, else the names of its columns.",
)
@click.option("--profile", "profile_name", metavar="NAME", help="Vocabulary of an RDF file, such as cidoc-crm.")
@click.option("--kind", type=click.Choice(KINDS), help="Kind of all records, where the dataset does not say it.")
@click.option(
    "--lenient", is_flag=True, help="Leave out values that are neither dates nor points, with a warning each."
)
@click.option(
    "--output",
    "-o",
    type=PathType(path_type=Path, dir_okay=False),
    help="Write the links to this file instead of standard output. Verdicts in it are kept.",
)
@click.option("--why", metavar="ROW", help="Explain the matches of one record, given by its key, IRI or line.")
@click.option(
    "--check",
    type=PathType(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Compare the links with right ones in this SSSOM table.",
)
@click.option(
    "--engine",
    type=click.Choice(ENGINES),
    default=ENGINES[0],
    show_default=True,
    help="What compares the records: one process on this machine, or Spark (needs sjkg[spark]); the links are the same.",
)
@master_option
@click.option(
    "--memory",
    "memory_gib",
    type=NumberRange(0.25, 1024),
    default=4,
    show_default=True,
    help="Maximum memory of each process of Spark, in GiB.",
)
@click.option(
    "--accept", "accepts", is_flag=True, help="Accept the certain links: their verdict is “accepted”, and so they hold."
)
@kb_option
@snapshots_option
def command(
    dataset: Path | None,
    added: str,
    metadata: Path | None,
    profile_name: str | None,
    kind: str | None,
    lenient: bool,
    output: Path | None,
    why: str | None,
    check: Path | None,
    engine: str,
    master: str,
    memory_gib: float,
    accepts: bool,
    kb: Path | None,
    snapshots: Path | None,
) -> None:
    """Propose links between the records of DATASET and the things of the graph, as an SSSOM table.

    DATASET is a table (.csv, .tsv), an RDF file or Linked Places JSON (.geojson, .json), also compressed (.gz).

    \b
    sjkg link battles.csv -o links.sssom.tsv
    sjkg link battles.csv --why battle_17
    sjkg link battles.csv --check held-out.sssom.tsv
    sjkg link events.ttl --profile cidoc-crm -o links.sssom.tsv
    sjkg link --dataset war-atlas

    The column “verdict” is “automatic” for a certain link and “to check” for the others. Write “accepted” or “refused” there
    to decide a link: such lines are never changed again.
    """
    settings = settings_from(kb, snapshots)
    snapshot = None
    if dataset:
        if added:
            raise BadParameter("--dataset is for datasets that were added; leave out the file, or the option")
        foreign = _read_dataset(dataset, metadata, profile_name, kind or "", lenient, settings)
    else:
        if not added or metadata or profile_name:
            raise BadParameter(
                "name the file to link; or, by --dataset without --metadata and --profile, a dataset that “sjkg dataset list” shows"
            )
        external = find_dataset(read_datasets(settings.kb), added)
        snapshot = _open_snapshot(settings)
        foreign, links = _read_added(external, snapshot, kind or "", lenient, settings), external.links
        output = output or (None if why is not None or check else links)
    old = read_links(output) if output and output.exists() else LinkTable()
    held_out = read_links(check) if check else None
    snapshot = snapshot or _open_snapshot(settings)
    with progress_bar() as progress:
        table = _read_own(snapshot, added)
        if why is not None:
            explained = _explain(_find_record(foreign, why), table)
        else:
            progress("compare")
            matcher = _choose_matcher(engine, master, memory_gib)
            refused = {row.pair for row in old.rows if row.is_refused}
            proposals = propose_links(foreign, table, refused, matcher)
    if why is not None:
        click.echo(explained)
        return
    click.echo(_describe_dataset(foreign), err=True)
    if held_out is not None:
        checked = check_links(proposals, held_out, foreign, table)
        if not checked.true:
            raise BrokenInput(
                f"{check} has no link between a thing of the graph and a record of {dataset}; correct the ids"
            )
        click.echo(_describe_check(checked, table))
    merged = merge_links(old, proposals, foreign, table)
    if accepts:
        merged = accept_certain(merged)
    click.echo(_describe_links(merged), err=True)
    if output:
        write_file(output, write_links(merged.table).encode())
    elif held_out is None:
        click.echo(write_links(merged.table), nl=False)
    if output and (faults := find_faults(str(output), read_links(output), table)):
        message = f"{count_noun(len(faults), 'accepted link')} of {output} cannot be right; correct the lines listed"
        raise BrokenInput(message, tuple(faults))


def _read_own(snapshot: Snapshot, linked: str) -> RecordTable:
    """Return the records of our things, with their names in external datasets but the one that is linked."""
    names = ExternalNames.open(snapshot, with_private=True).names_of_ours
    return Index(snapshot.index).read_records(
        (each.thing, each.name, each.language) for each in names if each.dataset != linked
    )


def _choose_matcher(engine: str, master: str, memory_gib: float) -> Matcher:
    """Return the function that compares the records; Spark's is imported only if it is wanted."""
    if engine != "spark":
        return find_matches
    from sjkg.matching.spark_matches import spark_matcher

    return spark_matcher(master, memory_gib)


def _read_dataset(
    path: Path, metadata: Path | None, profile: str | None, kind: str, lenient: bool, settings: Settings
) -> ForeignDataset:
    """Return the records of a dataset; of RDF without --profile, those of the profile that finds most.

    Raises BadParameter for options that do not fit the kind of the file, and BrokenInput when nothing can be read.
    """
    if path.name.lower().endswith(TABLES):
        if profile:
            raise BadParameter("--profile is for RDF files; describe the columns of a table by --metadata")
        return read_csv(path, metadata, kind, lenient=lenient)
    if find_file_format(path.name) is None and not is_linked_places(path):
        raise BadParameter(
            f"the ending of {path} is that of no table or RDF format; end it in .csv, .tsv, .ttl, .nt, .rdf, .jsonld or, for Linked Places, .geojson"
        )
    if metadata:
        raise BadParameter("--metadata is for tables; name the vocabulary of an RDF file by --profile")
    profiles = {name: each for name, each in read_profiles(settings.kb).items() if (each.folder / RECORDS).is_file()}
    store = open_rdf(path) if find_file_format(path.name) else _open_places(path)
    if profile:
        query = find_profile(profiles, profile).folder / RECORDS
        found = read_rdf(store, path, query, kind, lenient=lenient)
    else:
        read = (read_rdf(store, path, each.folder / RECORDS, kind, lenient=True) for each in profiles.values())
        found = max(read, key=lambda each: len(each.records))
    if not found.records:
        seen = "; ".join(f"{curie(name)} {count:,}" for name, count in count_classes(store)) or "none"
        raise BrokenInput(
            f"{path} has no records in the terms of {profile or 'any profile'}; its classes: {seen}; the profiles: "
            f"{', '.join(profiles)}. For another vocabulary, add a folder profiles/NAME/ with a query {RECORDS}"
        )
    return found


def _open_snapshot(settings: Settings) -> Snapshot:
    """Return the snapshot of the knowledge base, which is built if there is none; a bar on the terminal shows the progress."""
    with progress_bar() as progress:
        return ensure_snapshot(settings.kb, settings.snapshots, progress)


def _read_added(
    dataset: ExternalDataset, snapshot: Snapshot, kind: str, lenient: bool, settings: Settings
) -> ForeignDataset:
    """Return the records of an added dataset."""
    store = QuadStore.open(snapshot.store, snapshot.manifest.groups, with_private=True)
    graphs = snapshot.read_external(with_private=True).graphs
    return read_records(dataset, store, graphs, read_profiles(settings.kb, with_imports=True), kind, lenient=lenient)


def _open_places(path: Path) -> QuadStore:
    """Return a store in memory with the places of a file of Linked Places JSON, in the terms of the profile linked-places."""
    return QuadStore(Datasets.of_triples(set(read_places(path))))


def _find_record(dataset: ForeignDataset, name: str) -> ForeignRecord:
    """Return the record whose key, IRI, end of the IRI or line number is `name`. Raises UnknownName if there is none."""
    for each in dataset.records:
        if name in (each.record.key, each.subject):
            return each
    for each in dataset.records:
        if name == str(each.line) or each.subject.rstrip("/").rpartition("/")[2] == name:
            return each
    raise UnknownName(f"{dataset.file} has no record “{name}”; give the key, the IRI or the line of one")


def _explain(foreign: ForeignRecord, table: RecordTable) -> str:
    """Return the best matches of a record with the weight of each piece of evidence, as text."""
    matches = match(foreign.record, table, MAX_EXPLAINED, least_bits=-inf)
    head = f"{foreign.record.name} ({foreign.record.source})"
    if not matches:
        return f"{head}\n  no match: nothing in the graph shares a word, a day or an identifier with it, unless another identifier or numeral contradicts"
    parts = [head]
    for each in matches:
        parts += _explain_match(each, table)
    least = read_weights()[""]
    parts.append(
        f"A link is certain from {least['certain']:+.1f} bits, if the next thing has {least['lead']:.1f} less; it is proposed "
        f"from {least['look_at']:+.1f}. Odds double with each bit."
    )
    return "\n".join(parts)


def _explain_match(each: RecordMatch, table: RecordTable) -> list[str]:
    """Return the lines about a match: a total, and the weight of each piece of evidence."""
    is_proposed = each.bits >= read_weights()[""]["look_at"]
    verdict = "certain" if each.certain else "to check" if is_proposed else "not proposed"
    title = f"  {curie(each.iri)} “{table.records[each.iri].name}” {each.relation}: {each.bits:+.1f} bits, score {each.score}, {verdict}"
    lines = [f"    {piece.bits:+6.1f}  {piece.feature}: {piece.words}" for piece in each.evidence]
    return [title, *lines, f"    {read_weights()['']['prior']:+6.1f}  before any evidence"]


def _describe_dataset(dataset: ForeignDataset) -> str:
    """Return the number of records and what was read, as text."""
    lines = [f"{dataset.file}: {count_noun(len(dataset.records), 'record')}"]
    if dataset.fields:
        lines.append("  read: " + ", ".join(f"{column} ({field})" for column, field in dataset.fields))
    if dataset.ignored:
        lines.append("  not used: " + ", ".join(dataset.ignored))
    shown = dataset.warnings[:MAX_FINDINGS]
    lines += [f"  warning, {each.place}: {each.message}" for each in shown]
    if len(dataset.warnings) > len(shown):
        lines.append(f"  {count_noun(len(dataset.warnings) - len(shown), 'more warning')}")
    return "\n".join(lines)


def _describe_links(merged: Merged) -> str:
    """Return the numbers of links as text, and those that have vanished."""
    certain = sum(row.values["verdict"] == AUTOMATIC for row in merged.fresh)
    lines = [f"{count_noun(certain, 'link')} certain, {len(merged.fresh) - certain} to check"]
    if merged.kept:
        lines.append(f"{count_noun(len(merged.kept), 'line')} with verdicts kept")
    if merged.vanished:
        lines.append(f"{count_noun(len(merged.vanished), 'line')} of records that the dataset no longer has:")
        lines += [
            f"  line {row.line}: {row.values['subject_id']} {row.pair[1]}" for row in merged.vanished[:MAX_LISTED]
        ]
    return "\n".join(lines)


def _describe_check(checked: CheckedLinks, table: RecordTable) -> str:
    """Return precision, recall and misses as text."""
    certain = len(checked.right) + len(checked.wrong)
    share = f"{SHARE_TO_FIND:.0%}"
    reached = (
        f"{count_noun(checked.rows_to_check, 'row')} to check for {share} of the right links"
        if checked.rows_to_check is not None
        else f"{share} of the right links are not among the proposals"
    )
    lines = [
        f"right links: {checked.true}",
        f"certain: {certain}, of these wrong: {len(checked.wrong)}",
        f"precision {checked.precision:.3f}, recall {checked.recall:.3f}",
        f"proposed: {checked.found} of {checked.true}; {reached}; {checked.all_to_check} to check in all",
    ]
    lines += [f"wrong: {curie(each.match.iri)} = {each.foreign.record.key}" for each in checked.wrong[:MAX_LISTED]]
    lines += [f"missed: {curie(iri)} {relation} {key}" for key, iri, relation in checked.missed[:MAX_LISTED]]
    lines += [
        f"not used, line {row.line}: {row.values['subject_id']} or {row.pair[1]} is neither a thing of the graph nor a record"
        for row in checked.unknown[:MAX_LISTED]
    ]
    return "\n".join(lines)
