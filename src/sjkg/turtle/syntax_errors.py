"""Explanations of syntax errors in Turtle: from the place and token where the parser stopped to a sentence with advice.

Each sentence says what is wrong and what to do. Beside it there is the offset in the text of the character that it is
about, where that may differ from the start of the token.
"""

import re
from collections.abc import Iterable

from sjkg.core.messages import find_replacement, name_character
from sjkg.core.vocabulary import PREFIXES
from sjkg.turtle.tokens import ESCAPE, NUMERIC_ESCAPE

EXPECTED = {
    "subject": "a subject (an IRI, a prefixed name or a blank node)",
    "predicate": "a property (an IRI, a prefixed name or “a”)",
    "object": "a value (an IRI, a prefixed name, a blank node or a literal)",
    "item": "an item of the list or “)”",
    "datatype": "the datatype (an IRI or a prefixed name)",
    "end": "“.”, “;” or “,”",
    "bracket": "“]”, “;” or “,”",
    "prefix": "a prefix with a colon, as in “@prefix ex: <http://example.org/> .”,",
    "namespace": "an IRI in < and >, as in “@prefix ex: <http://example.org/> .”,",
    "base": "an IRI in < and >, as in “@base <http://example.org/> .”,",
    "directive": "the “.” that ends the directive",
}
LITERAL_KINDS = ("string", "long", "integer", "decimal", "double")
NOTATION3 = "; this is Notation3, not Turtle"
RDF_12 = "; this is syntax of RDF 1.2, and files are read as RDF 1.1 Turtle"
OWN_NODE = f"{RDF_12}; instead, write a node that has the triple's subject, predicate and object as properties"
# an expression for characters that begin no token, and their explanation; the first expression that fits decides
FOREIGN = [
    (re.compile(pattern), message)
    for pattern, message in (
        (r"<\?xml|<rdf:RDF|<!DOCTYPE|<html", "this is XML or HTML, not Turtle; convert it to Turtle first"),
        (r"\{\s*[\"}]", "this is JSON, not Turtle; convert it to Turtle first"),
        (r"<<", f"“<<” begins a triple term{OWN_NODE}"),
        (r"\{\|", f"“{{|” begins an annotation{OWN_NODE}"),
        (r"(?<=\s)~", f"“~” names a triple{OWN_NODE}"),
        (r"<=(?=[\s<:])|=>", f"“{{0}}” is an implication{NOTATION3}; leave out rules"),
        (r":-|<-", "“{0}” belongs to a rule, which Turtle does not have; leave out rules"),
        (r"=", "“=” stands for owl:sameAs in Notation3, not in Turtle; write owl:sameAs"),
        (
            r"[{}]",
            "“{0}” belongs to a named graph (TriG) or a formula (Notation3), not to Turtle; write the triples without braces",
        ),
        (r"[?$][^\W\d]\w*", "“{0}” is a variable, as in SPARQL; write an IRI or a literal"),
        (r"//|/\*", "“{0}” begins no comment in Turtle; a comment begins with #"),
        (r"(?<=[\"'])\^(?!\^)", "“^^” stands between a string and its datatype; write both ^"),
        (r"[!^]", f"“{{0}}” belongs to a path{NOTATION3}; write each triple in full"),
        (r"_:", "a blank node's label begins with a letter, a digit or _, as in _:b1; correct it"),
        (r"(?<=@)_|(?<=@..)_|(?<=@...)_", "a language tag has hyphens, as in @en-GB; write - for _"),
        (r"(?<=[a-z])--(?:ltr|rtl)", f"“{{0}}” is the direction of a text{RDF_12}; delete it"),
        (r"(?<=@..)-|(?<=@...)-", "a language tag does not end with a hyphen; delete it"),
        (r"@(?![A-Za-z])", "“@” needs a language tag after it, as in @en"),
        (
            r"%",
            "“%” in a local name needs two hexadecimal digits after it, as in %20; write them, or \\% for the character itself",
        ),
        (
            r"(?<=[\w:])\\",
            "a local name has a backslash before one of the characters _~.-!$&'()*+,;=/?#@% only; write the IRI in < and >",
        ),
        (
            r"(?<=[\w:])[/~$&*+?]",
            "“{0}” in a local name needs a backslash before it; write \\{0}, or the IRI in < and >",
        ),
        (r"\\", "a backslash is possible in strings, IRIs and local names only; delete it"),
        (r"[+-]", "“{0}” needs a number after it; write the number, or a text between quotation marks"),
    )
]
QUERY_WORDS = ("select", "construct", "ask", "describe", "insert", "delete")
SCHEMES = ("http", "https", "urn", "mailto", "file", "ftp")
MAX_SHOWN = 40  # characters of a token in a message
NUMBER_BEFORE = re.compile(r"(?<![^\s,;(\[])[+-]?[0-9][^\s,;()\[\]\"'<>]*\Z")
TO_BREAK = re.compile(r"[^\s,;()\[\]\"'<>]*[^\s,;()\[\]\"'<>.]")


