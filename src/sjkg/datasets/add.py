"""Adding of external datasets to a knowledge base: files are checked, copied and described in a folder of their own."""

import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from sjkg.core.errors import BadParameter, BrokenInput
from sjkg.core.findings import Finding
from sjkg.core.locks import temporary_folder
from sjkg.core.terms import Iri, is_valid_term
from sjkg.core.vocabulary import PROFILES
from sjkg.datasets.description import write_description
from sjkg.datasets.parse import append_data_file
from sjkg.datasets.read import DESCRIPTION, FOLDER, LINKS, METADATA, NAME, find_metadata, is_data, is_table
from sjkg.datasets.table_metadata import make_metadata
from sjkg.datasets.vocabularies import OURS, find_vocabulary, sample_terms
from sjkg.matching.link_tables import read_links
from sjkg.profiles.read import find_profile, read_profiles

SPDX_LICENCES = "https://spdx.org/licenses/"
SPDX_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9.+-]*")

Progress = Callable[[str], None]


@dataclass(frozen=True)
class NewDataset:
    """A dataset to add. name: of its folder. files: paths of its data. licence: IRI or SPDX identifier.

    metadata: files of metadata of tables. profile: the name of a profile, or "" to recognise it. is_untranslated: whether to keep
    statements in unknown terms. title, source, version, publisher: "" if unknown. derived_from: IRIs of datasets that it was made of. is_private: whether it must
    not be passed on. is_lenient: whether to leave out statements and values that are not valid.
    """

    name: str
    files: tuple[Path, ...]
    licence: str
    metadata: tuple[Path, ...] = ()
    profile: str = ""
    is_untranslated: bool = False
    title: str = ""
    source: str = ""
    version: str = ""
    publisher: str = ""
    derived_from: tuple[str, ...] = ()
    is_private: bool = False
    is_lenient: bool = False


@dataclass(frozen=True)
class AddedDataset:
    """The result of adding a dataset. folder: its folder. profile: the name of its profile, "" for none. is_in_our_terms: whether it is in ours.

    triples: a dict from the name of each file to its number of triples. dropped: the findings on what was left out. vanished: the lines of
    its table of links whose object no file has any more, with the object.
    """

    folder: Path
    profile: str
    is_in_our_terms: bool
    triples: dict[str, int]
    dropped: tuple[Finding, ...]
    vanished: tuple[tuple[int, str], ...] = field(default=())


def add_dataset(
    kb: Path,
    new: NewDataset,
    *,
    replaces: bool = False,
    progress: Progress = lambda stage: None,
    parsed: Path | None = None,
) -> AddedDataset:
    """Write the folder of a dataset into the knowledge base `kb`; its links are kept if it replaces another one.

    progress: called with the name of each file. parsed: an empty folder for its parsed files, for `prepare_stores`. Raises BadParameter for options that are not right, UnknownName for an unknown profile,
    and BrokenInput, with findings, when a file is not valid; nothing is written then.
    """
    target = kb / FOLDER / new.name
    profiles = read_profiles(kb, with_imports=True)
    profile = find_profile(profiles, new.profile).name if new.profile else OURS
    licence = _check(new, target, replaces)
    (kb / FOLDER).mkdir(exist_ok=True)
    with temporary_folder("dataset", kb / FOLDER) as working:
        folder = working / new.name
        folder.mkdir()
        default = profiles[profile].folder / f"csv{METADATA}" if profile else None
        _copy_files(new, folder, default if default and default.is_file() else None)
        triples: dict[str, int] = {}
        dropped: list[Finding] = []
        terms = []
        links = target / LINKS
        linked = {row.pair[1] for row in read_links(links).rows} if links.is_file() else set()
        seen: set[str] = set()
        if parsed is None:
            parsed = working / "parsed"
            parsed.mkdir()
        numbers = {name: number for number, name in enumerate(sorted(file.name for file in new.files))}
        for file in new.files:
            progress(file.name)
            left_out, part = append_data_file(
                new.name, folder / file.name, numbers[file.name], parsed, new.is_lenient, shown=file
            )
            dropped += left_out
            terms.append(sample_terms(part))
            triples[file.name], found = _scan(part, linked)
            seen |= found
        is_ours = False
        if not new.profile and not new.is_untranslated:
            profile = find_vocabulary(terms, profiles)
            is_ours = profile == OURS
        described = write_description(new, licence, f"{PROFILES}{profile}" if profile else "", len(dropped))
        (folder / DESCRIPTION).write_text(described, encoding="utf-8")
        vanished: tuple[tuple[int, str], ...] = ()
        if links.is_file():
            shutil.copyfile(links, folder / LINKS)
            vanished = tuple((row.line, row.pair[1]) for row in read_links(links).rows if row.pair[1] not in seen)
        if target.exists():
            target.rename(working / "old")
        folder.rename(target)
    return AddedDataset(target, profile, is_ours, triples, tuple(dropped), vanished)


