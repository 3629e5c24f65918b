"""The command `sjkg dataset`: add, list and remove datasets of other people beside the graph."""

from pathlib import Path

import click

from sjkg.cli.options import PathType, kb_option, progress_bar, settings_from, snapshots_option
from sjkg.core.locks import temporary_folder
from sjkg.core.messages import count_noun
from sjkg.datasets.add import NewDataset, add_dataset, remove_dataset
from sjkg.datasets.prepare import prepare_stores
from sjkg.datasets.read import find_dataset, read_datasets
from sjkg.matching.foreign import MAX_FINDINGS
from sjkg.matching.link_tables import read_links
from sjkg.store.external import EVERYONE_STORE, PRIVATE_STORE


@click.group("dataset")
def command() -> None:
    """Datasets of other people, queried and compared beside the graph.

    They are in datasets/NAME/ of the knowledge base, and never in its default graph, counts or dumps.
    """


@command.command("add")
@click.argument("name")
@click.argument("files", nargs=-1, required=True, type=PathType(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--licence",
    "--license",
    default="",
    metavar="IRI",
    help="Terms under which the data may be used: an IRI, or an SPDX identifier such as CC-BY-4.0. Required.",
)
@click.option(
    "--metadata",
    multiple=True,
    type=PathType(path_type=Path, exists=True, dir_okay=False),
    metavar="FILE",
    help="CSV on the Web metadata of tables; may be repeated. Default: FILE-metadata.json beside each, else the columns by their titles.",
)
@click.option(
    "--profile",
    default="",
    metavar="NAME",
    help="Vocabulary of the files, such as cidoc-crm. Default: recognised by their terms.",
)
@click.option(
    "--untranslated", "is_untranslated", is_flag=True, help="Keep statements in an unknown vocabulary as they are."
)
@click.option("--title", default="", help="Title of the dataset. Default: its name.")
@click.option("--publisher", default="", help="Name of its publisher.")
@click.option("--version", default="", help="Version of the dataset, such as 2026-07-02.")
@click.option("--from", "source", default="", metavar="URL", help="Address from which the files come.")
@click.option(
    "--derived-from",
    multiple=True,
    metavar="IRI",
    help="Dataset that it was made of, such as https://www.wikidata.org/; may be repeated.",
)
@click.option(
    "--private", "is_private", is_flag=True, help="Never serve or dump it: only commands on this machine read it."
)
@click.option(
    "--lenient", "is_lenient", is_flag=True, help="Leave out statements and values that are not valid, and count them."
)
@click.option(
    "--replace", "replaces", is_flag=True, help="Replace the files of a dataset that was added before; links are kept."
)
@kb_option
@snapshots_option
def add(
    name: str,
    files: tuple[Path, ...],
    replaces: bool,
    kb: Path | None,
    snapshots: Path | None,
    **options: str | bool | tuple[str, ...],
) -> None:
    """Add FILES as the dataset NAME, a word such as war-atlas.

    \b
    sjkg dataset add war-atlas battles.csv --profile war-atlas --licence CC-BY-4.0 --from https://thewaratlas.co/
    sjkg dataset add museum events.ttl.gz --licence https://example.org/terms --private

    FILES are tables (.csv, .tsv) or RDF in any syntax (.ttl, .nt, .nq, .trig, .rdf, .jsonld), all also compressed (.gz). They are copied.
    """
    settings = settings_from(kb, snapshots)
    settings.snapshots.mkdir(parents=True, exist_ok=True)
    with progress_bar() as progress, temporary_folder("parsed", settings.snapshots) as parsed:
        new = NewDataset(name, files, **options)  # type: ignore[arg-type]  # the options are named like its fields
        added = add_dataset(settings.kb, new, replaces=replaces, progress=progress, parsed=parsed)
        datasets = read_datasets(settings.kb)
        stores = prepare_stores(settings.kb, datasets, settings.snapshots, progress, {name: parsed})
    graphs = {graph: count for store in stores.values() for graph, count in store.graphs.items()}
    dataset = datasets[name]
    lines = [f"{dataset.title}: {count_noun(graphs.get(dataset.published, 0), 'triple')}, in {dataset.folder}"]
    lines += [f"  {file}: {count_noun(count, 'triple')}" for file, count in added.triples.items()]
    translated = count_noun(graphs.get(dataset.translated, 0), "triple")
    terms = f"{translated} by the profile {added.profile}" if added.profile else translated
    lines.append(f"in our terms: {terms}" if added.profile or added.is_in_our_terms else "not translated")
    if added.dropped:
        lines.append(f"left out: {count_noun(len(added.dropped), 'statement')}")
        lines += [f"  {finding.place}: {finding.message}" for finding in added.dropped[:MAX_FINDINGS]]
    lines += [f"links, line {line}: {item} is in the files no more" for line, item in added.vanished]
    lines.append(f"next: sjkg link --dataset {name}")
    click.echo("\n".join(lines))


@command.command("list")
@kb_option
@snapshots_option
def list_datasets(kb: Path | None, snapshots: Path | None) -> None:
    """List the datasets with their numbers of triples and links."""
    settings = settings_from(kb, snapshots)
    datasets = read_datasets(settings.kb)
    with progress_bar() as progress:
        stores = prepare_stores(settings.kb, datasets, settings.snapshots, progress)
    store = stores.get(PRIVATE_STORE) or stores.get(EVERYONE_STORE)
    for name, dataset in datasets.items():
        links = sum(row.is_accepted for row in read_links(dataset.links).rows) if dataset.links.is_file() else 0
        counts = store.graphs if store else {}
        published, translated = (counts.get(graph, 0) for graph in (dataset.published, dataset.translated))
        private = ", private" if dataset.is_private else ""
        click.echo(f"{name}: {dataset.title}, {dataset.licence}{private}")
        click.echo(
            f"  {count_noun(published, 'triple')}, {translated:,} in our terms, {count_noun(links, 'accepted link')}"
        )


@command.command("remove")
@click.argument("name")
@click.option("--yes", is_flag=True, help="Do not ask.")
@kb_option
def remove(name: str, yes: bool, kb: Path | None) -> None:
    """Delete the dataset NAME: its files, description and links."""
    dataset = find_dataset(read_datasets(settings_from(kb).kb), name)
    if not yes:
        click.confirm(f"Delete {dataset.folder} with all its files and links?", abort=True)
    remove_dataset(dataset.folder)
