"""Query results as text tables on a terminal."""

import json

from rich.console import Console
from rich.table import Table

from sjkg.core.vocabulary import curie
from sjkg.store.query_result import QueryResult


def print_table(result: QueryResult) -> None:
    """Print the result of a SELECT query as a table and its number of rows, that of an ASK query as true or false.

    result: its body is in SPARQL 1.1 Query Results JSON Format.
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
    console.print(f"{len(rows)} row{'s' * (len(rows) != 1)}", style="dim")


def _format_term(term: dict[str, str] | None) -> str:
    """Return a term of SPARQL Query Results JSON as text, with the markup of rich escaped; "" for None (unbound).

    An IRI becomes a prefixed name; a literal has its language tag after “@”.
    """
    if term is None:
        return ""
    text = curie(term["value"]) if term["type"] == "uri" else term["value"]
    text += f"@{term['xml:lang']}" if "xml:lang" in term else ""
    return text.replace("[", r"\[")
