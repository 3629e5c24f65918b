"""Query results as tables on a terminal."""

import json

from rich.console import Console
from rich.table import Table

from sjkg.core.vocabulary import curie
from sjkg.store.query_result import QueryResult


def print_table(answer: QueryResult) -> None:
    """Print a result in SPARQL JSON as a table with the number of rows, or as true or false."""
    parsed = json.loads(answer.body)
    console = Console()
    if answer.kind == "boolean":
        console.print("true" if parsed["boolean"] else "false")
        return
    variables, rows = parsed["head"]["vars"], parsed["results"]["bindings"]
    table = Table(*variables, show_edge=False)
    for row in rows:
        table.add_row(*(_cell(row.get(variable)) for variable in variables))
    console.print(table)
    console.print(f"{len(rows)} row{'s' * (len(rows) != 1)}", style="dim")


def _cell(term: dict[str, str] | None) -> str:
    """Return a term of SPARQL JSON as text with markup escaped; empty for an unbound variable."""
    if term is None:
        return ""
    text = curie(term["value"]) if term["type"] == "uri" else term["value"]
    text += f"@{term['xml:lang']}" if "xml:lang" in term else ""
    return text.replace("[", r"\[")
