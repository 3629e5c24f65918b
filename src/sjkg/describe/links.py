"""Links from things of the graph to things of other datasets: their fields, and their triples in the terms of a consumer.

A link is an sjkg:IdentityLink. Of an accepted link a triple follows in the graph, with a property of our own, such as
sjkg:sameThing. Consumers want other properties for the same: owl:sameAs (Linked Data), schema:sameAs (search engines),
skos:exactMatch (thesauri) or la:equivalent (Linked Art, https://linked.art/model/); they are made on request.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from sjkg.core.errors import BadParameter
from sjkg.core.ntriples import literal_parts
from sjkg.core.vocabulary import ONTOLOGY, PREFIXES, curie, expand
from sjkg.store.sorted_quads import SortedQuads, split_quad

SAME_THING = f"{ONTOLOGY}sameThing"
ACCEPTED, REFUSED = f"{PREFIXES['verdict']}accepted", f"{PREFIXES['verdict']}refused"
LABEL, IDENTIFIER, NOTE = (
    f"{PREFIXES['skos']}prefLabel",
    f"{PREFIXES['dcterms']}identifier",
    f"{PREFIXES['dcterms']}description",
)
URI_SPACE = f"{PREFIXES['void']}uriSpace"
OWN_PREDICATES = "sjkg"  # the name of the properties of the graph itself
PREDICATES = {
    "owl:sameAs": f"{PREFIXES['owl']}sameAs",
    "schema:sameAs": f"{PREFIXES['schema']}sameAs",
    "skos:exactMatch": f"{PREFIXES['skos']}exactMatch",
    "la:equivalent": "https://linked.art/ns/terms/equivalent",
}


@dataclass(frozen=True)
class Link:
    """A link from a thing of the graph to a thing of another dataset. All but texts are IRIs.

    iri: of the link. thing: of the graph. thing_name: its English name. other: the thing of the other dataset. dataset: to which
    `other` belongs. identifier: text by
    which the dataset knows it. match: property of the match, such as SAME_THING. verdict: ACCEPTED or REFUSED. justification:
    class of SEMAPV. evidence: texts. seen_in: datasets in which the link was seen. status: whether one or several
    datasets support it: status:single-source, status:several-sources, or that it is not recorded. notes: texts of the editors.
    """

    iri: str
    thing: str
    thing_name: str
    other: str
    dataset: str
    identifier: str
    match: str
    verdict: str
    justification: str
    evidence: tuple[str, ...]
    seen_in: tuple[str, ...]
    status: str
    notes: tuple[str, ...]

    @property
    def is_accepted(self) -> bool:
        """Return whether the editors accepted the link."""
        return self.verdict == ACCEPTED


def read_links(sorted_quads: SortedQuads, dataset: str | None = None) -> tuple[Link, ...]:
    """Return all links of a snapshot, or those to one dataset, sorted by dataset, thing and other thing.

    dataset: its IRI, prefixed name or local name, such as wikidata. Raises BadParameter, with the names of all datasets that
    have links, if it has none.
    """
    values: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for line in sorted_quads.below(PREFIXES["link"]):
        quad = split_quad(line)
        found = values[quad.subject[1:-1]][quad.predicate[1:-1]]
        if (value := _text(quad.object)) not in found:  # a triple may be in several graphs
            found.append(value)
    links = sorted(
        (_read_link(sorted_quads, iri, fields) for iri, fields in values.items()),
        key=lambda link: (link.dataset, link.thing, link.other),
    )
    if dataset is None:
        return tuple(links)
    wanted = expand(dataset) if ":" in dataset else PREFIXES["dataset"] + dataset
    return tuple(select_value(links, "dataset", wanted, dataset))


def _read_link(sorted_quads: SortedQuads, iri: str, fields: dict[str, list[str]]) -> Link:
    """Return a link. iri: its IRI. fields: a dict from the IRI of each of its properties to the values."""

    def first(name: str) -> str:
        return next(iter(fields[expand(name)]), "")

    thing = first("sjkg:linkedThing")
    names = [literal_parts(split_quad(line).object) for line in sorted_quads.with_subject(f"<{thing}>", f"<{LABEL}>")]
    return Link(
        iri,
        thing,
        next((name.lexical for name in names if name.language == "en"), ""),
        first("sjkg:linkedTo"),
        first("sjkg:dataset"),
        first("dcterms:identifier"),
        first("sjkg:match"),
        first("sjkg:verdict"),
        first("sjkg:justification"),
        tuple(fields[expand("sjkg:evidence")]),
        tuple(fields[expand("sjkg:seenIn")]),
        first("sjkg:status"),
        tuple(fields[NOTE]),
    )


def _text(term: str) -> str:
    """Return an IRI in N-Triples without angle brackets, or the lexical form of a literal."""
    return literal_parts(term).lexical if term.startswith('"') else term[1:-1]


def select_value(links: Sequence[Link], field: str, value: str, written: str) -> list[Link]:
    """Return the links that have a value in a field, such as dataset, match or verdict.

    value: IRI. written: the value as the user wrote it. Raises BadParameter, with the known values, if no link has it.
    """
    if found := [link for link in links if getattr(link, field) == value]:
        return found
    known = ", ".join(sorted({short_name(getattr(link, field)) for link in links}))
    raise BadParameter(f"no link has the {field} “{written}”; the {field} of a link is one of: {known}")


def short_name(iri: str) -> str:
    """Return the name of a dataset, match or verdict in a URL: the local name of one of ours, else the prefixed name."""
    return (
        curie(iri).rpartition(":")[2]
        if iri.startswith((ONTOLOGY, PREFIXES["dataset"], PREFIXES["verdict"]))
        else curie(iri)
    )


def read_uri_spaces(sorted_quads: SortedQuads) -> dict[str, str]:
    """Return a dict from the IRI of each dataset to the namespace of its things, for those that have a void:uriSpace."""
    lines = (line for line in sorted_quads.below(PREFIXES["dataset"]) if f" <{URI_SPACE}> " in line)
    return {quad.subject[1:-1]: _text(quad.object) for quad in map(split_quad, lines)}


def match_quads(links: Iterable[Link], predicate: str = OWN_PREDICATES) -> Iterator[str]:
    """Yield the triples of the accepted links as N-Quads lines without line ends.

    predicate: a key or value of PREDICATES: a triple with this property for each link to the same thing; or OWN_PREDICATES: a
    triple with the property of its match for each link. Raises BadParameter, with the list of predicates, for any other.
    """
    wanted = PREDICATES.get(predicate, predicate)
    if predicate != OWN_PREDICATES and wanted not in PREDICATES.values():
        raise BadParameter(
            f"links are not offered with the predicate “{predicate}”; choose one of: {', '.join(PREDICATES)}, or {OWN_PREDICATES} for the "
            "properties of this graph"
        )
    chosen = (link for link in links if link.is_accepted and (predicate == OWN_PREDICATES or link.match == SAME_THING))
    triples = {(link.thing, link.match if predicate == OWN_PREDICATES else wanted, link.other) for link in chosen}
    return (f"<{s}> <{p}> <{o}> ." for s, p, o in sorted(triples))
