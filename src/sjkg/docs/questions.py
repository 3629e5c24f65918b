"""The page of the stored questions, by group, each with its query."""

from collections.abc import Iterable, Iterator

from sjkg.docs.markdown import block, code, page
from sjkg.files import KnowledgeBase
from sjkg.queries import Parameter, StoredQuery, read_queries

GROUPS = (
    "who",
    "when",
    "where",
    "how many",
    "says who",
    "why",
    "names",
    "sources",
    "contradictions",
    "reasoning",
)


def render(kb: KnowledgeBase) -> str:
    """Return the page of the stored questions."""
    questions = read_queries(kb.root).values()
    by_group = {group: [q for q in questions if q.group == group] for group in _groups(questions)}
    return page(
        "The stored questions",
        "`queries/`",
        f"{len(questions)} questions to the graph, each a small lesson in SPARQL. `sjkg query NAME` asks one, `-p name=value` gives a parameter, `--graph asserted` leaves out what reasoning adds.",
        "\n".join(_contents(by_group)),
        *(part for group, members in by_group.items() for part in _group(group, members)),
    )


def _groups(questions: Iterable[StoredQuery]) -> list[str]:
    """Return the groups in use, ours first in our order."""
    used = {question.group for question in questions}
    return [*(group for group in GROUPS if group in used), *sorted(used.difference(GROUPS))]


def _contents(by_group: dict[str, list[StoredQuery]]) -> Iterator[str]:
    for group, members in by_group.items():
        yield f"- [{_heading(group)}](#{group.replace(' ', '-')}): {len(members)}"


def _group(group: str, members: list[StoredQuery]) -> Iterator[str]:
    yield f"## {_heading(group)}"
    for question in members:
        yield f"### {question.title}"
        yield f"{code(question.name)}. {question.description}"
        if question.parameters:
            yield "\n".join(_parameter(parameter) for parameter in question.parameters)
        yield block("sparql", question.body)


def _parameter(parameter: Parameter) -> str:
    return f"- {code(parameter.name)}: {parameter.form}; {code(parameter.default)} when none is given"


def _heading(group: str) -> str:
    return group[0].upper() + group[1:]