def explain_token(text: str, kind: str, start: int, token: str, expected: str) -> tuple[int, str]:
    """Return a pair: the offset of the wrong character, and the explanation of a token that cannot stand where it is.

    text: the whole Turtle text. kind: the name of the token's group in `tokens.TOKEN`, such as “name” or “mark”. start: the
    offset of the token. token: its characters. expected: what could stand there instead, a key of EXPECTED.
    """
    if kind == "end":
        wanted = "“.”" if expected == "end" else EXPECTED[expected]
        return start, f"the text ends inside a statement; {wanted} is missing"
    if kind == "bad":
        return _explain_character(text, start, expected)
    if (
        kind == "word"
        and (odd := next((at for at, char in enumerate(token) if find_replacement(char)), None)) is not None
    ):
        return _explain_character(text, start + odd, expected)
    if (
        expected in ("end", "bracket")
        and token != "^^"
        and (number := NUMBER_BEFORE.search(text, max(0, start - MAX_SHOWN), start))
    ):
        word = TO_BREAK.match(text, number.start())
        return number.start(), f"“{_cut(word[0] if word else token)}” is not a number; write it between quotation marks"
    return start, _explain_known(kind, token, expected, text[start - 1 : start])


def _explain_known(kind: str, token: str, expected: str, before: str) -> str:
    """Return the explanation of a token that is valid in Turtle, but not where it stands.

    kind, token, expected: as for `explain_token`. before: the character before the token, "" at the start of the text.
    """
    wanted, shown = EXPECTED[expected], _cut(token)
    if kind == "word":
        return _explain_word(token, expected)
    if kind == "at" and expected not in ("end", "bracket"):
        return _explain_at(token)
    role = {"subject": "subject", "predicate": "property"}.get(expected)
    if role and kind in LITERAL_KINDS:
        return (
            f"a literal cannot be a {role}, as {shown} is here; write an IRI{' or a blank node' * (role == 'subject')}"
        )
    if role == "property" and (kind == "blank" or token in "[("):
        return f"a blank node cannot be a property, as {shown} is here; write an IRI"
    if token == "^^":
        if before.isalnum() and expected in ("end", "bracket"):
            return (
                "“^^” stands after a string in quotation marks without language tag; quote the value, or delete the tag"
            )
        return "“^^” stands after a string in quotation marks only; write the value between quotation marks"
    if token == "." and expected == "subject":
        return "“.” ends no statement here; delete it (PREFIX and BASE without “@” have no dot)"
    if expected == "prefix" and kind == "name":
        return f"“{shown}” has characters after its colon; a declared prefix ends with the colon, as in “@prefix ex: <http://example.org/> .”"
    if token in ")]":
        return f"“{token}” closes nothing here; delete it, or write {wanted} before it"
    return f"{wanted} is missing before {f'“{token}”' if kind == 'mark' else shown}"


def explain_prefix(text: str, start: int, prefix: str, declared: Iterable[str]) -> str:
    """Return the explanation of the undeclared prefix of a prefixed name.

    text: the whole Turtle text. start: the offset in it of the prefixed name. prefix: the undeclared prefix. declared: the
    prefixes that the text has declared before. All prefixes are without colon.
    """
    if odd := next((char for char in prefix if find_replacement(char)), None):
        return f"the prefix “{prefix.replace(odd, '')}:” contains {name_character(odd)}; {find_replacement(odd)}"
    if text.startswith(":-", start):
        return "“:-” belongs to a rule, which Turtle does not have; leave out rules"
    if prefix.lower() in SCHEMES:
        return f"an IRI is written in < and >, as in <{prefix}:…>; add these"
    if known := PREFIXES.get(prefix):
        return f"the prefix “{prefix}:” is not declared; add the line @prefix {prefix}: <{known}> ."
    other = next((name for name in declared if name.lower() == prefix.lower()), None)
    if other is not None:
        return f"the prefix “{prefix}:” is not declared, but “{other}:” is; write it so, with the same capital letters"
    return f"the prefix “{prefix}:” is not declared; add an @prefix line for it or correct its spelling"


