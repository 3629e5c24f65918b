"""The IRIs of this project's namespaces in a snapshot, and those similar to an IRI that is not among them.

They are the subjects of triples and the named graphs; every IRI of the project that a triple has elsewhere is a subject,
too, because files with an undeclared one are refused.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from itertools import chain
from operator import itemgetter

from rapidfuzz import fuzz, process

from sjkg.core.bounded_cache import bounded_cache
from sjkg.core.folding import fold
from sjkg.core.ntriples import unescape
from sjkg.core.terms import Iri, Term
from sjkg.core.vocabulary import PREFIXES, SCHEMES, own
from sjkg.snapshot.folder import Snapshot
from sjkg.snapshot.index.search import MAX_CANDIDATES
from sjkg.snapshot.manifest import Manifest
from sjkg.sparql.own_terms import UnknownTerm, find_unknown_iris, own_patterns
from sjkg.store.datasets import Scope
from sjkg.store.sorted_quads import SortedQuads

MAX_TERMS = 5  # reported for one query
MAX_SIMILAR = 3
MIN_SCORE = 80  # of 100
MARGIN = 8  # between the scores of the most similar name and the least similar one
MIN_CHARS, MAX_CHARS = (
    3,
    100,
)  # of a local name to which similar ones are searched; shorter ones are part of many others
# Prefixes of namespaces whose terms, beside those of vocabularies, are suggested for an IRI of any namespace
SUGGESTED = ("sjkg", "event", "actor", "place", "treaty")
LABELS = {f"<{PREFIXES['skos']}prefLabel>", f"<{PREFIXES['skos']}altLabel>", f"<{PREFIXES['rdfs']}label>"}
WORD_BOUNDARY = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


class KnownTerms:
    """The IRIs of the project's namespaces in a snapshot, read at the first use. Threads may share it."""

    def __init__(self, sorted_quads: SortedQuads, manifest: Manifest, external: Iterable[str] = ()):
        """Take the quads and the manifest of the snapshot. external: the IRIs of the graphs of external datasets."""
        self._sorted_quads = sorted_quads
        of_ours = (own().union, *manifest.groups, *manifest.graphs, *manifest.sources)
        self._graphs = frozenset((*of_ours, *own().external_groups, *external))
        self.find_similar = bounded_cache(256)(self._find_similar)

    def find_unknown(self, text: str, scope: Scope, bindings: Mapping[str, Term]) -> tuple[UnknownTerm, ...]:
        """Return the IRIs that a query names and that are nowhere in the snapshot, at most MAX_TERMS, with similar ones.

        text: the query, which must be valid. scope: the graphs that are queried. bindings: the terms that replace variables.
        Only IRIs in the project's namespaces count, without those of external datasets; none of a query that names the graph of a profile, which has others.
        """
        if any(own().profile_graphs in each for each in (text, *(scope.default or ()), *(scope.named or ()))):
            return ()
        unknown = find_unknown_iris(text, self._known)
        if bindings or not scope.is_all:
            terms = (term.value for term in bindings.values() if isinstance(term, Iri))
            given = (*(scope.default or ()), *(scope.named or ()), *terms)
            unknown += tuple(iri for iri in given if iri.startswith(own_patterns().spaces) and iri not in self._known)
        unknown = tuple(iri for iri in dict.fromkeys(unknown) if not iri.startswith(own().datasets))
        return tuple(UnknownTerm(iri, self.find_similar(iri)) for iri in unknown[:MAX_TERMS])

    def _own_lines(self) -> Iterator[str]:
        """Yield the quads whose subject is an IRI of this software or the knowledge base, as lines of N-Quads."""
        return chain.from_iterable(map(self._sorted_quads.below, own().all_own))

    @cached_property
    def _known(self) -> frozenset[str]:
        """The IRIs, each also as a prefixed name if it has one."""
        subjects = dict.fromkeys(line.partition("> ")[0] for line in self._own_lines())
        iris = self._graphs.union(node[1:] for node in subjects)
        parts = ((iri, _namespace(iri)) for iri in iris)
        prefixes = own_patterns().prefixes
        names = (f"{prefixes[space]}:{iri.removeprefix(space)}" for iri, space in parts if space in prefixes)
        return iris.union(names)

    @cached_property
    def _names(self) -> tuple[list[str], list[str]]:
        """Two lists in the same order: IRIs, and for each its local name or one of its labels, folded."""
        names = {(iri, _local_name(iri)): None for iri in sorted(self._known) if iri.startswith(own().all_own)}
        for line in self._own_lines():
            subject, predicate, rest = line.split(" ", 2)
            if predicate in LABELS:
                names[subject[1:-1], fold(unescape(rest.rpartition('"')[0][1:]))] = None
        return [iri for iri, _ in names], [name for _, name in names]

    def _find_similar(self, iri: str) -> tuple[str, ...]:
        """Return at most MAX_SIMILAR IRIs with a local name or label similar to the local name of an IRI, the best first.

        An equal name comes first, then those in its namespace, then those in SUGGESTED; of each of these two, only names
        nearly as similar as the most similar one.
        """
        wanted, namespace = _local_name(iri), _namespace(iri.replace("http:", "https:", 1))
        if not MIN_CHARS <= len(wanted) <= MAX_CHARS:
            return ()
        ranks: dict[str, tuple[bool, bool, float]] = {}
        for spaces in (namespace, (SCHEMES, own().scheme("side"), *(PREFIXES[prefix] for prefix in SUGGESTED))):
            best = 0.0
            for each, score in self._scores(wanted, spaces):
                best = max(best, score)
                if score >= best - MARGIN:
                    ranks.setdefault(each, (score == 100, spaces is namespace, score))
        return tuple(sorted(ranks, key=lambda each: ranks[each], reverse=True)[:MAX_SIMILAR])

    def _scores(self, wanted: str, spaces: str | tuple[str, ...]) -> list[tuple[str, float]]:
        """Return pairs of an IRI and the similarity, MIN_SCORE to 100, of one of its names, the most similar first.

        wanted: the folded text that the names are compared with. spaces: one or more namespaces; others are left out.
        90 % of a score are the similarity of the shorter text to the most similar part of the longer one.
        """
        iris, names = self._names
        chosen = [
            name if iri.startswith(spaces) and len(name) >= MIN_CHARS else None
            for iri, name in zip(iris, names, strict=True)
        ]
        similar = process.extract(
            wanted, chosen, scorer=fuzz.partial_ratio, score_cutoff=MIN_SCORE, limit=MAX_CANDIDATES
        )
        scored = [(iris[place], score * 0.9 + fuzz.ratio(wanted, name) * 0.1) for name, score, place in similar]
        return sorted(scored, key=itemgetter(1), reverse=True)


def open_known_terms(snapshot: Snapshot, *, with_private: bool = False) -> KnownTerms:
    """Return the IRIs of a snapshot. with_private: whether the graphs of private datasets are among them."""
    external = snapshot.read_external(with_private=with_private)
    return KnownTerms(SortedQuads(snapshot.folder), snapshot.manifest, external.graphs)


def _namespace(iri: str) -> str:
    """Return an IRI up to its last / or #."""
    return iri[: max(iri.rfind("/"), iri.rfind("#")) + 1]


def _local_name(iri: str) -> str:
    """Return the words of the last part of an IRI, folded: “start date” for …#startDate."""
    return fold(WORD_BOUNDARY.sub(" ", iri.removeprefix(_namespace(iri))))
