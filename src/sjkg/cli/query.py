"""The command `sjkg query`: run a SPARQL query, a .rq file or a saved query, and print its result."""

import sys
from collections.abc import Mapping
from pathlib import Path

import click

from sjkg.cli.options import kb_option, progress_bar, settings_from, snapshots_option
from sjkg.cli.tables import print_table
from sjkg.core.errors import BadParameter, BrokenInput, UnknownName
from sjkg.core.terms import Term
from sjkg.core.vocabulary import GRAPHS, expand
from sjkg.kb.queries import SavedQuery, find_query, group_queries, read_queries
from sjkg.snapshot.build import ensure_snapshot
from sjkg.snapshot.folder import Snapshot
from sjkg.store.datasets import Scope
from sjkg.store.formats import GRAPH_FORMATS, RESULT_FORMATS
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
    help="Query this graph only: asserted, inferred, derived, or one by name. May be repeated.",
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
    _run_query(snapshot, text, bindings, format_name, graphs)


def _print_saved_queries(saved_queries: Mapping[str, SavedQuery]) -> None:
    """Print a heading for each group of saved queries, and a line with name and title for each query in it."""
    for group, members in group_queries(saved_queries).items():
        click.secho(group, bold=True)
        for query in members:
            click.echo(f"  {query.name}: {query.title}")


def _run_query(
    snapshot: Snapshot, text: str, bindings: Mapping[str, Term], format_name: str | None, graphs: tuple[str, ...]
) -> None:
    """Evaluate a query over a snapshot (a built graph) and print its result.

    text: the SPARQL query. bindings: the values of its variables that are parameters.
    format_name: a key of RESULT_FORMATS or GRAPH_FORMATS, or “table”; None for a table on a terminal, else CSV, and Turtle
    for the triples of CONSTRUCT and DESCRIBE.
    graphs: names of the graphs to query; all when empty.
    Raises NotAcceptable when the result cannot be written in the format, and UnknownName for an unknown graph.
    """
    chosen = format_name or ("table" if sys.stdout.isatty() else "csv")
    as_results = "json" if chosen == "table" else chosen if chosen in RESULT_FORMATS else None
    as_graph = chosen if chosen in GRAPH_FORMATS else None if format_name and chosen != "table" else "turtle"
    formats = {
        kind: name for kind, name in (("bindings", as_results), ("boolean", as_results), ("graph", as_graph)) if name
    }
    queue = open_queue(snapshot.store, snapshot.manifest.groups)
    result = queue.query(text, formats, scope=_select_graphs(graphs, snapshot), bindings=bindings)
    if chosen == "table" and result.kind != "graph":
        print_table(result)
    else:
        click.echo(result.body, nl=not result.body.endswith(b"\n"))


def _resolve_query(
    query: str, saved_queries: Mapping[str, SavedQuery], values: Mapping[str, str]
) -> tuple[str, Mapping[str, Term]]:
    """Return a SPARQL text and, for a saved query, the RDF terms of its parameters by name.

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
    """Return the values of the --param options, each NAME=VALUE, as a dict. Raises BadParameter for one without “=”."""
    pairs = [param.partition("=") for param in params]
    for name, equals, _ in pairs:
        if not equals:
            raise BadParameter(f"--param “{name}” has no “=”; write --param NAME=VALUE")
    return {name: value for name, _, value in pairs}


def _select_graphs(graphs: tuple[str, ...], snapshot: Snapshot) -> Scope:
    """Return the RDF dataset of a query: default graph and named graphs.

    graphs: local or prefixed names or IRIs of graphs of the snapshot; when empty, the dataset has all graphs.
    Raises UnknownName for a graph that the snapshot does not have.
    """
    if not graphs:
        return Scope()
    iris = tuple(expand(name) if ":" in name else GRAPHS + name for name in graphs)
    known = {*snapshot.manifest.groups, *snapshot.manifest.graphs}
    for name, iri in zip(graphs, iris, strict=True):
        if iri not in known:
            raise UnknownName(f"there is no graph “{name}”; “sjkg stats” lists them")
    return Scope(default=iris, named=iris)
