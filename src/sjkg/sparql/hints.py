"""Advice on tokens that the grammar does not allow, for frequent mistakes: habits from SQL, Turtle and other languages.

Each hint says for which token, after which token and where it applies; the first that fits is taken.
"""

import re
from typing import NamedTuple

from sjkg.sparql.grammar import AGGREGATES, FUNCTIONS
from sjkg.sparql.parser import Failure

TERM = r"[?$\w<\"':\[(+-].*"
GENERIC = (TERM, ".*", ".+")  # patterns that fit misspelt keywords, too
CALL = "|".join(sorted(FUNCTIONS))


class Hint(NamedTuple):
    """Advice for one mistake, and the conditions under which it is given; an empty condition is always true.

    found: a regular expression for the whole text of the token that is not allowed, ignoring case; that text is ""
    at the end of the query. advice: the message. after: a regular expression for the whole text of the token before.
    expected: terminals, separated by spaces, that must all be allowed there; with “= ” before them, no others may be.
    inside: the innermost rule of the grammar that is not complete. within: any rule that is not complete.
    adjacent: True to require that no white space or comment is between the two tokens.
    """

    found: str
    advice: str
    after: str = ""
    expected: str = ""
    inside: str = ""
    within: str = ""
    adjacent: bool = False


HINTS = (
    # operators
    Hint("==+", "not a SPARQL operator; equality is written ="),
    Hint("<>", "not a SPARQL operator; inequality is written !=", expected="="),
    Hint("=", "not a SPARQL operator; write >= or <=", after="=|<|>", adjacent=True),
    Hint(">", "not a SPARQL operator; write >=", after="=", adjacent=True),
    Hint("[<>=!*/+-]=?|&&|\\|\\|", "an expression with an operator must be in brackets here, as in (?x > 1); add them", after=r"\)", expected="STR ("),
    Hint("&&|\\|\\|", "the whole condition of FILTER must be in brackets, as in FILTER(?x && ?y); add them", expected="OPTIONAL"),
    Hint("&", "a single & has no meaning; the logical “and” is written &&"),
    Hint(r"\|", "the logical “or” is written ||", expected="||"),
    Hint("AND", "not a SPARQL operator; the logical “and” is written &&", expected="&&"),
    Hint("AND", "not a SPARQL keyword; the triples of a pattern are joined by “.”, conditions by &&"),
    Hint("OR", "not a SPARQL operator; the logical “or” is written ||", expected="||"),
    Hint("OR", "not a SPARQL keyword; write { … } UNION { … }, or || in a condition"),
    Hint("I?LIKE|MATCHES|RLIKE", 'not a SPARQL operator; write CONTAINS(?x, "text") or REGEX(?x, "pattern")', expected="="),
    Hint("IS", "not a SPARQL operator; write BOUND(?x) or !BOUND(?x)", expected="="),
    Hint("BETWEEN", "not a SPARQL operator; write ?x >= 1 && ?x <= 9", expected="="),
    Hint("NULL", "SPARQL has no NULL; test with BOUND(?x), and write UNDEF in VALUES"),
    Hint("%", "not a SPARQL operator; a remainder is ?x - 3 * FLOOR(?x / 3)", expected="="),
    Hint(".*", "NOT stands only in NOT EXISTS and NOT IN; negate any other condition with !", after="NOT"),
    Hint("TRUE|FALSE", "this is not a literal; write true or false in small letters", expected="true"),
    Hint("A", "this is not a keyword; write a, as a small letter, for rdf:type", expected="a"),
    # comments
    Hint(r"\*|/", "this begins no comment in SPARQL; begin a comment with #", after="/", adjacent=True),
    # declarations
    Hint("@prefix|@base", "Turtle's @ is not SPARQL; write PREFIX ex: <http://example.org/>, without a dot at the end"),
    Hint("[.;]", "a declaration has no mark at its end; delete this one", after="<.*>", expected="PREFIX SELECT"),
    Hint("PREFIX|BASE", "the declaration before this is not complete; write PREFIX ex: <http://example.org/> or BASE <http://example.org/>", inside="Prologue"),
    Hint(".*:.+", "a declared prefix ends with its colon; write PREFIX ex: <http://example.org/>", after="PREFIX"),
    Hint(".+", "a prefix with a colon must follow PREFIX; write it as in PREFIX ex: <http://example.org/>", after="PREFIX"),
    Hint(".+", "the IRI must be in angle brackets, as in <http://example.org/>; add them", after=".*:|BASE", expected="iri", inside="Prologue"),
    Hint("PREFIX|BASE", "a declaration comes before the query form (SELECT, ASK, CONSTRUCT or DESCRIBE); move it there"),
    # SELECT
    Hint(",", "variables after SELECT are separated by spaces; delete the comma", inside="SelectClause"),
    Hint("AS", "a variable or expression with a new name must be in brackets; write (?x AS ?name)", inside="SelectClause"),
    Hint("TOP|FIRST", "not a SPARQL keyword; write LIMIT 10 after the closing “}”", inside="SelectClause"),
    Hint(r"\)", "a name for the value is missing; write (… AS ?name), or the variable alone without brackets", within="SelectItem", expected="AS"),
    Hint(CALL, "an expression after SELECT needs brackets and a name; write it as in (COUNT(?x) AS ?n)", inside="SelectClause"),
    Hint(r"\?|\$", "the name of the variable is missing; write it directly after “?”, as in ?x", expected="variable"),
    Hint("FROM", "FROM comes before WHERE; move it there", expected="END"),
    Hint("[?$].+", "AS is missing between the expression and the variable; add it", expected="AS"),
    # solution modifiers
    Hint(",", "sort keys are separated by spaces; delete the comma", expected="ASC"),
    Hint(",", "these variables are separated by spaces; delete the comma", expected="HAVING variable"),
    Hint(",", "write LIMIT 10 OFFSET 20 for ten results after the first twenty", after=r"\d+", expected="OFFSET"),
    Hint(",", "write LIMIT 10 OFFSET 20 for ten results after the first twenty", after=r"\d+", expected="END VALUES"),
    Hint(".*", "DESC and ASC stand before a variable or expression in brackets; write it as in DESC(?x)", after="DESC|ASC"),
    Hint(".*", "a whole number without sign must follow LIMIT or OFFSET; write it as in LIMIT 10", after="LIMIT|OFFSET"),
    Hint("GROUP|HAVING|ORDER|LIMIT|OFFSET", "this belongs after the closing “}” of the pattern; close the pattern first", expected="}"),
    Hint("GROUP|HAVING|ORDER|LIMIT|OFFSET", "the order is GROUP BY, HAVING, ORDER BY, LIMIT, OFFSET, each once; move or delete this", expected="END"),
    Hint(";", "a query ends without “;”; delete it", expected="END"),
    Hint(r"\.", "a query ends without “.”; delete it", expected="END"),
    Hint(r"\}", "this brace closes no opening brace; delete it or add an opening brace before it", expected="END"),
    Hint(TERM, "the pattern is closed already; put this before its “}”", after=r"\}", expected="END VALUES"),
    # patterns
    Hint(TERM, "the condition of FILTER and HAVING must be in brackets, as in FILTER(?x > 1); add them", after="FILTER|HAVING"),
    Hint("UNION", "UNION stands between two groups in braces; write { … } UNION { … }", expected="OPTIONAL"),
    Hint("SELECT", "a subquery must be in braces of its own; write { SELECT … }", expected="OPTIONAL"),
    Hint(";", "“;” continues a triple, but the “.” before has ended it; delete one of the two marks", after=r"\."),
    Hint(r"\.", "“.” ends a triple, but no triple is before it; delete it", expected="OPTIONAL"),
    Hint(r"\^", "two ^ stand before a datatype; write it as in \"1936\"^^xsd:gYear", after="[\"'].*"),
    Hint("-[0-9]*", 'a date must be a literal; write it as in "1936-02-12"^^xsd:date', after="[0-9]{4}", adjacent=True),
    Hint(r"[\w.]+", 'the string ends before this; write a quotation mark in a string as \\" or \\\'', after="[\"'].*", adjacent=True),
    Hint("_.*", "the parts of a language tag are joined by a hyphen; write it as in @en-GB", after="@.*", adjacent=True),
    Hint("@", 'a language tag must follow “@” without a space; write it as in "text"@en'),
    Hint(r"@.*|\^\^", "a literal has one language tag or one datatype; delete all but one", after="@.*"),
    Hint("@.*|\\^\\^", "only a literal in quotation marks has a language or datatype; put it in quotation marks"),
    Hint(r".*", "a template has no property paths; write a single property", after=r"\+|-", expected="= integer number", within="Template"),
    Hint(r"[*/|?^!(]", "a template has no property paths; write a single property", expected="string", within="Template"),
    Hint(r"[\^!(]", "a template has no property paths; write a single property", expected="a", within="Template"),
    Hint("/", "a prefixed name cannot contain “/”; write “\\/”, or the whole IRI in <…>", after=r"[^?$<\"']*:.+", adjacent=True),
    Hint("FILTER|OPTIONAL|BIND|VALUES|UNION|MINUS|GRAPH|SERVICE", "a template has triples only; put this into WHERE", within="Template"),
    Hint(".*", "a number must follow a sign; write one, or, if a path with + was meant, a property instead of the variable before +", after=r"\+|-", expected="= integer number"),
    Hint(r"[*/|?^]", "a variable cannot be part of a property path; write an IRI instead of it", after=r"[?$]\w+", expected="string"),
    Hint("[\"'].*|[0-9].*|true|false", "a property cannot be a literal; write an IRI, a variable or “a”", expected="a"),
    Hint("_:.*|\\[", "a property cannot be a blank node; write an IRI, a variable or “a”", expected="a"),
    # VALUES
    Hint(r"[?$]\w*", "VALUES takes constants only, no variables; use BIND or another pattern", expected="UNDEF"),
    Hint(",", "values are separated by spaces; delete the comma", expected="UNDEF"),
    Hint(r"\(", "VALUES ?x without brackets has values without brackets; delete these, or put the variable in brackets, too", inside="DataBlock", expected="UNDEF"),
    Hint(".+", "VALUES (?x) with brackets has rows in brackets; write them as in ( 1 ) ( 2 ), or delete the brackets of the variable", inside="DataBlock", expected="( }"),
    # functions
    Hint("LOWER|UPPER", "not a SPARQL function; write LCASE or UCASE", expected="STR"),
    Hint("LEN|LENGTH", "not a SPARQL function; write STRLEN", expected="STR"),
    Hint("NVL|IFNULL|ISNULL", "not a SPARQL function; write COALESCE(?x, value) or !BOUND(?x)", expected="STR"),
    Hint("CAST|CONVERT", "not a SPARQL function; write the datatype as a function, as in xsd:integer(?x)", expected="STR"),
    Hint(".*", "the arguments of a function must be in brackets; write them as in STR(?x)", after=CALL, expected="("),
    Hint(r"\)", "an argument is missing; add it", expected=", ="),
    Hint(",", "no further argument is possible here; delete it", expected=") ="),
    Hint(f"COUNT|{AGGREGATES.replace(' ', '|')}|GROUP_CONCAT", "an aggregate cannot be a value in a triple; use it after SELECT, HAVING or ORDER BY", expected="string"),
    Hint("IF|CASE", "SPARQL has no statements; write IF(condition, value, other value) in an expression", expected="OPTIONAL"),
)  # fmt: skip


def find_hint(failure: Failure, *, is_generic: bool) -> str | None:
    """Return the advice of the first hint in HINTS that fits a failure of the parser; None if no hint fits.

    is_generic: True to look only at the hints whose `found` is one of GENERIC, which fit almost any token; False to look
    only at the others.
    """
    token, before = failure.token, failure.before[-1] if failure.before else None
    text, before_text = token.text if token else "", before.text if before else ""
    is_adjacent = token is not None and before is not None and before.end == token.start
    for hint in HINTS:
        if (
            (hint.found in GENERIC) == is_generic
            and (not hint.inside or failure.inside[:1] == (hint.inside,))
            and (not hint.within or hint.within in failure.inside)
            and failure.expected.issuperset(wanted := hint.expected.removeprefix("= ").split())
            and (not hint.expected.startswith("= ") or len(failure.expected) == len(wanted))
            and (is_adjacent or not hint.adjacent)
            and _fits(hint.found, text)
            and (not hint.after or _fits(hint.after, before_text))
        ):
            return hint.advice
    return None


def _fits(pattern: str, text: str) -> bool:
    """Return whether a regular expression matches the whole of a text, without regard to case."""
    return re.fullmatch(pattern, text, re.IGNORECASE | re.DOTALL) is not None
