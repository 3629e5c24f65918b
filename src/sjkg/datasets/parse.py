"""Parsing of a dataset into the graphs of a store: as published, in our terms, and where its statements are in its files."""

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import IO

from sjkg.core.errors import BrokenInput, UnknownName
from sjkg.core.findings import Finding
from sjkg.core.ntriples import TextTerm, TextTriple, literal_text
from sjkg.core.vocabulary import ONTOLOGY, PREFIXES, own
from sjkg.datasets.csv_triples import write_table
from sjkg.datasets.read import METADATA, ExternalDataset, find_metadata, is_table
from sjkg.matching.csvw import read_metadata
from sjkg.matching.foreign import file_finding, refuse_file
from sjkg.profiles.read import Profile
from sjkg.profiles.translate import to_namespace
from sjkg.store.external_files import BrokenFile, Fault, parse_file
from sjkg.store.external_writer import ExternalWriter
from sjkg.store.formats import find_file_format

RDF_TYPE, DERIVED_FROM = f"<{PREFIXES['rdf']}type>", f"<{PREFIXES['prov']}wasDerivedFrom>"
DCAT, SPDX, DCTERMS = PREFIXES["dcat"], PREFIXES["spdx"], PREFIXES["dcterms"]
PUBLISHED, ORIGINS = "published.nt", "origins.nt"  # in the folder of a parsed dataset: its triples, and their places
SHA256 = f"<{SPDX}checksumAlgorithm_sha256>"


def parse_dataset(
    dataset: ExternalDataset,
    profiles: Mapping[str, Profile],
    writer: ExternalWriter,
    folder: Path,
    parsed: Path | None = None,
) -> None:
    """Parse the files of a dataset into graphs of a store, and translate them.

    profiles: by IRI. folder: for temporary files. parsed: the folder into which `append_data_file` has parsed the files; None if
    that is to be done. Raises BrokenInput, with findings, for files that are not valid, and UnknownName for an unknown profile.
    """
    working = folder / dataset.name
    working.mkdir()
    if parsed is None:
        parsed = working
        for number, file in enumerate(dataset.files):
            append_data_file(dataset.name, file, number, parsed, dataset.is_lenient)
    description = working / "description.nt"
    description.write_bytes(b"".join(f"{s} {p} {o} .\n".encode() for s, p, o in describe_dataset(dataset)))
    published = [path for path in (parsed / PUBLISHED,) if path.exists()]
    origins = [path for path in (parsed / ORIGINS, description) if path.exists()]
    writer.load({dataset.published: published, dataset.origins: origins})
    _translate(dataset, profiles, writer, published, working)
    shutil.rmtree(working)


def append_data_file(
    dataset: str, file: Path, number: int, parsed: Path, is_lenient: bool, shown: Path | None = None
) -> tuple[list[Finding], Path]:
    """Parse a data file of the dataset with a name, and append triples and places to the files in the folder `parsed`.

    Return the findings on what was left out, and the path of a file with its triples alone. number: its place among the sorted
    files of the dataset, from 0. is_lenient, shown, and the errors raised: as for `parse_data_file`.
    """
    part = parsed / "part.nt"
    iri = f"{own().datasets}{dataset}/{file.name}"
    with (parsed / ORIGINS).open("ab") as places:
        findings = parse_data_file(file, iri, part, places, f"{dataset}.{number}.", is_lenient, shown)
    with part.open("rb") as lines, (parsed / PUBLISHED).open("ab") as triples:
        shutil.copyfileobj(lines, triples, 1 << 20)
    return findings, part


def parse_data_file(
    file: Path, file_iri: str, target: Path, places: IO[bytes], prefix: str, is_lenient: bool, shown: Path | None = None
) -> list[Finding]:
    """Write the triples of a data file to `target`, and the places of its subjects to `places`, as N-Triples.

    Return the findings on what was left out. file_iri: the IRI of the file. prefix: of the labels of its blank nodes. is_lenient:
    whether statements and values that are not valid are left out; otherwise they raise BrokenInput. shown: the path in messages, if
    it is another one.
    """
    name = str(shown or file)
    form = find_file_format(file.name)
    try:
        if is_table(file.name):
            findings = _parse_table(file, file_iri, target, places)
        else:
            assert form is not None, file  # see `data_files`
            parsed = parse_file(file, form, target, places, file_iri, prefix, is_lenient=is_lenient)
            findings = _find(parsed.dropped)
    except BrokenFile as error:
        findings, is_lenient = _find(error.faults), False
    except BrokenInput as error:
        findings, is_lenient = list(error.findings), False
    except OSError as error:
        raise BrokenInput(f"{name} cannot be read: {error.strerror or error}; check its permissions") from None
    findings = [replace(each, file=name if each.file in ("", str(file)) else each.file) for each in findings]
    if findings and not is_lenient:
        raise refuse_file(name, findings, are_values=True)
    return findings


