"""The tool “list_questions”: the saved queries, each a question with parameters."""

from collections.abc import Callable, Iterator, Mapping
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
    """The saved queries that have all words of a text in name, title or description.

    has_all_words: False if no query has all words; then the groups have those with some of them. total: number of all saved queries.
    """

    groups: tuple[QuestionGroup, ...]
    total: int
    has_all_words: bool = True


def list_saved_queries(graph: OpenedGraph, words: str, group: str) -> QuestionsAnswer:
    """Return the saved queries with all words of a text, in groups.

    If there are none, those with some of the words are returned. words: "" for all. group: name of a group, "" for all. Raises BadParameter, with the names of the groups, for an unknown one.
    """
    groups = group_queries(graph.queries)
    if group and group not in groups:
        raise BadParameter(f"there is no group “{group}”; the groups are {', '.join(groups)}")
    chosen = {name: queries for name, queries in groups.items() if group in ("", name)}
    found = _select(chosen, lambda text: has_words(text, words))
    if found:
        return QuestionsAnswer(found, len(graph.queries))
    some = _select(chosen, lambda text: any(has_words(text, word) for word in words.split()))
    return QuestionsAnswer(some, len(graph.queries), has_all_words=False)


def _select(
    groups: Mapping[str, tuple[SavedQuery, ...]], is_wanted: Callable[[str], bool]
) -> tuple[QuestionGroup, ...]:
    """Return the groups with those of their queries whose text is wanted, without empty groups."""
    found = {
        name: tuple(_question(query) for query in queries if is_wanted(_text_of(query)))
        for name, queries in groups.items()
    }
    return tuple(QuestionGroup(name, questions) for name, questions in found.items() if questions)


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
        yield "No question has any of these words; give others, or none for the whole list, or write SPARQL for the tool query."
    elif not answer.has_all_words:
        yield "No question has all these words; these have some of them."
    for group in answer.groups:
        yield f"\n{group.name}:"
        for each in group.questions:
            parameters = ", ".join(f"{p.name} ({p.form}; by default {p.default})" for p in each.parameters)
            yield f"- {each.name}: {each.title}" + (f" Parameters: {parameters}" if parameters else "")
