"""Error messages for query texts that the engine refuses: the first fault, with line, column, token and advice."""

import re
import unicodedata
from collections.abc import Collection, Iterator
from difflib import get_close_matches

import pyoxigraph as ox

from sjkg.core.errors import BadQuery
from sjkg.core.messages import find_replacement, name_character
from sjkg.sparql.grammar import FORMS
from sjkg.sparql.hints import find_hint
from sjkg.sparql.parser import CLOSING, Failure, Parser, is_keyword, terminal_of
from sjkg.sparql.prologue import BadToken, Prologue, read_prologue
from sjkg.sparql.query_text import QueryText
from sjkg.sparql.scope import ScopeChecker, ScopeError
from sjkg.sparql.tokens import Token, tokenize

ENGINE_ERROR = re.compile(r"error at (\d+):(\d+): expected (?:one of )?(.*)", re.DOTALL)
# A sentence among the names of expected terminals
ENGINE_REASON = re.compile(r"(?:^|, )([A-Z][a-z]+ [a-zA-Z .]+)(?=, |$)")
CUSTOM_FUNCTION = re.compile("custom function <(.*?)> (.*)")
ASCII = frozenset(map(chr, (9, 10, 13, *range(32, 127)))) - {"`"}  # the ASCII characters that SPARQL uses
STRING = re.compile(r"(\"\"\"|'''|[\"'])((?:[^\\]|\\.)*)\1", re.DOTALL)
CALL = re.compile(r"\s*\(")
STRING_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
CLOSED_IRI = re.compile(r"<([^>\n\r]*)>")
NOT_IN_IRI = re.compile(r"[\x00-\x20\"{}|^`\\<]")
MIN_SIMILARITY = 0.76  # of a misspelt keyword, from 0 to 1; foo and FLOOR have 0.75
COMMENT_MARKS = ("--", "//", "/*")  # of other languages
TERMS = frozenset("variable iri name prefix string integer number blank true false [ ( + -".split())
PATH_MARKS = ("*", "/", "?", "|")
LABELS = (  # for messages: terminals that must all be allowed, a name for them, and all terminals that the name covers
    ("STR variable string", "an expression", {*TERMS, "!", "NOT", "EXISTS", "<<("}),
    ("STR (", "a function or a condition in brackets", {"(", "NOT", "EXISTS", "iri", "name", "prefix"}),
    ("a variable ^", "a property", {*TERMS, "a", "^", "!"}),
    ("a iri", "a property", {*TERMS, "a", "^", "!"}),
    ("variable string [", "a term (variable, IRI, literal, …)", {*TERMS, *PATH_MARKS, "<<", "<<("}),
    ("string iri", "a constant", {*TERMS, "<<("}),
    ("OPTIONAL FILTER", "a pattern", {"OPTIONAL", "MINUS", "LATERAL", "GRAPH", "SERVICE", "FILTER", "BIND", "VALUES", "{"}),
    ("= &&", "an operator", set("= != < > <= >= + - * / && || IN NOT".split())),
    ("variable", "a variable", {"variable"}),
    ("iri", "an IRI", {"iri", "name", "prefix"}),
)  # fmt: skip
UNNAMED = frozenset({"~", "{|", "END"})  # what is not proposed: additions of SPARQL 1.2, and the end
KINDS = {"prefix": "a prefix", "string": "a string", "integer": "a whole number", "number": "a number", "blank": "a blank node"}  # fmt: skip


def locate_error(query: QueryText, engine_message: str, base: str | None) -> BadQuery:
    """Return a BadQuery for a text that the engine cannot parse, with line, column, token and advice for the first fault.

    engine_message: the message of the engine's SyntaxError; it is used only if the parser of this package finds no
    fault. base: the IRI that relative IRIs are resolved against in a query without BASE; None if they are refused.
    """
    parser = Parser(query.plain)
    prologue, token = None, None
    checked: set[str] = set()  # texts of tokens, since many occur often
    try:
        for terminal, token in parser.read():
            if terminal in FORMS and not prologue:
                prologue = read_prologue(parser.tokens, base)
            elif prologue and token.text not in checked:
                _check_token(token, prologue, query.plain)
                if token.kind != "string":
                    checked.add(token.text)
        if not prologue:
            read_prologue(parser.tokens, base)
    except BadToken as error:
        return query.error_at(token if error.place is None else error.place, str(error))
    if parser.failure:
        return _describe_failure(query, parser.failure)
    try:
        ScopeChecker().check(parser.events)
    except ScopeError as error:
        place = ", column ".join(map(str, query.locate(error.other.start))) if error.other else ""
        return query.error_at(error.token, error.message.format(place=place))
    return _engine_error(query, engine_message)


