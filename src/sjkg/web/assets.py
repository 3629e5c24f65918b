"""Whether the styles and scripts of the site have changed: they may be built anew while the server runs."""

import json
from pathlib import Path

STATIC = Path(__file__).parent / "static"


def assets_version(static: Path = STATIC) -> str:
    """Return a text that changes when the style sheet does, or when files of the bundle come or go."""
    return " ".join(str((static / name).stat().st_mtime_ns) for name in ("style.css", "bundle"))


def scripts_ahead(name: str) -> list[str]:
    """Return the files of the bundle that a drawing needs, or “site” on every page, as build.mjs found them."""
    return json.loads((STATIC / "bundle" / "ahead.json").read_text(encoding="utf-8"))[name]
