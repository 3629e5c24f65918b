"""What is asked: the queries of bench/queries/, each for many things of a generated graph."""

import re
from dataclasses import dataclass
from pathlib import Path
from random import Random
from urllib.parse import urlencode

from bench.generate import INCIDENTS, THEATRES
from bench.quads import thing
from bench.theatre import SCENES

QUERIES = Path(__file__).parent / "queries"
VARY = re.compile(r"^# vary: (\w+)$", re.MULTILINE)
DISTINCT, MIXED, DRAWN = 2000, 20_000, 100_000
MIX = {"point": 50, "star": 20, "construct": 15, "path": 10, "aggregate": 5}
TABLE, GRAPH = "application/sparql-results+json", "text/turtle"


@dataclass(frozen=True)
class Workload:
    """A list of queries and the order in which to send them, by number from 0; one round only where a cache is to begin cold."""

    name: str
    queries: list[str]
    order: list[int]
    accept: str
    starts_cold: bool = False

    @property
    def is_heavy(self) -> bool:
        return self.name.startswith("heavy")

    def paths(self, endpoint: str) -> list[str]:
        return [f"{endpoint}?{urlencode({'query': query})}" for query in self.queries]


def workloads(times: int) -> list[Workload]:
    """Return all workloads for a graph of that size, the one that begins with a cold cache first."""
    light = [_vary(name, DISTINCT, times) for name in MIX]
    heavy = [_fixed(path.stem) for path in sorted(QUERIES.glob("heavy-*.rq"))]
    repeated = Workload("repeated", light[0].queries[:1], [0], TABLE)
    return [_zipf(times), repeated, *light, *heavy]


def _vary(name: str, count: int, times: int) -> Workload:
    """Return a query for `count` things drawn at random, each as often as it is drawn."""
    text = (QUERIES / f"{name}.rq").read_text(encoding="utf-8")
    random, variable = Random(name), VARY.search(text)[1]
    things = sorted({_draw(random, variable, times) for _ in range(count)})
    random.shuffle(things)
    queries = [re.sub(rf"\?{variable}\b", iri, text) for iri in things]
    return Workload(name, queries, list(range(len(queries))), GRAPH if "CONSTRUCT" in text else TABLE)


def _draw(random: Random, variable: str, times: int) -> str:
    incident = f"t{random.randrange(times * THEATRES)}-i{random.randrange(INCIDENTS)}"
    scene = f"{incident}-s{random.randrange(SCENES)}"
    return {
        "incident": thing("event", incident),
        "event": thing("event", f"{scene}-e{random.randrange(2)}"),
        "passage": thing("passage", scene),
    }[variable]


def _fixed(name: str) -> Workload:
    return Workload(name, [(QUERIES / f"{name}.rq").read_text(encoding="utf-8")], [0], TABLE)


def _zipf(times: int) -> Workload:
    """Return a mix of all light queries in which the n-th most popular one is asked for 1/n as often as the first."""
    pool = [
        query for name, share in MIX.items() for query in _vary(name, MIXED * share // sum(MIX.values()), times).queries
    ]
    random = Random("zipf")
    random.shuffle(pool)
    order = random.choices(range(len(pool)), weights=[1 / rank for rank in range(1, len(pool) + 1)], k=DRAWN)
    return Workload("zipf mix", pool, order, f"{TABLE}, {GRAPH}", starts_cold=True)
