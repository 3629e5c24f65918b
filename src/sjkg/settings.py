"""Settings, made once at the edge and passed in."""

from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from platformdirs import user_cache_path

from sjkg.errors import BadParameter


@dataclass(frozen=True)
class Settings:
    """Where the knowledge base is, where snapshots go, and how they are served."""

    kb: Path
    snapshots: Path
    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = 1
    max_body_bytes: int = 1024 * 1024

    def __post_init__(self):
        if not 0 <= self.port <= 65535:
            raise BadParameter(f"port {self.port} is not between 0 and 65535")
        if not self.kb.is_dir():
            raise BadParameter(f"{self.kb} is no folder; give a knowledge base with ontology/, triples/ and shapes/")


def packaged_kb() -> Path:
    """Return the knowledge base that comes with the package: inside the wheel, or beside src/ in a checkout."""
    package = Path(str(files("sjkg")))
    inside = package / "kb"
    return inside if inside.is_dir() else package.parents[1]


def default_snapshots() -> Path:
    """Return the folder for snapshots in the user's cache."""
    return user_cache_path("sjkg") / "snapshots"
