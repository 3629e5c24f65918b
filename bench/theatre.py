"""One made-up theatre of war, as much as the article tells: about 7 000 statements that follow ontology and shapes."""

from datetime import date, timedelta
from hashlib import sha256
from random import Random

from bench.quads import Quads, edtf, english, graph, number, term, thing
from bench.scenes import Scene, write_scene
from bench.words import FAMILY, place_name, sentence

SCENES = 4  # of each incident, one passage each
WORLD = 8  # theatres that share their powers
SIDES = ("side:japanese-manchukuoan", "side:soviet-mongolian")
SECTIONS, FOOTNOTES = 17, 18
PLACES = "Settlement Settlement BuiltFeature River DescribedSite Settlement Lake Region Island BorderSegment".split()
EVENTS, ACTORS, WHERE, SECTION, NOTES, WORKS, TREATIES = map(
    graph, ("events", "actors", "places", "sections", "footnotes", "works", "treaties")
)


class Theatre:
    """What the scenes of one theatre share."""

    def __init__(self, seed: int, ordinal: int, quads: Quads):
        self.random = Random(f"{seed}/{ordinal}")
        self.ordinal, self.key = ordinal, f"t{ordinal}"
        self.quads = quads
        self.name = f"{place_name(self.random)} {ordinal}"
        self.powers = [thing("actor", f"w{ordinal // WORLD}-power-{n}") for n in range(4)]  # two patrons, their clients
        self.armies = [thing("actor", f"w{ordinal // WORLD}-army-{n}") for n in range(4)]
        self.conflict = thing("event", f"{self.key}-conflict")
        self.region = thing("place", f"{self.key}-region")
        self.footnotes = [thing("footnote", f"{self.key}-{n}") for n in range(1, FOOTNOTES + 1)]
        self.position = 0

    def write(self, incidents: int) -> None:
        """Add the whole theatre."""
        self._write_sources()
        quads, random = self.quads, self.random
        quads.say(EVENTS, self.conflict, "a", term("sjkg:Conflict"), "skos:prefLabel", english(f"{self.name} war"))
        quads.say(WHERE, self.region, "a", term("sjkg:Region"), "skos:prefLabel", english(f"land of {self.name}"))
        begun = date(random.randrange(1600, 2000), random.randrange(1, 13), 1)
        earlier = None
        for n in range(incidents):
            begun += timedelta(days=random.randrange(20, 60))
            earlier = self._write_incident(n, begun, earlier)

    def _write_incident(self, n: int, day: date, earlier: str | None) -> str:
        """Add an incident with its actors, places and scenes; return it."""
        key, name = f"{self.key}-i{n}", f"{place_name(self.random)} {self.ordinal}.{n}"
        incident, kind = thing("event", key), self.random.choice(("Battle", "BorderIncident", "BorderIncident"))
        self.quads.say(EVENTS, incident, "a", term(f"sjkg:{kind}"), "skos:prefLabel", english(f"{name} incident"))
        actors, places = self._write_actors(key, name), self._write_places(key, name)
        last = None
        for number_ in range(SCENES):
            scene = Scene(self, f"{key}-s{number_}", name, incident, day, actors, places, first=number_ == 0)
            if scene.first:
                self._open_incident(scene, earlier)
            last = write_scene(scene, last)
            day += timedelta(days=self.random.randrange(1, 3))
        return incident

    def _open_incident(self, scene: Scene, earlier: str | None) -> None:
        """State in an incident's first passage where it belongs; the first one of all tells of the conflict too."""
        self.quads.say(scene.graph, scene.incident, "sjkg:directSubEventOf", self.conflict)
        self.quads.say(
            scene.graph, scene.incident, "sjkg:date", edtf(f"{scene.day.isoformat()[:7]}/{scene.day.year + 1}")
        )
        self.quads.say(scene.graph, scene.incident, "sjkg:dateBasis", term("basis:stated"))
        self.quads.say(scene.graph, scene.incident, "sjkg:occurredAt", self.region)
        if earlier is None:
            span = edtf(f"{scene.day.year}/{scene.day.year + 5}")
            self.quads.say(scene.graph, self.conflict, "sjkg:date", span, "sjkg:dateBasis", term("basis:stated"))
        elif self.random.random() < 0.2:
            self.quads.say(scene.graph, earlier, "sjkg:before", scene.incident)

    def _write_actors(self, key: str, name: str) -> list[tuple[str, str]]:
        """Add six actors of an incident; return each with its side."""
        actors = []
        for n in range(6):
            actor, side = thing("actor", f"{key}-a{n}"), n % 2
            if n < 2:
                kind, label = "Person", f"{self.random.choice(FAMILY)} of {name}, no. {n}"
                body = ("sjkg:ofState", self.powers[side])
            elif n == 2:
                kind, label = "MilitaryUnit", f"{self.random.randrange(1, 120)}th Regiment at {name}"
                body = ("sjkg:unitOf", self.armies[side])
            else:
                kind, label = "UnnamedGroup", f"{self.random.choice(('patrol', 'horsemen', 'guards'))} {n} at {name}"
                body = ("sjkg:unitOf", self.armies[side + 2]) if n < 5 else ("sjkg:unitOf", thing("actor", f"{key}-a2"))
            side = 0 if n == 5 else side
            self.quads.say(ACTORS, actor, "a", term(f"sjkg:{kind}"), "skos:prefLabel", english(label))
            self.quads.say(ACTORS, actor, *body)
            actors.append((actor, term(SIDES[side])))
        return actors

    def _write_places(self, key: str, name: str) -> list[str]:
        """Add three places of an incident, the second and third within the first."""
        places = [thing("place", f"{key}-p{n}") for n in range(3)]
        for n, place in enumerate(places):
            kind = "Region" if n == 0 else self.random.choice(PLACES)
            label = english(f"{('country', 'ford', 'hill')[n]} of {name}")
            self.quads.say(WHERE, place, "a", term(f"sjkg:{kind}"), "skos:prefLabel", label)
            if kind == "DescribedSite":
                self.quads.say(
                    WHERE, place, "sjkg:relativeTo", places[0], "sjkg:direction", term("direction:north-west")
                )
            self.quads.say(WHERE, place, "sjkg:placePartOf", places[0] if n else self.region)
        return places

    def _write_sources(self) -> None:
        """Add sections, footnotes and works, a treaty, and the powers where this is the first theatre of their world."""
        for n in range(SECTIONS):
            section, span = thing("section", f"{self.key}-{n}"), self.next_span(self.random.randrange(8, 30))
            self.quads.say(
                SECTION, section, "a", term("sjkg:Section"), "skos:prefLabel", english(f"{self.name}, part {n + 1}")
            )
            self.quads.say(SECTION, section, "sjkg:sectionOrder", number(n + 1), *span)
        for n, footnote in enumerate(self.footnotes, 1):
            work = thing("work", f"{self.key}-{n % 11}")
            self.quads.say(
                NOTES,
                footnote,
                "a",
                term("sjkg:Footnote"),
                "skos:prefLabel",
                english(f"Footnote {n} on {self.name}"),
                "sjkg:noteNumber",
                number(n),
                "sjkg:citesWork",
                work,
            )
            if n <= 11:
                title = english(f"A History of {self.name}, vol. {n}")
                self.quads.say(WORKS, work, "a", term("sjkg:Book"), "skos:prefLabel", title)
        if self.ordinal % WORLD == 0:
            self._write_powers()

    def _write_powers(self) -> None:
        """Add two patrons, their client states and the army of each."""
        for n, (power, army) in enumerate(zip(self.powers, self.armies, strict=True)):
            name = f"{place_name(self.random)} {self.ordinal}-{n}"
            kind = "State" if n < 2 else "ClientState"
            self.quads.say(ACTORS, power, "a", term(f"sjkg:{kind}"), "skos:prefLabel", english(f"realm of {name}"))
            self.quads.say(ACTORS, army, "a", term("sjkg:ArmedForce"), "skos:prefLabel", english(f"army of {name}"))
            self.quads.say(ACTORS, army, "sjkg:armedForceOf", power)
            if n >= 2:
                self.quads.say(ACTORS, power, "sjkg:clientStateOf", self.powers[n - 2])

    def next_span(self, length: int) -> tuple[str, ...]:
        """Return the property-value pairs of the next run of a text that nobody wrote."""
        begin, self.position = self.position, self.position + length
        digest = sha256(f"{self.key} {begin}".encode()).hexdigest()
        return (
            "sjkg:spanStart",
            number(begin),
            "sjkg:spanEnd",
            number(self.position),
            "sjkg:spanSha256",
            f'"{digest}"',
        )

    def abstract(self, name: str) -> str:
        return english(sentence(self.random, f"A force of {self.name}", name))