def explain_escape(text: str, code: int) -> str:
    """Return the explanation of an escape, such as \\uD800, whose code point is not a character.

    text: a Turtle text from the escape on. code: the code point.
    """
    escape = text[:6] if text[1] == "u" else text[:10]
    if code > 0x10FFFF:
        return (
            f"the escape {escape} stands for no character, because the highest code point is 10FFFF; correct its digits"
        )
    pair = re.match(r"\\u([Dd][89ABab]..)\\u([Dd][C-Fc-f]..)", text)
    if not pair:
        return f"the escape {escape} stands for half a character (a surrogate); write the character itself"
    whole = chr(0x10000 + ((int(pair[1], 16) - 0xD800) << 10) + int(pair[2], 16) - 0xDC00)
    return (
        f"the escapes {pair[0]} are a surrogate pair, which Turtle does not have; write the character itself, {whole}, or "
        f"\\U{ord(whole):08X}"
    )


def explain_iri(token: str, iri: str, engine_message: str) -> str:
    """Return the explanation of an invalid IRI.

    token: the IRI or prefixed name as in the text. iri: the IRI that it stands for, without < and >. engine_message: why it
    is not valid, a sentence of the engine.
    """
    if percent := re.search(r"%(?![0-9A-Fa-f]{2}).{0,2}", iri):
        return f"the IRI {_cut(token)} contains “{percent[0]}”; write %25 for a percent sign, or two hexadecimal digits after it"
    reason = engine_message[:1].lower() + engine_message[1:]
    return f"the IRI {_cut(token)} is not valid: {reason}; correct it"


def explain_relative(token: str, iri: str, base: str | None) -> str | None:
    """Return the explanation of an IRI that is not absolute, or None if it can be resolved against the base.

    token: the IRI as in the text, with < and >. iri: the same without < and >, its escapes decoded. base: the base IRI,
    None if there is none.
    """
    if re.match(r"[^/?#]*:", iri):
        return f"the IRI {_cut(token)} begins with no scheme such as http:, because a scheme has letters, digits, +, - and . only; correct it"
    return None if base else f"the IRI {_cut(token)} is relative; write it in full, or declare a base with @base"


def _explain_word(word: str, expected: str) -> str:
    """Return the explanation of a word without a colon, such as true or PREFIX, that cannot stand where it is.

    expected: what could stand there instead, a key of EXPECTED.
    """
    lower = word.lower()
    if word == "a":
        return f"“a” stands for rdf:type and is possible as a property only; {EXPECTED[expected]} is missing here"
    if lower in ("true", "false"):
        if expected in ("object", "item"):
            return f"“{word}” is not a literal; write {lower}, in small letters"
        if expected in ("subject", "predicate"):
            role = "property" if expected == "predicate" else "subject"
            return f"a literal cannot be a {role}, as {word} is here; write an IRI"
    if lower == "graph" and expected == "subject":
        return "named graphs (GRAPH) belong to TriG, not to Turtle; write the triples without GRAPH and braces"
    if lower == "version" and expected == "subject":
        return f"VERSION is a directive{RDF_12}; delete it"
    if lower in QUERY_WORDS and expected == "subject":
        return f"“{word}” begins a query or update in SPARQL, not Turtle; write triples"
    if word == "A" and expected == "predicate":
        return "“A” is not a property; write a, as a small letter, for rdf:type"
    if expected == "prefix":
        return f"the prefix “{word}” has no colon after it; write {word}:"
    if word in ("is", "of", "has"):
        return f"“{word}” is a keyword of Notation3, not of Turtle; write the triple from its subject"
    if expected in ("end", "bracket"):
        return f"{EXPECTED[expected]} is missing before “{word}”"
    return f"“{word}” is neither an IRI nor a literal; write a name with its prefix, as in ex:{word}, or a text between quotation marks"


