"""HTML tables for notebooks: every text escaped, rows and cells bounded."""

from collections.abc import Iterable
from html import escape

from sjkg.api.values import Iri, LangText, Value, show_value

MAX_ROWS = 50
MAX_CHARACTERS = 300


def html_table(columns: Iterable[str], rows: Iterable[Iterable[Value | None]], total: int) -> str:
    """Return an HTML table of `rows`, at most MAX_ROWS of which the caller passes, and a line with the total number."""
    head = "".join(f"<th>{escape(column)}</th>" for column in columns)
    body = "".join(f"<tr>{''.join(map(_cell, row))}</tr>" for row in rows)
    count = f"{total} rows" if total != 1 else "1 row"
    more = f", the first {MAX_ROWS} shown" if total > MAX_ROWS else ""
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table><p>{count}{more}</p>"


def html_link(iri: str, text: str) -> str:
    """Return a link to an IRI of http or https; the text alone for IRIs of other schemes, which may be scripts."""
    shown = escape(_cut(text))
    return f'<a href="{escape(iri)}">{shown}</a>' if iri.startswith(("http://", "https://")) else shown


def _cell(value: Value | None) -> str:
    """Return a table cell; IRIs as links, texts with their language as the lang attribute."""
    if isinstance(value, Iri):
        return f"<td>{html_link(value, value.curie)}</td>"
    language = f' lang="{escape(value.language)}"' if isinstance(value, LangText) else ""
    return f"<td{language}>{escape(_cut(show_value(value)))}</td>"


def _cut(text: str) -> str:
    """Return a text of at most MAX_CHARACTERS."""
    return text if len(text) <= MAX_CHARACTERS else f"{text[:MAX_CHARACTERS]} …"
