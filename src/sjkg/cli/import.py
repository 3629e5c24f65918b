"""The command `sjkg import`: write a file in the terms of a profile in our terms."""

from pathlib import Path

import click

from sjkg.cli.options import PathType, kb_option, output_option, settings_from
from sjkg.cli.output import report_carried, write_json, write_output
from sjkg.core.errors import BadParameter
from sjkg.describe.link_turtle import count_lines, links_to_turtle, read_linked_datasets
from sjkg.kb.rdf_files import parse_rdf_file
from sjkg.matching.link_tables import read_links
from sjkg.profiles.linked_places import NAME
from sjkg.profiles.linked_places_files import is_linked_places, read_places
from sjkg.profiles.read import find_profile, read_profiles
from sjkg.profiles.translate import loss_report, translate_back
from sjkg.store.convert import convert_quads
from sjkg.store.formats import GRAPH_FORMATS


@click.command("import")
@click.argument("source", metavar="FILE", type=PathType(path_type=Path))
@kb_option
@click.option(
    "--profile",
    "profile_name",
    metavar="NAME",
    help="The profile of FILE, such as cidoc-crm, or its IRI. Needed for all but SSSOM tables.",
)
@click.option(
    "--base",
    metavar="IRI",
    default="",
    help="Namespace of the ids in LP-TSV that are not IRIs, as https://example.org/place/.",
)
@click.option(
    "--format",
    "format_name",
    type=click.Choice([*GRAPH_FORMATS]),
    default="turtle",
    show_default=True,
    help="RDF format of the output.",
)
@click.option(
    "--loss",
    type=PathType(path_type=Path, dir_okay=False),
    help="Write which triples of FILE were used, by property, to this file as JSON.",
)
@output_option
def command(
    source: Path,
    kb: Path | None,
    profile_name: str | None,
    base: str,
    format_name: str,
    loss: Path | None,
    output: Path | None,
) -> None:
    """Write the statements of FILE, which is in the terms of a profile such as CIDOC CRM, in the terms of this project.

    FILE is RDF in any format (.ttl, .nt, .rdf, .jsonld, …, also with .gz); named graphs are merged. With the profile
    linked-places, it may be Linked Places JSON (.json, .geojson) or LP-TSV (.tsv). The result is written,
    and becomes no part of the knowledge base. It has what the rules of the profile translate, such as names, days, places,
    parts and participants of events; the share of the triples of FILE that they use is printed on standard error.

    An SSSOM table (.sssom.tsv), as “sjkg link” writes it, needs no profile: its lines with a verdict become links in Turtle, for
    a file in triples/links/.

    \b
    sjkg import theirs.ttl --profile cidoc-crm -o ours.ttl
    sjkg import links.sssom.tsv -o triples/links/viaf.ttl
    """
    settings = settings_from(kb)
    if source.name.lower().endswith(".sssom.tsv"):
        if profile_name or base or loss or format_name != "turtle":
            raise BadParameter(
                "an SSSOM table becomes links in Turtle; leave out --profile, --base, --format and --loss"
            )
        table = read_links(source)
        write_output(output, links_to_turtle(str(source), table, read_linked_datasets(settings.kb)).encode())
        click.echo(count_lines(table), err=True)
        return
    if not profile_name:
        raise BadParameter("name the vocabulary of the file by --profile; “sjkg import --help” describes it")
    profile = find_profile(read_profiles(settings.kb, with_imports=True), profile_name)
    if base and not is_linked_places(source):
        raise BadParameter("--base is for the ids of LP-TSV (.tsv); leave it out")
    if profile.name == NAME and is_linked_places(source):
        lines = read_places(source, base)
    else:
        lines = [f"{s} {p} {o} .\n".encode() for s, p, o in parse_rdf_file(source).lines]
    translation = translate_back(profile, lines)
    report_carried(translation)
    if loss:
        write_json(loss, loss_report(translation))
    write_output(output, convert_quads(b"".join(translation.lines), GRAPH_FORMATS[format_name]))
