"""A synthetic theatre (a war in one region), as detailed as the article: about 7 000 statements in N-Quads.

The statements conform to the ontology and the SHACL shapes of the project. A theatre has incidents, an incident has
scenes, and a scene is one passage. THEATRES_PER_WORLD consecutive theatres share their states and armies.
"""

from datetime import date, timedelta
from hashlib import sha256
from random import Random

from bench.quads import Quads, edtf_literal, english_literal, graph_iri, integer_literal, iri, mint_iri
from bench.scenes import Scene, write_scene
from bench.words import FAMILY_NAMES, random_abstract, random_place_name

SCENES = 4  # of each incident; each scene is one passage
THEATRES_PER_WORLD = 8  # consecutive theatres that share their states and armies
SIDES = ("side:japanese-manchukuoan", "side:soviet-mongolian")
SECTIONS, FOOTNOTES = 17, 18
PLACE_KINDS = (
    "Settlement Settlement BuiltFeature River DescribedSite Settlement Lake Region Island BorderSegment".split()
)
EVENTS, ACTORS, PLACE_GRAPH, SECTION, NOTES, WORKS, TREATIES = map(
    graph_iri, ("events", "actors", "places", "sections", "footnotes", "works", "treaties")
)


class Theatre:
    """Writer of one theatre, and the things that its scenes share.

    seed, ordinal: decide all random choices. quads: receives the statements. Attributes are IRIs: powers (two states,
    then a client state of each), armies (one of each), conflict, region and footnotes; position is the end of the last
    text span.
    """

    def __init__(self, seed: int, ordinal: int, quads: Quads):
        self.random = Random(f"{seed}/{ordinal}")
        self.ordinal, self.key = ordinal, f"t{ordinal}"
        self.quads = quads
        self.name = f"{random_place_name(self.random)} {ordinal}"
        self.powers = [
            mint_iri("actor", f"w{ordinal // THEATRES_PER_WORLD}-power-{n}") for n in range(4)
        ]  # two states, then their client states
        self.armies = [mint_iri("actor", f"w{ordinal // THEATRES_PER_WORLD}-army-{n}") for n in range(4)]
        self.conflict = mint_iri("event", f"{self.key}-conflict")
        self.region = mint_iri("place", f"{self.key}-region")
        self.footnotes = [mint_iri("footnote", f"{self.key}-{n}") for n in range(1, FOOTNOTES + 1)]
        self.position = 0

    def write(self, incidents: int) -> None:
        """Add all statements of the theatre. incidents: their number."""
        self._write_sources()
        quads, random = self.quads, self.random
        quads.add(
            EVENTS, self.conflict, "a", iri("sjkg:Conflict"), "skos:prefLabel", english_literal(f"{self.name} war")
        )
        quads.add(
            PLACE_GRAPH, self.region, "a", iri("sjkg:Region"), "skos:prefLabel", english_literal(f"land of {self.name}")
        )
        begun = date(random.randrange(1600, 2000), random.randrange(1, 13), 1)
        earlier = None
        for n in range(incidents):
            begun += timedelta(days=random.randrange(20, 60))
            earlier = self._write_incident(n, begun, earlier)

    def _write_incident(self, n: int, day: date, earlier: str | None) -> str:
        """Add the n-th incident with its actors, places and scenes; return its IRI.

        day: of the first scene. earlier: the IRI of the incident before, None for the first.
        """
        key, name = f"{self.key}-i{n}", f"{random_place_name(self.random)} {self.ordinal}.{n}"
        incident, kind = mint_iri("event", key), self.random.choice(("Battle", "BorderIncident", "BorderIncident"))
        self.quads.add(
            EVENTS, incident, "a", iri(f"sjkg:{kind}"), "skos:prefLabel", english_literal(f"{name} incident")
        )
        actors, places = self._write_actors(key, name), self._write_places(key, name)
        last = None
        for n_scene in range(SCENES):
            scene = Scene(self, f"{key}-s{n_scene}", name, incident, day, actors, places, is_first=n_scene == 0)
            if scene.is_first:
                self._describe_incident(scene, earlier)
            last = write_scene(scene, last)
            day += timedelta(days=self.random.randrange(1, 3))
        return incident

    def _describe_incident(self, scene: Scene, earlier: str | None) -> None:
        """Add date, place and conflict of an incident to its first passage, and with the first one the conflict's date.

        earlier: the IRI of the incident before, None for the first.
        """
        self.quads.add(scene.graph, scene.incident, "sjkg:directSubEventOf", self.conflict)
        self.quads.add(
            scene.graph, scene.incident, "sjkg:date", edtf_literal(f"{scene.day.isoformat()[:7]}/{scene.day.year + 1}")
        )
        self.quads.add(scene.graph, scene.incident, "sjkg:dateBasis", iri("basis:stated"))
        self.quads.add(scene.graph, scene.incident, "sjkg:occurredAt", self.region)
        if earlier is None:
            span = edtf_literal(f"{scene.day.year}/{scene.day.year + 5}")
            self.quads.add(scene.graph, self.conflict, "sjkg:date", span, "sjkg:dateBasis", iri("basis:stated"))
        elif self.random.random() < 0.2:
            self.quads.add(scene.graph, earlier, "sjkg:before", scene.incident)

    def _write_actors(self, key: str, name: str) -> list[tuple[str, str]]:
        """Add six actors of an incident; return pairs of the IRIs of an actor and its side.

        key: the slug from which IRIs are minted. name: of the incident, for labels.
        """
        actors = []
        for n in range(6):
            actor, side = mint_iri("actor", f"{key}-a{n}"), n % 2
            if n < 2:
                kind, label = "Person", f"{self.random.choice(FAMILY_NAMES)} of {name}, no. {n}"
                body = ("sjkg:ofState", self.powers[side])
            elif n == 2:
                kind, label = "MilitaryUnit", f"{self.random.randrange(1, 120)}th Regiment at {name}"
                body = ("sjkg:unitOf", self.armies[side])
            else:
                kind, label = "UnnamedGroup", f"{self.random.choice(('patrol', 'horsemen', 'guards'))} {n} at {name}"
                body = (
                    ("sjkg:unitOf", self.armies[side + 2]) if n < 5 else ("sjkg:unitOf", mint_iri("actor", f"{key}-a2"))
                )
            side = 0 if n == 5 else side
            self.quads.add(ACTORS, actor, "a", iri(f"sjkg:{kind}"), "skos:prefLabel", english_literal(label))
            self.quads.add(ACTORS, actor, *body)
            actors.append((actor, iri(SIDES[side])))
        return actors

    def _write_places(self, key: str, name: str) -> list[str]:
        """Add three places of an incident, the second and third within the first; return their IRIs.

        key: the slug from which IRIs are minted. name: of the incident, for labels.
        """
        places = [mint_iri("place", f"{key}-p{n}") for n in range(3)]
        for n, place in enumerate(places):
            kind = "Region" if n == 0 else self.random.choice(PLACE_KINDS)
            label = english_literal(f"{('country', 'ford', 'hill')[n]} of {name}")
            self.quads.add(PLACE_GRAPH, place, "a", iri(f"sjkg:{kind}"), "skos:prefLabel", label)
            if kind == "DescribedSite":
                self.quads.add(
                    PLACE_GRAPH, place, "sjkg:relativeTo", places[0], "sjkg:direction", iri("direction:north-west")
                )
            self.quads.add(PLACE_GRAPH, place, "sjkg:placePartOf", places[0] if n else self.region)
        return places

    def _write_sources(self) -> None:
        """Add sections, footnotes and works; in the first theatre of a world also its states and armies."""
        for n in range(SECTIONS):
            section, span = mint_iri("section", f"{self.key}-{n}"), self.next_text_span(self.random.randrange(8, 30))
            self.quads.add(
                SECTION,
                section,
                "a",
                iri("sjkg:Section"),
                "skos:prefLabel",
                english_literal(f"{self.name}, part {n + 1}"),
            )
            self.quads.add(SECTION, section, "sjkg:sectionOrder", integer_literal(n + 1), *span)
        for n, footnote in enumerate(self.footnotes, 1):
            work = mint_iri("work", f"{self.key}-{n % 11}")
            self.quads.add(
                NOTES,
                footnote,
                "a",
                iri("sjkg:Footnote"),
                "skos:prefLabel",
                english_literal(f"Footnote {n} on {self.name}"),
                "sjkg:noteNumber",
                integer_literal(n),
                "sjkg:citesWork",
                work,
            )
            if n <= 11:
                title = english_literal(f"A History of {self.name}, vol. {n}")
                self.quads.add(WORKS, work, "a", iri("sjkg:Book"), "skos:prefLabel", title)
        if self.ordinal % THEATRES_PER_WORLD == 0:
            self._write_powers()

    def _write_powers(self) -> None:
        """Add two states, their client states and the army of each."""
        for n, (power, army) in enumerate(zip(self.powers, self.armies, strict=True)):
            name = f"{random_place_name(self.random)} {self.ordinal}-{n}"
            kind = "State" if n < 2 else "ClientState"
            self.quads.add(
                ACTORS, power, "a", iri(f"sjkg:{kind}"), "skos:prefLabel", english_literal(f"realm of {name}")
            )
            self.quads.add(
                ACTORS, army, "a", iri("sjkg:ArmedForce"), "skos:prefLabel", english_literal(f"army of {name}")
            )
            self.quads.add(ACTORS, army, "sjkg:armedForceOf", power)
            if n >= 2:
                self.quads.add(ACTORS, power, "sjkg:clientStateOf", self.powers[n - 2])

    def next_text_span(self, length: int) -> tuple[str, ...]:
        """Return the arguments for Quads.add that place something in the next `length` characters of an imaginary text.

        They are pairs of property and value: start, end and SHA-256 of the span.
        """
        begin, self.position = self.position, self.position + length
        digest = sha256(f"{self.key} {begin}".encode()).hexdigest()
        return (
            "sjkg:spanStart",
            integer_literal(begin),
            "sjkg:spanEnd",
            integer_literal(self.position),
            "sjkg:spanSha256",
            f'"{digest}"',
        )

    def abstract_literal(self, name: str) -> str:
        """Return a random English abstract of a scene at a place, as a literal."""
        return english_literal(random_abstract(self.random, f"A force of {self.name}", name))
