"""The start page, and the page of all saved queries (“questions”)."""

from collections.abc import Mapping
from dataclasses import dataclass

from sjkg.core.vocabulary import ASSERTED, DERIVED, INFERRED, ONTOLOGY, PREFIXES
from sjkg.kb.queries import SavedQuery
from sjkg.site.context import PageContext
from sjkg.site.date_text import iso_days_in_words
from sjkg.site.model import Thing
from sjkg.site.texts import START_QUESTIONS
from sjkg.site.timeline import Year, years_of
from sjkg.snapshot.index.read import FacetSelection
from sjkg.snapshot.manifest import Manifest

MAX_LARGEST = 8
CLASSES_OF_LISTS = {
    "events": "Event",
    "actors": "Actor",
    "places": "Place",
    "claims": "Claim",
    "passages": "Passage",
    "remarks": "Remark",
}


@dataclass(frozen=True)
class LargeEvent:
    """An event with the number of claims about it and its parts. words: its date as text."""

    event: Thing
    words: str
    description: str
    claims: int


@dataclass(frozen=True)
class QuestionParameter:
    """A parameter of a saved query. form: a description of the permitted values."""

    name: str
    type: str
    default: str
    form: str


@dataclass(frozen=True)
class Question:
    """A saved query and its parameters."""

    name: str
    title: str
    description: str
    parameters: tuple[QuestionParameter, ...]


@dataclass(frozen=True)
class FirstQuestion:
    """A question of the start page, the path of its answer, and the description of the saved query behind it."""

    words: str
    path: str
    description: str


@dataclass(frozen=True)
class StartPage:
    """The start page.

    largest: the events with most claims. things: the number of things of each list. asserted, computed: numbers of
    triples, counted in each graph.
    """

    largest: tuple[LargeEvent, ...]
    years: tuple[Year, ...]
    things: tuple[tuple[str, int], ...]
    asserted: int
    computed: int
    questions: tuple[FirstQuestion, ...]


@dataclass(frozen=True)
class QuestionsPage:
    """All saved queries by group, and the prefixes that queries need not declare."""

    prefixes: dict[str, str]
    groups: tuple[tuple[str, tuple[Question, ...]], ...]


def start_page(context: PageContext, manifest: Manifest, queries: Mapping[str, SavedQuery]) -> StartPage:
    """Return the start page; questions whose saved query is not among `queries` are left out."""
    return StartPage(
        largest=_largest_events(context),
        years=years_of(context, FacetSelection()),
        things=tuple((name, manifest.things.get(ONTOLOGY + kind, 0)) for name, kind in CLASSES_OF_LISTS.items()),
        asserted=sum(manifest.graphs.get(graph, 0) for graph in manifest.groups[ASSERTED]),
        computed=sum(manifest.graphs.get(graph, 0) for graph in (DERIVED, INFERRED)),
        questions=tuple(
            FirstQuestion(question.words, question.path, queries[question.query].description)
            for question in START_QUESTIONS
            if question.query in queries
        ),
    )


def _largest_events(context: PageContext) -> tuple[LargeEvent, ...]:
    """Return the MAX_LARGEST events with most claims, most first."""
    rows = context.index.most_claimed(MAX_LARGEST)
    described = context.query_for_things("descriptions", [row["item"] for row in rows])
    descriptions = {row["thing"].value: row["description"].value for row in described}
    return tuple(
        LargeEvent(
            Thing(row["item"], row["name"]),
            iso_days_in_words(row["begin"], row["end"]),
            descriptions.get(row["item"], ""),
            row["total"],
        )
        for row in rows
    )


def questions_page(queries: Mapping[str, SavedQuery]) -> QuestionsPage:
    """Return the page of all saved queries, groups in alphabetical order."""
    groups: dict[str, list[Question]] = {}
    for query in queries.values():
        parameters = tuple(QuestionParameter(p.name, p.type, p.default, p.form) for p in query.parameters)
        question = Question(query.name, query.title, query.description, parameters)
        groups.setdefault(query.group, []).append(question)
    return QuestionsPage(dict(PREFIXES), tuple((name, tuple(members)) for name, members in sorted(groups.items())))
