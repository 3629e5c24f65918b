"""The page of the stored questions, by group, each with its query."""

from collections.abc import Iterator

from sjkg.docs.markdown import block, code, page
from sjkg.files import KnowledgeBase
from sjkg.queries import Parameter, StoredQuery, by_group, read_queries


def render(kb: KnowledgeBase) -> str:
    """Return the page of the stored questions."""
    questions = read_queries(kb.root)
    groups = by_group(questions)
    return page(
        "The stored questions",
        "`queries/`",
        f"{len(questions)} questions to the graph, each a small lesson in SPARQL. `sjkg query NAME` asks one, `-p name=value` gives a parameter, `--graph asserted` leaves out what reasoning adds.",
        "\n".join(_contents(groups)),
        *(part for group, members in groups.items() for part in _group(group, members)),
    )


def _contents(groups: dict[str, tuple[StoredQuery, ...]]) -> Iterator[str]:
    for group, members in groups.items():
        yield f"- [{_heading(group)}](#{group.replace(' ', '-')}): {len(members)}"


def _group(group: str, members: tuple[StoredQuery, ...]) -> Iterator[str]:
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
