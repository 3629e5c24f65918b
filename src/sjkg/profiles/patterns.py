"""The triple patterns of a CONSTRUCT query as a CONSTRUCT query of their own, which returns the triples that were used."""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from sjkg.core.errors import BadQuery
from sjkg.core.vocabulary import PREFIXES
from sjkg.sparql.tokens import Token, tokenize

TYPE = f"{PREFIXES['rdf']}type"
Pattern = tuple[str, str, str]
PREFIX = re.compile(r"PREFIX\s+([\w-]*):\s*<([^<>]*)>", re.IGNORECASE)
CLOSING = {"{": "}", "(": ")"}
REFUSED = {
    **dict.fromkeys(("/", "|", "^", "*", "+", "?", "!"), "a property path"),
    **dict.fromkeys(("[", "("), "a blank node or a list"),
}
KEYWORDS = ("OPTIONAL", "UNION", "GRAPH")  # that join groups; what they join is used where it matched


def used_triples_query(construct: str) -> str:
    """Return a CONSTRUCT query with the WHERE clause of `construct`, whose template is the triple patterns in that clause.

    Its result is the triples that the rule used: those that matched a pattern in one of its solutions. Patterns in FILTER
    and MINUS are not part of it, because they only exclude solutions. After UNION and OPTIONAL, a pattern whose variables
    are all bound counts as matched although the branch may not be that of the solution, so that the result may have triples
    that are not in the graph; the caller keeps those that are.
    Raises BadQuery for a text without CONSTRUCT { … } WHERE { … }, and for patterns that a template cannot have: property
    paths, blank nodes, lists, and subqueries.
    """
    tokens = list(tokenize(construct))
    start, where = (_find_block(tokens, keyword) for keyword in ("CONSTRUCT", "WHERE"))
    end, template_end = _skip(tokens, where + 1), _skip(tokens, start + 1)
    template = " ".join(_pattern_texts(tokens[where + 2 : end - 1]))
    return f"{construct[: tokens[start].start]}CONSTRUCT {{ {template} }}{construct[tokens[template_end - 1].end :]}"


def template_patterns(construct: str) -> list[Pattern]:
    """Return the triples of the template of a CONSTRUCT query, each as the texts of its three terms, such as “?x” and “crm:P4_has”.

    “a” is returned as it is. Raises BadQuery as `used_triples_query` does; blank nodes and lists are not possible.
    """
    tokens = list(tokenize(construct))
    start = _find_block(tokens, "CONSTRUCT") + 1
    patterns: list[Pattern] = []
    terms: list[str] = []
    end = -1  # of the last token, if it was part of a term
    for token in tokens[start + 1 : _skip(tokens, start) - 1]:
        if token.text in (".", ";", ",") and token.kind == "mark":
            if len(terms) == 3:
                patterns.append((terms[0], terms[1], terms[2]))
            terms = terms[: {".": 0, ";": 1, ",": 2}[token.text]]
            end = -1
        elif token.start == end:  # language or datatype of a literal
            terms[-1] += token.text
            end = token.end
        else:
            terms.append(token.text)
            end = token.end
    if len(terms) == 3:
        patterns.append((terms[0], terms[1], terms[2]))
    return patterns


def pattern_iri(term: str, prefixes: Mapping[str, str]) -> str | None:
    """Return the IRI, in < and >, of a term of a pattern; None for a variable or literal. prefixes: to their namespaces."""
    if term == "a":
        return f"<{TYPE}>"
    if term.startswith("<"):
        return term.replace("\\", "")
    if term[0] in "?$\"'" or ":" not in term:
        return None
    prefix, _, local = term.partition(":")
    return f"<{prefixes.get(prefix, '')}{local}>".replace("\\", "")


def read_prefixes(query: str) -> dict[str, str]:
    """Return a dict from prefix, without colon, to namespace: those of the project and those that a query declares."""
    return {**PREFIXES, **dict(PREFIX.findall(query))}


def template_predicates(construct: str) -> set[str]:
    """Return the IRIs, in < and >, of the predicates in the template of a CONSTRUCT query. Raises BadQuery as `template_patterns`."""
    prefixes = read_prefixes(construct)
    found = (pattern_iri(predicate, prefixes) for _, predicate, _ in template_patterns(construct))
    return {iri for iri in found if iri}


def matching_query(query: str, pattern: Pattern, triple: Pattern) -> str:
    """Return a CONSTRUCT query restricted to one solution in which a pattern of its template is a given triple.

    query: the rule, or its used_triples_query. pattern: from `template_patterns`. triple: three terms in N-Triples.
    """
    tokens = list(tokenize(query))
    where = _find_block(tokens, "WHERE") + 1
    close = tokens[_skip(tokens, where) - 1].start
    tests = (
        f"FILTER(sameTerm({f'<{TYPE}>' if text == 'a' else text}, {term}))"
        for text, term in zip(pattern, triple, strict=True)
    )
    return f"{query[:close]} {' '.join(tests)} {query[close:]} LIMIT 1"


def _find_block(tokens: Sequence[Token], keyword: str) -> int:
    """Return the position of a keyword that “{” follows. Raises BadQuery if there is none."""
    for position, (word, mark) in enumerate(pairwise(tokens)):
        if word.is_word(keyword) and mark.text == "{":
            return position
    raise BadQuery("this is not “CONSTRUCT { … } WHERE { … }”; write the rule in this form")


def _skip(tokens: Sequence[Token], position: int) -> int:
    """Return the position after the bracket that closes the one at `position`. Raises BadQuery if none does."""
    opening, depth = tokens[position].text, 0
    for index in range(position, len(tokens)):
        depth += (tokens[index].text == opening) - (tokens[index].text == CLOSING[opening])
        if not depth:
            return index + 1
    raise BadQuery(f"a “{opening}” in the rule is not closed; close it")


def _pattern_texts(tokens: Sequence[Token]) -> Iterator[str]:
    """Yield the words of the triple patterns in the tokens of a WHERE clause, with one dot between the groups."""
    position, last = 0, "."
    while position < len(tokens):
        token = tokens[position]
        position += 1
        text = token.text
        if token.is_word("FILTER", "BIND", "MINUS", "VALUES"):
            position = _skip_clause(tokens, position)
            text = "."
        elif token.is_word(*KEYWORDS):
            position += token.is_word("GRAPH")
            text = "."
        elif text in ("{", "}"):
            text = "."
        elif token.is_word("SELECT") or token.kind == "blank" or (token.kind == "mark" and text in REFUSED):
            what = {"SELECT": "a subquery"}.get(text.upper(), REFUSED.get(text, "a blank node"))
            raise BadQuery(f"the rule has {what} (“{text}”) in its WHERE clause; use variables and single properties")
        if text != "." or last != ".":
            yield text
        last = text


def _skip_clause(tokens: Sequence[Token], position: int) -> int:
    """Return the position after FILTER, BIND, MINUS or VALUES, of which `position` is that after the keyword.

    It is the end of the last of the brackets that follow; of VALUES (?a ?b) { … }, the second.
    """
    is_values = tokens[position - 1].is_word("VALUES")
    while position < len(tokens) and tokens[position].text not in CLOSING:
        position += 1
    if position == len(tokens):
        raise BadQuery("a clause at the end of the rule is not complete; complete it")
    end = _skip(tokens, position)
    return _skip(tokens, end) if is_values and tokens[position].text == "(" and end < len(tokens) else end
