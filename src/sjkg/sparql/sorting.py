"""A workaround for one fault of Oxigraph: it panics when ORDER BY compares values of different kinds.

Its comparison of numbers with other literals is not a total order (9 < 10 < "1a" < 9), which Rust's sort detects. Delete
this module, the error Unsortable and the second evaluation in `QueryQueue` once the engine is fixed.
"""

from collections.abc import Iterator

from sjkg.sparql.tokens import Token, splice, tokenize, unescape

KIND = 'IF(isNumeric({0}), "", STR(DATATYPE({0})))'  # the first sort key: numbers first, then by datatype


def sort_by_kind(text: str) -> str:
    """Return a query with a sort key for the kind of value inserted before each variable that it sorts by.

    SPARQL leaves the order of values of different kinds open, so the result is a right one for the given text.
    Source: SPARQL 1.1 §15.1, https://www.w3.org/TR/sparql11-query/#modOrderBy
    """
    plain = unescape(text)
    sorted_by = _sorted_variables(list(tokenize(plain)))
    return splice(plain, ((at, at, f" {direction}({KIND.format(variable)}) ") for variable, at, direction in sorted_by))


def _sorted_variables(tokens: list[Token]) -> Iterator[tuple[str, int, str]]:
    """Yield each variable that is a sort condition, the offset of the condition, and its direction (ASC or DESC)."""
    for position, (order, by) in enumerate(zip(tokens, tokens[1:], strict=False)):
        if order.is_word("ORDER") and by.is_word("BY"):
            yield from _conditions(tokens, position + 2)


def _conditions(tokens: list[Token], position: int) -> Iterator[tuple[str, int, str]]:
    """Yield the same for one ORDER BY, whose conditions begin at `position`."""
    while position < len(tokens):
        token = tokens[position]
        texts = [each.text for each in tokens[position : position + 4]]
        if token.kind == "variable":
            yield token.text, token.start, "ASC"
            position += 1
        elif token.is_word("ASC", "DESC") and texts[1:2] == ["("] and texts[3:] == [")"]:
            yield texts[2], token.start, texts[0].upper()
            position += 4
        elif "(" in texts[:2] and not token.is_word("VALUES"):
            position = _after_brackets(tokens, position + texts.index("("))
        else:
            return


def _after_brackets(tokens: list[Token], position: int) -> int:
    """Return the position after the closing bracket that belongs to the opening one at `position`."""
    depth = 0
    for current in range(position, len(tokens)):
        depth += {"(": 1, ")": -1}.get(tokens[current].text, 0)
        if depth == 0:
            return current + 1
    return len(tokens)