def locate_unsupported(query: QueryText, engine_message: str, base: str | None) -> BadQuery:
    """Return a BadQuery for a query with valid syntax that the engine cannot evaluate.

    If the reason is a function that the engine does not have, its line, column and name are given. engine_message: the
    message of the engine's error. base: the IRI that relative IRIs are resolved against in a query without BASE, or
    None.
    """
    unsupported = CUSTOM_FUNCTION.search(engine_message)
    if not unsupported:
        return BadQuery(f"the engine cannot evaluate the query ({engine_message}); write it in another way")
    iri, fault = unsupported.groups()
    tokens = list(tokenize(query.plain))
    called = [name for name, bracket in zip(tokens, tokens[1:], strict=False) if bracket.text == "("]
    parts = [part for token in called for part in _possible_names(token)]
    prologue = read_prologue(tokens, base)
    exact = (part for part in parts if _expands_to(part, iri, prologue))
    similar = (part for part in parts if iri.endswith(part.text.strip("<>").rpartition(":")[2]))
    missing = "there is no such function; use one of SPARQL 1.1 §17.4, or the datatype of a literal"
    reason = missing if fault == "is not supported" else f"this function {fault}"
    return query.error_at(next(exact, None) or next(similar, 0), reason)


def _possible_names(token: Token) -> Iterator[Token]:
    """Yield the tokens that the engine may see in a token that is an IRI or a prefixed name; nothing for other tokens.

    They are the token itself and, of a name, each rest without some of the first characters of its prefix, because the
    engine reads FILTERex:f(1) as FILTER ex:f(1).
    """
    if token.kind in ("iri", "name"):
        for cut in range(token.text.find(":") + 1 if token.kind == "name" else 1):
            yield token._replace(text=token.text[cut:], start=token.start + cut)


def _expands_to(token: Token, iri: str, prologue: Prologue) -> bool:
    """Return whether `token`, of kind iri or name, stands for exactly the IRI `iri` in a query with this prologue."""
    try:
        return prologue.expand(token) == iri
    except BadToken:
        return False


def _check_token(token: Token, prologue: Prologue, text: str) -> None:
    """Raise BadToken if an IRI, name, language tag or string that the grammar allows is not valid inside.

    text: the whole query text, in which `token.start` is an offset.
    """
    if token.kind in ("iri", "name"):
        if text.startswith("//", token.end):
            raise BadToken("an IRI must be in angle brackets, as in <http://example.org/>; add them")
        prologue.expand(token)
    elif token.kind == "language":
        _check_language(token.text[1:])
    elif token.kind == "string":
        _check_string(token, text)


def _check_language(tag: str) -> None:
    """Raise BadToken for a language tag, without “@”, that is not well-formed; it may end in a direction (“ar--rtl”)."""
    name, separator, direction = tag.partition("--")
    try:
        ox.Literal("", language=name)
    except ValueError:
        raise BadToken("this is not a language tag; write one such as @en or @zh-Hant") from None
    if separator and direction not in ("ltr", "rtl"):
        raise BadToken("after “--” in a language tag there can be only ltr or rtl; write one of these, or delete “--”")


def _check_string(token: Token, text: str) -> None:
    """Raise BadToken for a string that is not closed or has an invalid escape. text: the whole query text."""
    found = STRING.fullmatch(token.text)
    if found and token.text in ('""', "''") and text.startswith(token.text[0], token.end):
        quotes = token.text[0] * 3
        raise BadToken(f"the string that begins with {quotes} here is not closed; add {quotes} at its end")
    if not found:
        raise BadToken("the string is not closed on its line; add the closing quotation mark")
    for escape in STRING_ESCAPE.finditer(found[2]):
        if escape[1] not in "tbnrf\\\"'":
            offset = token.start + found.start(2) + escape.start()
            raise BadToken(f"“{escape[0]}” is not an escape sequence; write \\\\ for a backslash in a string", offset)


