"""The round trip of a profile: the graph in its terms, and that in our terms again, compared with the graph.

A triple that a rule out of our terms used makes the round trip if the rules back make it again, or make one with the same
subject and value and another property, as where a vocabulary does not tell kinds of names.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sjkg.profiles.translate import Construct, Translation, translate_back, used_triples


@dataclass(frozen=True)
class PropertyReturn:
    """The triples of a property in a round trip.

    iri: that of the property. used: the number of its triples that a rule used, computed ones too. same: how many of these
    came back as they are. similar: how many came back with another property only.
    """

    iri: str
    used: int
    same: int
    similar: int


@dataclass(frozen=True)
class RoundTrip:
    """The result of a round trip.

    properties: of the properties of which a rule used triples, in the order of their IRIs. added: the triples that came back and
    have no counterpart in the graph, as sorted lines of N-Triples.
    """

    properties: tuple[PropertyReturn, ...]
    added: tuple[bytes, ...]

    def share(self, iris: Iterable[str]) -> float:
        """Return how many of the used triples of some properties came back, the same or similar, from 0 to 1; 1 if none was used."""
        chosen = set(iris)
        rows = [row for row in self.properties if row.iri in chosen]
        used = sum(row.used for row in rows)
        return sum(row.same + row.similar for row in rows) / used if used else 1.0


def round_trip_report(result: RoundTrip) -> dict[str, Any]:
    """Return what came back, by property, and the triples that came back without being in the graph, as a JSON object."""
    return {
        "properties": [
            {"property": row.iri, "used": row.used, "same": row.same, "otherProperty": row.similar}
            for row in result.properties
        ],
        "added": [line.decode().rstrip("\n") for line in result.added],
    }


def measure_round_trip(translation: Translation, construct: Construct) -> RoundTrip:
    """Return what comes back of a translation of the graph that `construct` queries. Raises BadQuery as `translate` does."""
    used = used_triples(translation.profile, construct)
    everything = set(construct("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"))
    returned = set(translate_back(translation.profile, translation.lines).lines)
    ends_returned, ends_known = set(map(_ends, returned)), set(map(_ends, everything))
    total = Counter(map(_predicate, used))
    same = Counter(map(_predicate, used & returned))
    similar = Counter(_predicate(line) for line in used - returned if _ends(line) in ends_returned)
    added = (line for line in returned - everything if _ends(line) not in ends_known)
    return RoundTrip(
        tuple(PropertyReturn(name[1:-1].decode(), total[name], same[name], similar[name]) for name in sorted(total)),
        tuple(sorted(added)),
    )


def _ends(line: bytes) -> tuple[bytes, bytes]:
    """Return the subject and the rest after the predicate of a line of N-Triples."""
    subject, _, rest = line.split(b" ", 2)
    return subject, rest


def _predicate(line: bytes) -> bytes:
    """Return the predicate of a line of N-Triples, in < and >."""
    return line.split(b" ", 2)[1]
