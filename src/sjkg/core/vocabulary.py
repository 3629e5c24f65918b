"""Namespaces and prefixes: those of this software and of standards, and those of the knowledge base in use.

The ontology, its vocabularies, the shapes and the profiles are the same for every knowledge base; their namespaces are
constants. Everything else that has an IRI (things, named graphs, the dataset) belongs to one knowledge base, below the base
IRI that its file kb.ttl states: `own()` returns these namespaces.

They are not passed as arguments, because nearly every function that reads or writes a name would have the parameter. As
with the context of `decimal`, there is one for the process (`set_own`), which commands, servers and workers set at their
start, and one for a block of code (`using`), with which the Python API has several knowledge bases open. So a value that
depends on `own()` must not be computed when a module is imported.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cached_property, lru_cache, wraps
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, TypeVar

if TYPE_CHECKING:
    from sjkg.core.description import Description

R = TypeVar("R")

SOFTWARE: Final = "https://w3id.org/sjkg/"  # also the base of the packaged knowledge base
ONTOLOGY: Final = f"{SOFTWARE}ontology#"
SCHEMES: Final = f"{SOFTWARE}vocab/"
SHAPES: Final = f"{SOFTWARE}shapes/"
PROFILES: Final = f"{SOFTWARE}profiles/"
EDTF: Final = "http://id.loc.gov/datatypes/edtf/EDTF"
OWN_SCHEMES: Final = ("side",)  # vocabularies whose concepts each knowledge base has for itself
KINDS: Final = (  # the prefixes of a knowledge base's things, which are the parts of their IRIs after id/
    *("passage", "event", "actor", "place", "treaty", "claim", "participation", "remark", "section", "factless"),
    *("footnote", "work", "link", "point"),
)
_SCHEMES_OF_PREFIXES: Final = {
    "role": "role",
    "side": "side",
    "quantity": "quantity-kind",
    "materiel": "materiel",
    "precision": "date-precision",
    "basis": "date-basis",
    "status": "status",
    "kind": "event-kind",
    "slip": "remark-kind",
    "relation": "causal-relation",
    "direction": "direction",
    "outcome": "outcome-kind",
    "dataset": "dataset",
    "verdict": "verdict",
}
STANDARD_PREFIXES: Final = MappingProxyType(
    {
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


@dataclass(frozen=True)
class Namespaces:
    """The namespaces of one knowledge base, and its description.

    base: the IRI that all its IRIs begin with; ends with “/”. more_prefixes: further prefixes that its kb.ttl declares, as pairs
    of prefix and namespace. description: the content of its kb.ttl; None in a process that only needs its names.
    """

    base: str = SOFTWARE
    more_prefixes: tuple[tuple[str, str], ...] = ()
    description: "Description | None" = field(default=None, compare=False, repr=False)

    def __reduce__(self) -> tuple[type["Namespaces"], tuple[object, ...]]:
        """Return what pickle makes an equal object of: the fields without the cached namespaces."""
        return Namespaces, (self.base, self.more_prefixes)

    @property
    def about(self) -> "Description":
        """Return the description of the knowledge base; an empty one if it is not known."""
        from sjkg.core.description import Description  # not above: it has Namespaces

        return self.description or Description(self.base)

    @cached_property
    def ids(self) -> str:
        """Return the namespace of its things, such as events and passages."""
        return f"{self.base}id/"

    @cached_property
    def data(self) -> str:
        """Return the namespace of the documents about its things."""
        return f"{self.base}data/"

    @cached_property
    def dataset(self) -> str:
        """Return the IRI of the dataset."""
        return f"{self.base}dataset"

    @cached_property
    def graphs(self) -> str:
        """Return the namespace of its named graphs and groups of these, except the graphs of passages."""
        return f"{self.base}graph/"

    @cached_property
    def asserted(self) -> str:
        """Return the IRI of the group of all graphs with triples from files."""
        return f"{self.graphs}asserted"

    @cached_property
    def derived(self) -> str:
        """Return the IRI of the graph with the triples from the rules of this project."""
        return f"{self.graphs}derived"

    @cached_property
    def inferred(self) -> str:
        """Return the IRI of the graph with the triples from OWL 2 RL reasoning."""
        return f"{self.graphs}inferred"

    @cached_property
    def article(self) -> str:
        """Return the IRI of the group of graphs with what the article states."""
        return f"{self.graphs}article"

    @cached_property
    def editorial(self) -> str:
        """Return the IRI of the group of graphs with what the editors conclude and remark."""
        return f"{self.graphs}editorial"

    @cached_property
    def links(self) -> str:
        """Return the IRI of the group of graphs with what other datasets say."""
        return f"{self.graphs}links"

    @cached_property
    def union(self) -> str:
        """Return the IRI of the graph of all triples."""
        return f"{self.graphs}union"

    @cached_property
    def groups(self) -> tuple[str, ...]:
        """Return the IRIs of the groups of graphs, without the union of all; `derived` and `inferred` have one graph each."""
        return (self.asserted, self.article, self.editorial, self.links, self.derived, self.inferred)

    @cached_property
    def profile_graphs(self) -> str:
        """Return the namespace of the graphs in the terms of profiles."""
        return f"{self.graphs}profile/"

    @cached_property
    def datasets(self) -> str:
        """Return the namespace of the descriptions of external datasets."""
        return f"{self.base}datasets/"

    @cached_property
    def published(self) -> str:
        """Return the IRI of the family of graphs of external datasets, one for each, as they are published."""
        return f"{self.graphs}datasets"

    @cached_property
    def translated(self) -> str:
        """Return the IRI of the family of graphs of external datasets in our terms."""
        return f"{self.graphs}translated"

    @cached_property
    def linked(self) -> str:
        """Return the IRI of the family of graphs with the links of external datasets to our things."""
        return f"{self.graphs}linked"

    @cached_property
    def origins(self) -> str:
        """Return the IRI of the family of graphs that describe external datasets and the places of statements in their files."""
        return f"{self.graphs}origins"

    @cached_property
    def everyone(self) -> str:
        """Return the IRI of the union of all our graphs and those of external datasets, without the origins."""
        return f"{self.graphs}everyone"

    @cached_property
    def external_families(self) -> tuple[str, ...]:
        """Return the IRIs of the families of graphs of external datasets; each dataset has the graph FAMILY/NAME in each."""
        return (self.published, self.translated, self.linked, self.origins)

    @cached_property
    def external_groups(self) -> tuple[str, ...]:
        """Return the IRIs of the groups of graphs of external datasets, which are in no other group and not in the union."""
        return (*self.external_families, self.everyone)

    @cached_property
    def all_own(self) -> tuple[str, ...]:
        """Return the namespaces of all IRIs of this software and the knowledge base: one, if one is below the other."""
        return (SOFTWARE,) if self.base.startswith(SOFTWARE) else (SOFTWARE, self.base)

    @cached_property
    def prefixes(self) -> Mapping[str, str]:
        """Return a dict from all prefixes that need no declaration to their namespaces."""
        return MappingProxyType(
            {
                "sjkg": ONTOLOGY,
                **{kind: f"{self.ids}{kind}/" for kind in KINDS},
                **{prefix: self.scheme(name) for prefix, name in _SCHEMES_OF_PREFIXES.items()},
                "graph": self.graphs,
                "shape": SHAPES,
                **STANDARD_PREFIXES,
                **dict(self.more_prefixes),
            }
        )

    def scheme(self, name: str) -> str:
        """Return the namespace of the concepts of a vocabulary, such as role or side."""
        return f"{self.base}vocab/{name}/" if name in OWN_SCHEMES else f"{SCHEMES}{name}/"


_of_process = Namespaces()
_of_block: ContextVar[Namespaces | None] = ContextVar("namespaces", default=None)


def own() -> Namespaces:
    """Return the namespaces of the knowledge base in use: those of `using` here, else of the process."""
    return _of_block.get() or _of_process


def set_own(namespaces: Namespaces) -> None:
    """Make a knowledge base's namespaces those of this process."""
    global _of_process
    _of_process = namespaces


