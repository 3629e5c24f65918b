"""A workaround for a bug of the query engine Oxigraph: it panics when ORDER BY compares numbers with other literals.

Its comparison of such values is not a total order (9 < 10 < "1a" < 9), which Rust's sort detects. Once the bug is fixed,
delete this module, the exception Unsortable and the second evaluation in `sjkg.workers.query_queue`.
"""

from collections.abc import Iterator

from sjkg.sparql.tokens import Token, splice, tokenize, unescape

KIND = 'IF(isNumeric({0}), "", STR(DATATYPE({0})))'  # the first sort key: numbers first, then by datatype


def sort_by_kind(text: str) -> str:
    """Return a query text in which each variable after ORDER BY has an additional sort key before it: the kind of value.

    Numbers come first, then other values by datatype. Sort conditions that are expressions stay as they are. SPARQL leaves
    the order of values of different kinds open, so the result is also a correct result of the given text.
    Raises BadQuery for an invalid codepoint escape.
    Source: SPARQL 1.1 §15.1, https://www.w3.org/TR/sparql11-query/#modOrderBy
    """
    plain = unescape(text)
    tokens = list(tokenize(plain))
    variables = (
        found
        for position, (order, by) in enumerate(zip(tokens, tokens[1:], strict=False))
        if order.is_word("ORDER") and by.is_word("BY")
        for found in _find_sort_variables(tokens, position + 2)
    )
    return splice(plain, ((at, at, f" {direction}({KIND.format(variable)}) ") for variable, at, direction in variables))


def _find_sort_variables(tokens: list[Token], position: int) -> Iterator[tuple[str, int, str]]:
    """Yield each variable that is a sort condition of one ORDER BY, the offset of the condition in the text, ASC or DESC.

    tokens: all tokens of the query. position: index of the first token after ORDER BY.
    """
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
            position = _skip_brackets(tokens, position + texts.index("("))
        else:
            return


def _skip_brackets(tokens: list[Token], position: int) -> int:
    """Return the index of the token after the “)” that closes the “(” at index `position`, or the number of tokens."""
    depth = 0
    for current in range(position, len(tokens)):
        depth += {"(": 1, ")": -1}.get(tokens[current].text, 0)
        if depth == 0:
            return current + 1
    return len(tokens)
