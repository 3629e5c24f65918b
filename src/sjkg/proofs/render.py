"""Output forms of proofs (trees for display, JSON, PROV-O as N-Triples) and of missing premises (JSON)."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NotRequired, TypedDict

from sjkg.core.ntriples import TextTriple, literal_text
from sjkg.core.vocabulary import PREFIXES
from sjkg.proofs.explainer import NearMiss
from sjkg.proofs.prover import DERIVED, TRANSLATED, Proof
from sjkg.proofs.terms import show_term, show_triple

OWL_RL_RULES = "https://www.w3.org/TR/owl2-profiles/#Reasoning_in_OWL_2_RL_and_RDF_Graphs_using_Rules"
REASONER = "_:reasoner"
RDF, RDFS, PROV = PREFIXES["rdf"], PREFIXES["rdfs"], PREFIXES["prov"]


@dataclass(frozen=True)
class ProofTree:
    """A node of a proof tree for display: a triple as abbreviated text, its proof, and the trees of its premises.

    is_repeated: the triple's premises are shown at an earlier node and left out here, so `children` is empty.
    """

    text: str
    proof: Proof
    children: tuple["ProofTree", ...]
    is_repeated: bool


class Location(TypedDict):
    """The JSON of a place that asserts a triple: IRI of the named graph, path of the file, line (null if unknown)."""

    graph: str
    file: str
    line: int | None


class ProofStep(TypedDict):
    """The JSON of a step of a proof: the triple that it concludes, as three N-Triples terms and as abbreviated text.

    kind: asserted (in a file), derived (by a rule of the project), inferred (by a rule of OWL 2 RL), unconditional
    (by a rule without premises) or translated (by a rule of a profile). depth: inference steps on the longest path to a leaf of the proof. rule: its name, for
    an inferred triple as in OWL 2 Profiles. premises: positions in the list of all steps. places: those that assert the
    triple. items, cells: where the object is an RDF list, its items and the positions of the steps for its rdf:first
    and rdf:rest triples. Keys without a value are left out.
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
    """The JSON of proofs of one triple: all steps, each once, and the position in `steps` of each proof's last step."""

    triple: TextTriple
    proofs: list[int]
    steps: list[ProofStep]


class Present(TypedDict):
    """The JSON of a premise that is in the graph.

    triple: three N-Triples terms. items: if the rule reads an RDF list that is the object, its items; else empty.
    """

    triple: TextTriple
    items: tuple[str, ...]


class Miss(TypedDict):
    """The JSON of a near miss: a rule that would conclude the triple, with its present and lacking premises.

    In a lacking premise, a term that begins with “?” is a variable and stands for any term.
    """

    rule: str
    lacking: tuple[TextTriple, ...]
    present: list[Present]


class Misses(TypedDict):
    """The JSON of a triple that is not in the graph, with its near misses: rules that lack premises to conclude it."""

    triple: TextTriple
    misses: list[Miss]


def build_trees(proofs: Iterable[Proof]) -> list[ProofTree]:
    """Return a tree for each proof. Below the roots, the premises of a triple are shown only where it first occurs."""
    shown: set[TextTriple] = set()
    return [_build_tree(proof, shown, is_root=True) for proof in proofs]


def _build_tree(proof: Proof, shown: set[TextTriple], is_root: bool = False) -> ProofTree:
    """Return the tree of a proof.

    shown: the triples of the trees built so far, to which this function adds. is_root: show the premises in any case.
    """
    text = show_with_items(proof.triple, proof.items)
    if proof.premises and proof.triple in shown and not is_root:
        return ProofTree(text, proof, (), True)
    shown.add(proof.triple)
    return ProofTree(text, proof, tuple(_build_tree(premise, shown) for premise in proof.premises), False)


def show_with_items(triple: TextTriple, items: tuple[str, ...]) -> str:
    """Return a triple in the short form of Turtle; if `items` is not empty, they replace its object as “( item … )”."""
    if not items:
        return show_triple(triple)
    return " ".join((*map(show_term, triple[:2]), "(", *map(show_term, items), ")"))


def list_steps(proofs: Iterable[Proof]) -> list[Proof]:
    """Return every step of some proofs once (by object identity), premises before conclusions."""
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
    """Return proofs of one triple in a form for json.dumps: all steps, premises first, and the last step of each proof.

    Raises IndexError for an empty sequence.
    """
    steps = list_steps(proofs)
    position = {id(step): number for number, step in enumerate(steps)}
    return {
        "triple": proofs[0].triple,
        "proofs": [position[id(proof)] for proof in proofs],
        "steps": [_step_as_json(step, position) for step in steps],
    }


def _step_as_json(step: Proof, position: dict[int, int]) -> ProofStep:
    """Return a step of a proof in a form for json.dumps. position: each step's number, by the id() of its proof."""
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
    """Return a triple that is not in the graph, and its near misses in the given order, in a form for json.dumps."""
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
        lines |= dict.fromkeys(_format_entity(step, name))
        if step.rule:
            lines |= dict.fromkeys(_format_activity(step, step.rule, name, premises))
        else:
            lines |= dict.fromkeys(_format_sources(step, name))
    return "".join(f"{line} .\n" for line in lines)


def _format_entity(step: Proof, name: str) -> Iterator[str]:
    """Yield N-Triples, without the final dot, that describe the triple of a step as a prov:Entity and rdf:Statement.

    name: the blank node label of the entity, with “_:”.
    """
    yield f"{name} <{RDF}type> <{RDF}Statement>"
    yield f"{name} <{RDF}type> <{PROV}Entity>"
    for part, term in zip(("subject", "predicate", "object"), step.triple, strict=True):
        yield f"{name} <{RDF}{part}> {term}"


def _format_activity(step: Proof, rule: str, name: str, premises: list[str]) -> Iterator[str]:
    """Yield N-Triples, without the final dot, that describe the rule application of a step as a prov:Activity.

    rule: name of the rule. name, premises: the blank node labels, with “_:”, of the step's triple and of its premises.
    """
    activity, association, plan = (f"{name}{part}" for part in ("step", "association", "rule"))
    yield f"{name} <{PROV}wasGeneratedBy> {activity}"
    yield f"{activity} <{RDF}type> <{PROV}Activity>"
    yield f"{activity} <{PROV}qualifiedAssociation> {association}"
    yield f"{association} <{RDF}type> <{PROV}Association>"
    yield f"{association} <{PROV}agent> {REASONER}"
    yield f"{association} <{PROV}hadPlan> {plan}"
    yield f"{plan} <{RDF}type> <{PROV}Plan>"
    yield f"{plan} <{RDFS}label> {literal_text(rule)}"
    if step.kind not in (DERIVED, TRANSLATED):
        yield f"{plan} <{RDFS}isDefinedBy> <{OWL_RL_RULES}>"
    for premise in premises:
        yield f"{activity} <{PROV}used> {premise}"
        yield f"{name} <{PROV}wasDerivedFrom> {premise}"


def _format_sources(step: Proof, name: str) -> Iterator[str]:
    """Yield N-Triples, without the final dot, for each place (graph, file, line) that asserts a step's triple.

    name: the blank node label of the triple, with “_:”.
    """
    for number, at in enumerate(step.locations):
        location = f"{name}place{number}"
        yield f"{name} <{PROV}hadPrimarySource> <{at.graph}>"
        yield f"{name} <{PROV}atLocation> {location}"
        yield f"{location} <{RDF}type> <{PROV}Location>"
        yield f"{location} <{RDFS}label> {literal_text(at.file + (f':{at.line}' if at.line else ''))}"
