"""The query that gives the same rows as a list does under the same choices."""

from sjkg.index.definitions import Facet, List
from sjkg.index.read import Choice
from sjkg.store.terms import Iri, Term, Text, to_text
from sjkg.store.tokens import tokenize
from sjkg.vocab import INFERRED, PREFIXES, shorten

SPAN = """
  FILTER(BOUND(?begin) || BOUND(?end))
  FILTER((!BOUND(?begin) || ?begin <= {last}) && (!BOUND(?end) || ?end >= {first}))"""


def compose(of: List, choice: Choice) -> str:
    """Return the list's query with a sub-query for each facet that is chosen in."""
    parts = [_part(of.facet(name), values, choice.stated) for name, values in choice.values.items()]
    if choice.span:
        first, last = (to_text(Text(day, PREFIXES["xsd"] + "date")) for day in choice.span)
        parts.append(SPAN.format(first=first, last=last))
    brace = next(token.end for token in tokenize(of.text) if token.text == "{")
    return of.text[:brace] + "".join(parts) + of.text[brace:]


def _part(facet: Facet, values: tuple[str, ...], stated: bool) -> str:
    listed = " ".join(to_text(facet_term(value)) for value in values)
    text = f"{facet.text.strip()} VALUES ?{facet.name} {{ {listed} }}"
    only = f"\n  FILTER(!BOUND(?{facet.graph}) || ?{facet.graph} != {shorten(INFERRED)})" if stated else ""
    return "\n  { " + text.replace("\n", "\n    ") + " }" + only


def facet_term(value: str) -> Term:
    """Return a facet's value as the term it was: years are numbers, everything else is a thing."""
    return Text(value, PREFIXES["xsd"] + "integer") if value.isdigit() else Iri(value)
