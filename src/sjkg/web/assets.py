"""Whether the styles and scripts of the site have changed: they may be built anew while the server runs."""

from pathlib import Path

STATIC = Path(__file__).parent / "static"


def assets_version(static: Path = STATIC) -> str:
    """Return a text that changes when the style sheet does, or when files of the bundle come or go."""
    return " ".join(str((static / name).stat().st_mtime_ns) for name in ("style.css", "bundle"))
