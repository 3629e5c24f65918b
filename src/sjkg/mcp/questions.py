"""The tool “list_questions”: the saved queries, each a question with parameters."""

from collections.abc import Iterator
from dataclasses import dataclass

from sjkg.core.errors import BadParameter
from sjkg.core.messages import count_noun
from sjkg.kb.queries import SavedQuery, group_queries
from sjkg.mcp.graph import OpenedGraph
from sjkg.mcp.word_filter import has_words
from sjkg.site.start import Question, QuestionParameter


@dataclass(frozen=True)
class QuestionGroup:
    """The questions under one heading, such as “when”."""

    name: str
    questions: tuple[Question, ...]


@dataclass(frozen=True)
class QuestionsAnswer:
    """The saved queries that have all words of a text in name, title or description. total: number of all saved queries."""

    groups: tuple[QuestionGroup, ...]
    total: int


def list_saved_queries(graph: OpenedGraph, words: str, group: str) -> QuestionsAnswer:
    """Return the saved queries with all words of a text, in groups.

    words: "" for all. group: name of a group, "" for all. Raises BadParameter, with the names of the groups, for an unknown one.
    """
    groups = group_queries(graph.queries)
    if group and group not in groups:
        raise BadParameter(f"there is no group “{group}”; the groups are {', '.join(groups)}")
    found = {
        name: tuple(_question(query) for query in queries if has_words(_text_of(query), words))
        for name, queries in groups.items()
        if group in ("", name)
    }
    listed = tuple(QuestionGroup(name, questions) for name, questions in found.items() if questions)
    return QuestionsAnswer(listed, len(graph.queries))


def _text_of(query: SavedQuery) -> str:
    """Return the name, title and description of a saved query as one text."""
    return f"{query.name.replace('-', ' ')} {query.title} {query.description}"


def _question(query: SavedQuery) -> Question:
    """Return a saved query as a question."""
    parameters = tuple(QuestionParameter(each.name, each.type, each.default, each.form) for each in query.parameters)
    return Question(query.name, query.title, query.description, parameters)


def questions_text(answer: QuestionsAnswer) -> str:
    """Return the list of questions as text."""
    return "\n".join(_lines(answer))


def _lines(answer: QuestionsAnswer) -> Iterator[str]:
    """Yield the lines of the text of the list."""
    found = sum(len(group.questions) for group in answer.groups)
    yield f"{count_noun(found, 'question')} of {answer.total}; run one with ask_question(name, parameters)."
    if not found:
        yield "No question has all these words; give fewer words, or none for the whole list, or write SPARQL for the tool query."
    for group in answer.groups:
        yield f"\n{group.name}:"
        for each in group.questions:
            parameters = ", ".join(f"{p.name} = {p.default} ({p.form})" for p in each.parameters)
            yield f"- {each.name}: {each.title}" + (f" Parameters: {parameters}" if parameters else "")
