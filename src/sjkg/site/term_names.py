"""Terms by their labels, for a form in which readers write names instead of IRIs."""

from sjkg.core.errors import BadParameter
from sjkg.core.folding import fold
from sjkg.core.vocabulary import ONTOLOGY
from sjkg.proofs.terms import parse_term
from sjkg.site.context import SnapshotLabels
from sjkg.site.model import Thing
from sjkg.site.wording import EXTERNAL_LABELS, PHRASES

MAX_CHOICES = 12
EXACT_SCORE = 100
KINDS = ("event", "actor", "place", "treaty", "work", "claim")  # whose names are not sentences


def terms_for(labels: SnapshotLabels, text: str, *, is_property: bool) -> tuple[Thing, ...]:
    """Return the terms that a reader may mean by a text that is not an RDF term; () if it is one, which needs no choice.

    is_property: look among properties only, else among things, classes and concepts. The result is the only term with exactly
    this label, or else at most MAX_CHOICES with such or similar labels. Raises BadParameter if there is none.
    """
    try:
        parse_term(text)
    except BadParameter as error:
        found = _properties_named(labels, text) if is_property else _things_named(labels, text)
        if not found:
            kind = "property" if is_property else "thing"
            raise BadParameter(f"{error}, or as the label of a {kind}; no label is like it") from None
        return found
    return ()


def _properties_named(labels: SnapshotLabels, text: str) -> tuple[Thing, ...]:
    """Return the properties with a label or verb phrase, or else those whose labels have all its words."""
    wanted = fold(text)
    named = {iri: fold(name) for iri, name in labels.term_names.items() if _is_property(iri)}
    same = [iri for iri, name in named.items() if wanted in (name, fold(PHRASES.get(iri, "")))]
    found = same or [iri for iri, name in named.items() if wanted and set(wanted.split()) <= set(name.split())]
    return tuple(Thing(iri, labels.term_names[iri]) for iri in sorted(found)[:MAX_CHOICES])


def _is_property(iri: str) -> bool:
    """Return whether the IRI of a term is one of a property: of our ontology or an external one, in small letters."""
    name = iri.replace("#", "/").rpartition("/")[2]
    return (iri.startswith(ONTOLOGY) or iri in EXTERNAL_LABELS) and name[:1].islower()


def _things_named(labels: SnapshotLabels, text: str) -> tuple[Thing, ...]:
    """Return the things, classes and concepts with a name, or else things that the search finds for it."""
    wanted = fold(text)
    terms = [
        Thing(iri, name) for iri, name in labels.term_names.items() if fold(name) == wanted and not _is_property(iri)
    ]
    hits = labels.search.find(text)
    exact = [hit.thing for hit in hits if hit.kind in KINDS and hit.score == EXACT_SCORE]
    things = exact or ([] if terms else [hit.thing for hit in hits if hit.kind in KINDS and not hit.missing])
    return (*terms, *labels.things(things))[:MAX_CHOICES]
