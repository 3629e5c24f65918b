"""Files that a knowledge base takes from the package: ontology, rules, shapes, saved queries and profiles.

A knowledge base with an ontology of its own (ontology/sjkg.ttl) takes nothing. Any other takes each file of the package's
folders INHERITED unless it has one with the same path, so that a new one needs no copies, which would become outdated.

The package's files are written for its own knowledge base; `rebase` puts the namespaces of the one in use in their place.
"""

import re
from pathlib import Path

import sjkg
from sjkg.core.settings import packaged_kb
from sjkg.core.vocabulary import OWN_SCHEMES, SOFTWARE, own

ONTOLOGY_FILE = "ontology/sjkg.ttl"
INHERITED = ("ontology", "shapes", "queries", "profiles")
NOT_INHERITED = tuple(
    f"ontology/vocab/{name}.ttl" for name in OWN_SCHEMES
)  # their concepts belong to one knowledge base
OWN_PARTS = ("id/", "graph/", "data/", "dataset", *(f"vocab/{name}/" for name in OWN_SCHEMES))
# Also as a regular expression in a Turtle string
OWN_IRI = re.compile(rf"https://w3id(\.|\\\\\.)org/sjkg/(?=(?:{'|'.join(OWN_PARTS)})(?!-))")
# Of the ontology: its examples are things of the packaged knowledge base
EXAMPLE = re.compile(r'^ +skos:example "[^\n]*;$', re.MULTILINE)
PACKAGE = Path(sjkg.__file__).parent


def inherits(root: Path) -> bool:
    """Return whether the knowledge base in the folder `root` takes files from the package."""
    return root != packaged_kb() and not (root / ONTOLOGY_FILE).exists()


def name_of(path: Path, root: Path) -> str:
    """Return the path of a file of the knowledge base in `root`, relative to its folder or, if inherited, to the package's."""
    return path.relative_to(root if path.is_relative_to(root) else packaged_kb()).as_posix()


def locate(root: Path, name: str) -> Path:
    """Return the path of the file of the knowledge base in `root` with the relative path `name`, its own or an inherited one."""
    path = root / name
    return path if path.exists() or not inherits(root) else packaged_kb() / name


def is_inherited(path: Path, root: Path) -> bool:
    """Return whether a file of the knowledge base in `root` is the package's."""
    return not path.is_relative_to(root)


def rebase(text: str) -> str:
    """Return the text of a file of the package for the knowledge base in use: with its base IRI, and without examples.

    The lines keep their numbers.
    """
    base = own().base
    if base == SOFTWARE:
        return text
    escaped = base.replace(".", r"\\.")
    return OWN_IRI.sub(lambda match: base if match[1] == "." else escaped, EXAMPLE.sub("", text))


def is_packaged(path: Path) -> bool:
    """Return whether a file belongs to the package: to its code, or to the folders that knowledge bases inherit."""
    kb = packaged_kb()
    return path.is_relative_to(PACKAGE) or (path.is_relative_to(kb) and path.relative_to(kb).parts[0] in INHERITED)
