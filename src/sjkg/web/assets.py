"""Whether the styles and scripts of the site have changed: they may be built anew while the server runs."""

import json
from functools import lru_cache
from pathlib import Path

STATIC = Path(__file__).parent / "static"
AHEAD = STATIC / "bundle" / "ahead.json"


def assets_version(static: Path = STATIC) -> str:
    """Return a text that changes when the style sheet does, or when files of the bundle come or go."""
    return " ".join(str((static / name).stat().st_mtime_ns) for name in ("style.css", "bundle"))


def scripts_ahead(name: str) -> list[str]:
    """Return the files of the bundle that a drawing needs, or “site” on every page, as build.mjs found them."""
    return _read_ahead(AHEAD.stat().st_mtime_ns)[name]


@lru_cache(maxsize=1)
def _read_ahead(changed: int) -> dict[str, list[str]]:
    """Read the file once, and again when it has changed: every page asks for it."""
    return json.loads(AHEAD.read_text(encoding="utf-8"))
