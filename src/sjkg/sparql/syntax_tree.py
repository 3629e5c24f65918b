"""Syntax trees of SPARQL queries, made from the events of the parser."""

from collections.abc import Container, Iterator
from dataclasses import dataclass, field

from sjkg.sparql.parser import Parser
from sjkg.sparql.tokens import Token


@dataclass
class Tree:
    """A node of a syntax tree. name: the non-terminal of the grammar. children: nodes and tokens, in order."""

    name: str
    children: list["Tree | Token"] = field(default_factory=list)

    @property
    def trees(self) -> list["Tree"]:
        """Return the children that are not tokens."""
        return [child for child in self.children if isinstance(child, Tree)]

    @property
    def tokens(self) -> Iterator[Token]:
        """Yield all tokens below this node, in order."""
        pending: list[Tree | Token] = [self]
        while pending:
            node = pending.pop()
            if isinstance(node, Tree):
                pending.extend(reversed(node.children))
            else:
                yield node

    def find_all(self, *names: str, not_in: Container[str] = ()) -> Iterator["Tree"]:
        """Yield the nodes below this one that have one of the names, in order, but none below another yielded one.

        not_in: names of nodes that are not searched.
        """
        pending = self.trees[::-1]
        while pending:
            node = pending.pop()
            if node.name in names:
                yield node
            elif node.name not in not_in:
                pending.extend(node.trees[::-1])


def parse_query(text: str) -> Tree | None:
    """Return the syntax tree of a query, whose root has the prologue and the query; None if the query is not valid."""
    parser = Parser(text)
    for _ in parser.read():
        pass
    if parser.failure:
        return None
    open_nodes = [Tree("")]
    for kind, name, token in parser.events:
        if token:
            open_nodes[-1].children.append(token)
        elif kind == "enter":
            open_nodes.append(Tree(name))
            open_nodes[-2].children.append(open_nodes[-1])
        else:
            open_nodes.pop()
    return open_nodes[0].trees[0]


def tokens_outside_paths(node: Tree) -> Iterator[Token]:
    """Yield the tokens of triples but those of property paths, in which brackets have another meaning."""
    for child in node.children:
        if isinstance(child, Token):
            yield child
        elif child.name != "VerbPath":
            yield from tokens_outside_paths(child)


def slice_text(text: str, node: Tree) -> str:
    """Return the text of a node without comments, with the tokens as they are, separated by a space where the text has space."""
    parts: list[str] = []
    end = -1
    for token in node.tokens:
        parts.append(f" {token.text}" if parts and token.start > end else token.text)
        end = token.end
    return "".join(parts)


def variables_in(node: Tree) -> frozenset[str]:
    """Return the names of the variables below a node, with “?”."""
    return frozenset(f"?{token.text[1:]}" for token in node.tokens if token.kind == "variable")


def triple_patterns(node: Tree) -> Iterator[tuple[Tree, Tree, Tree]]:
    """Yield subject, verb and object of each triple pattern of a node TriplesSameSubject or TriplesSameSubjectPath.

    Raises ValueError if a part of them is not a single term, but has brackets or annotations.
    """
    if any(token.text in ("[", "(", "~", "{|", "<<") for token in tokens_outside_paths(node)):
        raise ValueError
    subject, properties = node.trees[0], node.trees[1]
    verb = properties
    for each in properties.trees:
        if each.name.startswith("Verb"):
            verb = each
        else:
            yield from ((subject, verb, value) for value in each.trees)
