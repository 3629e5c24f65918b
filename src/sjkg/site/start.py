"""Page models of the start page and of all saved queries (“questions”)."""

from collections.abc import Mapping
from dataclasses import dataclass

from sjkg.core.vocabulary import ONTOLOGY, PREFIXES, own
from sjkg.kb.queries import SavedQuery
from sjkg.site.context import PageContext
from sjkg.site.model import Thing
from sjkg.site.overview import Overview, read_overview
from sjkg.site.timeline import Year, count_events_by_year
from sjkg.site.wording import event_date_in_words
from sjkg.snapshot.index.read import FacetSelection
from sjkg.snapshot.manifest import Manifest

MAX_LARGEST = 8
MAX_FIRST = 5  # example questions of the start page
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
    """An event that the start page shows because there are many claims (figures and assertions) about it.

    words: its date as text, "" if undated. description: summary, or "". claims: number of claims about it and its
    parts.
    """

    event: Thing
    words: str
    description: str
    claims: int


@dataclass(frozen=True)
class QuestionParameter:
    """A parameter of a saved query.

    type: xsd:date, xsd:integer, xsd:string, lang (a language tag), or a kind of entity such as event. form: description
    of the permitted values.
    """

    name: str
    type: str
    default: str
    form: str


@dataclass(frozen=True)
class Question:
    """A saved query: name, title, description and parameters."""

    name: str
    title: str
    description: str
    parameters: tuple[QuestionParameter, ...]


@dataclass(frozen=True)
class FirstQuestion:
    """An example question of the start page.

    words: the question in English. path: URL path and query string of its result. description: of the saved query behind it.
    """

    words: str
    path: str
    description: str


@dataclass(frozen=True)
class StartPage:
    """Content of the start page.

    overview: the event that the graph is about and its losses; None if the data name no such event.
    largest: at most 8 events with the most claims. years: numbers of events by year. things: number of things in each
    list. asserted: number of distinct triples from files. computed: number of triples that rules derive, plus number of
    those that OWL reasoning infers. questions: the first examples.
    """

    overview: Overview | None
    largest: tuple[LargeEvent, ...]
    years: tuple[Year, ...]
    things: tuple[tuple[str, int], ...]
    asserted: int
    computed: int
    questions: tuple[FirstQuestion, ...]


@dataclass(frozen=True)
class QuestionsPage:
    """All saved queries.

    first: questions in plain words, those of the start page among them. prefixes: namespace by prefix, for prefixes that
    queries need not declare. groups: name and queries of each.
    """

    first: tuple[FirstQuestion, ...]

    prefixes: dict[str, str]
    groups: tuple[tuple[str, tuple[Question, ...]], ...]


def start_page(context: PageContext, manifest: Manifest, queries: Mapping[str, SavedQuery]) -> StartPage:
    """Return the start page (dataclass for HTML and JSON): overview, events with most claims, events by year, questions.

    manifest: of the snapshot (built graph), for the counts. queries: saved queries by name; an example question whose
    saved query is not among them is left out.
    """
    return StartPage(
        overview=read_overview(context),
        largest=_largest_events(context),
        years=count_events_by_year(context, FacetSelection()),
        things=tuple(
            (name, manifest.statistics.classes.get(ONTOLOGY + kind, 0)) for name, kind in CLASSES_OF_LISTS.items()
        ),
        asserted=manifest.group_triples[own().asserted],
        computed=manifest.group_triples[own().derived] + manifest.group_triples[own().inferred],
        questions=first_questions(queries)[:MAX_FIRST],
    )


def first_questions(queries: Mapping[str, SavedQuery]) -> tuple[FirstQuestion, ...]:
    """Return the example questions of the knowledge base whose saved queries are among `queries`."""
    return tuple(
        FirstQuestion(words, f"/questions/{path}", queries[name].description)
        for words, path in own().about.questions
        if (name := path.partition("?")[0]) in queries
    )


def _largest_events(context: PageContext) -> tuple[LargeEvent, ...]:
    """Return the MAX_LARGEST events with the most claims about them and their parts, most first."""
    rows = context.index.most_claimed(MAX_LARGEST)
    described = context.query_for_things("descriptions", [row["item"] for row in rows])
    dated = context.index.events_of(row["item"] for row in rows)
    descriptions = {row["thing"].value: row["description"].value for row in described}
    return tuple(
        LargeEvent(
            Thing(row["item"], row["name"]),
            event_date_in_words(dated[row["item"]]),
            descriptions.get(row["item"], ""),
            row["total"],
        )
        for row in rows
    )


def questions_page(queries: Mapping[str, SavedQuery]) -> QuestionsPage:
    """Return the page (dataclass for HTML and JSON) of all saved queries, in groups sorted by name."""
    groups: dict[str, list[Question]] = {}
    for query in queries.values():
        parameters = tuple(QuestionParameter(p.name, p.type, p.default, p.form) for p in query.parameters)
        question = Question(query.name, query.title, query.description, parameters)
        groups.setdefault(query.group, []).append(question)
    return QuestionsPage(
        first_questions(queries),
        dict(PREFIXES),
        tuple((name, tuple(members)) for name, members in sorted(groups.items())),
    )
