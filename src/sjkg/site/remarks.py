"""Editors' remarks on errors and doubts in the article: lists of them, and the page model of one."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from sjkg.core.terms import Iri
from sjkg.core.vocabulary import ONTOLOGY
from sjkg.site.context import PageContext, SnapshotLabels
from sjkg.site.entity import EntityPage, entity_page, related_groups
from sjkg.site.model import PassageRef, PropertyGroups, Source, Thing
from sjkg.snapshot.index.precomputed import Row

RELATIONS = {"Kind": (("remarkKind",), ()), "Concerns": (("concerns",), ())}


@dataclass(frozen=True)
class Remark:
    """A remark of the editors on an error or doubt in the article.

    kind: such as “contradiction”. words: its text. source: the passage (stretch of the article) that it is about.
    """

    iri: str
    kind: Thing
    words: str
    source: Source


@dataclass(frozen=True)
class Disagreement:
    """An editors' remark on a contradiction in the article.

    concerned: the things, such as claims or events, that contradict each other or are affected by the contradiction.
    """

    remark: Remark
    concerned: tuple[Thing, ...]


@dataclass(frozen=True)
class RemarkPage:
    """Content of the page of an editors' remark on an error or doubt in the article.

    related: the kind of the remark and the things it concerns. passages: the stretches of the article that it is about,
    in the order of the article.
    """

    entity: EntityPage
    related: PropertyGroups
    passages: tuple[PassageRef, ...]


def remark_page(context: PageContext, iri: str) -> RemarkPage:
    """Return the page (dataclass for HTML and JSON) of an editors' remark: kind, things it concerns, passages.

    context: access to the snapshot (built graph); records executed queries. iri: of the remark. Raises UnknownName if
    the graph has no statement with it as subject or object.
    """
    entity = entity_page(context, iri)
    values = {prop.iri.removeprefix(ONTOLOGY): prop.values for prop in entity.statements}
    passages = [context.labels.passage_of[value.iri] for value in values.get("remarkOn", ()) if value.iri]
    kinds = ", ".join(value.text for value in values.get("remarkKind", ()))
    where = ", ".join(f"passage {passage.number}" for passage in passages)
    return RemarkPage(
        entity=replace(entity, title=f"{kinds} in {where}"),
        related=related_groups(entity, RELATIONS),
        passages=tuple(sorted(passages, key=lambda passage: passage.number)),
    )


def read_remarks(context: PageContext, iri: str, query: str = "remarks-on") -> tuple[Remark, ...]:
    """Return the editors' remarks about the thing `iri`, in the order of the article.

    query: name of the .rq file of the site that finds them; its rows have ?remark, ?kind, ?words and ?passage.
    """
    return _in_article_order(context.labels, context.query(query, thing=Iri(iri)))


def read_disagreements(labels: SnapshotLabels, rows: Iterable[Row]) -> tuple[Disagreement, ...]:
    """Return each ?remark of query rows once with all its ?concerned things, by its passage's place in the article.

    rows: with ?remark, ?kind, ?words, ?passage and ?concerned.
    """
    first: dict[str, Row] = {}
    concerned: dict[str, dict[str, None]] = {}
    for row in rows:
        first.setdefault(row["remark"].value, row)
        concerned.setdefault(row["remark"].value, {})[row["concerned"].value] = None
    names = labels.names(iri for iris in concerned.values() for iri in iris)
    return tuple(
        Disagreement(remark, tuple(Thing(iri, names[iri]) for iri in concerned[remark.iri]))
        for remark in _in_article_order(labels, first.values())
    )


def _in_article_order(labels: SnapshotLabels, rows: Iterable[Row]) -> tuple[Remark, ...]:
    """Return the remarks of query rows (?remark, ?kind, ?words, ?passage), sorted by passage number and IRI."""
    remarks = (
        Remark(
            row["remark"].value,
            Thing(row["kind"].value, labels.name(row["kind"].value)),
            row["words"].value,
            labels.source(row["passage"].value),
        )
        for row in rows
    )
    return tuple(sorted(remarks, key=lambda remark: (remark.source.number or 0, remark.iri)))
