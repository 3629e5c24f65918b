"""Writing of a new knowledge base: a folder with kb.ttl and a first passage and event, which is valid at once."""

from collections.abc import Iterator
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from string import Template

from sjkg.core.errors import BadParameter
from sjkg.core.ntriples import literal_text
from sjkg.core.terms import Iri, is_valid_term
from sjkg.kb.description import check_base
from sjkg.turtle.format import format_turtle

LICENCE = "https://creativecommons.org/licenses/by-sa/4.0/"  # that of Wikipedia
DOCUMENTATION = "https://w3id.org/sjkg/"


def write_new(folder: Path, base: str, title: str, article: str, licence: str = LICENCE) -> list[str]:
    """Write a new knowledge base into a folder and return the paths of its files, relative to it.

    folder: a new or empty one. base: the base IRI. title: of the dataset. article, licence: IRIs. Raises BadParameter for a folder
    with files in it or that cannot be written, an invalid base or IRI, and an empty title.
    """
    check_base(base)
    if not title.strip():
        raise BadParameter("the title is empty; give the title of the article, or another one")
    for name, iri in (("article", article), ("licence", licence)):
        if not (iri.startswith(("http://", "https://")) and is_valid_term(Iri(iri))):
            raise BadParameter(
                f"--{name}: “{iri}” is not a URL; begin it with https:// and percent-encode other characters"
            )
    values = {
        "base": base,
        "title": literal_text(title),
        "plain_title": title,
        "article": article,
        "licence": licence,
        "documentation": DOCUMENTATION,
    }
    try:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise BadParameter(f"{folder} exists and is not an empty folder; give the path of a new one")
        written = []
        for name, template in _templates(files("sjkg.kb") / "template"):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            text = Template(template.read_text(encoding="utf-8")).substitute(values)
            is_turtle = name.endswith(".ttl")  # whose blocks are sorted by IRIs, those of the knowledge base among them
            (folder / name).write_text(format_turtle(text, name) if is_turtle else text, encoding="utf-8")
            written.append(name)
    except OSError as error:
        raise BadParameter(f"{folder} cannot be written ({error.strerror}); choose another folder") from None
    return written


def _templates(folder: Traversable, path: str = "") -> Iterator[tuple[str, Traversable]]:
    """Yield path and file of each template below a folder, sorted by path."""
    for each in sorted(folder.iterdir(), key=lambda each: each.name):
        if each.is_dir():
            yield from _templates(each, f"{path}{each.name}/")
        else:
            yield path + each.name, each
