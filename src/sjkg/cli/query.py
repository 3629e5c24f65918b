"""The command `sjkg query`."""

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
@click.argument("question", metavar="[QUERY]", required=False)
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
    question: str | None,
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
    stored = read_queries(settings.kb)
    if list_only:
        _list(stored)
        return
    if not question:
        raise BadParameter("give a SPARQL text, a .rq file or the name of a saved query; --list shows the names")
    text, bindings = _resolve(question, stored, _parameters(params))
    with progress_bar() as progress:
        snapshot = ensure_snapshot(settings.kb, settings.snapshots, progress)
    _run(snapshot, text, bindings, format_name, graphs)


def _list(stored: Mapping[str, SavedQuery]) -> None:
    """Print the names and titles of the saved queries by group."""
    for group, members in group_queries(stored).items():
        click.secho(group, bold=True)
        for query in members:
            click.echo(f"  {query.name}: {query.title}")


def _run(
    snapshot: Snapshot, text: str, bindings: Mapping[str, Term], format_name: str | None, graphs: tuple[str, ...]
) -> None:
    """Evaluate a query over the graphs named and print its result."""
    chosen = format_name or ("table" if sys.stdout.isatty() else "csv")
    as_results = "json" if chosen == "table" else chosen if chosen in RESULT_FORMATS else None
    as_graph = chosen if chosen in GRAPH_FORMATS else None if format_name and chosen != "table" else "turtle"
    formats = {
        kind: name for kind, name in (("bindings", as_results), ("boolean", as_results), ("graph", as_graph)) if name
    }
    queue = open_queue(snapshot.store, snapshot.manifest.groups)
    answer = queue.query(text, formats, scope=_scope(graphs, snapshot), bindings=bindings)
    if chosen == "table" and answer.kind != "graph":
        print_table(answer)
    else:
        click.echo(answer.body, nl=not answer.body.endswith(b"\n"))


def _resolve(
    question: str, stored: Mapping[str, SavedQuery], values: Mapping[str, str]
) -> tuple[str, Mapping[str, Term]]:
    """Return the text and the bindings of the name of a saved query, the path of a .rq file, or a SPARQL text.

    Raises UnknownName with similar names for a single word that is not the name of a saved query, BrokenInput for an
    unreadable file, and BadParameter for parameters that do not fit.
    """
    if question in stored:
        query = stored[question]
        return query.text, query.bind(values)
    if values:
        raise BadParameter("only saved queries take --param; write the values into the query, or use BIND")
    path = Path(question)
    if question.endswith(".rq"):
        try:
            return path.read_text(encoding="utf-8"), {}
        except (OSError, UnicodeDecodeError) as error:
            raise BrokenInput(f"{path} cannot be read: {error}") from None
    if question.strip() and not any(mark in question for mark in " {}\n\t"):
        find_query(stored, question)
    return question, {}


def _parameters(params: tuple[str, ...]) -> dict[str, str]:
    """Return the values of --param by name. Raises BadParameter for one without “=”."""
    pairs = [param.partition("=") for param in params]
    for name, equals, _ in pairs:
        if not equals:
            raise BadParameter(f"--param “{name}” must be of the form name=value")
    return {name: value for name, _, value in pairs}


def _scope(graphs: tuple[str, ...], snapshot: Snapshot) -> Scope:
    """Return the dataset of the graphs named by --graph, by default all. Raises UnknownName."""
    if not graphs:
        return Scope()
    iris = tuple(expand(name) if ":" in name else GRAPHS + name for name in graphs)
    known = {*snapshot.manifest.groups, *snapshot.manifest.graphs}
    for name, iri in zip(graphs, iris, strict=True):
        if iri not in known:
            raise UnknownName(f"there is no graph “{name}”; “sjkg stats” lists them")
    return Scope(default=iris, named=iris)
