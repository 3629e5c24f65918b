"""The command `sjkg query`: run a SPARQL query, a .rq file or a saved query (known by name), and print its result."""

import json
import sys
from collections.abc import Mapping
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from sjkg.cli.options import kb_option, progress_bar, settings_from, snapshots_option
from sjkg.core.errors import BadParameter, BrokenInput
from sjkg.core.messages import count_noun
from sjkg.core.terms import JsonTerm, Term, read_language, show_controls, show_term
from sjkg.core.vocabulary import curie, expand, own
from sjkg.kb.queries import SavedQuery, find_query, group_queries, read_queries
from sjkg.profiles.read import profile_views, read_profiles
from sjkg.snapshot.build import ensure_snapshot
from sjkg.snapshot.folder import Snapshot
from sjkg.snapshot.known_terms import open_known_terms
from sjkg.store.datasets import GraphViews, Scope
from sjkg.store.formats import GRAPH_FORMATS, RESULT_FORMATS
from sjkg.store.query_result import QueryResult
from sjkg.workers.query_queue import open_queue

FORMATS = ("table", *RESULT_FORMATS, *GRAPH_FORMATS)


@click.command("query")
@click.argument("query", required=False)
@kb_option
@snapshots_option
@click.option(
    "--format",
    "format_name",
    type=click.Choice(FORMATS),
    help="Format of the result. Default: a table on a terminal, else CSV; graphs as Turtle.",
)
@click.option(
    "--graph",
    "graphs",
    multiple=True,
    help="Query only this graph: union (all triples), a group such as article or inferred, a named graph, a graph of an "
    "external dataset such as translated/war-atlas, or everyone (ours and all of theirs). May be repeated.",
)
@click.option(
    "--param",
    "-p",
    "params",
    multiple=True,
    metavar="NAME=VALUE",
    help="Parameter of a saved query. May be repeated.",
)
@click.option("--list", "list_only", is_flag=True, help="List the saved queries.")
def command(
    query: str | None,
    kb: Path | None,
    snapshots: Path | None,
    format_name: str | None,
    graphs: tuple[str, ...],
    params: tuple[str, ...],
    list_only: bool,
) -> None:
    """Run QUERY: the text of a SPARQL query, a .rq file, or the name of a saved query.

    \b
    sjkg query 'SELECT * { ?event a sjkg:BorderIncident }'
    sjkg query events-possibly-on-day -p day=1935-01-08

    The prefixes of the project (sjkg:, event:, actor:, …) need no declaration. A relative IRI needs a BASE in the query.
    """
    settings = settings_from(kb, snapshots)
    saved_queries = read_queries(settings.kb)
    if list_only:
        _print_saved_queries(saved_queries)
        return
    if not query:
        raise BadParameter(
            "no query given; give a SPARQL text, a .rq file or the name of a saved query (--list shows the names)"
        )
    text, bindings = _resolve_query(query, saved_queries, _parse_parameters(params))
    with progress_bar() as progress:
        snapshot = ensure_snapshot(settings.kb, settings.snapshots, progress)
    names_profile = any("profile/" in each for each in (text, *graphs))  # to read them takes longer than most queries
    views = profile_views(read_profiles(settings.kb)) if names_profile else {}
    _run_query(snapshot, text, bindings, format_name, graphs, views)


def _print_saved_queries(saved_queries: Mapping[str, SavedQuery]) -> None:
    """Print the saved queries under the headings that their files give: for each a line with name and title."""
    for group, members in group_queries(saved_queries).items():
        click.secho(group, bold=True)
        for query in members:
            click.echo(f"  {query.name}: {query.title}")


def _run_query(
    snapshot: Snapshot,
    text: str,
    bindings: Mapping[str, Term],
    format_name: str | None,
    graphs: tuple[str, ...],
    views: GraphViews,
) -> None:
    """Evaluate a query over a snapshot (a built graph) and print its result.

    text: the SPARQL query. bindings: the terms to which variables of the query are bound, by variable name.
    format_name: “table”, or a key of RESULT_FORMATS or GRAPH_FORMATS. If it is None, the result of SELECT is printed as
    a table on a terminal and else as CSV, the result of ASK as true or false, and triples as Turtle.
    graphs: names of the graphs to query; all graphs when empty. views: the computed graphs that it may name.
    A warning is printed on stderr for each IRI in the query that is nowhere in the graph, and for an empty result.
    Raises NotAcceptable when the result cannot be written in the format, and UnknownName for an unknown graph.
    """
    chosen = format_name or ("table" if sys.stdout.isatty() else "csv")
    as_results = "json" if chosen == "table" else chosen if chosen in RESULT_FORMATS else None
    as_graph = chosen if chosen in GRAPH_FORMATS else None if format_name and chosen != "table" else "turtle"
    by_kind = {"bindings": as_results, "boolean": as_results if format_name else "json", "graph": as_graph}
    formats = {kind: name for kind, name in by_kind.items() if name}
    find_unknown = open_known_terms(snapshot, with_private=True).find_unknown
    queue = open_queue(snapshot.store, snapshot.manifest.groups, find_unknown=find_unknown, views=views)
    scope = _select_graphs(graphs, snapshot, views)
    result = queue.query(text, formats, scope=scope, bindings=bindings, explains_empty=True)
    for warning in result.warnings:
        click.echo(f"warning: {warning}", err=True)
    if (chosen == "table" and result.kind != "graph") or (result.kind == "boolean" and not format_name):
        print_table(result)
    else:
        click.echo(result.body, nl=not result.body.endswith(b"\n"))


