"""HTML tables for notebooks, with every text escaped, of limited length."""

from collections.abc import Iterable
from html import escape

from sjkg.api.values import Iri, LangText, Value, show_value

MAX_ROWS = 50
MAX_CHARACTERS = 300


def html_table(columns: Iterable[str], rows: Iterable[Iterable[Value | None]], total: int) -> str:
    """Return an HTML table and a line with the total number of rows.

    columns: the texts of the header. rows: the rows to show, of which the caller passes at most MAX_ROWS. total: the number
    of all rows. Cells are cut at MAX_CHARACTERS.
    """
    head = "".join(f"<th>{escape(column)}</th>" for column in columns)
    body = "".join(f"<tr>{''.join(map(_format_cell, row))}</tr>" for row in rows)
    count = f"{total} rows" if total != 1 else "1 row"
    more = f", the first {MAX_ROWS} shown" if total > MAX_ROWS else ""
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table><p>{count}{more}</p>"


def html_link(iri: str, text: str) -> str:
    """Return an HTML link to an http or https IRI with `text` cut at MAX_CHARACTERS.

    For IRIs of other schemes, which may be scripts, the escaped text is returned without link.
    """
    shown = escape(_truncate(text))
    return f'<a href="{escape(iri)}">{shown}</a>' if iri.startswith(("http://", "https://")) else shown


def _format_cell(value: Value | None) -> str:
    """Return an HTML table cell (td) with a value: an IRI as a link, a text with its language in the attribute lang."""
    if isinstance(value, Iri):
        return f"<td>{html_link(value, value.curie)}</td>"
    language = f' lang="{escape(value.language)}"' if isinstance(value, LangText) else ""
    return f"<td{language}>{escape(_truncate(show_value(value)))}</td>"


def _truncate(text: str) -> str:
    """Return the first MAX_CHARACTERS characters of a text, with “ …” after them when it is longer."""
    return text if len(text) <= MAX_CHARACTERS else f"{text[:MAX_CHARACTERS]} …"
