"""The pages that are made from the knowledge base, by the names of their files."""

from collections.abc import Callable
from pathlib import Path
from types import MappingProxyType

from sjkg.docs import alignments, ontology, questions, shapes, vocabularies
from sjkg.errors import BrokenInput
from sjkg.files import KnowledgeBase

PAGES: MappingProxyType[str, Callable[[KnowledgeBase], str]] = MappingProxyType(
    {
        "ontology.md": ontology.render,
        "vocabularies.md": vocabularies.render,
        "alignments.md": alignments.render,
        "rules.md": shapes.render,
        "questions.md": questions.render,
    }
)


def stale_pages(kb: KnowledgeBase, folder: Path) -> dict[str, str]:
    """Return the pages, by file name, whose file in `folder` is missing or not what would be made now.

    Raises BrokenInput when a file is there and cannot be read.
    """
    made = {name: render(kb) for name, render in PAGES.items()}
    return {name: text for name, text in made.items() if _read(folder / name) != text}


def write_pages(pages: dict[str, str], folder: Path) -> None:
    """Write pages into a folder. Raises BrokenInput when that cannot be done."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in pages.items():
            (folder / name).write_text(text, encoding="utf-8")
    except OSError as error:
        raise BrokenInput(f"{error.filename} cannot be written: {error.strerror}") from None


def _read(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8") if path.exists() else None
    except (OSError, UnicodeDecodeError) as error:
        raise BrokenInput(f"{path} cannot be read: {error}") from None
