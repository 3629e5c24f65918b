"""Rewriting of query texts where the engine's result differs from that of SPARQL 1.1 or from what readers expect.

- GROUP_CONCAT: SPARQL joins the texts of any values (§18.5.1.7); the engine gives no value unless all are strings.
- SELECT *: the engine sorts the variables by name; here they keep the order in which the query mentions them.
- ORDER BY: the engine panics when it compares numbers with other literals, because its comparison of these is not a total
  order (9 < 10 < "1a" < 9), which Rust's sort detects. Only a query that failed so is rewritten, by `sort_by_kind`. Once the
  bug is fixed, delete that function, the exception Unsortable and the second evaluation in `sjkg.workers.query_queue`.

A rewritten text is only for evaluation: where the engine refuses it, the given text is evaluated, so that an error has the
position in the given text.
"""

from collections.abc import Iterator, Mapping, Sequence

import pyoxigraph as ox

from sjkg.core.terms import Term, to_ntriples
from sjkg.sparql.query_text import read_query_text
from sjkg.sparql.tokens import Token, first_token, insert_first, splice, tokenize

AS_TEXT = "STR({0})"
# DISTINCT compares terms, not texts: "x"@en and "x"@de are two. LANG of anything but a literal is an error.
AS_DISTINCT_TEXT = 'COALESCE(IF(LANG({0}) = "", 1/0, {0}), STR({0}))'
KIND = 'IF(isNumeric({0}), "", STR(DATATYPE({0})))'  # the first sort key: numbers first, then by datatype
BRACKETS = {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}

Change = tuple[int, int, str]  # start offset, end offset and replacement of a part of a text


def rewrite(text: str, prefixes: Mapping[str, str], base_iri: str | None = None) -> str:
    """Return a query text in which GROUP_CONCAT joins the texts of its values and SELECT * is written out as variables.

    text: a query without codepoint escapes. prefixes: a dict from each prefix that the text need not declare, without colon,
    to its namespace IRI. base_iri: the IRI that relative IRIs are resolved against in a text without BASE; None if there is
    none. A text that needs no change, or is not valid SPARQL, is returned unchanged.
    """
    if "*" not in text and "GROUP_CONCAT" not in text.upper():
        return text
    tokens = list(tokenize(text))
    return splice(text, [*_write_out_variables(text, tokens, prefixes, base_iri), *_join_texts(text, tokens)])


def _write_out_variables(
    text: str, tokens: Sequence[Token], prefixes: Mapping[str, str], base_iri: str | None
) -> Iterator[Change]:
    """Yield the change that replaces the * of the outermost SELECT * by its variables, in the order of their first mention.

    Nothing is yielded if the query has no such *, is invalid, or has fewer than two variables. The variables are those of
    the engine's result when it evaluates the query over an empty store, without calling any SERVICE.
    """
    opening = first_token(list(tokens))
    if opening is None or not opening.is_word("SELECT"):
        return
    position = tokens.index(opening) + 1
    if position < len(tokens) and tokens[position].is_word("DISTINCT", "REDUCED"):
        position += 1
    if position == len(tokens) or tokens[position].text != "*":
        return
    calls = (
        (t.start, t.end, "GRAPH" if t.is_word("SERVICE") else "") for t in tokens if t.is_word("SERVICE", "SILENT")
    )
    try:
        results = ox.Store().query(splice(text, calls), base_iri=base_iri, prefixes=dict(prefixes))
    except (SyntaxError, ValueError, RuntimeError):
        return
    names = {variable.value for variable in results.variables} if isinstance(results, ox.QuerySolutions) else set()
    mentioned = dict.fromkeys(token.text[1:] for token in tokens if token.kind == "variable")
    ordered = [name for name in mentioned if name in names]
    if len(ordered) == len(names) > 1:
        yield tokens[position].start, tokens[position].end, f" {' '.join(f'?{name}' for name in ordered)} "


def _join_texts(text: str, tokens: Sequence[Token]) -> Iterator[Change]:
    """Yield the changes that make the argument of each GROUP_CONCAT a string; with DISTINCT, also the result of the call.

    text, tokens: the query and all its tokens. The changes are in ascending order.
    """
    done = 0
    for position, (name, bracket, first) in enumerate(zip(tokens, tokens[1:], tokens[2:], strict=False)):
        if position < done or not (name.is_word("GROUP_CONCAT") and bracket.text == "("):
            continue
        is_distinct = first.is_word("DISTINCT")
        begin, ends = position + 2 + is_distinct, list(_find_ends(tokens, position + 2))
        if not ends or ends[0] <= begin:
            continue
        start, end, done = tokens[begin].start, tokens[ends[0] - 1].end, ends[-1]
        if is_distinct:
            yield name.start, name.start, "STR("
            yield start, end, f" {AS_DISTINCT_TEXT.format(f'({text[start:end]})')}"
            yield tokens[done].end, tokens[done].end, ")"
        else:
            yield start, end, AS_TEXT.format(text[start:end])


def _find_ends(tokens: Sequence[Token], start: int) -> Iterator[int]:
    """Yield the index of the “;” that ends the argument of a function call, if it has one, and that of the “)” of the call.

    start: the index, in `tokens`, of the first token after the “(” of the call.
    """
    depth = 0
    for position in range(start, len(tokens)):
        mark = tokens[position].text
        if mark == ";" and depth == 0:
            yield position
        depth += BRACKETS.get(mark, 0)
        if depth < 0:
            yield position
            return


def inline_bindings(text: str, bindings: Mapping[str, Term]) -> str:
    """Return a query with terms bound by a VALUES block at the start of its WHERE clause.

    text: the query. bindings: terms by variable name; without any, the text is returned unchanged. Raises ValueError
    for a term that SPARQL cannot write.
    """
    if not bindings:
        return text
    names = " ".join(f"?{name}" for name in bindings)
    values = " ".join(to_ntriples(term) for term in bindings.values())
    return insert_first(text, f"VALUES ({names}) {{ ({values}) }}")


def sort_by_kind(text: str) -> str:
    """Return a query text with an additional sort key before each variable that is a sort condition of ORDER BY.

    The key sorts numbers first and then the other values by datatype, so that the engine compares only values of one kind.
    Sort conditions that are expressions stay unchanged. SPARQL leaves the order of values of different kinds open, so the
    result is also a correct result of the given text.
    Raises BadQuery for an invalid codepoint escape.
    Source: SPARQL 1.1 §15.1, https://www.w3.org/TR/sparql11-query/#modOrderBy
    """
    plain = read_query_text(text).plain
    tokens = list(tokenize(plain))
    variables = (
        found
        for position, (order, by) in enumerate(zip(tokens, tokens[1:], strict=False))
        if order.is_word("ORDER") and by.is_word("BY")
        for found in _find_sort_variables(tokens, position + 2)
    )
    return splice(plain, ((at, at, f" {direction}({KIND.format(variable)}) ") for variable, at, direction in variables))


def _find_sort_variables(tokens: list[Token], position: int) -> Iterator[tuple[str, int, str]]:
    """Yield a tuple for each sort condition of one ORDER BY that is a variable alone, or one in ASC( ) or DESC( ).

    The tuple has the variable with its “?”, the offset in the query text at which the condition begins, and ASC or DESC.
    tokens: all tokens of the query. position: the index of the first token after ORDER BY.
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
