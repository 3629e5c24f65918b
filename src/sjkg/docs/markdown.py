"""Markdown, as far as the pages need it."""

from collections.abc import Iterable, Sequence

NOTE = "<!-- Made by “make docs” from {source}; change that and make it again. -->"


def page(title: str, source: str, *parts: str) -> str:
    """Return a page: title, a note on what it is made from, and its parts, a blank line between them."""
    return "\n\n".join((f"# {title}", NOTE.format(source=source), *filter(None, parts))) + "\n"


def table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a table; cells may hold Markdown, but no line break."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(_cell(value) for value in line) + " |" for line in lines)


def code(text: str) -> str:
    """Return a text as code within a line."""
    return f"`{text}`"


def block(language: str, text: str) -> str:
    """Return a text as a block of code."""
    return f"```{language}\n{text.rstrip()}\n```"


def _cell(value: object) -> str:
    return str(value).replace("|", "\\|").replace("\n", " ")