def _check(new: NewDataset, target: Path, replaces: bool) -> str:
    """Return the IRI of the licence of a new dataset. Raises BadParameter for options that are not right."""
    if not NAME.fullmatch(new.name):
        raise BadParameter(
            f"“{new.name}” is not a name of a dataset; use small letters, digits and hyphens, such as war-atlas"
        )
    if target.exists() and not replaces:
        raise BadParameter(f"there is a dataset {new.name} already; choose another name, or replace it with --replace")
    if replaces and not target.exists():
        raise BadParameter(f"there is no dataset {new.name} to replace; leave out --replace")
    if not new.licence:
        raise BadParameter(
            "no licence is given; say by --licence under which terms the data may be used, as an IRI or an SPDX identifier such as CC-BY-4.0"
        )
    if len({file.name for file in new.files}) < len(new.files):
        raise BadParameter("two files have the same name; rename one of them")
    for file in new.files:
        if file.name in (DESCRIPTION, LINKS) or not is_data(file.name):
            raise BadParameter(
                f"the name of {file} is not that of a table or RDF file; end it in .csv, .tsv, .ttl, .nt, .nq, .trig, .rdf or .jsonld, or one of these and .gz"
            )
    for iri in filter(None, (new.source, *new.derived_from)):
        if not is_valid_term(Iri(iri)):
            raise BadParameter(f"“{iri}” is not an absolute IRI; write it in full, such as https://example.org/data")
    licence = SPDX_LICENCES + new.licence if SPDX_NAME.fullmatch(new.licence) else new.licence
    if not is_valid_term(Iri(licence)):
        raise BadParameter(
            f"--licence: “{new.licence}” is neither an IRI nor an SPDX identifier; write one such as CC-BY-4.0"
        )
    return licence


def _copy_files(new: NewDataset, folder: Path, default: Path | None) -> None:
    """Copy the files and metadata of a new dataset into `folder`, and write metadata for tables without.

    default: the metadata that its profile has for tables, None if it has none.
    """
    given = dict.fromkeys(new.metadata)
    for file in new.files:
        if not new.metadata and is_table(file.name) and (found := default or find_metadata(file)):
            given[found] = None
    try:
        for file in (*new.files, *given):
            name = file.name if file in new.files or file.name.endswith(METADATA) else f"{new.files[0].name}{METADATA}"
            shutil.copyfile(file, folder / name)
    except OSError as error:
        raise BrokenInput(f"{error.filename} cannot be copied: {error.strerror}; check path and permissions") from None
    for file in new.files:
        if is_table(file.name) and find_metadata(folder / file.name) is None:
            (folder / f"{file.name}{METADATA}").write_text(make_metadata(file), encoding="utf-8")


def _scan(ntriples: Path, wanted: set[str]) -> tuple[int, set[str]]:
    """Return the number of triples in a file, and those of the IRIs `wanted` that it has as subjects."""
    count, found = 0, set[str]()
    with ntriples.open("rb") as lines:
        for line in lines:
            count += 1
            if wanted and (subject := line[1 : line.find(b">")].decode()) in wanted:
                found.add(subject)
    return count, found


def remove_dataset(folder: Path) -> None:
    """Delete the folder of a dataset."""
    with temporary_folder("dataset", folder.parent) as working:
        folder.rename(working / "removed")
