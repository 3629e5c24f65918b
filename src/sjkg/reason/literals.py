"""Literals in canonical N-Triples: parsing, and grouping all literals of a file by value.

Each literal gets a key, the text of one fixed literal of its value, so that literals of equal value have equal keys.
SQL computes the keys of the common forms; Python computes those of the rest.
Source: https://www.w3.org/TR/rdf12-n-triples/#canonical-ntriples
"""

from collections.abc import Mapping

from sjkg.core.datatypes import INTEGERS, XSD
from sjkg.core.ntriples import ESCAPES, literal_parts
from sjkg.reason.tables import Tables, quoted
from sjkg.reason.values import DATATYPES, DataValue, value_of


def parse_literal(text: str) -> DataValue | None:
    """Return the data value of a literal in N-Triples, None for an ill-typed one. Raises ValueError for other text."""
    lexical, language, datatype = literal_parts(text)
    return value_of(lexical, datatype or f"{XSD}string", language)


def key_of(value: DataValue | None) -> str | None:
    """Return the N-Triples text of one fixed literal for a data value, equal for equal values; None for None.

    A whole number becomes an xsd:integer; a language tag is in lower case.
    """
    if value is None:
        return None
    form = f'"{value.form.translate(ESCAPES)}"'
    if value.space == "string":
        return form
    if value.space == "language":
        tag, _, words = value.form.partition(" ")
        return f'"{words.translate(ESCAPES)}"@{tag}'
    if value.space == "decimal":
        return f"{form}^^<{XSD}{'decimal' if '.' in value.form else 'integer'}>"
    return f"{form}^^<{XSD}{value.space}>"


INTEGER = "(-?[1-9][0-9]*|0)"
FRACTION = r"-?([1-9][0-9]*|0)\.[0-9]*[1-9]"
DATE_TIME = r"[0-9]{4}-[0-9]{2}-[0-9]{2}T([01][0-9]|2[0-3]):[0-9]{2}:[0-9]{2}(\.[0-9]*[1-9])?(Z|[+-](0[1-9]|1[0-3]):[0-5][0-9])?"
MAX_DOUBLE = "1.7976931348623157e308"
FLOAT = r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([Ee][+-]?[0-9]+)?"


def number_values(tables: Tables, ids: Mapping[str, tuple[int, ...]]) -> None:
    """Create the table literal(node, datatype, value) from the table term(node, text).

    value: a number that two literals share exactly if they have the same data value; -1 for an ill-typed literal.
    datatype: the number that `ids` has for its IRI; -1 for datatypes outside OWL 2 RL and for language-tagged strings.
    """
    numbers = " ".join(f"WHEN {quoted(name)} THEN {ids[name][0]}" for name in DATATYPES)
    last = "split_part(text, '\"^^<', -1)"
    tables.create(
        "typed",
        f"SELECT *, substr(text, 2, length(text) - length(name) - 6) AS lexical, CASE name {numbers} ELSE -1 END AS datatype "
        f"FROM (SELECT node, text, CASE right(text, 1) WHEN '>' THEN left({last}, length({last}) - 1) "
        f"WHEN '\"' THEN {quoted(XSD + 'string')} ELSE '' END AS name FROM term WHERE left(text, 1) = '\"') AS l",
    )
    tables.create("keyed", f"SELECT node, text, datatype, {_key_expression(tables)} AS key FROM typed")
    find_key = lambda node, text: key_of(parse_literal(text))
    tables.apply("odd", "SELECT node, text FROM keyed WHERE key IS NULL", find_key)
    tables.create(
        "moved_key",
        "SELECT node, key, min(node) OVER (PARTITION BY key) AS least FROM ("
        "SELECT keyed.node, coalesce(keyed.key, odd.result) AS key FROM keyed LEFT JOIN odd ON odd.node = keyed.node "
        "WHERE keyed.key IS NULL OR keyed.key <> keyed.text) AS m",
    )
    tables.create(
        "literal",
        "SELECT k.node, k.datatype, CASE WHEN m.node IS NULL THEN k.node WHEN m.key IS NULL THEN -1 "
        "ELSE coalesce(t.node, m.least) END AS value "
        "FROM keyed AS k LEFT JOIN moved_key AS m ON m.node = k.node LEFT JOIN term AS t ON t.text = m.key",
    )
    for name in ("typed", "keyed", "odd", "moved_key"):
        tables.drop(name)


def _key_expression(tables: Tables) -> str:
    """Return an SQL expression whose value is a literal's key (text equal for equal values), NULL if Python must compute it.

    The expression uses the columns text (the literal in N-Triples), name (datatype IRI, empty with a language tag), lexical
    (lexical form) and datatype (number, -1 outside OWL 2 RL) of the table typed.
    """
    integers = " ".join(
        f"WHEN {quoted(XSD + name)} THEN {_range_condition(*limits)}" for name, limits in INTEGERS.items()
    )
    double = "try_cast(lexical AS DOUBLE)"
    return (
        f"CASE WHEN datatype = -1 THEN CASE WHEN name = '' THEN {_language_key_expression()} ELSE text END "
        f"WHEN name IN ('{XSD}string', '{XSD}anyURI') THEN text "
        f"WHEN name = '{XSD}boolean' AND lexical IN ('true', 'false') THEN text "
        f"WHEN {tables.matches('lexical', INTEGER)} AND CASE name {integers} WHEN '{XSD}decimal' THEN true ELSE false END "
        f"THEN concat('\"', lexical, '\"^^<{XSD}integer>') "
        f"WHEN name = '{XSD}decimal' AND {tables.matches('lexical', FRACTION)} THEN text "
        f"WHEN name = '{XSD}double' AND {tables.matches('lexical', FLOAT)} AND {double} <> 0 AND abs({double}) <= {MAX_DOUBLE} "
        f"THEN concat('\"', {double}, '\"^^<', name, '>') "
        f"WHEN name IN ('{XSD}dateTime', '{XSD}dateTimeStamp') AND {tables.matches('lexical', DATE_TIME)} "
        "AND try_cast(left(lexical, 19) AS TIMESTAMP) IS NOT NULL AND left(lexical, 4) <> '0000' "
        f"AND (name = '{XSD}dateTime' OR {tables.matches('lexical', '.*(Z|[+-][0-9:]+)')}) "
        f"THEN concat('\"', lexical, '\"^^<{XSD}dateTime>') END"
    )


def _range_condition(least: int | None, greatest: int | None) -> str:
    """Return the SQL condition that the integer in the column lexical is from `least` to `greatest`, both included.

    A limit that is None is left out; without limits the condition is “true”.
    """
    number = "try_cast(lexical AS DECIMAL(38, 0))"
    limits = [f"{number} >= {least}"] * (least is not None) + [f"{number} <= {greatest}"] * (greatest is not None)
    return f"coalesce({' AND '.join(limits)}, false)" if limits else "true"


def _language_key_expression() -> str:
    """Return an SQL expression whose value is the column text, a language-tagged literal, with its tag in lower case."""
    tag = "split_part(text, '\"@', -1)"
    return f"CASE WHEN {tag} = lower({tag}) THEN text ELSE concat(left(text, length(text) - length({tag})), lower({tag})) END"
