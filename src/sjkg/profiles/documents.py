"""The triples about single things in a graph that was translated to a profile: the content of their documents, as N-Triples."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from sjkg.core.vocabulary import PREFIXES, own

MAX_INCOMING = 500  # triples that point to the thing
LABELS = frozenset(f"<{iri}>".encode() for iri in (f"{PREFIXES['rdfs']}label", f"{PREFIXES['schema']}name"))
# nodes without a page of their own besides those with a fragment: they belong to the things that point to them


class TranslatedThings:
    """An index of the triples of a translation, as lines of N-Triples, by subject and by object."""

    def __init__(self, lines: Iterable[bytes]):
        self._of_subject: dict[bytes, list[bytes]] = defaultdict(list)
        self._of_object: dict[bytes, list[bytes]] = defaultdict(list)
        self._nodes: dict[bytes, list[bytes]] = defaultdict(list)  # of each thing, itself and its nodes with a fragment
        for line in lines:
            subject, _, rest = line.split(b" ", 2)
            if subject not in self._of_subject:
                self._nodes[_thing_of(subject)].append(subject)
            self._of_subject[subject].append(line)
            if rest.startswith(b"<"):
                self._of_object[rest[:-3]].append(line)

    def describe(self, iri: str) -> list[bytes]:
        """Return the triples about the thing with an IRI, as sorted lines of N-Triples; none if there are none.

        They are the triples of the thing and its nodes (its IRI with a fragment); at most MAX_INCOMING triples that point to
        these; the triples of the nodes of other things that occur in these triples; and the labels of all IRIs of ours in them.
        """
        of_thing = self._nodes.get(f"<{iri}>".encode(), [])
        pointing = islice((line for node in of_thing for line in self._of_object[node]), MAX_INCOMING)
        found = dict.fromkeys([*self._lines_of(of_thing), *pointing])
        found |= dict.fromkeys(self._lines_of({node for line in found for node in _ends(line) if _is_inner(node)}))
        own_nodes = tuple(f"<{space}".encode() for space in own().all_own)
        others = {node for line in found for node in _ends(line) if node.startswith(own_nodes)}
        found |= dict.fromkeys(line for line in self._lines_of(others) if line.split(b" ", 2)[1] in LABELS)
        return sorted(found)

    def own_lines(self, iri: str) -> list[bytes]:
        """Return the triples whose subject is the thing with an IRI or one of its nodes, as sorted lines of N-Triples."""
        return sorted(self._lines_of(self._nodes.get(f"<{iri}>".encode(), [])))

    def _lines_of(self, nodes: Iterable[bytes]) -> Iterator[bytes]:
        """Yield the triples whose subject is one of `nodes`."""
        return (line for node in nodes for line in self._of_subject.get(node, ()))


def _thing_of(node: bytes) -> bytes:
    """Return an IRI in angle brackets without its fragment."""
    return node if b"#" not in node else node.partition(b"#")[0] + b">"


def _is_inner(node: bytes) -> bool:
    """Return whether a node belongs to other things: an IRI of ours with a fragment, or a part played in an event."""
    return node.startswith(f"<{own().ids}participation/".encode()) or (
        node.startswith(f"<{own().ids}".encode()) and b"#" in node
    )


def _ends(line: bytes) -> Sequence[bytes]:
    """Return the subject, and the object if it is an IRI, of a line of N-Triples."""
    subject, _, rest = line.split(b" ", 2)
    return (subject, rest[:-3]) if rest.startswith(b"<") else (subject,)