def _explain_at(token: str) -> str:
    """Return the explanation of a token that begins with “@”, such as “@en”, where no string is before it."""
    word = token.lower()
    if word in ("@prefix", "@base"):
        return (
            f"{token} begins a directive; end the statement before it with “.”"
            if token == word
            else f"write {word} in small letters"
        )
    if word == "@version":
        return f"@version is a directive{RDF_12}; delete it"
    if word in ("@keywords", "@forall", "@forsome"):
        return f"{token} is a directive{NOTATION3}; delete it"
    return (
        f"“{token}” is neither @prefix nor @base, and no string is before it whose language tag it could be; correct it"
    )


def _explain_character(text: str, start: int, expected: str) -> tuple[int, str]:
    """Return the explanation of the character at offset `start`, which begins no token.

    The result is the offset of the character that the explanation is about, which may stand later, and the explanation.
    expected: what could stand at `start`, a key of EXPECTED.
    """
    char = text[start]
    if char in "\"'":
        return _explain_string(text, start)
    for pattern, message in FOREIGN:
        if match := pattern.match(text, start):
            return start, message.replace("{0}", match[0])
    if char == "<":
        return _explain_angle_bracket(text, start)
    if advice := find_replacement(char):
        return start, f"{name_character(char)} cannot stand outside strings and comments; {advice}"
    name = f"“{char}”" if char.isprintable() and char.isascii() else name_character(char)
    return start, f"{name} begins nothing in Turtle; delete it, or write {EXPECTED[expected].removesuffix(',')}"


def _explain_string(text: str, start: int) -> tuple[int, str]:
    """Return the explanation of the string at offset `start`, which is not closed or has an invalid escape.

    The result is the offset of the character that the explanation is about, and the explanation.
    """
    quote = text[start] * 3 if text.startswith(text[start] * 3, start) else text[start]
    plain = r"[^\\]" if len(quote) == 3 else r"[^\\\r\n]"
    inside = re.compile(rf"(?:(?!{quote})(?:{plain}|{ESCAPE}))*+")
    match = inside.match(text, start + len(quote))
    assert match, "the expression matches every text"
    end = match.end()
    if text[end : end + 1] == "\\":
        found = text[end : end + 2]
        if found[1:] in ("u", "U"):
            digits = 4 if found[1] == "u" else 8
            return (
                end,
                f"the escape {found} needs {digits} hexadecimal digits after it, as in {found}{0x41:0{digits}X}; write \\\\ for a backslash",
            )
        if found[1:].isspace() or not found[1:]:
            return (
                end,
                "a backslash stands at the end of a line in a string; write \\\\ for a backslash, or \\n for a line end",
            )
        return end, f"there is no escape {found} in strings; write \\\\ for a backslash"
    if len(quote) == 3:
        return start, f"the string that begins here with {quote} is not closed; write {quote} at its end"
    return (
        start,
        f"the string that begins here is not closed on its line; write {quote} at its end, or {quote * 3} at both ends of a text of several lines",
    )


def _explain_angle_bracket(text: str, start: int) -> tuple[int, str]:
    """Return the explanation of the IRI in < and > at offset `start`, which is not closed or has an invalid character.

    The result is the offset of the character that the explanation is about, and the explanation.
    """
    match = re.compile(rf"<(?:[^\x00-\x20<>\"{{}}|^`\\]|{NUMERIC_ESCAPE})*+").match(text, start)
    assert match, "the text has “<” at this offset"
    end = match.end()
    char = text[end : end + 1]
    is_closed = re.compile(r"[^\r\n<>]*>").match(text, end)
    if not char or not is_closed:
        return start, "the IRI that begins here is not closed; write > at its end"
    if char == "\\":
        return (
            end,
            "an IRI has no escapes but \\u and \\U with 4 and 8 hexadecimal digits; write / for a backslash, or %5C",
        )
    name = "a space" if char == " " else name_character(char)
    advice = f"write %{ord(char):02X}" if ord(char) > 0x1F else "delete it"
    return end, f"an IRI cannot contain {name}; {advice}, or end the IRI with > before it"


def _cut(token: str) -> str:
    """Return a token, shortened for a message.

    A token of several lines or more than MAX_SHOWN characters is cut after its first line, or after MAX_SHOWN characters,
    and “…” is added.
    """
    line = token.split("\n")[0].rstrip("\r")
    return token if token == line[:MAX_SHOWN] else line[:MAX_SHOWN] + "…"
