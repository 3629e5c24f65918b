"""The command `sjkg export`: write the graph in an RDF format, in our terms or in those of a profile, or its links."""

from pathlib import Path

import click

from sjkg.cli.options import PathType, kb_option, output_option, progress_bar, settings_from, snapshots_option
from sjkg.cli.output import open_output, report_carried, write_json, write_output
from sjkg.core.errors import BadParameter
from sjkg.describe.links import OWN_PREDICATES, PREDICATES, match_quads, read_links, read_uri_spaces
from sjkg.describe.sssom import write_sssom
from sjkg.profiles.linked_places import ENDINGS, NAME, write_places
from sjkg.profiles.read import Profile, find_profile, read_profiles
from sjkg.profiles.round_trip import measure_round_trip, round_trip_report
from sjkg.profiles.translate import construct_over, loss_report, translate
from sjkg.snapshot.build import ensure_snapshot
from sjkg.snapshot.folder import Snapshot
from sjkg.snapshot.remote_load import write_merged
from sjkg.store.convert import convert_file, convert_quads
from sjkg.store.formats import GRAPH_FORMATS
from sjkg.store.quad_store import QuadStore
from sjkg.store.sorted_quads import SortedQuads

SSSOM = "sssom"


@click.command("export")
@kb_option
@snapshots_option
@click.option(
    "--format",
    "format_name",
    type=click.Choice([*GRAPH_FORMATS, *ENDINGS]),
    default="turtle",
    show_default=True,
    help="RDF format; with --profile linked-places also geojson (Linked Places JSON) and tsv (LP-TSV).",
)
@click.option(
    "--graph",
    help="Graph to write: union (all triples, the default), a group such as article or inferred, or a named graph, as “sjkg stats” lists them.",
)
@click.option(
    "--profile", "profile_name", metavar="NAME", help="Write the graph in the terms of a profile, such as cidoc-crm."
)
@click.option(
    "--loss",
    type=PathType(path_type=Path, dir_okay=False),
    help="With --profile: write what the profile carries and loses, by property with reasons, and what “sjkg import” brings back "
    "of it, to this file as JSON.",
)
@click.option(
    "--links",
    metavar="FORM",
    help=f"Write only the links to other datasets: sssom (a table, with refused links and evidence), {OWN_PREDICATES} (triples with our own predicates), or triples with the predicate {', '.join(PREDICATES)}.",
)
@click.option(
    "--merged",
    "is_merged",
    is_flag=True,
    help="Write N-Quads for the bulk loader of a SPARQL store that “sjkg serve --store” is to query: all graphs, their merges, and "
    "which state of the graph they are; the same as “sjkg load-remote” loads.",
)
@click.option("--dataset", metavar="NAME", help="With --links: only those to this dataset, such as wikidata.")
@output_option
def command(
    kb: Path | None,
    snapshots: Path | None,
    format_name: str,
    graph: str | None,
    profile_name: str | None,
    loss: Path | None,
    links: str | None,
    dataset: str | None,
    is_merged: bool,
    output: Path | None,
) -> None:
    """Write the graph, one named graph, or a group of them, in an RDF format. Literals keep their lexical form.

    With --profile, write the whole graph in the terms of another vocabulary; with --links, the links to other datasets.
    """
    settings = settings_from(kb, snapshots)
    if dataset and not links:
        raise BadParameter("--dataset selects links; add --links with a form, such as --links sssom")
    if links and (graph or profile_name):
        raise BadParameter("--links writes links only; leave out --graph and --profile")
    if is_merged and (graph or profile_name or links):
        raise BadParameter("--merged writes all graphs; leave out --graph, --profile and --links")
    profile = _choose_profile(settings.kb, profile_name, graph, loss)
    if format_name in ENDINGS and (profile is None or profile.name != NAME):
        raise BadParameter(f"the format {format_name} is for places; add --profile {NAME}, or choose an RDF format")
    with progress_bar() as progress:
        snapshot = ensure_snapshot(settings.kb, settings.snapshots, progress)
    if is_merged:
        with open_output(output) as stream:
            write_merged(snapshot, stream)
        return
    if links:
        body = _write_links(snapshot, links, dataset, format_name)
    elif profile is None:
        # from the quads as parsed: a store would change the lexical form of numbers
        body = convert_file(
            snapshot.quads, GRAPH_FORMATS[format_name], snapshot.manifest.select_graphs(graph or "union")
        )
    else:
        construct = construct_over(QuadStore.open(snapshot.store, snapshot.manifest.groups))
        translation = translate(profile, construct)
        report_carried(translation)
        if format_name in ENDINGS:
            body = write_places(translation, format_name, snapshot.manifest.modified)
        else:
            body = convert_quads(b"".join(translation.lines), GRAPH_FORMATS[format_name])
        if loss:
            back = round_trip_report(measure_round_trip(translation, construct))
            write_json(loss, loss_report(translation) | {"roundTrip": back})
    write_output(output, body)


def _choose_profile(kb: Path, name: str | None, graph: str | None, loss: Path | None) -> Profile | None:
    """Return the profile with a name in the knowledge base `kb`; None without a name.

    graph, loss: the values of these options. Raises UnknownName, with the list of profiles, if there is none of that name, and
    BadParameter for options that do not fit together.
    """
    if name is None:
        if loss:
            raise BadParameter("--loss reports on a profile; name one with --profile")
        return None
    if graph is not None:
        raise BadParameter("--profile writes the whole graph; leave out --graph")
    return find_profile(read_profiles(kb), name)


def _write_links(snapshot: Snapshot, form: str, dataset: str | None, format_name: str) -> bytes:
    """Return the links of a snapshot as an SSSOM table, or as triples in the RDF format with a name.

    form: SSSOM, OWN_PREDICATES or the name of a predicate. dataset: name of the only one whose links are wanted, or None. Raises
    BadParameter for another form, or a dataset without links.
    """
    sorted_quads = SortedQuads(snapshot.folder)
    links = read_links(sorted_quads, dataset)
    if form == SSSOM:
        return write_sssom(links, read_uri_spaces(sorted_quads), snapshot.manifest, is_part=dataset is not None)
    return convert_quads("".join(f"{line}\n" for line in match_quads(links, form)).encode(), GRAPH_FORMATS[format_name])
