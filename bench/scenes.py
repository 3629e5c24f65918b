"""Scenes of a synthetic incident: each is one passage (a stretch of text) with its events, claims and remarks.

The statements of a scene are in the named graph of its passage. A claim is a figure or assertion that somebody makes; a
remark notes an uncertainty of the text. Random choices come from the generator of the theatre (a synthetic war).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from bench.quads import REMARKS, edtf_literal, english_literal, integer_literal, iri, mint_iri
from bench.words import random_edtf, random_remark

if TYPE_CHECKING:
    from bench.theatre import Theatre

EVENTS = iri("graph:events")
EVENT_CLASSES = (
    "Engagement Engagement Incursion AirRaid Withdrawal MilitaryEvent MilitaryEvent Protest Negotiation".split()
)
EVENT_KINDS = "border-violation occupation skirmish ambush demand investigation pursuit-fire raid shelling".split()
ROLES = "attacker defender intruder patrol occupier withdrawing-force commander reinforcement victim".split()
REMARK_KINDS = "ambiguity contradiction missing-information vagueness unfootnoted one-sided identification".split()
FIGURES = (
    ("CasualtyClaim", "killed"),
    ("CasualtyClaim", "wounded"),
    ("CasualtyClaim", "captured"),
    ("StrengthClaim", "personnel"),
    ("StrengthClaim", "personnel"),
    ("MaterielLossClaim", "tanks-destroyed"),
    ("CountClaim", "duration-days"),
    ("SupplyClaim", "equipment"),
)
VAGUE_COUNTS = "several dozens a-few many slight heavy unspecified".split()
CAUSES = (("led-to", "ledTo"), ("motivated", "motivated"), ("enabled", "enabled"), ("prevented", "prevented"))


@dataclass(frozen=True)
class Scene:
    """A scene to write, and the things that it can mention.

    key: the slug from which IRIs are minted. name: of the incident. incident: its IRI. day: the scene's date. actors:
    pairs of the IRIs of an actor and its side. places: IRIs. is_first: whether it is the first scene of its incident.
    """

    theatre: Theatre
    key: str
    name: str
    incident: str
    day: date
    actors: list[tuple[str, str]]
    places: list[str]
    is_first: bool

    @property
    def graph(self) -> str:
        """Return the IRI of the passage, which is also that of its named graph, in angle brackets."""
        return mint_iri("passage", self.key)

    def add(self, subject: str, *pairs: str) -> None:
        """Add statements about a subject to the passage's graph; pairs: property names and N-Quads terms, in turn."""
        self.theatre.quads.add(self.graph, subject, *pairs)

    def happens(self, share: float) -> bool:
        """Return true with a probability of `share`, between 0 and 1."""
        return self.theatre.random.random() < share


def write_scene(scene: Scene, earlier: str | None) -> str:
    """Add the statements of a scene: its passage, two events, claims and remarks; return the IRI of the later event.

    earlier: the IRI of the last event of the scene before, None for the first scene.
    """
    random = scene.theatre.random
    footnote = random.choice(scene.theatre.footnotes)
    _write_passage(scene, footnote)
    first, second = (_write_event(scene, n) for n in range(2))
    scene.add(first, "sjkg:before", second)
    if earlier:
        scene.add(first, "sjkg:after", earlier)
    claims = [_write_figure(scene, n, random.choice((first, second)), footnote) for n in range(2)]
    _write_outcome(scene, second, footnote)
    if scene.happens(0.5):
        _write_cause(scene, first, second, footnote)
    if scene.is_first and scene.happens(0.2):
        _write_rival_claims(scene, footnote)
    for n in range(random.randrange(2, 5)):
        _write_remark(scene, n, [first, second, *claims])
    return second


def _write_passage(scene: Scene, footnote: str) -> None:
    """Add the passage: its section, abstract, first and last words, cited footnote and span in the text."""
    theatre = scene.theatre
    scene.add(
        scene.graph,
        *("a", iri("sjkg:Passage"), "dcterms:abstract", theatre.abstract_literal(scene.name)),
        *("sjkg:inSection", mint_iri("section", f"{theatre.key}-{theatre.random.randrange(17)}")),
        *(
            "sjkg:opensWith",
            english_literal(f"Near {scene.name} the"),
            "sjkg:closesWith",
            english_literal("of that year."),
        ),
        *("sjkg:cites", footnote),
        *theatre.next_text_span(theatre.random.randrange(80, 900)),
    )


def _write_event(scene: Scene, n: int) -> str:
    """Add the n-th event of a scene with its date, place and participations; return its IRI."""
    random, event = scene.theatre.random, mint_iri("event", f"{scene.key}-e{n}")
    label = english_literal(f"{random.choice(EVENT_KINDS)} {scene.key[1:]}.{n} of {scene.name}")
    scene.theatre.quads.add(EVENTS, event, "a", iri(f"sjkg:{random.choice(EVENT_CLASSES)}"), "skos:prefLabel", label)
    scene.add(event, "sjkg:directSubEventOf", scene.incident)
    if scene.happens(0.65):
        scene.add(
            event, "sjkg:date", edtf_literal(random_edtf(random, scene.day)), "sjkg:dateBasis", iri("basis:stated")
        )
        scene.add(event, "sjkg:dateText", english_literal(scene.day.strftime("%-d %B")))
    else:
        scene.add(
            event, "sjkg:undatedReason", english_literal("told after the other events of its day; no date is given")
        )
    if scene.happens(0.5):
        scene.add(event, "sjkg:occurredAt", random.choice(scene.places))
    if scene.happens(0.4):
        scene.add(event, "sjkg:eventKind", iri(f"kind:{random.choice(EVENT_KINDS)}"))
    for actor, side in random.sample(scene.actors, random.choice((1, 2, 2))):
        _write_participation(scene, event, actor, side)
    return event


