"""Namespaces and prefixes of the knowledge base; conversion between IRIs and prefixed names; similar IRIs.

GROUPS are the IRIs of groups of named graphs. ASSERTED, DERIVED and INFERRED have the triples from files, from rules of this
project, and from OWL 2 RL reasoning. Of the asserted ones, ARTICLE has what the article states, EDITORIAL what the editors
conclude and remark, and LINKS what other datasets say. UNION names the graph of all triples.
EXTERNAL_GROUPS are the groups of the graphs of external datasets, which are in no other group and not in UNION. Each dataset
has a graph FAMILY/NAME in each of the families: as PUBLISHED, TRANSLATED to our terms, LINKED to our things, and ORIGINS, which
describes the dataset and says where its statements are in its files. EVERYONE is UNION and all these but the origins.
"""

from collections.abc import Iterable
from difflib import get_close_matches
from types import MappingProxyType
from typing import Final

BASE: Final = "https://w3id.org/sjkg/"
ONTOLOGY: Final = f"{BASE}ontology#"
IDS: Final = f"{BASE}id/"
DATA: Final = f"{BASE}data/"
SCHEMES: Final = f"{BASE}vocab/"
GRAPHS: Final = f"{BASE}graph/"
SHAPES: Final = f"{BASE}shapes/"
DATASET: Final = f"{BASE}dataset"
EDTF: Final = "http://id.loc.gov/datatypes/edtf/EDTF"

ASSERTED: Final = f"{GRAPHS}asserted"
INFERRED: Final = f"{GRAPHS}inferred"
DERIVED: Final = f"{GRAPHS}derived"
ARTICLE: Final = f"{GRAPHS}article"
EDITORIAL: Final = f"{GRAPHS}editorial"
LINKS: Final = f"{GRAPHS}links"
GROUPS: Final = (ASSERTED, ARTICLE, EDITORIAL, LINKS, DERIVED, INFERRED)
UNION: Final = f"{GRAPHS}union"
PROFILE_GRAPHS: Final = f"{GRAPHS}profile/"  # of the graphs in the terms of profiles
DATASETS: Final = f"{BASE}datasets/"  # of the descriptions of external datasets
PUBLISHED: Final = f"{GRAPHS}datasets"
TRANSLATED: Final = f"{GRAPHS}translated"
LINKED: Final = f"{GRAPHS}linked"
ORIGINS: Final = f"{GRAPHS}origins"
EVERYONE: Final = f"{GRAPHS}everyone"
EXTERNAL_FAMILIES: Final = (PUBLISHED, TRANSLATED, LINKED, ORIGINS)  # with a graph for each external dataset
EXTERNAL_GROUPS: Final = (*EXTERNAL_FAMILIES, EVERYONE)

