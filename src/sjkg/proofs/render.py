"""Proofs as trees, as JSON, and as PROV-O in N-Triples."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NotRequired, TypedDict

from sjkg.core.vocabulary import PREFIXES
from sjkg.proofs.closure import TextTriple
from sjkg.proofs.prover import DERIVED, Proof
from sjkg.proofs.terms import literal_text, show_term, show_triple
from sjkg.proofs.why_not import NearMiss

OWL_RL_RULES = "https://www.w3.org/TR/owl2-profiles/#Reasoning_in_OWL_2_RL_and_RDF_Graphs_using_Rules"
REASONER = "_:reasoner"
RDF, RDFS, PROV = PREFIXES["rdf"], PREFIXES["rdfs"], PREFIXES["prov"]


@dataclass(frozen=True)
class ProofTree:
    """A node of a proof tree: a triple as text, its proof, and the trees of its premises.

    is_repeated: the premises are shown further up and left out here.
    """

    text: str
    proof: Proof
    children: tuple["ProofTree", ...]
    is_repeated: bool


class Location(TypedDict):
    """The place that asserts a triple: a named graph, the file it is read from, and the line, null for an RDF list."""

    graph: str
    file: str
    line: int | None


class ProofStep(TypedDict):
    """A step of a proof: the triple that it concludes (three terms in N-Triples, and as readable text).

    kind: asserted, derived, inferred or unconditional. depth: the number of inference steps on the longest path to asserted
    triples. rule: the name of the OWL 2 RL rule. premises: positions of other steps in the list of steps. places: those
    that assert the triple. items, cells: where the object is an RDF list, its members and the positions of the steps for
    its rdf:first and rdf:rest triples.
    """

    triple: TextTriple
    text: str
    kind: str
    depth: int
    rule: NotRequired[str]
    premises: NotRequired[list[int]]
    places: NotRequired[list[Location]]
    items: NotRequired[tuple[str, ...]]
    cells: NotRequired[list[int]]


class Proofs(TypedDict):
    """Proofs of one triple: all steps, each once, and for each proof the position of its last step in `steps`."""

    triple: TextTriple
    proofs: list[int]
    steps: list[ProofStep]


class Present(TypedDict):
    """A premise that is in the graph: three terms in N-Triples, and the members of its object, if that is an RDF list."""

    triple: TextTriple
    items: tuple[str, ...]


class Miss(TypedDict):
    """A rule that would conclude the triple if the lacking premises were in the graph, and the premises that are there.

    In a lacking premise, a term that begins with “?” stands for any term.
    """

    rule: str
    lacking: tuple[TextTriple, ...]
    present: list[Present]


class Misses(TypedDict):
    """Near misses of a triple that is not in the graph: the rules that could conclude it."""

    triple: TextTriple
    misses: list[Miss]


def build_trees(proofs: Iterable[Proof]) -> list[ProofTree]:
    """Return a tree for each proof; the premises of a triple are shown only where it first occurs."""
    shown: set[TextTriple] = set()
    return [_build_tree(proof, shown, is_root=True) for proof in proofs]


def _build_tree(proof: Proof, shown: set[TextTriple], is_root: bool = False) -> ProofTree:
    """Return the tree of a proof. shown: the triples of the trees so far, to which it adds its own."""
    text = show_with_items(proof.triple, proof.items)
    if proof.premises and proof.triple in shown and not is_root:
        return ProofTree(text, proof, (), True)
    shown.add(proof.triple)
    return ProofTree(text, proof, tuple(_build_tree(premise, shown) for premise in proof.premises), False)


def show_with_items(triple: TextTriple, items: tuple[str, ...]) -> str:
    """Return a triple as `show_triple` does; where it has items, its object is a list of them in parentheses."""
    if not items:
        return show_triple(triple)
    return " ".join((*map(show_term, triple[:2]), "(", *map(show_term, items), ")"))


def list_steps(proofs: Iterable[Proof]) -> list[Proof]:
    """Return every step of some proofs once, premises before conclusions."""
    steps: dict[int, Proof] = {}
    stack = [(proof, False) for proof in reversed(list(proofs))]
    while stack:
        proof, has_premises_done = stack.pop()
        if has_premises_done:
            steps[id(proof)] = proof
        elif id(proof) not in steps:
            stack.append((proof, True))
            stack += [(premise, False) for premise in reversed((*proof.premises, *proof.cells))]
    return list(steps.values())


def as_json(proofs: Sequence[Proof]) -> Proofs:
    """Return proofs of one triple as JSON: the triple, all steps, and the positions in `steps` of the last step of each proof.

    `premises` and `cells` of a step are positions in `steps`, too.
    """
    steps = list_steps(proofs)
    position = {id(step): number for number, step in enumerate(steps)}
    return {
        "triple": proofs[0].triple,
        "proofs": [position[id(proof)] for proof in proofs],
        "steps": [_step_as_json(step, position) for step in steps],
    }


def _step_as_json(step: Proof, position: dict[int, int]) -> ProofStep:
    """Return a step as JSON. position: the positions of all steps by the identity of the proof."""
    row: ProofStep = {
        "triple": step.triple,
        "text": show_triple(step.triple),
        "kind": step.kind,
        "depth": step.depth,
    }
    if step.rule:
        row["rule"] = step.rule
        row["premises"] = [position[id(premise)] for premise in step.premises]
    if step.locations:
        row["places"] = [{"graph": at.graph, "file": at.file, "line": at.line} for at in step.locations]
    if step.cells:
        row["items"] = step.items
        row["cells"] = [position[id(cell)] for cell in step.cells]
    return row


def misses_as_json(triple: TextTriple, misses: Iterable[NearMiss]) -> Misses:
    """Return the near misses of a missing triple as JSON: for each the rule, the lacking and the present premises."""
    rows: list[Miss] = [
        {
            "rule": miss.rule,
            "lacking": miss.lacking,
            "present": [{"triple": present.triple, "items": present.items} for present in miss.present],
        }
        for miss in misses
    ]
    return {"triple": triple, "misses": rows}


def as_prov(proofs: Iterable[Proof]) -> str:
    """Return proofs as N-Triples in PROV-O.

    A triple is a prov:Entity (and rdf:Statement). A step is a prov:Activity that used its premises and generated the
    triple; its prov:Plan is the rule. An asserted triple has its named graph as primary source and its file and line as
    location. Source: https://www.w3.org/TR/prov-o/
    """
    steps = list_steps(proofs)
    position = {id(step): number for number, step in enumerate(steps)}
    lines = dict.fromkeys((f"{REASONER} <{RDF}type> <{PROV}SoftwareAgent>", f'{REASONER} <{RDFS}label> "sjkg"'))
    for step in steps:
        name = f"_:triple{position[id(step)]}"
        used = (proof for premise in step.premises for proof in (premise, *premise.cells))
        premises = [f"_:triple{position[id(proof)]}" for proof in used]
        lines |= dict.fromkeys(_describe_statement(step, name))
        if step.rule:
            lines |= dict.fromkeys(_describe_activity(step, step.rule, name, premises))
        else:
            lines |= dict.fromkeys(_describe_source(step, name))
    return "".join(f"{line} .\n" for line in lines)


def _describe_statement(step: Proof, name: str) -> Iterator[str]:
    """Yield the triple of a step as an entity. name: its blank node."""
    yield f"{name} <{RDF}type> <{RDF}Statement>"
    yield f"{name} <{RDF}type> <{PROV}Entity>"
    for part, term in zip(("subject", "predicate", "object"), step.triple, strict=True):
        yield f"{name} <{RDF}{part}> {term}"


def _describe_activity(step: Proof, rule: str, name: str, premises: list[str]) -> Iterator[str]:
    """Yield the rule application of a step. premises: the blank nodes of its premises."""
    activity, association, plan = (f"{name}{part}" for part in ("step", "association", "rule"))
    yield f"{name} <{PROV}wasGeneratedBy> {activity}"
    yield f"{activity} <{RDF}type> <{PROV}Activity>"
    yield f"{activity} <{PROV}qualifiedAssociation> {association}"
    yield f"{association} <{RDF}type> <{PROV}Association>"
    yield f"{association} <{PROV}agent> {REASONER}"
    yield f"{association} <{PROV}hadPlan> {plan}"
    yield f"{plan} <{RDF}type> <{PROV}Plan>"
    yield f"{plan} <{RDFS}label> {literal_text(rule)}"
    if step.kind != DERIVED:
        yield f"{plan} <{RDFS}isDefinedBy> <{OWL_RL_RULES}>"
    for premise in premises:
        yield f"{activity} <{PROV}used> {premise}"
        yield f"{name} <{PROV}wasDerivedFrom> {premise}"


def _describe_source(step: Proof, name: str) -> Iterator[str]:
    """Yield the named graphs, files and lines that assert the triple of a step."""
    for number, at in enumerate(step.locations):
        location = f"{name}place{number}"
        yield f"{name} <{PROV}hadPrimarySource> <{at.graph}>"
        yield f"{name} <{PROV}atLocation> {location}"
        yield f"{location} <{RDF}type> <{PROV}Location>"
        yield f"{location} <{RDFS}label> {literal_text(at.file + (f':{at.line}' if at.line else ''))}"
