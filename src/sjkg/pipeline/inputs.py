"""The inputs of the pipeline and of a snapshot (knowledge base, code, libraries), by their hashes."""

import json
import sys
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from pathlib import Path

import sjkg
from sjkg.core.settings import REASONERS
from sjkg.kb.description import FILE as DESCRIPTION
from sjkg.kb.folders import FileVanished, find_input_files, read_file
from sjkg.kb.inherited import name_of

LIBRARIES = ("rdflib", "duckdb", "owlrl", "pyshacl", "pyoxigraph")  # those that shape a snapshot
CODE_SUFFIXES = (".py", ".rq")
DATA = "triples/"  # beginning of the paths of the data; all other files of a knowledge base are rules
EXTERNAL = "datasets"  # folder of the external datasets, on which our graph does not depend
MAX_HASHED_BYTES = 32 << 20  # of a file there that is recognised by its content


@dataclass(frozen=True)
class Inputs:
    """The hashes of everything that a snapshot depends on. Of a file, the path in its folder and the content count.

    rules_sha256: the SHA-256, in hexadecimal, of everything but the data: all other input files of the knowledge base, such
    as ontology, shapes and rules; the code of this package; the name of the reasoner; and the versions of this package and
    its libraries.
    data: a dict from the path of each file of the knowledge base below triples/ to its SHA-256.
    external: a dict from the path of each file of an external dataset to its SHA-256, or for large files to size and time
    of change.
    """

    rules_sha256: str
    data: dict[str, str]
    external: dict[str, str] = field(default_factory=dict)

    @cached_property
    def sha256(self) -> str:
        """Return the SHA-256, in hexadecimal, of all inputs, which names the folder of the snapshot."""
        return sha256(json.dumps([self.rules_sha256, self.data, self.external], sort_keys=True).encode()).hexdigest()


def versions() -> dict[str, str]:
    """Return a dict from the distribution names of this package and of the libraries in LIBRARIES to their versions."""
    return {"sjkg": sjkg.__version__, **_versions_of(LIBRARIES)}


def _versions_of(distributions: tuple[str, ...]) -> dict[str, str]:
    """Return a dict from the name of each distribution to its installed version.

    The version is read from the name of the folder NAME-VERSION.dist-info, which takes 1 ms; importlib.metadata, which
    takes 30 ms, is used for a distribution without such a folder, and raises PackageNotFoundError if it is not installed.
    """
    folders = (folder for place in reversed(sys.path) for folder in Path(place).glob("*-*.dist-info"))
    found = {name.lower(): version for name, _, version in (folder.stem.partition("-") for folder in folders)}
    if all(name in found for name in distributions):
        return {name: found[name] for name in distributions}
    from importlib.metadata import version

    return {name: version(name) for name in distributions}


def read_inputs(kb: Path, reasoner: str = REASONERS[0]) -> Inputs:
    """Return the hashes of what a graph is built from: files of the knowledge base, code, versions, reasoner's name.

    The files are read as they are at the time of the call. kb: the folder of the knowledge base. reasoner: one of
    REASONERS.
    Raises BrokenInput when a file or folder of the knowledge base cannot be read.
    """
    package = Path(sjkg.__file__).parent
    code = _hash_files(package, sorted(path for path in package.rglob("*") if path.suffix in CODE_SUFFIXES))
    files = _hash_files(kb, [kb / DESCRIPTION, *find_input_files(kb)])
    rules = {name: digest for name, digest in files.items() if not name.startswith(DATA)}
    rules_sha256 = sha256(json.dumps([reasoner, versions(), code, rules], sort_keys=True).encode()).hexdigest()
    data = {name: digest for name, digest in files.items() if name.startswith(DATA)}
    return Inputs(rules_sha256, data, _external_inputs(kb))


def _external_inputs(kb: Path) -> dict[str, str]:
    """Return a dict from the path of each file of an external dataset to a text that changes with its content.

    It is the SHA-256; for files larger than MAX_HASHED_BYTES, which every command would have to read, the size and the time
    of the last change.
    """
    paths = [path for path in (kb / EXTERNAL).glob("[!.]*/[!.]*") if path.is_file()]
    large = {path: status for path in paths if (status := path.stat()).st_size > MAX_HASHED_BYTES}
    hashes = _hash_files(kb, sorted(path for path in paths if path not in large))
    return hashes | {
        path.relative_to(kb).as_posix(): f"{status.st_size} bytes, changed at {status.st_mtime_ns}"
        for path, status in large.items()
    }


def _hash_files(base: Path, paths: list[Path]) -> dict[str, str]:
    """Return a dict from path, relative to `base`, to the SHA-256 of each file; files that do not exist are left out."""
    hashes: dict[str, str] = {}
    for path in paths:
        name = name_of(path, base)
        with suppress(FileVanished):
            hashes[name] = sha256(read_file(path, name)).hexdigest()
    return hashes
