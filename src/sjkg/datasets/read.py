"""The external datasets of a knowledge base: folders datasets/NAME/ with a description, data files and links.

dataset.ttl describes the dataset in the terms of DCAT and Dublin Core; links.sssom.tsv has links from our things to its own. All other
files of RDF, and tables (.csv, .tsv) with metadata of CSV on the Web, are its data; each may be compressed (.gz).
Source: Data Catalog Vocabulary, https://www.w3.org/TR/vocab-dcat-3/
"""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import file_digest
from pathlib import Path

from sjkg.core.errors import UnknownName
from sjkg.core.facts import Facts
from sjkg.core.ntriples import TextTerm, literal_parts
from sjkg.core.vocabulary import PREFIXES, own
from sjkg.kb.folders import file_error, read_text
from sjkg.store.formats import find_file_format
from sjkg.turtle.reader import read_turtle

FOLDER = "datasets"
DESCRIPTION, LINKS, METADATA = "dataset.ttl", "links.sssom.tsv", "-metadata.json"
TABLES = (".csv", ".tsv", ".csv.gz", ".tsv.gz")
NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
DATASET = f"<{PREFIXES['dcat']}Dataset>"
# the access right that a description has unless it is a private dataset
PUBLIC = "<http://publications.europa.eu/resource/authority/access-right/PUBLIC>"
DROPPED = "dropped-statements"  # property of a lenient dataset, whose value is their number


@dataclass(frozen=True)
class ExternalDataset:
    """An external dataset. name: that of its folder. folder: its path. iri: of the dataset in its description.

    title, licence (IRI), publisher, version, source (IRI): texts, "" if unknown. derived_from: IRIs of datasets that it was made of.
    profile: the IRI of the profile in whose terms it is, "" if it is in ours or in unknown ones. is_private: whether it must not be
    passed on. is_lenient: whether statements that are not valid are left out. files: its data files. description: the triples of dataset.ttl.
    """

    name: str
    folder: Path
    iri: str
    title: str
    licence: str
    publisher: str
    version: str
    source: str
    derived_from: tuple[str, ...]
    profile: str
    is_private: bool
    is_lenient: bool
    files: tuple[Path, ...]
    description: tuple[tuple[TextTerm, TextTerm, TextTerm], ...]

    @property
    def published(self) -> str:
        """Return the IRI of the graph of its statements as published."""
        return f"{own().published}/{self.name}"

    @property
    def translated(self) -> str:
        """Return the IRI of the graph of its statements in our terms."""
        return f"{own().translated}/{self.name}"

    @property
    def linked(self) -> str:
        """Return the IRI of the graph of accepted links with it."""
        return f"{own().linked}/{self.name}"

    @property
    def origins(self) -> str:
        """Return the IRI of the graph with its description and the places of its statements in its files."""
        return f"{own().origins}/{self.name}"

    @property
    def links(self) -> Path:
        """Return the path of its table of links, which may not exist."""
        return self.folder / LINKS

    def file_iri(self, file: Path) -> str:
        """Return the IRI of one of its files."""
        return f"{own().datasets}{self.name}/{file.name}"

    @cached_property
    def sha256(self) -> Mapping[str, str]:
        """Return a dict from the name of each of its data files to its SHA-256, in hexadecimal."""
        return {file.name: hash_file(file) for file in self.files}


def read_datasets(kb: Path) -> dict[str, ExternalDataset]:
    """Return the external datasets of the knowledge base in the folder `kb`: a dict from name to dataset, sorted by name.

    They are its folders datasets/NAME/ with a file dataset.ttl. Raises BrokenInput, with file and line, when a description cannot be read,
    or lacks title or licence.
    """
    folders = sorted(path.parent for path in (kb / FOLDER).glob(f"[!.]*/{DESCRIPTION}"))
    return {folder.name: _read_dataset(folder, kb) for folder in folders}


