"""The start page and the page of all stored questions."""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

from sjkg.core.vocabulary import ASSERTED, DERIVED, INFERRED, ONTOLOGY, PREFIXES
from sjkg.kb.queries import StoredQuery
from sjkg.site.columns import dates_in_words
from sjkg.site.context import PageContext
from sjkg.site.model import Thing
from sjkg.site.overview import Year, years_of
from sjkg.snapshot.folder import Manifest
from sjkg.snapshot.index.read import FacetSelection

START_QUESTIONS = (  # in words, the stored question that answers it, and what it is asked for
    ("What may have been happening on 20 August 1939?", "events-possibly-on-day", {"day": "1939-08-20"}),
    (
        "How many are said to have died at Kanchazu Island, and who says so?",
        "losses-of-event",
        {"event": "event:kanchazu-island-incident"},
    ),
    (
        "What should a reader know before trusting what is said of Khalkhin Gol?",
        "remarks-on-event",
        {"event": "event:battles-of-khalkhin-gol"},
    ),
    ("What happened in 1936?", "events-in-period", {"from": "1936-01-01", "to": "1936-12-31"}),
    ("Which power was involved through which client state?", "powers-through-client-states", {}),
)
LARGEST = 8
COUNTED = {
    "events": "Event",
    "actors": "Actor",
    "places": "Place",
    "claims": "Claim",
    "passages": "Passage",
    "remarks": "Remark",
}


@dataclass(frozen=True)
class Large:
    """An event with how many claims are made about it and its parts."""

    event: Thing
    words: str
    description: str
    claims: int


@dataclass(frozen=True)
class QuestionParameter:
    """A parameter of a stored question. form: how a value looks, in words."""

    name: str
    type: str
    default: str
    form: str


@dataclass(frozen=True)
class Question:
    """A stored question as a link, and what it takes."""

    name: str
    title: str
    description: str
    parameters: tuple[QuestionParameter, ...]


@dataclass(frozen=True)
class FirstQuestion:
    """A question to begin with: in words, where its answer is, and what the stored question behind it says of itself."""

    words: str
    path: str
    description: str


@dataclass(frozen=True)
class StartPage:
    """The start page: the largest events, the years, figures of the graph, and questions to begin with."""

    largest: tuple[Large, ...]
    years: tuple[Year, ...]
    things: tuple[tuple[str, int], ...]
    asserted: int
    computed: int
    questions: tuple[FirstQuestion, ...]


@dataclass(frozen=True)
class QuestionsPage:
    """All stored questions, by group, and the prefixes that no query need declare."""

    prefixes: dict[str, str]
    groups: tuple[tuple[str, tuple[Question, ...]], ...]


def start_page(context: PageContext, manifest: Manifest, queries: dict[str, StoredQuery]) -> StartPage:
    """Return what the start page shows."""
    return StartPage(
        largest=_largest(context),
        years=years_of(context.labels, FacetSelection()),
        things=tuple((name, manifest.things.get(ONTOLOGY + kind, 0)) for name, kind in COUNTED.items()),
        asserted=sum(manifest.graphs.get(graph, 0) for graph in manifest.groups[ASSERTED]),
        computed=sum(manifest.graphs.get(graph, 0) for graph in (DERIVED, INFERRED)),
        questions=tuple(
            FirstQuestion(words, _path(name, given), queries[name].description)
            for words, name, given in START_QUESTIONS
            if name in queries
        ),
    )


def _path(name: str, given: dict[str, str]) -> str:
    return f"/questions/{name}" + (f"?{urlencode(given)}" if given else "")


def _largest(context: PageContext) -> tuple[Large, ...]:
    rows = context.index.most_claimed(LARGEST)
    described = context.query_for_things("descriptions", [row["item"] for row in rows])
    words = {row["thing"].value: row["description"].value for row in described}
    return tuple(
        Large(
            Thing(row["item"], row["name"]),
            dates_in_words(row["begin"], row["end"]),
            words.get(row["item"], ""),
            row["total"],
        )
        for row in rows
    )


def questions_page(queries: Iterable[StoredQuery]) -> QuestionsPage:
    """Return the stored questions by group."""
    groups: dict[str, list[Question]] = {}
    for query in queries:
        groups.setdefault(query.group, []).append(_question(query))
    return QuestionsPage(dict(PREFIXES), tuple((name, tuple(members)) for name, members in sorted(groups.items())))


def _question(query: StoredQuery) -> Question:
    parameters = tuple(QuestionParameter(p.name, p.type, p.default, p.form) for p in query.parameters)
    return Question(query.name, query.title, query.description, parameters)