def _describe_failure(query: QueryText, failure: Failure) -> BadQuery:
    """Return a BadQuery, with line, column, token and advice, for a place at which the parser failed."""
    token = failure.token
    if token and (foreign := _find_foreign(token, query.plain)):
        return query.error_at(*foreign)
    if token and token.text == "<" and "iri" in failure.expected:
        return query.error_at(token, _describe_broken_iri(query.plain, token.start))
    if token and token.kind == "string":
        try:
            _check_string(token, query.plain)
        except BadToken as error:
            return query.error_at(token if error.place is None else error.place, str(error))
    return query.error_at(token, _find_reason(query, failure))


def _find_foreign(token: Token, text: str) -> tuple[int, str] | None:
    """Return the offset and a message for the first character in a token that SPARQL does not use, or None without one.

    token: a token that the grammar does not allow. The character directly after a word is examined, too. Letters and
    digits of any script count as used, and so does everything in a string, an IRI or a language tag. text: the whole
    query text.
    """
    if token.kind in ("string", "iri", "language"):
        return None
    for offset in range(token.start, min(token.end + (token.kind == "word"), len(text))):
        if text[offset] not in ASCII and unicodedata.category(text[offset])[0] not in "LMN":
            advice = (
                find_replacement(text[offset], with_operators=True)
                or "delete it, for SPARQL allows it only in strings, IRIs and comments"
            )
            return offset, f"{name_character(text[offset])} cannot stand here; {advice}"
    return None


def _find_reason(query: QueryText, failure: Failure) -> str:
    """Return the message on the token at which the parser failed: the fault and what to do, without line and column."""
    token = failure.token
    if token and query.plain.startswith(COMMENT_MARKS, token.start):
        return "this begins no comment in SPARQL; begin a comment with #"
    if hint := find_hint(failure, is_generic=False):
        return hint
    is_word = token is not None and token.kind == "word" and not is_keyword(token)
    if token and is_word and (suggestion := _suggest_keyword(token, failure.expected)):
        return suggestion
    if token and is_word and "STR" in failure.expected and CALL.match(query.plain, token.end):
        return "not a SPARQL function; correct its name, or write it as an IRI"
    if hint := find_hint(failure, is_generic=True):
        return hint
    if failure.expected <= UNNAMED:
        return "the query is complete before this; delete it"
    if token is None:
        return _describe_end(query, failure)
    if failure.expected.issuperset(FORMS):
        return f"this begins no query; begin it with {', '.join(FORMS)} or PREFIX"
    if is_word:
        return _describe_word(token.text, failure.expected)
    return _describe_unexpected(query, token, failure)


def _describe_unexpected(query: QueryText, token: Token, failure: Failure) -> str:
    """Return a message for a token that the grammar does not allow: what to add before it, or what to write instead.

    token, failure: the token at which the parser failed, and its report.
    """
    expected = failure.expected
    if token.text in CLOSING.values():
        if all(CLOSING[each.text] != token.text for each in failure.unclosed):
            return f"this “{token.text}” closes nothing; delete it, or add what opens before it"
        unclosed = failure.unclosed[-1]
        if CLOSING[unclosed.text] in expected - {token.text}:
            line, column = query.locate(unclosed.start)
            return (
                f"the “{unclosed.text}” of line {line}, column {column} is not closed; add “{CLOSING[unclosed.text]}” before "
                "this"
            )
    if terminal_of(token) in TERMS and expected.issuperset((";", ".")):
        return "a “.”, “;” or “,” is missing before this, where a triple ends; add it"
    wanted = _list_expected(expected)
    if " or " not in wanted or (terminal_of(token) in TERMS and expected.issuperset(("=", "&&"))):
        return f"{wanted} is missing before this; add it"
    return f"this cannot stand here; write {wanted}"


