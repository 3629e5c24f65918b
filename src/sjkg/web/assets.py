"""The static style sheet and script bundle of the site, which may be rebuilt while the server runs."""

import json
from functools import lru_cache
from pathlib import Path

STATIC = Path(__file__).parent / "static"
PRELOADS = STATIC / "bundle" / "preload.json"


def assets_version(static: Path = STATIC) -> str:
    """Return a text that changes when the style sheet changes, or when files of the bundle are added or removed."""
    return " ".join(str((static / name).stat().st_mtime_ns) for name in ("style.css", "bundle"))


def preloaded_scripts(name: str) -> list[str]:
    """Return the files of the bundle to preload for a drawing, or with “site” for every page, as build.mjs lists them."""
    return _read_preloads(PRELOADS.stat().st_mtime_ns)[name]


@lru_cache(maxsize=1)
def _read_preloads(changed_ns: int) -> dict[str, list[str]]:
    """Return the content of PRELOADS. changed_ns: its time of modification, so that it is read again when it changes."""
    preloads: dict[str, list[str]] = json.loads(PRELOADS.read_text(encoding="utf-8"))
    return preloads