def _write_participation(scene: Scene, event: str, actor: str, side: str) -> None:
    """Add the participation of an actor in an event, with a role and mostly a side. event, actor, side: IRIs."""
    slug = f"{event[event.rfind('/') + 1 : -1]}--{actor[actor.rfind('-') + 1 : -1]}"
    participation, role = mint_iri("participation", slug), iri(f"role:{scene.theatre.random.choice(ROLES)}")
    scene.add(event, "sjkg:hasParticipation", participation)
    scene.add(participation, "a", iri("sjkg:Participation"), "sjkg:participant", actor, "sjkg:role", role)
    if scene.happens(0.7):
        scene.add(participation, "sjkg:side", side)


def _write_claim(scene: Scene, slug: str, kind: str, label: str, about: str, footnote: str) -> str:
    """Add the statements that all classes of claim share; return the claim's IRI.

    slug: the last part of its IRI. kind: the local name of its class. label: the first words of its label. about: the
    IRI of its subject. footnote: the IRI of a source, cited by most claims.
    """
    claim = mint_iri("claim", f"{scene.key}-{slug}")
    name = english_literal(f"{label} at {scene.name}, {scene.key[1:]}.{slug}")
    scene.add(claim, "a", iri(f"sjkg:{kind}"), "skos:prefLabel", name, "sjkg:about", about)
    if scene.happens(0.7):
        scene.add(claim, "sjkg:cites", footnote)
    return claim


def _write_figure(scene: Scene, n: int, event: str, footnote: str) -> str:
    """Add the n-th claim of a scene that states a number, such as casualties of a party in an event; return its IRI."""
    random = scene.theatre.random
    kind, quantity = random.choice(FIGURES)
    claim = _write_claim(scene, f"c{n}", kind, quantity.replace("-", " "), event, footnote)
    party = random.choice(scene.actors)[0]
    scene.add(claim, "sjkg:party", party, "sjkg:quantityKind", iri(f"quantity:{quantity}"))
    form, least = random.random(), int(random.paretovariate(0.8))
    if form < 0.55:
        scene.add(claim, "sjkg:countExact", integer_literal(least))
    elif form < 0.65:
        scene.add(
            claim,
            "sjkg:countMin",
            integer_literal(least),
            "sjkg:countMax",
            integer_literal(least + random.randrange(1, 40)),
        )
    else:
        scene.add(claim, "sjkg:countText", f'"{random.choice(VAGUE_COUNTS)}"')
    if kind in ("MaterielLossClaim", "SupplyClaim"):
        scene.add(claim, "sjkg:materiel", iri("materiel:light-tank"))
    if scene.happens(0.2):
        scene.add(claim, "sjkg:attributedTo", random.choice(scene.theatre.powers))
    if scene.happens(0.15):
        scene.add(claim, "sjkg:hedge", english_literal("is said to be"))
    return claim


def _write_outcome(scene: Scene, event: str, footnote: str) -> None:
    """Add a claim about the outcome of an event; half of them name a victor."""
    claim = _write_claim(scene, "outcome", "OutcomeClaim", "how it ended", event, footnote)
    scene.add(claim, "sjkg:outcomeText", english_literal("the ground changed hands before the night"))
    if scene.happens(0.5):
        scene.add(claim, "sjkg:victor", scene.theatre.random.choice(scene.actors)[0])


def _write_cause(scene: Scene, cause: str, effect: str, footnote: str) -> None:
    """Add a claim that one event led to, motivated, enabled or prevented another one."""
    relation, direct = scene.theatre.random.choice(CAUSES)
    claim = _write_claim(scene, "cause", "CausalClaim", f"what {relation.replace('-', ' ')} what", effect, footnote)
    scene.add(claim, "sjkg:cause", cause, "sjkg:effect", effect, "sjkg:causalRelation", iri(f"relation:{relation}"))
    scene.add(cause, f"sjkg:{direct}", effect)


def _write_rival_claims(scene: Scene, footnote: str) -> None:
    """Add the territorial claims of two states to one place."""
    for n, power in enumerate(scene.theatre.powers[:2]):
        claim = _write_claim(
            scene, f"ground{n}", "TerritorialClaim", f"whose the ground is, {n}", scene.incident, footnote
        )
        scene.add(claim, "sjkg:claimant", power, "sjkg:claimedPlace", scene.places[0])


def _write_remark(scene: Scene, n: int, things: list[str]) -> None:
    """Add the n-th remark of a scene, which concerns one or two of `things` (IRIs of its events and claims).

    Remarks are the editors', so that they have a graph of their own.
    """
    random, remark = scene.theatre.random, mint_iri("remark", f"{scene.key}-{n}")
    concerned = random.sample(things, random.choice((1, 2)))
    pairs = ["a", iri("sjkg:Remark"), "sjkg:remarkOn", scene.graph]
    pairs += ["sjkg:remarkKind", iri(f"slip:{random.choice(REMARK_KINDS)}")]
    pairs += ["dcterms:description", english_literal(random_remark(random, scene.name))]
    for one in concerned:
        pairs += ["sjkg:concerns", one]
    scene.theatre.quads.add(f"<{REMARKS}{scene.key}>", remark, *pairs)