def find_dataset(datasets: Mapping[str, ExternalDataset], name: str) -> ExternalDataset:
    """Return the dataset with a name or IRI. Raises UnknownName, with the list, if there is none."""
    found = datasets.get(name.removeprefix(own().datasets))
    if found is None:
        known = f"the datasets are {', '.join(datasets)}" if datasets else "this knowledge base has none"
        raise UnknownName(f"there is no dataset “{name}”; {known}")
    return found


def hash_file(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal. Raises BrokenInput when it cannot be read."""
    try:
        with path.open("rb") as stream:
            return file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise file_error(str(path), f"the file cannot be read: {error.strerror}; check its permissions") from None


def is_table(name: str) -> bool:
    """Return whether the ending of a file name is that of a table."""
    return name.lower().endswith(TABLES)


def find_metadata(table: Path) -> Path | None:
    """Return the path of the metadata of a table in the same folder; None if there are none.

    They are in NAME-metadata.json, in csv-metadata.json, or in the only file with that ending.
    Source: https://www.w3.org/TR/tabular-data-model/#locating-metadata
    """
    names = (table.name, table.name.removesuffix(".gz"), "csv")
    others = sorted(table.parent.glob(f"*{METADATA}"))
    found = [table.with_name(name + METADATA) for name in names] + (others if len(others) == 1 else [])
    return next((path for path in found if path.is_file()), None)


def data_files(folder: Path) -> tuple[Path, ...]:
    """Return the sorted paths of the data files in the folder of a dataset."""
    names = sorted(entry.name for entry in os.scandir(folder) if entry.is_file() and not entry.name.startswith("."))
    return tuple(folder / name for name in names if name not in (DESCRIPTION, LINKS) and is_data(name))


def is_data(name: str) -> bool:
    """Return whether a file with this name is data: RDF, or a table, but no metadata of one."""
    return not name.endswith(METADATA) and (is_table(name) or find_file_format(name) is not None)


def _read_dataset(folder: Path, kb: Path) -> ExternalDataset:
    """Return the dataset in a folder of the knowledge base `kb`. Raises BrokenInput as `read_datasets` does."""
    where = (folder / DESCRIPTION).relative_to(kb).as_posix()
    if not NAME.fullmatch(folder.name):
        raise file_error(where, f"“{folder.name}” is not a name of a dataset; use small letters, digits and hyphens")
    parsed = read_turtle(read_text(folder / DESCRIPTION, where), where)
    facts = Facts(parsed.lines)
    nodes = sorted(facts.subjects(f"<{PREFIXES['rdf']}type>", DATASET))
    if len(nodes) != 1:
        raise file_error(where, f"the description must have one dcat:Dataset, not {len(nodes)}; correct it", 1)
    node = nodes[0]

    def values(name: str) -> list[str]:
        prefix, _, local = name.partition(":")
        found = sorted(facts.objects(node, f"<{PREFIXES[prefix]}{local}>"))
        return [literal_parts(term).lexical if term.startswith('"') else term.strip("<>") for term in found]

    def value(*names: str) -> str:
        return next((text for name in names for text in values(name)), "")

    for name in ("dcterms:title", "dcterms:license"):
        if not value(name):
            line = next(line for triple, line in parsed.lines.items() if triple[0] == node)
            raise file_error(where, f"the dataset {node} has no {name}; add it", line)
    rights = {f"<{text}>" for text in values("dcterms:accessRights")}
    return ExternalDataset(
        folder.name,
        folder,
        node.strip("<>"),
        value("dcterms:title"),
        value("dcterms:license"),
        value("dcterms:publisher", "dcterms:creator"),
        value("dcat:version", "owl:versionInfo", "dcterms:hasVersion"),
        value("dcterms:source", "dcat:landingPage"),
        tuple(values("prov:wasDerivedFrom")),
        value("dcterms:conformsTo"),
        bool(rights - {PUBLIC}),
        any(text.endswith(f"#{DROPPED}") for text in values("schema:additionalProperty")),
        data_files(folder),
        tuple(parsed.lines),
    )
