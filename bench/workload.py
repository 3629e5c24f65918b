"""Workloads of the endpoint benchmark: the queries of bench/queries/, each for many things of a generated graph."""

import re
from dataclasses import dataclass
from pathlib import Path
from random import Random
from urllib.parse import urlencode

from bench.generate import INCIDENTS, THEATRES
from bench.quads import mint_iri
from bench.theatre import SCENES

QUERIES = Path(__file__).parent / "queries"
VARY = re.compile(r"^# vary: (\w+)$", re.MULTILINE)
MAX_DISTINCT, MAX_MIXED, MIX_LENGTH = 2000, 20_000, 100_000  # queries of one kind, in the mix, requests of the mix
MIX_SHARES = {"point": 50, "star": 20, "construct": 15, "path": 10, "aggregate": 5}
TABLE, GRAPH = "application/sparql-results+json", "text/turtle"


@dataclass(frozen=True)
class Workload:
    """A list of queries and the order in which to send them.

    order: indexes into `queries`, repeated from the start when exhausted. accept: the Accept header. starts_cold: send
    it only once, so that it meets an empty cache.
    """

    name: str
    queries: list[str]
    order: list[int]
    accept: str
    starts_cold: bool = False

    @property
    def is_heavy(self) -> bool:
        """Return whether its queries read large parts of the graph, by the prefix "heavy" of its name."""
        return self.name.startswith("heavy")

    def paths(self, endpoint: str) -> list[str]:
        """Return the URL path with query string for each query, as a GET request of the SPARQL 1.1 Protocol."""
        return [f"{endpoint}?{urlencode({'query': query})}" for query in self.queries]


def workloads(times: int) -> list[Workload]:
    """Return all workloads for a generated graph, the one that must meet a cold cache first.

    times: the size of the graph, in multiples of the packaged graph.
    """
    light = [_vary_query(name, MAX_DISTINCT, times) for name in MIX_SHARES]
    heavy = [
        Workload(path.stem, [path.read_text(encoding="utf-8")], [0], TABLE)
        for path in sorted(QUERIES.glob("heavy-*.rq"))
    ]
    repeated = Workload("repeated", light[0].queries[:1], [0], TABLE)
    return [_zipf_mix(times), repeated, *light, *heavy]


def _vary_query(name: str, count: int, times: int) -> Workload:
    """Return a workload of one query for each different thing among `count` random ones.

    name: of the .rq file. The line "# vary: VARIABLE" in it names the variable that is replaced by the thing's IRI.
    """
    text = (QUERIES / f"{name}.rq").read_text(encoding="utf-8")
    random, variable = Random(name), VARY.search(text)[1]
    things = sorted({_draw_iri(random, variable, times) for _ in range(count)})
    random.shuffle(things)
    queries = [re.sub(rf"\?{variable}\b", iri, text) for iri in things]
    return Workload(name, queries, list(range(len(queries))), GRAPH if "CONSTRUCT" in text else TABLE)


def _draw_iri(random: Random, variable: str, times: int) -> str:
    """Return the IRI, in angle brackets, of a random thing of a graph; variable: incident, event or passage."""
    incident = f"t{random.randrange(times * THEATRES)}-i{random.randrange(INCIDENTS)}"
    scene = f"{incident}-s{random.randrange(SCENES)}"
    return {
        "incident": mint_iri("event", incident),
        "event": mint_iri("event", f"{scene}-e{random.randrange(2)}"),
        "passage": mint_iri("passage", scene),
    }[variable]


def _zipf_mix(times: int) -> Workload:
    """Return a mix of all light queries in which the n-th most popular one is sent 1/n as often as the first (Zipf)."""
    pool = [
        query
        for name, share in MIX_SHARES.items()
        for query in _vary_query(name, MAX_MIXED * share // sum(MIX_SHARES.values()), times).queries
    ]
    random = Random("zipf")
    random.shuffle(pool)
    order = random.choices(range(len(pool)), weights=[1 / rank for rank in range(1, len(pool) + 1)], k=MIX_LENGTH)
    return Workload("zipf mix", pool, order, f"{TABLE}, {GRAPH}", starts_cold=True)
