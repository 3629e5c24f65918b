"""One scene of an incident: a passage, and what it states in its own graph."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from bench.quads import edtf, english, number, term, thing
from bench.words import date_text, doubt

if TYPE_CHECKING:
    from bench.theatre import Theatre

EVENTS = term("graph:events")
CLASSES = "Engagement Engagement Incursion AirRaid Withdrawal MilitaryEvent MilitaryEvent Protest Negotiation".split()
KINDS = "border-violation occupation skirmish ambush demand investigation pursuit-fire raid shelling".split()
ROLES = "attacker defender intruder patrol occupier withdrawing-force commander reinforcement victim".split()
SLIPS = "ambiguity contradiction missing-information vagueness unfootnoted one-sided identification".split()
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
WORDS = "several dozens a-few many slight heavy unspecified".split()
CAUSES = (("led-to", "ledTo"), ("motivated", "motivated"), ("enabled", "enabled"), ("prevented", "prevented"))


@dataclass(frozen=True)
class Scene:
    """A scene to write: its theatre, key and name, the incident, the first day, who can act and where."""

    theatre: Theatre
    key: str
    name: str
    incident: str
    day: date
    actors: list[tuple[str, str]]
    places: list[str]
    first: bool

    @property
    def graph(self) -> str:
        return thing("passage", self.key)

    def say(self, subject: str, *pairs: str) -> None:
        self.theatre.quads.say(self.graph, subject, *pairs)

    def chance(self, share: float) -> bool:
        return self.theatre.random.random() < share


def write_scene(scene: Scene, earlier: str | None) -> str:
    """Add the passage, its two events, claims and remarks; return the later event."""
    random = scene.theatre.random
    footnote = random.choice(scene.theatre.footnotes)
    _write_passage(scene, footnote)
    first, second = (_write_event(scene, n) for n in range(2))
    scene.say(first, "sjkg:before", second)
    if earlier:
        scene.say(first, "sjkg:after", earlier)
    claims = [_write_figure(scene, n, random.choice((first, second)), footnote) for n in range(2)]
    _write_outcome(scene, second, footnote)
    if scene.chance(0.5):
        _write_cause(scene, first, second, footnote)
    if scene.first and scene.chance(0.2):
        _write_rival_claims(scene, footnote)
    for n in range(random.randrange(2, 5)):
        _write_remark(scene, n, [first, second, *claims])
    return second


def _write_passage(scene: Scene, footnote: str) -> None:
    theatre = scene.theatre
    scene.say(
        scene.graph,
        *("a", term("sjkg:Passage"), "dcterms:abstract", theatre.abstract(scene.name)),
        *("sjkg:inSection", thing("section", f"{theatre.key}-{theatre.random.randrange(17)}")),
        *("sjkg:opensWith", english(f"Near {scene.name} the"), "sjkg:closesWith", english("of that year.")),
        *("sjkg:cites", footnote),
        *theatre.next_span(theatre.random.randrange(80, 900)),
    )


def _write_event(scene: Scene, n: int) -> str:
    """Add an event of the scene with its date, place and participations; return it."""
    random, event = scene.theatre.random, thing("event", f"{scene.key}-e{n}")
    label = english(f"{random.choice(KINDS)} {scene.key[1:]}.{n} of {scene.name}")
    scene.theatre.quads.say(EVENTS, event, "a", term(f"sjkg:{random.choice(CLASSES)}"), "skos:prefLabel", label)
    scene.say(event, "sjkg:directSubEventOf", scene.incident)
    if scene.chance(0.65):
        scene.say(event, "sjkg:date", edtf(date_text(random, scene.day)), "sjkg:dateBasis", term("basis:stated"))
        scene.say(event, "sjkg:dateText", english(scene.day.strftime("%-d %B")))
    else:
        scene.say(event, "sjkg:undatedReason", english("told after the other events of its day; no date is given"))
    if scene.chance(0.5):
        scene.say(event, "sjkg:occurredAt", random.choice(scene.places))
    if scene.chance(0.4):
        scene.say(event, "sjkg:eventKind", term(f"kind:{random.choice(KINDS)}"))
    for actor, side in random.sample(scene.actors, random.choice((1, 2, 2))):
        _write_participation(scene, event, actor, side)
    return event


def _write_participation(scene: Scene, event: str, actor: str, side: str) -> None:
    slug = f"{event[event.rfind('/') + 1 : -1]}--{actor[actor.rfind('-') + 1 : -1]}"
    participation, role = thing("participation", slug), term(f"role:{scene.theatre.random.choice(ROLES)}")
    scene.say(event, "sjkg:hasParticipation", participation)
    scene.say(participation, "a", term("sjkg:Participation"), "sjkg:participant", actor, "sjkg:role", role)
    if scene.chance(0.7):
        scene.say(participation, "sjkg:side", side)


def _write_claim(scene: Scene, slug: str, kind: str, label: str, about: str, footnote: str) -> str:
    """Add what every claim has; return it."""
    claim = thing("claim", f"{scene.key}-{slug}")
    name = english(f"{label} at {scene.name}, {scene.key[1:]}.{slug}")
    scene.say(claim, "a", term(f"sjkg:{kind}"), "skos:prefLabel", name, "sjkg:about", about)
    if scene.chance(0.7):
        scene.say(claim, "sjkg:cites", footnote)
    return claim


def _write_figure(scene: Scene, n: int, event: str, footnote: str) -> str:
    random = scene.theatre.random
    kind, quantity = random.choice(FIGURES)
    claim = _write_claim(scene, f"c{n}", kind, quantity.replace("-", " "), event, footnote)
    party = random.choice(scene.actors)[0]
    scene.say(claim, "sjkg:party", party, "sjkg:quantityKind", term(f"quantity:{quantity}"))
    form, least = random.random(), int(random.paretovariate(0.8))
    if form < 0.55:
        scene.say(claim, "sjkg:countExact", number(least))
    elif form < 0.65:
        scene.say(claim, "sjkg:countMin", number(least), "sjkg:countMax", number(least + random.randrange(1, 40)))
    else:
        scene.say(claim, "sjkg:countText", f'"{random.choice(WORDS)}"')
    if kind in ("MaterielLossClaim", "SupplyClaim"):
        scene.say(claim, "sjkg:materiel", term("materiel:light-tank"))
    if scene.chance(0.2):
        scene.say(claim, "sjkg:attributedTo", random.choice(scene.theatre.powers))
    if scene.chance(0.15):
        scene.say(claim, "sjkg:hedge", english("is said to be"))
    return claim


def _write_outcome(scene: Scene, event: str, footnote: str) -> None:
    claim = _write_claim(scene, "outcome", "OutcomeClaim", "how it ended", event, footnote)
    scene.say(claim, "sjkg:outcomeText", english("the ground changed hands before the night"))
    if scene.chance(0.5):
        scene.say(claim, "sjkg:victor", scene.theatre.random.choice(scene.actors)[0])


def _write_cause(scene: Scene, cause: str, effect: str, footnote: str) -> None:
    relation, direct = scene.theatre.random.choice(CAUSES)
    claim = _write_claim(scene, "cause", "CausalClaim", f"what {relation.replace('-', ' ')} what", effect, footnote)
    scene.say(claim, "sjkg:cause", cause, "sjkg:effect", effect, "sjkg:causalRelation", term(f"relation:{relation}"))
    scene.say(cause, f"sjkg:{direct}", effect)


def _write_rival_claims(scene: Scene, footnote: str) -> None:
    """Add the claims of two powers to one place."""
    for n, power in enumerate(scene.theatre.powers[:2]):
        claim = _write_claim(
            scene, f"ground{n}", "TerritorialClaim", f"whose the ground is, {n}", scene.incident, footnote
        )
        scene.say(claim, "sjkg:claimant", power, "sjkg:claimedPlace", scene.places[0])


def _write_remark(scene: Scene, n: int, things: list[str]) -> None:
    random, remark = scene.theatre.random, thing("remark", f"{scene.key}-{n}")
    concerned = random.sample(things, random.choice((1, 2)))
    scene.say(remark, "a", term("sjkg:Remark"), "sjkg:remarkOn", scene.graph)
    scene.say(remark, "sjkg:remarkKind", term(f"slip:{random.choice(SLIPS)}"))
    scene.say(remark, "dcterms:description", english(doubt(random, scene.name)))
    for one in concerned:
        scene.say(remark, "sjkg:concerns", one)