def _parse_table(file: Path, file_iri: str, target: Path, places: IO[bytes]) -> list[Finding]:
    """Write the triples of a table with metadata, as `parse_data_file`; return the findings on what was left out."""
    metadata = find_metadata(file)
    if metadata is None:
        message = f"the table has no metadata of CSV on the Web; write {file.name}{METADATA} beside it"
        raise refuse_file(str(file), [file_finding(str(file), None, message)])
    with target.open("wb") as triples:
        return write_table(file, read_metadata(metadata, file.name), file_iri, triples, places)


def _find(faults: list[Fault]) -> list[Finding]:
    """Return findings on the faults of a file, without its name."""
    texts = [f"{fault.message}: “{fault.term}”" if fault.term else fault.message for fault in faults]
    return [
        file_finding("", fault.line, f"{text}; correct it", column=fault.column)
        for fault, text in zip(faults, texts, strict=True)
    ]


def describe_dataset(dataset: ExternalDataset) -> list[TextTriple]:
    """Return the description of a dataset as triples: that in its folder, and the graphs and files that it has here."""
    node = f"<{dataset.iri}>"
    label = f"_:{dataset.name}.description."

    def rename(term: TextTerm) -> TextTerm:
        return term.replace("_:", label, 1) if term.startswith("_:") else term

    lines = [(rename(s), p, rename(o)) for s, p, o in dataset.description]
    lines.append((f"<{dataset.published}>", DERIVED_FROM, node))
    lines.append((f"<{dataset.translated}>", DERIVED_FROM, f"<{dataset.published}>"))
    for file in dataset.files:
        name, checksum = f"<{dataset.file_iri(file)}>", f"<{dataset.file_iri(file)}#sha256>"
        lines += [
            (node, f"<{DCAT}distribution>", name),
            (name, RDF_TYPE, f"<{DCAT}Distribution>"),
            (name, f"<{DCTERMS}title>", literal_text(file.name)),
            (name, f"<{SPDX}checksum>", checksum),
            (checksum, RDF_TYPE, f"<{SPDX}Checksum>"),
            (checksum, f"<{SPDX}algorithm>", SHA256),
            (
                checksum,
                f"<{SPDX}checksumValue>",
                literal_text(dataset.sha256[file.name], f"{PREFIXES['xsd']}hexBinary"),
            ),
        ]
    return lines


def _translate(
    dataset: ExternalDataset,
    profiles: Mapping[str, Profile],
    writer: ExternalWriter,
    published: Sequence[Path],
    folder: Path,
) -> None:
    """Load the graph of the statements of a dataset in our terms: made by its profile, or as published if they are in our terms.

    published: the files with its statements as N-Triples. folder: for temporary files.
    """
    if not dataset.profile:
        if writer.uses_terms_below(dataset.published, ONTOLOGY):
            writer.load({dataset.translated: published})
        return
    profile = profiles.get(dataset.profile)
    if profile is None:
        known = ", ".join(profiles) or "none"
        raise UnknownName(
            f"the dataset {dataset.name} is in the terms of <{dataset.profile}>; the profiles are {known}"
        )
    source = dataset.published
    if profile.namespaces:  # terms under other namespaces of the vocabulary
        source = f"{dataset.published}#moved"
        moved = folder / "moved.nt"
        with moved.open("wb") as output:
            for file in published:
                with file.open("rb") as lines:
                    output.writelines(to_namespace(line, profile) for line in lines)
        writer.load({source: [moved]})
    rules = [rule.construct for rule in profile.back]
    writer.construct(rules, source, PREFIXES, dataset.translated, folder)
    if source != dataset.published:
        writer.remove(source)