def _resolve_query(
    query: str, saved_queries: Mapping[str, SavedQuery], values: Mapping[str, str]
) -> tuple[str, Mapping[str, Term]]:
    """Return a SPARQL text and the RDF terms of a saved query's parameters by name (empty for any other query).

    query: the name of a saved query, the path of a .rq file, or a SPARQL text. values: parameters as on the command line.
    Raises UnknownName, with similar names, for a single word that is not the name of a saved query, BrokenInput for an
    unreadable file, and BadParameter for an unknown or invalid parameter.
    """
    if query in saved_queries:
        saved = saved_queries[query]
        return saved.text, saved.bind(values)
    if values:
        raise BadParameter("only saved queries take --param; write the values into the query, or use BIND")
    if query.endswith(".rq"):
        try:
            return Path(query).read_text(encoding="utf-8"), {}
        except OSError as error:
            raise BrokenInput(f"{query} cannot be read: {error.strerror}; check the path") from None
        except UnicodeDecodeError as error:
            raise BrokenInput(f"{query}: byte {error.start} is not UTF-8; save the file as UTF-8") from None
    if query.strip() and not any(mark in query for mark in " {}\n\t"):
        find_query(saved_queries, query)
    return query, {}


def _parse_parameters(params: tuple[str, ...]) -> dict[str, str]:
    """Return the values of the --param options, each NAME=VALUE, as a dict; of a repeated NAME the last value.

    Raises BadParameter for an option without “=”.
    """
    pairs = [param.partition("=") for param in params]
    for name, equals, _ in pairs:
        if not equals:
            raise BadParameter(f"--param “{name}” has no “=”; write --param NAME=VALUE")
    return {name: value for name, _, value in pairs}


def _select_graphs(graphs: tuple[str, ...], snapshot: Snapshot, views: GraphViews) -> Scope:
    """Return the RDF dataset of a query: default graph and named graphs.

    graphs: local names, prefixed names or IRIs of named graphs of the snapshot, or of groups such as “asserted”; when
    empty, the dataset has all graphs but those of external datasets. The default graph is their merge. The named graphs of the dataset are the single
    graphs, for a group its members, so that GRAPH finds the passage of a statement. views: the computed graphs.
    Raises UnknownName for a graph that the snapshot does not have.
    """
    default = tuple(expand(name) if ":" in name else own().graphs + name for name in graphs)
    external = snapshot.read_external(with_private=True)
    selected = [
        {iri} if iri in views else external.select(iri) or snapshot.manifest.select_graphs(name, views)
        for name, iri in zip(graphs, default, strict=True)
    ]
    if not selected or None in selected:
        return Scope()
    return Scope(default, tuple(sorted({graph for members in selected for graph in members or ()})))


def print_table(result: QueryResult) -> None:
    """Print the result of a SELECT query as a table with the number of rows, or of an ASK query as true or false.

    result: the query result, with a body in SPARQL 1.1 Query Results JSON Format.
    """
    parsed = json.loads(result.body)
    console = Console()
    if result.kind == "boolean":
        console.print("true" if parsed["boolean"] else "false")
        return
    variables, rows = parsed["head"]["vars"], parsed["results"]["bindings"]
    table = Table(*variables, show_edge=False)
    for row in rows:
        table.add_row(*(_format_term(row.get(variable)) for variable in variables))
    console.print(table)
    console.print(count_noun(len(rows), "row"), style="dim")


def _format_term(term: JsonTerm | None) -> str:
    """Return a term of SPARQL Query Results JSON as text, with the markup of rich escaped; "" for None (unbound).

    An IRI becomes a prefixed name; a literal has its language tag after “@”; control characters become escapes.
    """
    if term is None:
        return ""
    text = curie(term["value"]) if term["type"] == "uri" else show_controls(show_term(term))
    text += f"@{language}" if (language := read_language(term)) else ""
    return text.replace("[", r"\[")
