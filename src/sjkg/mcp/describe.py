"""The tool “describe”: all statements about one thing, with passages, claims, remarks and the same thing in other datasets."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from sjkg.core.vocabulary import EDTF, STANDARD_PREFIXES, curie
from sjkg.mcp.claims import GivenClaim, claim_lines, claims_about
from sjkg.mcp.graph import OpenedGraph
from sjkg.mcp.participants import GivenParticipant, participant_lines, participants_of
from sjkg.mcp.sources import (
    CitedPassage,
    LinkedThing,
    cite_passages,
    link_thing,
    more_text,
    origin_text,
    origins_of,
    passage_lines,
    passage_numbers,
)
from sjkg.site.entity import EntityPage
from sjkg.site.model import Property, Value
from sjkg.site.passage import passage_page
from sjkg.site.remarks import read_remarks
from sjkg.site.wording import edtf_in_words, event_date_in_words

HIDDEN = {STANDARD_PREFIXES["rdfs"] + "label"}  # a copy of the preferred name
MAX_LIMIT = 400  # of entries in each part of an answer


@dataclass(frozen=True)
class GivenStatement:
    """A statement about a thing, or one that mentions it.

    subject: None for the described thing itself. predicate, predicate_name: prefixed name and label of the property. value: a literal, or the label of a thing. object: the
    value if it is a thing other than the described one, else None. in_words: of a date, as English text. language, datatype: of a literal. passages: numbers of the passages
    that state it. origins: other origins: identity or editorial (by the editors), derived (by a rule), inferred (by OWL
    reasoning only), elsewhere (other datasets), ontology.
    """

    predicate: str
    predicate_name: str
    value: str
    subject: LinkedThing | None = None
    object: LinkedThing | None = None
    in_words: str = ""
    language: str | None = None
    datatype: str | None = None
    passages: tuple[int, ...] = ()
    origins: tuple[str, ...] = ()


@dataclass(frozen=True)
class GivenRemark:
    """A remark of the editors on an error or doubt in the article. passages: numbers of the passages that it is about."""

    remark: LinkedThing
    kind: str
    words: str
    passages: tuple[int, ...]


@dataclass(frozen=True)
class SameThing:
    """A link to a thing of another dataset. match: such as “same thing”. is_refused: the editors found that it does not hold."""

    iri: str
    dataset: str
    match: str
    is_refused: bool = False


@dataclass(frozen=True)
class LeftOut:
    """Numbers of entries that an answer leaves out.

    inferred: statements and mentions that only OWL reasoning gives. The others: beyond the limit of the answer, but `unread`:
    mentions beyond 20 for each property, which only a query gives.
    """

    inferred: int = 0
    statements: int = 0
    participants: int = 0
    passage_says: int = 0
    claims: int = 0
    mentions: int = 0
    unread: int = 0


@dataclass(frozen=True)
class DescribedThing:
    """A description of one thing.

    types: its classes. date: of an event, as text. statements: about it. mentions: statements of which it is the value, without
    those of the claims and remarks in the answer. participants: of an event and its parts. passage_says: of a passage, the statements that it makes. claims: about it.
    same_things: in other datasets. passages: those that the answer names by number. left_out: numbers of entries left out.
    """

    thing: LinkedThing
    types: tuple[LinkedThing, ...]
    left_out: LeftOut
    description: str = ""
    date: str = ""
    statements: tuple[GivenStatement, ...] = ()
    participants: tuple[GivenParticipant, ...] = ()
    passage_says: tuple[GivenStatement, ...] = ()
    claims: tuple[GivenClaim, ...] = ()
    remarks: tuple[GivenRemark, ...] = ()
    mentions: tuple[GivenStatement, ...] = ()
    same_things: tuple[SameThing, ...] = ()
    passages: tuple[CitedPassage, ...] = ()


def describe_thing(graph: OpenedGraph, name: str, *, with_inferred: bool, limit: int) -> DescribedThing:
    """Return the description of a thing. name: as for `OpenedGraph.find_iri`.

    with_inferred: include statements and mentions that only OWL reasoning gives. limit: of statements, of participants, of claims and
    of mentions. Raises BadParameter, UnknownThing and Retired as `OpenedGraph.find_entity` does.
    """
    entity = graph.find_entity(name)
    iri = entity.iri
    claims, participants, says = claims_about(graph, iri), participants_of(graph, iri), _read_passage(graph, iri)
    remarks = _read_remarks(graph, iri)
    listed = {each.claim.iri for each in claims[:limit]}.union(each.remark.iri for each in remarks)
    about, of = ([*_pairs(properties)] for properties in (entity.statements, entity.mentions))
    statements = [pair for pair in about if with_inferred or not pair[1].is_only_inferred]
    mentions = [pair for pair in of if with_inferred or not pair[1].is_only_inferred]
    unlisted = [pair for pair in mentions if pair[1].iri not in listed]
    given = tuple(_give(graph, None, *pair) for pair in statements[:limit])
    mentioned = tuple(_give_mention(graph, entity, *pair) for pair in unlisted[:limit])
    parts = (given, mentioned, claims[:limit], participants[:limit], says[:limit], remarks)
    dated = graph.labels.index.events_of([iri])
    return DescribedThing(
        thing=link_thing(graph, iri, entity.title),
        types=tuple(link_thing(graph, kind.iri, kind.name) for kind in entity.types),
        description=entity.description,
        date=event_date_in_words(dated[iri]) if iri in dated else "",
        statements=given,
        participants=participants[:limit],
        passage_says=says[:limit],
        claims=claims[:limit],
        remarks=remarks,
        mentions=mentioned,
        same_things=tuple(
            SameThing(link.iri, link.dataset.name, link.match.name, link.is_refused) for link in entity.identity_links
        ),
        passages=cite_passages(graph, (number for part in parts for each in part for number in each.passages)),
        left_out=LeftOut(
            inferred=len(about) - len(statements) + len(of) - len(mentions),
            statements=max(0, len(statements) - limit),
            participants=max(0, len(participants) - limit),
            passage_says=max(0, len(says) - limit),
            claims=max(0, len(claims) - limit),
            mentions=max(0, len(unlisted) - limit),
            unread=sum(prop.more for prop in entity.mentions),
        ),
    )


def _read_remarks(graph: OpenedGraph, iri: str) -> tuple[GivenRemark, ...]:
    """Return the remarks of the editors about a thing, in the order of the article."""
    return tuple(
        GivenRemark(
            link_thing(graph, each.iri, f"remark on passage {each.source.number}"),
            each.kind.name,
            each.words,
            passage_numbers([each.source]),
        )
        for each in read_remarks(graph.new_context(), iri)
    )


def _pairs(properties: Iterable[Property]) -> Iterator[tuple[Property, Value]]:
    """Yield each value of some properties with its property, without those in HIDDEN."""
    return ((prop, value) for prop in properties if prop.iri not in HIDDEN for value in prop.values)


def _give(graph: OpenedGraph, subject: LinkedThing | None, prop: Property, value: Value) -> GivenStatement:
    """Return a value of a property on a page as a statement of an answer. subject: None for the described thing."""
    return GivenStatement(
        subject=subject,
        predicate=curie(prop.iri),
        predicate_name=prop.name,
        value=value.text,
        object=link_thing(graph, value.iri, value.text) if value.iri else None,
        in_words=edtf_in_words(value.text) if value.datatype == EDTF else "",
        language=value.language,
        datatype=curie(value.datatype) if value.datatype else None,
        passages=passage_numbers(value.sources),
        origins=origins_of(value.sources),
    )


def _give_mention(graph: OpenedGraph, entity: EntityPage, prop: Property, value: Value) -> GivenStatement:
    """Return a statement with the described thing as value. value: its subject."""
    return GivenStatement(
        predicate=curie(prop.iri),
        predicate_name=prop.name,
        value=entity.title,
        subject=link_thing(graph, value.iri or "", value.text),
        passages=passage_numbers(value.sources),
        origins=origins_of(value.sources),
    )


def _read_passage(graph: OpenedGraph, iri: str) -> tuple[GivenStatement, ...]:
    """Return the statements that a passage makes; none for another thing."""
    if iri not in graph.labels.passage_of:
        return ()
    page = passage_page(graph.new_context(), iri)
    return tuple(
        replace(_give(graph, link_thing(graph, subject.thing.iri, subject.thing.name), *pair), passages=(page.number,))
        for subject in page.subjects
        for pair in _pairs(subject.statements)
    )


def describe_text(answer: DescribedThing) -> str:
    """Return the description of a thing as text."""
    return "\n".join(filter(None, _lines(answer)))


def _lines(answer: DescribedThing) -> Iterator[str]:
    """Yield the lines of the text of a description."""
    thing = answer.thing
    yield f"{thing.name} ({thing.short}), {', '.join(kind.name for kind in answer.types)}"
    yield f"IRI: {thing.iri}" + (f"; page: {thing.page}" if thing.page else "")
    yield f"Date: {answer.date}" if answer.date else ""
    yield answer.description
    if answer.statements:
        yield "\nStatements about it:"
        yield from map(_statement_line, answer.statements)
    if answer.participants:
        yield "\nParticipation (actor in event; roles; side):"
        yield from participant_lines(answer.participants)
    if answer.passage_says:
        yield "\nStatements that this passage makes:"
        yield from map(_statement_line, answer.passage_says)
    if answer.claims:
        yield "\nClaims (figures and attributed statements):"
        yield from claim_lines(answer.claims)
    if answer.remarks:
        yield "\nRemarks of the editors on errors and doubts in the article:"
        yield from (f"- {each.kind}: {each.words} {origin_text(each.passages, ())}" for each in answer.remarks)
    if answer.mentions:
        yield "\nStatements that mention it:"
        yield from map(_statement_line, answer.mentions)
    if answer.same_things:
        yield "\nIn other datasets:"
        for link in answer.same_things:
            yield f"- {link.match} in {link.dataset}: {link.iri}{' (refused: does not hold)' * link.is_refused}"
    yield from passage_lines(answer.passages)
    yield from _left_out_lines(answer)


def _left_out_lines(answer: DescribedThing) -> Iterator[str]:
    """Yield a line for each number of entries that an answer leaves out, "" for those of which it has all."""
    left_out, more = answer.left_out, f"raise “limit” (at most {MAX_LIMIT})"
    yield more_text(left_out.inferred, "inferred statement", "give include_inferred=true to get them")
    yield more_text(left_out.statements, "statement", more)
    yield more_text(left_out.participants, "participant", more)
    yield more_text(left_out.passage_says, "statement of the passage", more)
    yield more_text(left_out.claims, "claim", more)
    yield more_text(left_out.mentions, "mention", more)
    query = f"query SELECT ?subject ?property {{ ?subject ?property {answer.thing.short} }} for all"
    yield more_text(left_out.unread, "mention", query)


def _statement_line(each: GivenStatement) -> str:
    """Return the line of a statement: its subject, if it is not the described thing, property, value and origin."""
    subject = f"{each.subject.short} “{each.subject.name}” — " if each.subject else ""
    if each.object:
        value = f"{each.object.short} “{each.object.name}”" if each.object.short != each.object.name else each.value
    else:
        value = each.value + (f" ({each.in_words})" if each.in_words and each.in_words != each.value else "")
        value += f" @{each.language}" if each.language else ""
    return f"- {subject}{each.predicate}: {value} {origin_text(each.passages, each.origins)}"
