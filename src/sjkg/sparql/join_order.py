"""Rewriting of groups that the engine joins in a bad order, into groups with the same solutions.

- Triples beside a UNION whose branches have other variables in common with them: the engine finds no variable by which to join,
  and compares all with all. Join distributes over Union: {T {A} UNION {B}} is {{T {A}} UNION {T {B}}}.
- FILTER(?x = <iri>): the engine matches all patterns first. Where ?x has a value in each solution, that is a join with
  VALUES ?x {<iri>}, because = is true of an IRI and the same IRI only, and never fails with an IRI.
- FILTER(?x = ?y): the engine compares all with all. Where a triple pattern has ?y as subject, = is true of the same terms only, so
  ?y is replaced by ?x in the triple patterns, and BIND(?x AS ?y) follows.
- VALUES ?x {<iri> …} beside triples or FILTER(?x IN (<iri>, …)) in EXISTS: the engine compares the values with all matches, for each
  solution outside. Where ?x is in these triples only, the group has a solution if and only if it has one with an IRI instead of ?x: a UNION of such groups.

Algebra: SPARQL 1.1 §18.5; equality: §17.4.1.7. The order of the groups' other elements stays as it is.
Measured with 68 000 triples: 1390, 110 and 4 ms became 19, 0.1 and 0.1 ms; EXISTS with 40 000 triples: 155 ms became 8 ms.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import chain, pairwise, takewhile

from sjkg.sparql.syntax_tree import Tree, parse_query, triple_patterns, variables_in
from sjkg.sparql.tokens import Token

TRIPLES = "TriplesBlock"
MAX_CHARS = 8192  # of a query that is parsed
MAX_BRANCHES = 8  # of a UNION; the triples are repeated in each
CANDIDATE = re.compile(r"\bUNION\b|\bFILTER\s*\(\s*[^\s()]+\s*=[^=]|\bEXISTS\s*\{[^}]*\b(?:VALUES|IN)\b", re.IGNORECASE)
# functions that give another value at each call, elements that see variables outside of them, labels that no two groups may have
EXCLUDED = re.compile(r"\b(?:NOW|RAND|UUID|STRUUID|BNODE|SERVICE|LATERAL)\b|_:", re.IGNORECASE)
INSERTED = -(10**9)  # offset of tokens that are not in the text


def reorder(text: str) -> str:
    """Return a query with rewritten groups; an invalid one, and one without such groups, is returned unchanged."""
    if len(text) > MAX_CHARS or not CANDIDATE.search(text) or EXCLUDED.search(text):
        return text
    tree = parse_query(text)
    if tree is None:
        return text
    rewritten = _rewrite(tree, Counter(_name(token) for token in tree.tokens if token.kind == "variable"))
    return text if rewritten == tree else _write(rewritten)


def _rewrite(node: Tree, uses: Counter[str]) -> Tree:
    """Return a tree in which groups are rewritten, those inside of others first; in those of EXISTS only VALUES.

    uses: how often the query has each variable.
    """
    if node.name == "Exists":  # its variables may have values from outside
        return Tree(node.name, [*node.children[:-1], _split_by_values(node.trees[-1], uses)])
    changed = Tree(node.name, [_rewrite(each, uses) if isinstance(each, Tree) else each for each in node.children])
    if node.name != "GroupGraphPattern" or changed.trees[:1] == [] or changed.trees[0].name == "SubSelect":
        return changed
    elements = _distribute(_replace_equalities(changed.trees))
    if elements == changed.trees:
        return changed
    return Tree(node.name, [changed.children[0], *_separate(elements), changed.children[-1]])


def _write(tree: Tree) -> str:
    """Return the text of a tree: a space stands between two tokens unless they are neighbours in the text of the query."""
    tokens = [*tree.tokens]
    gaps = ("" if before.end == token.start else " " for before, token in pairwise(tokens))
    return "".join(chain.from_iterable(zip((token.text for token in tokens), chain(gaps, ("",)), strict=False)))


def _separate(elements: Sequence[Tree]) -> Iterator[Tree | Token]:
    """Yield the elements of a group, with a dot between blocks of triples that follow each other."""
    for before, element in pairwise([Tree(""), *elements]):
        if before.name == element.name == TRIPLES and [*before.tokens][-1].text != ".":
            yield Token("mark", ".", INSERTED)
        yield element


def _replace_equalities(elements: Sequence[Tree]) -> list[Tree]:
    """Return the elements of a group with a VALUES or BIND at its end instead of each FILTER(?x = term) that allows it."""
    kept, added = [*elements], list[Tree]()
    for element in elements:
        blocks = [each for each in kept if each.name == TRIPLES]
        certain, subjects = _certain_variables(blocks)
        words = [*element.tokens]
        marks = [token.text.upper() for token in words]
        if len(words) != 6 or marks[:2] != ["FILTER", "("] or marks[3] != "=":
            continue
        first, second = words[2], words[4]
        if first.kind != "variable" or (second.kind == "variable" and _name(second) not in subjects):
            first, second = second, first
        if first.kind != "variable" or _name(first) not in certain:
            continue
        position = kept.index(element)
        if second.kind in ("iri", "name"):
            del kept[position]
            added.append(_inserted("VALUES", first, "{", second, "}"))
        elif second.kind == "variable" and _name(second) in subjects and _name(first) != _name(second):
            others = (each for each in kept if each.name != TRIPLES and not _is_plain_filter(each))
            if not any(_name(second) in variables_in(each) for each in (*others, *added)):
                del kept[position]
                kept = [_rename(each, _name(second), first) if each.name == TRIPLES else each for each in kept]
                added.append(_inserted("BIND", "(", first, "AS", second, ")"))
    return [*kept, *added]


def _distribute(elements: list[Tree]) -> list[Tree]:
    """Return the elements of a group in which the triples beside its first UNION are moved into the branches, if that helps."""
    place = next((number for number, each in enumerate(elements) if len(_branches(each)) > 1), len(elements))
    if any(each.name != TRIPLES and not _is_filter(each) for each in elements[:place]):
        return elements
    after = takewhile(lambda each: each.name == TRIPLES or _is_filter(each), elements[place + 1 :])
    blocks = [each for each in (*elements[:place], *after) if each.name == TRIPLES]
    branches = _branches(elements[place]) if place < len(elements) else []
    shared = [
        frozenset[str]().union(*(variables_in(each) for each in branch.trees if each.name == TRIPLES))
        & frozenset[str]().union(*map(variables_in, blocks))
        for branch in branches
    ]
    if not 1 < len(branches) <= MAX_BRANCHES or not any(shared) or frozenset.intersection(*shared):
        return elements
    union = _unite([*blocks, branch] for branch in branches)
    return [
        union if each is elements[place] else each for each in elements if not any(each is block for block in blocks)
    ]


def _split_by_values(group: Tree, uses: Counter[str]) -> Tree:
    """Return the group of EXISTS with a UNION of groups with IRIs instead of VALUES or IN for a variable, if it allows that.

    uses: how often the query has each variable.
    """
    for element in group.trees:
        variable, values = _wanted_values(element)
        if (
            not variable
            or not 1 <= len(values) <= MAX_BRANCHES
            or any(each.kind not in ("iri", "name") for each in values)
        ):
            continue
        rest = [each for each in group.trees if each is not element]
        blocks = [each for each in rest if each.name == TRIPLES]
        used = sum(_name(token) == variable for each in blocks for token in each.tokens)
        if variable in _certain_variables(blocks)[0] and uses[variable] == used + 1:
            union = _unite([_rename(each, variable, value) for each in rest] for value in values)
            return Tree(group.name, [group.children[0], union, group.children[-1]])
    return group


def _wanted_values(element: Tree) -> tuple[str, list[Token]]:
    """Return variable and values of an element VALUES ?x {…} or FILTER(?x IN (…)); "" and no values for other elements."""
    words = [*element.tokens]
    marks = [token.text.upper() for token in words]
    if marks[0] == "VALUES" and words[1].kind == "variable":
        return _name(words[1]), words[3:-1]
    if marks[:2] == ["FILTER", "("] and marks[3:5] == ["IN", "("] and marks[-2:] == [")", ")"] and len(words) % 2 == 0:
        values, commas = words[5:-2:2], marks[6:-2:2]
        if words[2].kind == "variable" and {*commas} <= {","}:
            return _name(words[2]), values
    return "", []


def _unite(groups: Iterable[Sequence[Tree]]) -> Tree:
    """Return an element of a group that is the UNION of groups, given as their elements."""
    opening, closing = Token("mark", "{", INSERTED), Token("mark", "}", INSERTED)
    words: list[Tree | Token] = []
    for elements in groups:
        words += [Token("word", "UNION", INSERTED)] if words else []
        words.append(Tree("GroupGraphPattern", [opening, *_separate(elements), closing]))
    return Tree("GraphPatternNotTriples", [Tree("GroupOrUnion", words)])


def _certain_variables(blocks: Sequence[Tree]) -> tuple[set[str], set[str]]:
    """Return the variables that have a value in each solution of blocks of triples, and those of them that are subjects.

    Left out are those of paths with * or ?, because a path of length zero also has ends that are in no triple.
    """
    certain, subjects = set[str](), set[str]()
    for node in chain.from_iterable(block.find_all("TriplesSameSubjectPath") for block in blocks):
        with suppress(ValueError):
            for subject, verb, value in triple_patterns(node):
                steps = [token.text for token in verb.tokens]
                if not {"*", "?"} & {*steps}:
                    certain.update(*map(variables_in, (subject, verb, value)))
                if len(steps) == 1:
                    subjects |= variables_in(subject)
    return certain, subjects


def _branches(element: Tree) -> list[Tree]:
    """Return the groups of a UNION, or a single one for a group; none for other elements."""
    return element.trees[0].trees if element.trees and element.trees[0].name == "GroupOrUnion" else []


def _is_filter(element: Tree) -> bool:
    """Return whether an element of a group is a FILTER, which the whole group is the operand of."""
    return bool(element.trees) and element.trees[0].name == "Filter"


def _is_plain_filter(element: Tree) -> bool:
    """Return whether an element of a group is a FILTER without EXISTS."""
    return _is_filter(element) and not any(True for _ in element.find_all("Exists"))


def _name(variable: Token) -> str:
    """Return the name of a variable, with “?”."""
    return f"?{variable.text[1:]}"


def _rename(node: Tree, name: str, other: Token) -> Tree:
    """Return a tree with another variable instead of one with a name."""
    return Tree(node.name, [_rename_child(each, name, other) for each in node.children])


def _rename_child(child: Tree | Token, name: str, other: Token) -> Tree | Token:
    """Return a child of a tree with another variable instead of one with a name."""
    if isinstance(child, Tree):
        return _rename(child, name, other)
    return _moved(other) if child.kind == "variable" and _name(child) == name else child


def _moved(token: Token) -> Token:
    """Return a token without its offset in the text."""
    return token._replace(start=INSERTED)


def _inserted(*words: str | Token) -> Tree:
    """Return an element of a group that consists of words and tokens."""
    tokens = (_moved(each) if isinstance(each, Token) else Token("word", each, INSERTED) for each in words)
    return Tree("GraphPatternNotTriples", [Tree("Inserted", [*tokens])])