PREFIXES: Final = MappingProxyType(
    {
        "sjkg": ONTOLOGY,
        "passage": f"{IDS}passage/",
        "event": f"{IDS}event/",
        "actor": f"{IDS}actor/",
        "place": f"{IDS}place/",
        "treaty": f"{IDS}treaty/",
        "claim": f"{IDS}claim/",
        "participation": f"{IDS}participation/",
        "remark": f"{IDS}remark/",
        "section": f"{IDS}section/",
        "factless": f"{IDS}factless/",
        "footnote": f"{IDS}footnote/",
        "work": f"{IDS}work/",
        "link": f"{IDS}link/",
        "point": f"{IDS}point/",
        "role": f"{SCHEMES}role/",
        "side": f"{SCHEMES}side/",
        "quantity": f"{SCHEMES}quantity-kind/",
        "materiel": f"{SCHEMES}materiel/",
        "precision": f"{SCHEMES}date-precision/",
        "basis": f"{SCHEMES}date-basis/",
        "status": f"{SCHEMES}status/",
        "kind": f"{SCHEMES}event-kind/",
        "slip": f"{SCHEMES}remark-kind/",
        "relation": f"{SCHEMES}causal-relation/",
        "direction": f"{SCHEMES}direction/",
        "outcome": f"{SCHEMES}outcome-kind/",
        "dataset": f"{SCHEMES}dataset/",
        "verdict": f"{SCHEMES}verdict/",
        "graph": GRAPHS,
        "shape": SHAPES,
        "edtf": "http://id.loc.gov/datatypes/edtf/",
        "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
        "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
        "owl": "http://www.w3.org/2002/07/owl#",
        "xsd": "http://www.w3.org/2001/XMLSchema#",
        "skos": "http://www.w3.org/2004/02/skos/core#",
        "dcterms": "http://purl.org/dc/terms/",
        "prov": "http://www.w3.org/ns/prov#",
        "wgs84": "http://www.w3.org/2003/01/geo/wgs84_pos#",
        "sh": "http://www.w3.org/ns/shacl#",
        "crm": "http://www.cidoc-crm.org/cidoc-crm/",
        "sem": "http://semanticweb.cs.vu.nl/2009/11/sem/",
        "lode": "http://linkedevents.org/ontology/",
        "schema": "https://schema.org/",
        "time": "http://www.w3.org/2006/time#",
        "geo": "http://www.opengis.net/ont/geosparql#",
        "foaf": "http://xmlns.com/foaf/0.1/",
        "org": "http://www.w3.org/ns/org#",
        "cito": "http://purl.org/spar/cito/",
        "fabio": "http://purl.org/spar/fabio/",
        "oa": "http://www.w3.org/ns/oa#",
        "dbo": "http://dbpedia.org/ontology/",
        "void": "http://rdfs.org/ns/void#",
        "dcat": "http://www.w3.org/ns/dcat#",
        "sd": "http://www.w3.org/ns/sparql-service-description#",
        "spdx": "http://spdx.org/rdf/terms#",
        "dcatap": "http://data.europa.eu/r5r/",
        "vcard": "http://www.w3.org/2006/vcard/ns#",
        "prof": "http://www.w3.org/ns/dx/prof/",
        "semapv": "https://w3id.org/semapv/vocab/",
        "dxrole": "http://www.w3.org/ns/dx/prof/role/",
    }
)


def is_external(graph: str) -> bool:
    """Return whether an IRI is that of a graph of an external dataset, or of a group of such graphs."""
    return graph == EVERYONE or any(graph == family or graph.startswith(f"{family}/") for family in EXTERNAL_FAMILIES)


def curie(iri: str) -> str:
    """Return `iri` as a prefixed name (prefix:local) with the longest matching namespace of PREFIXES.

    The IRI itself is returned, without angle brackets, when no namespace matches, or the rest is empty or has / or #.
    """
    prefix, namespace = max(
        ((p, n) for p, n in PREFIXES.items() if iri.startswith(n)), key=lambda pair: len(pair[1]), default=("", "")
    )
    local = iri[len(namespace) :]
    return f"{prefix}:{local}" if namespace and local and "/" not in local and "#" not in local else iri


def shorten(iri: str) -> str:
    """Return `iri` in SPARQL and Turtle syntax: prefix:local where a namespace of PREFIXES matches, else <iri>."""
    name = curie(iri)
    return f"<{iri}>" if name is iri else name


def expand(name: str) -> str:
    """Return the IRI of a prefixed name such as event:x.

    A text without a prefix of PREFIXES, such as an IRI, is returned unchanged except for enclosing angle brackets.
    """
    prefix, colon, local = name.partition(":")
    if colon and prefix in PREFIXES and not local.startswith("//"):
        return PREFIXES[prefix] + local
    return name.removeprefix("<").removesuffix(">")


def close_matches(iri: str, others: Iterable[str]) -> tuple[str, ...]:
    """Return at most three of the IRIs `others` that are in the namespace of `iri` and have similar local names.

    The most similar comes first; the result is empty if none is similar. The namespace ends at the last / or #.
    """
    namespace = iri[: max(iri.rfind("/"), iri.rfind("#")) + 1]
    names = dict.fromkeys(other.removeprefix(namespace) for other in others if other.startswith(namespace))
    return tuple(namespace + name for name in get_close_matches(iri.removeprefix(namespace), names, n=3, cutoff=0.7))
