"""IRIs that someone may have meant."""

from collections.abc import Iterable
from difflib import get_close_matches


def look_alikes(iri: str, others: Iterable[str]) -> tuple[str, ...]:
    """Return at most three of the others that lie in the same namespace and whose names look like this one's, best first."""
    namespace = iri[: max(iri.rfind("/"), iri.rfind("#")) + 1]
    names = dict.fromkeys(other.removeprefix(namespace) for other in others if other.startswith(namespace))
    return tuple(namespace + name for name in get_close_matches(iri.removeprefix(namespace), names, n=3, cutoff=0.7))
