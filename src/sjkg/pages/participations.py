"""What to call a participation, which has no name of its own: by who took part, and in what."""

from sjkg.vocab import IDS

PARTICIPATIONS = f"{IDS}participation/"


def ends_of(iri: str) -> tuple[str, str] | tuple[()]:
    """Return the IRIs of event and actor that a participation's IRI is made of, nothing for another IRI.

    The actor may be there in short, and then its IRI is none of the graph's.
    """
    event, dashes, actor = iri.removeprefix(PARTICIPATIONS).partition("--")
    if not iri.startswith(PARTICIPATIONS) or not dashes:
        return ()
    return f"{IDS}event/{event}", f"{IDS}actor/{actor}"


def part_in_words(event: str, actor: str) -> str:
    """Return “Soviet Union in: Battle of Lake Khasan”."""
    return f"{actor} in: {event}"
