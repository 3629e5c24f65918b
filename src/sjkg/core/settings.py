"""Settings, made once at the edge and passed in."""

import re
from dataclasses import dataclass, fields
from importlib.resources import files
from pathlib import Path

from platformdirs import user_cache_path

from sjkg.core.errors import BadParameter

LOGS = ("requests", "queries", "none")
REASONERS = ("columnar", "owlrl")  # the one that is used, and the reference it is tested against
MIB = 1024 * 1024
AT_LEAST = {
    "query_deadline_s": 0.1,
    "query_wait_s": 0,
    "check_deadline_s": 0.1,
    "query_memory_bytes": 256 * MIB,
    "max_running_queries": 1,
    "max_waiting_queries": 0,
    "max_answer_bytes": 1024,
    "max_body_bytes": 1024,
}
TITLES = {
    "max_body_bytes": "Size of a request",
    "query_deadline_s": "Time that a query may run",
    "query_wait_s": "Time that it may wait for its turn",
    "check_deadline_s": "Time that checking a Turtle text may take",
    "query_memory_bytes": "Memory that it may use",
    "max_running_queries": "Queries at once, in each server process",
    "max_waiting_queries": "Queries that may wait for these",
    "max_answer_bytes": "Size of an answer",
}
UNITS = {"_s": "seconds", "_bytes": "bytes"}


@dataclass(frozen=True)
class Limit:
    """A limit of the service: a setting's name and value, and its unit in words where it is no number of things."""

    name: str
    value: int | float
    unit: str

    @property
    def title(self) -> str:
        """Return what is limited, in words."""
        return TITLES.get(self.name, self.name)


@dataclass(frozen=True)
class Settings:
    """Where the knowledge base is, where snapshots go, how they are served, and what one query may cost.

    public_url: where the server is reached from outside, without a slash at the end; by default at host and port.
    cache_mib: memory of each server process for answers that are asked for again.
    services: the endpoints that a query may ask with SERVICE; each is trusted with what is asked and what it answers.
    log: a line for each request, with the text of queries or not, or none.
    Each server process has its own queries: max_running_queries at once, and as many more as may wait, query_wait_s at most.
    query_memory_bytes: of the process that evaluates, some 100 MiB of which it has when idle; also of one that checks a text.
    """

    kb: Path
    snapshots: Path
    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = 1
    public_url: str | None = None
    max_body_bytes: int = MIB
    query_deadline_s: float = 10
    query_wait_s: float = 2
    check_deadline_s: float = 30
    query_memory_bytes: int = 1024 * MIB
    max_running_queries: int = 2
    max_waiting_queries: int = 16
    max_answer_bytes: int = 64 * MIB
    cache_mib: int = 64
    log: str = LOGS[0]
    services: tuple[str, ...] = ()

    def __post_init__(self):
        if not 0 <= self.port <= 65535:
            raise BadParameter(f"port {self.port} is not between 0 and 65535")
        for url in (self.public_url, *self.services):
            if url and not re.fullmatch(r"https?://[^\s<>\"{}|\\^`?#]+", url):
                raise BadParameter(f"{url} is no address; give one as https://example.org/sjkg")
        for name, least in AT_LEAST.items():
            if not getattr(self, name) >= least:
                raise BadParameter(f"{name} is {getattr(self, name)}; it must be {least} or more")
        if not self.kb.is_dir():
            raise BadParameter(f"{self.kb} is no folder; give a knowledge base with ontology/, triples/ and shapes/")

    @property
    def local_address(self) -> str:
        """Return the URL at host and port, without a slash at the end."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}"

    @property
    def address(self) -> str:
        """Return the URL that the server is reached at from outside, without a slash at the end."""
        return (self.public_url or self.local_address).rstrip("/")

    @property
    def limits(self) -> tuple[Limit, ...]:
        """Return the limits of the service: every setting whose name says a maximum, or a time or a size by its unit."""
        return tuple(
            Limit(f.name, getattr(self, f.name), next((UNITS[end] for end in UNITS if f.name.endswith(end)), ""))
            for f in fields(self)
            if f.name.startswith("max_") or f.name.endswith(tuple(UNITS))
        )


def packaged_kb() -> Path:
    """Return the knowledge base that comes with the package: inside the wheel, or beside src/ in a checkout."""
    package = Path(str(files("sjkg")))
    inside = package / "data"
    return inside if inside.is_dir() else package.parents[1]


def default_snapshots() -> Path:
    """Return the folder for snapshots in the user's cache."""
    return user_cache_path("sjkg") / "snapshots"