@contextmanager
def using(namespaces: Namespaces) -> Iterator[None]:
    """Use a knowledge base's namespaces within the `with` block, in this thread only."""
    token = _of_block.set(namespaces)
    try:
        yield
    finally:
        _of_block.reset(token)


def is_external(graph: str) -> bool:
    """Return whether an IRI is that of a graph of an external dataset, or of a group of such graphs."""
    families = own().external_families
    return graph == own().everyone or any(graph == family or graph.startswith(f"{family}/") for family in families)


def cached_for_own(compute: Callable[[], R]) -> Callable[[], R]:
    """Return a function that calls `compute` once for each knowledge base in use, and returns that result from then on."""
    found = lru_cache(maxsize=8)(lambda namespaces: compute())
    return wraps(compute)(lambda: found(own()))


class _Prefixes(Mapping[str, str]):
    """The prefixes of the knowledge base in use, as a mapping whose content follows `own()`."""

    def __getitem__(self, prefix: str) -> str:
        return own().prefixes[prefix]

    def __iter__(self) -> Iterator[str]:
        return iter(own().prefixes)

    def __len__(self) -> int:
        return len(own().prefixes)


PREFIXES: Final = _Prefixes()


def curie(iri: str) -> str:
    """Return `iri` as a prefixed name (prefix:local) with the longest matching namespace of PREFIXES.

    The IRI itself is returned, without angle brackets, when no namespace matches, or the rest is empty or has / or #.
    """
    prefix, namespace = max(
        ((p, n) for p, n in own().prefixes.items() if iri.startswith(n)),
        key=lambda pair: len(pair[1]),
        default=("", ""),
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
