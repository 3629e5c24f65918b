"""Labels (rdfs:label) of all things, for tools that know no other property for a name.

A thing with a preferred name has this as its label. Participations (an actor's part in an event), passages (stretches of
the article's text), remarks (editorial notes on a passage) and retired IRIs have no names; their labels say what they are.
"""

import textwrap
from collections.abc import Iterator

from sjkg.core.facts import Facts
from sjkg.core.ntriples import TextTerm, TextTriple, literal_parts, literal_text
from sjkg.core.vocabulary import ONTOLOGY, PREFIXES

HAS_PARTICIPATION, PARTICIPANT, ROLE, REMARK_KIND, IN_SECTION, SPAN_START = (
    f"<{ONTOLOGY}{name}>"
    for name in ("hasParticipation", "participant", "role", "remarkKind", "inSection", "spanStart")
)
PASSAGE, RETIRED = f"<{ONTOLOGY}Passage>", f"<{ONTOLOGY}RetiredIri>"
TYPE, LABEL = f"<{PREFIXES['rdf']}type>", f"<{PREFIXES['rdfs']}label>"
NAME, DESCRIPTION = f"<{PREFIXES['skos']}prefLabel>", f"<{PREFIXES['dcterms']}description>"
LABEL_PREDICATES = (  # of the triples that labels are made of, or that make a label needless
    *(HAS_PARTICIPATION, PARTICIPANT, ROLE, REMARK_KIND, IN_SECTION, SPAN_START, TYPE, LABEL, NAME, DESCRIPTION),
)
MAX_CHARS = 70

Premises = tuple[TextTriple, ...]


def find_labels(asserted: Facts) -> Iterator[tuple[TextTriple, Premises]]:
    """Yield an rdfs:label for each thing of the triples `asserted` that has none, with the triples it was made of.

    The label of a participation has actor, role and event, as in “Norway, attacker, in Battle of the Bay”; that of
    a remark its kind and words, cut to MAX_CHARS characters; that of a passage its number and section, as in “passage 26: 1935
    Incidents”; that of a retired IRI “retired” and the reason. All four are in English.
    """
    for thing, name in asserted.pairs(NAME):
        if not asserted.objects(thing, LABEL):
            yield (thing, LABEL, name), ((thing, NAME, name),)
    yield from _label_participations(asserted)
    yield from _label_passages(asserted)
    for remark, kind in asserted.pairs(REMARK_KIND):
        yield from _label_by_words(asserted, remark, *_names(asserted, (remark, REMARK_KIND, kind)))
    for retired in asserted.subjects(TYPE, RETIRED):
        yield from _label_by_words(asserted, retired, "retired", ((retired, TYPE, RETIRED),))


def _label_participations(asserted: Facts) -> Iterator[tuple[TextTriple, Premises]]:
    """Yield the label of each participation that has an actor and an event, with its premises."""
    events: dict[TextTerm, list[TextTriple]] = {}
    for event, participation in sorted(asserted.pairs(HAS_PARTICIPATION)):
        events.setdefault(participation, []).append((event, HAS_PARTICIPATION, participation))
    for participation, of_events in events.items():
        actors = [(participation, PARTICIPANT, actor) for actor in sorted(asserted.objects(participation, PARTICIPANT))]
        roles = [(participation, ROLE, role) for role in sorted(asserted.objects(participation, ROLE))]
        actor, of_actor = _names(asserted, *actors)
        role, of_role = _names(asserted, *roles)
        event, of_event = _names(asserted, *of_events, is_inverse=True)
        if actor and event:
            text = ", ".join(filter(None, (actor, role, f"in {event}")))
            yield _label(participation, text), (*of_event, *of_actor, *of_role)


def _label_passages(asserted: Facts) -> Iterator[tuple[TextTriple, Premises]]:
    """Yield the label of each passage in a named section, with its premises; numbers are in the order of the article."""
    starts = {
        passage: int(literal_parts(start).lexical)
        for passage in asserted.subjects(TYPE, PASSAGE)
        if (start := asserted.value(passage, SPAN_START))
    }
    for number, passage in enumerate(sorted(starts, key=lambda passage: (starts[passage], passage)), 1):
        sections = [(passage, IN_SECTION, section) for section in sorted(asserted.objects(passage, IN_SECTION))]
        name, premises = _names(asserted, *sections)
        if name:
            yield _label(passage, f"passage {number}: {name}"), premises


def _label_by_words(
    asserted: Facts, thing: TextTerm, kind: str, premises: Premises
) -> Iterator[tuple[TextTriple, Premises]]:
    """Yield the label of a thing with a description, and its premises: its kind and the description, cut to MAX_CHARS."""
    words = asserted.value(thing, DESCRIPTION)
    if words:
        text = textwrap.shorten(f"{kind}: {_text(words)}", MAX_CHARS, placeholder=" …")
        yield _label(thing, text), (*premises, (thing, DESCRIPTION, words))


def _names(asserted: Facts, *triples: TextTriple, is_inverse: bool = False) -> tuple[str, Premises]:
    """Return the preferred English names of the objects of some triples, joined by “and”, and the premises.

    is_inverse: whether to name the subjects instead. The premises are the triples and those with the names.
    """
    texts, premises = [], list(triples)
    for triple in triples:
        thing = triple[0 if is_inverse else 2]
        for name in sorted(asserted.objects(thing, NAME)):
            if name.endswith('"@en'):
                texts.append(_text(name))
                premises.append((thing, NAME, name))
    return " and ".join(texts), tuple(premises)


def _text(literal: TextTerm) -> str:
    """Return the lexical form of a literal."""
    return literal_parts(literal).lexical


def _label(thing: TextTerm, text: str) -> TextTriple:
    """Return the triple that gives a thing an English label."""
    return thing, LABEL, literal_text(text, language="en")
