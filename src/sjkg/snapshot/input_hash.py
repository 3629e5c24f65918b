"""The hash of the inputs of a snapshot (knowledge base, code, libraries), which names the folder of the snapshot."""

import json
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

import sjkg
from sjkg.core.settings import REASONERS

LIBRARIES = ("rdflib", "duckdb", "owlrl", "pyshacl", "pyoxigraph", "edtf")  # those that shape a snapshot
CODE_SUFFIXES = (".py", ".rq")
KB_SUFFIXES = (".ttl", ".rq")
KB_FOLDERS = ("ontology", "triples", "shapes")


def versions() -> dict[str, str]:
    """Return the versions of this package and of the libraries that shape a snapshot, by distribution name."""
    return {"sjkg": sjkg.__version__, **{name: version(name) for name in LIBRARIES}}


def hash_inputs(kb: Path, reasoner: str = REASONERS[0]) -> str:
    """Return the SHA-256, in hexadecimal, of everything that a snapshot depends on.

    These are the .ttl and .rq files below ontology/, triples/ and shapes/ in the folder `kb`, the .py and .rq files of
    this package, the name of the reasoner, and the versions of this package and its libraries. Files count by relative
    path and content, so it does not matter where the knowledge base is stored.
    """
    digest = sha256(json.dumps([reasoner, versions()], sort_keys=True).encode())
    package = Path(sjkg.__file__).parent
    code = sorted(path for path in package.rglob("*") if path.suffix in CODE_SUFFIXES)
    files = sorted(path for folder in KB_FOLDERS for path in (kb / folder).rglob("*") if path.suffix in KB_SUFFIXES)
    for base, paths in ((package, code), (kb, files)):
        for path in paths:
            digest.update(path.relative_to(base).as_posix().encode() + b"\0" + sha256(path.read_bytes()).digest())
    return digest.hexdigest()