def _describe_end(query: QueryText, failure: Failure) -> str:
    """Return a message for a query text that ends too early: what to add at its end."""
    if not failure.before or failure.expected.issuperset(FORMS):
        return f"there is no query; add {', '.join(FORMS[:-1])} or {FORMS[-1]}"
    if failure.unclosed:
        unclosed = failure.unclosed[-1]
        line, column = query.locate(unclosed.start)
        closing = CLOSING[unclosed.text]
        return f"the “{unclosed.text}” of line {line}, column {column} is not closed; add “{closing}” to close it"
    return f"the query ends too early; add {_list_expected(failure.expected)}"


def _describe_word(word: str, expected: Collection[str]) -> str:
    """Return a message for a word that is not a keyword. expected: the terminals of the grammar that are allowed instead."""
    advice = [f"a name needs a prefix, as in sjkg:{word}"] if "name" in expected else []
    advice += [f"a variable begins with ?, as in ?{word}"] if "variable" in expected else []
    return f"not a SPARQL keyword; {', and '.join(advice) or f'write {_list_expected(expected)}'}"


def _suggest_keyword(token: Token, expected: Collection[str]) -> str | None:
    """Return a message that proposes a keyword or function name instead of a misspelt one; None if none is similar.

    token: the misspelt word. expected: the terminals that are allowed instead of it; those in upper case are keywords
    and function names.
    """
    words = [terminal for terminal in expected if terminal.isupper() and terminal.isidentifier() and terminal != "END"]
    word = token.text.upper()
    similar = [each for each in words if sorted(each) == sorted(word)]
    similar = similar or get_close_matches(word, sorted(words), n=1, cutoff=MIN_SIMILARITY)
    if not similar:
        return None
    foreign = [character for character in token.text if not character.isascii()]  # such as a Cyrillic Е
    cause = f", for it has {name_character(foreign[0])}" if foreign else ""
    return f"not a SPARQL keyword{cause}; did you mean {similar[0]}?"


def _describe_broken_iri(text: str, start: int) -> str:
    """Return a message for an invalid or unclosed IRI whose “<” is at the offset `start` of `text`."""
    closed = CLOSED_IRI.match(text, start)
    if not closed:
        return "the IRI that begins here is not closed; add “>” at its end"
    if found := NOT_IN_IRI.search(closed[1]):
        what = "a space" if found[0] == " " else "a control character" if found[0] < " " else f"“{found[0]}”"
        escaped = "".join(f"%{byte:02X}" for byte in found[0].encode())
        return f"an IRI cannot have {what} in it; close it with “>” before this character, or write {escaped}"
    return "this is not an IRI; correct it"


def _list_expected(expected: Collection[str]) -> str:
    """Return terminals of the grammar as an English list, as in “a variable, FILTER or “}””."""
    left = set(expected) - UNNAMED
    names = []
    for wanted, label, covered in LABELS:
        if left.issuperset(wanted.split()):
            names.append(label)
            left -= covered
            if "STR" in wanted:
                left = {terminal for terminal in left if not terminal.isupper() or terminal in ("AS", "DISTINCT")}
    words = sorted(left, key=lambda terminal: (not terminal.isalpha(), terminal))
    names += [KINDS.get(word, word if word.isalpha() else f"“{word}”") for word in words]
    return " or ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))


def _engine_error(query: QueryText, engine_message: str) -> BadQuery:
    """Return a BadQuery made of the message of the engine's SyntaxError.

    It has the line and column that the message names, if any, and the reason if the message gives one.
    """
    found = ENGINE_ERROR.match(engine_message)
    if not found:
        return BadQuery(f"the query engine refuses this query ({engine_message}); write it in another way")
    offset = sum(len(line) + 1 for line in query.plain.split("\n")[: int(found[1]) - 1]) + int(found[2]) - 1
    reason = ENGINE_REASON.search(found[3])
    return query.error_at(
        min(offset, len(query.plain)),
        f"the query engine refuses what is before this place ({reason[1][0].lower() + reason[1][1:]}); write it in another way"
        if reason
        else "the query engine refuses what is before this place; write it in another way",
    )
