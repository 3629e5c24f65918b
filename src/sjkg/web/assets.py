"""The style sheet and the script bundle of the site, static files that may be rebuilt while the server runs."""

import json
from functools import lru_cache
from pathlib import Path

STATIC = Path(__file__).parent / "static"
PRELOADS = STATIC / "bundle" / "preload.json"


def assets_version(static: Path = STATIC) -> str:
    """Return the times of modification of style.css and of the folder bundle (in ns), separated by a space.

    The text changes when the style sheet changes, or when files of the bundle are added or removed.
    static: the folder of both.
    """
    return " ".join(str((static / name).stat().st_mtime_ns) for name in ("style.css", "bundle"))


def preloaded_scripts(name: str) -> list[str]:
    """Return the file names of scripts that a page should preload (<link rel="modulepreload">), from bundle/preload.json.

    name: “site” for the scripts of every page, “timeline” or “map” for those of such a drawing. Raises KeyError otherwise.
    """
    return _read_preloads(PRELOADS.stat().st_mtime_ns)[name]


@lru_cache(maxsize=1)
def _read_preloads(changed_ns: int) -> dict[str, list[str]]:
    """Return the content of bundle/preload.json: for each of site, timeline and map, the file names of scripts to preload.

    changed_ns: the file's time of modification, the key of the cache, so that a changed file is read again.
    """
    preloads: dict[str, list[str]] = json.loads(PRELOADS.read_text(encoding="utf-8"))
    return preloads
