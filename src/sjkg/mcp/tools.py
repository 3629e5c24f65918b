"""The tools of the MCP server: their names, parameters and descriptions, from which a language model learns to use them."""

import inspect
from collections.abc import Callable
from typing import Annotated, Any, Literal, TypeVar

from mcp.server.mcpserver.tools import Tool
from mcp_types import CallToolResult, ToolAnnotations
from pydantic import Field

from sjkg.mcp.calls import CallRunner
from sjkg.mcp.compare import Comparison, compare_text, compare_things
from sjkg.mcp.compare_sources import SourcesAnswer, compare_sources_of
from sjkg.mcp.current import CurrentGraph
from sjkg.mcp.describe import MAX_LIMIT, DescribedThing, describe_text, describe_thing
from sjkg.mcp.explain import Explained, explain_statement, explain_text
from sjkg.mcp.graph import OpenedGraph
from sjkg.mcp.ontology import OntologyAnswer, list_terms, ontology_text
from sjkg.mcp.queries import QueryAnswer, query_text, run_query, run_saved_query
from sjkg.mcp.questions import QuestionsAnswer, list_saved_queries, questions_text
from sjkg.mcp.results import tool_result
from sjkg.mcp.search import SearchAnswer, search_graph, search_text
from sjkg.mcp.validate import ValidationReport, validate_turtle, validation_text
from sjkg.site.search_page import MAX_PER_KIND
from sjkg.workers.fair_queue import Client

A = TypeVar("A")

READ_ONLY = ToolAnnotations(read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False)
NAME_FORMS = (
    "A prefixed name such as event:example, an IRI, the path of a page, or a name such as “Battle of Hastings”."
)
Kind = Literal["any", "event", "actor", "place", "treaty", "work", "claim", "section", "footnote", "passage", "remark"]
RowLimit = Annotated[int, Field(ge=1, le=1000, description="Maximum number of rows in the answer.")]
Offset = Annotated[
    int, Field(ge=0, le=10_000_000, description="Number of rows to skip: the next_offset of the answer before.")
]


class Tools:
    """The tools over one graph. Each method is a tool; its docstring is the description that clients see."""

    def __init__(self, current: CurrentGraph, runner: CallRunner):
        self._current, self._runner = current, runner

    @property
    def _graph(self) -> OpenedGraph:
        """The graph for a call that begins now."""
        return self._current.now

    async def _answer(self, work: Callable[[Client], A], to_text: Callable[[A], str]) -> CallToolResult:
        """Run `work` and return its answer as the result of a tool call. to_text: returns the answer as text."""

        def run(client: Client) -> CallToolResult:
            answer = work(client)
            return tool_result(answer, to_text(answer))

        return await self._runner.run(run)

    async def search(
        self,
        words: Annotated[str, Field(description="A name in any script or spelling, or a few words; not a sentence.")],
        kind: Annotated[Kind, Field(description="Only things of this kind.")] = "any",
        limit: Annotated[int, Field(ge=1, le=MAX_PER_KIND, description="Maximum number of things of each kind.")] = 8,
    ) -> Annotated[CallToolResult, SearchAnswer]:
        """Find events, actors, places, treaties, works, claims, passages and remarks by their names or by words about them.

        Start here to get the prefixed names (such as event:example) that the other tools take. Words are those of names,
        kinds, years, roles and related things, in any order: “battle 1938”, “general”, “cease-fire”. Dates of events are given as text.
        The answer says which words nothing has; things found without them may be something else.
        """
        return await self._answer(lambda _: search_graph(self._graph, words, kind, limit), search_text)

    async def describe(
        self,
        name: Annotated[str, Field(description=f"{NAME_FORMS} Also a class or property, such as sjkg:Battle.")],
        include_inferred: Annotated[
            bool, Field(description="Include statements that only OWL reasoning gives, such as the general classes.")
        ] = False,
        limit: Annotated[
            int, Field(ge=1, le=MAX_LIMIT, description="Maximum number of entries in each part of the answer.")
        ] = 50,
    ) -> Annotated[CallToolResult, DescribedThing]:
        """Tell everything that the graph holds about one thing, each statement with the passages of the article that state it.

        Gives statements, participants with roles and sides, claims (figures and attributed statements) with speakers and footnotes,
        remarks of the editors on errors and contradictions in the article, links to Wikidata and DBpedia, and the passages cited. Use it
        for “who took part in …”, “what does the article say about …”, “what is the source of …”; for a passage it gives the statements
        that the passage makes. A statement marked derived or inferred is computed, one marked editorial is a conclusion of the editors:
        do not present these as the article's own words. The answer says how much it leaves out.
        """
        return await self._answer(
            lambda _: describe_thing(self._graph, name, with_inferred=include_inferred, limit=limit), describe_text
        )

    async def query(
        self,
        sparql: Annotated[
            str, Field(description="The text of a SPARQL 1.1 query; the prefixes of the project need no declaration.")
        ],
        limit: RowLimit = 100,
        offset: Offset = 0,
    ) -> Annotated[CallToolResult, QueryAnswer]:
        """Evaluate a SPARQL 1.1 query: SELECT, ASK, CONSTRUCT or DESCRIBE. Updates and SERVICE are refused.

        Look first whether list_questions has a saved query for the question, and take names of classes and properties from the tool
        ontology. The prefixes sjkg:, event:, actor:, place:, treaty:, claim:, passage:, skos:, dcterms: and others are declared already.
        - Dates: sjkg:date is EDTF text; never compare or sort by it. Use the days sjkg:earliestBegin, sjkg:latestBegin,
          sjkg:earliestEnd and sjkg:latestEnd, with OPTIONAL, because many events lack a bound.
        - Figures: claims (sjkg:about, sjkg:party, sjkg:quantityKind, sjkg:countExact, sjkg:countMin, sjkg:countMax, sjkg:countText). They
          overlap and contradict each other: never add them up with SUM, unless they sjkg:countsTowards one event.
        - Sources: GRAPH ?passage { … } with ?passage a sjkg:Passage gives the passages that state a triple. FROM graph:article
          leaves only what the article states.
        - A query for an event itself misses what is said of its parts: use sjkg:aboutEventOrPart, or ?part sjkg:subEventOf? ?event.
        Example: SELECT ?event ?begin { ?event a sjkg:BorderIncident OPTIONAL { ?event sjkg:earliestBegin ?begin } } ORDER BY ?begin
        The whole result is computed; the answer gives a part of its rows, their total number and the offset of the next ones. A query
        that takes too long is stopped with an error. A warning names misspelt terms, with similar ones.
        """
        return await self._answer(lambda client: run_query(self._graph, sparql, limit, offset, client), query_text)

    async def list_questions(
        self,
        words: Annotated[
            str, Field(description="Only questions with all these words; empty for all.", max_length=200)
        ] = "",
        group: Annotated[
            str,
            Field(
                description="Only one group: who, when, where, how many, attribution, why, names, sources, contradictions, reasoning.",
                max_length=100,
            ),
        ] = "",
    ) -> Annotated[CallToolResult, QuestionsAnswer]:
        """List the saved queries: questions of historians with tested SPARQL, many with parameters.

        They avoid the mistakes that a query of one's own easily makes with dates, figures and parts of events, so prefer them. Without
        arguments the whole list is given. ask_question runs one.
        """
        return await self._answer(lambda _: list_saved_queries(self._graph, words, group), questions_text)

    async def ask_question(
        self,
        name: Annotated[
            str, Field(description="The name of a saved query, from list_questions, such as losses-of-event.")
        ],
        parameters: Annotated[
            dict[str, str] | None,
            Field(
                description='Values of its parameters by name, such as {"event": "event:tauran-incident"}; others have defaults.'
            ),
        ] = None,
        limit: RowLimit = 100,
        offset: Offset = 0,
    ) -> Annotated[CallToolResult, QueryAnswer]:
        """Run a saved query (see list_questions), with parameters if it has some.

        Give things as prefixed names and days as 1939-08-20. A parameter that is not given has its default value, which names one
        event or thing: give every parameter that the question is about. The answer has the rows, the SPARQL text and the page.
        """
        values = parameters or {}
        return await self._answer(
            lambda client: run_saved_query(self._graph, name, values, limit, offset, client), query_text
        )

    async def explain(
        self,
        subject: Annotated[str, Field(description=f"The subject. {NAME_FORMS}")],
        predicate: Annotated[
            str,
            Field(
                description="The property: a prefixed name such as sjkg:involvesPower, or its label; “a” for the class."
            ),
        ],
        value: Annotated[
            str,
            Field(
                description='The value: a thing like the subject, a class, a number, or a text in double quotes, such as "border"@en.'
            ),
        ],
    ) -> Annotated[CallToolResult, Explained]:
        """Prove one statement (subject, property, value), down to passages of the article, files and lines; or say why it is missing.

        Use it for “why does the graph say that …” and for statements marked inferred or derived. For a statement that the graph lacks, the
        answer lists rules that would give it and the premises that they lack. That the graph lacks a statement does not mean that
        it is false.
        """
        return await self._answer(lambda _: explain_statement(self._graph, subject, predicate, value), explain_text)

    async def compare(
        self,
        first: Annotated[
            str,
            Field(description="A year such as 1936, an event or an actor, by prefixed name or name.", max_length=300),
        ],
        second: Annotated[str, Field(description="Another one of the same kind.", max_length=300)],
    ) -> Annotated[CallToolResult, Comparison]:
        """Put two years, two events or two actors side by side: what both have, what differs, and losses.

        Sums in it are sound: each figure is counted once; “at least” marks lower bounds. An empty side means that the graph gives
        nothing, not that there was nothing.
        """
        return await self._answer(lambda _: compare_things(self._graph, first, second), compare_text)

    async def compare_sources(
        self, event: Annotated[str, Field(description=f"An event. {NAME_FORMS}", max_length=300)]
    ) -> Annotated[CallToolResult, SourcesAnswer]:
        """Tell what the article and other datasets (such as databases of battles) say of one event: dates, place, strengths, losses, outcome.

        Each record has its source, licence and relation to the event: a record of a part of the event has smaller numbers and
        disagrees with nothing. A source that is made from Wikipedia confirms nothing. On which days sources disagree, over all events, is
        the saved query days-by-source.
        """
        return await self._runner.run(lambda _: tool_result(*compare_sources_of(self._graph, event)))

    async def validate(
        self, turtle: Annotated[str, Field(description="The text of an RDF file in Turtle, with its @prefix lines.")]
    ) -> Annotated[CallToolResult, ValidationReport]:
        """Check a Turtle text as if it were a new file of this knowledge base; nothing is stored.

        Reports syntax errors, unknown terms, wrong datatypes and violated shapes, each with its line and advice.
        """
        return await self._answer(lambda client: validate_turtle(self._graph, turtle, client), validation_text)

    async def ontology(
        self,
        words: Annotated[
            str,
            Field(description="Only terms with all these words in name or definition; empty for all.", max_length=200),
        ] = "",
    ) -> Annotated[CallToolResult, OntologyAnswer]:
        """List the classes, properties and vocabularies of the graph with definitions; needed to write SPARQL.

        Definitions say how to use a term and what to avoid. The members of a vocabulary of
        fixed values are listed by describe.
        """
        return await self._answer(lambda _: list_terms(self._graph, words), ontology_text)

    def list_all(self) -> list[Tool]:
        """Return the tools in the order in which clients should see them."""
        titles: dict[Callable[..., Any], str] = {
            self.search: "Search the graph",
            self.describe: "Describe a thing",
            self.list_questions: "List the saved queries",
            self.ask_question: "Run a saved query",
            self.query: "Run a SPARQL query",
            self.ontology: "List classes and properties",
            self.explain: "Explain a statement",
            self.compare: "Compare two years, events or actors",
            self.compare_sources: "Compare what sources say of an event",
            self.validate: "Validate Turtle",
        }
        return [_make_tool(function, title) for function, title in titles.items()]


def _make_tool(function: Callable[..., Any], title: str) -> Tool:
    """Return a tool that calls a method of `Tools`; arguments that it does not have are refused."""
    tool = Tool.from_function(
        function, title=title, description=inspect.getdoc(function), annotations=READ_ONLY, structured_output=True
    )
    tool.parameters["additionalProperties"] = False
    return tool
