"""Listing and reading of the files in the folders of a knowledge base.

Files are found by their ending at any depth, also through symbolic links. Names that begin with a dot (lock files of
editors, hidden files and folders) and other endings (such as backups, x.ttl~ or x.ttl.bak) are left out. A file that is
probably meant as data but cannot be read, such as x.TTL or a link without target, is reported as an error. Reading never
waits for a pipe or a device.
"""

import os
import stat
from collections.abc import Iterable
from pathlib import Path

from sjkg.core.errors import BrokenInput
from sjkg.core.findings import Finding, sort_findings
from sjkg.core.messages import count_noun
from sjkg.core.settings import packaged_kb
from sjkg.kb.inherited import NOT_INHERITED, inherits, is_inherited, is_packaged, name_of, rebase
from sjkg.store.formats import find_file_format

TURTLE, QUERY = ".ttl", ".rq"
INPUT_FOLDERS, INHERITED_INPUTS = (
    ("ontology", "triples", "shapes"),
    ("ontology", "shapes"),
)  # whose files shape the graph
OTHER_RDF_ENDINGS = (".n3", ".turtle", ".ntriples", ".trix")  # besides those of `find_file_format`
QUERY_FOLDERS = ("ontology/rules", "shapes/quality")
KINDS = {stat.S_IFIFO: "a named pipe", stat.S_IFCHR: "a device", stat.S_IFBLK: "a device", stat.S_IFSOCK: "a socket"}
SPECIAL = "a special file"  # any other file type
BYTE_ORDER_MARK = "\ufeff"


class FileVanished(BrokenInput):
    """Raised when a file is deleted or renamed between listing and reading. Exit status 2."""


def find_input_files(root: Path) -> list[Path]:
    """Return the paths of all Turtle files and queries from which the knowledge base in `root` is built, sorted by name.

    They are those in its folders ontology/, triples/ and shapes/, and those that it inherits. Raises BrokenInput, with a finding for each file
    concerned, as `find_files` does, and for a query file in a folder that is neither for rules nor for quality queries.
    """
    paths, findings = list_files(root, INPUT_FOLDERS, (TURTLE, QUERY))
    if inherits(root):
        names = {path.relative_to(root).as_posix() for path in paths}.union(NOT_INHERITED)
        inherited, _ = list_files(packaged_kb(), INHERITED_INPUTS, (TURTLE, QUERY))
        paths += [path for path in inherited if name_of(path, root) not in names]
        paths.sort(key=lambda path: Path(name_of(path, root)))
    folders = {root / folder for folder in QUERY_FOLDERS}
    own = (path for path in paths if not is_inherited(path, root))
    lost = [path for path in own if path.suffix == QUERY and path.parent not in folders]
    message = f"query files belong in {' or '.join(QUERY_FOLDERS)}; move this file there, or delete it"
    _refuse_all([*findings, *(_finding(path, root, message) for path in lost)])
    return paths


def find_files(root: Path, folder: str, endings: tuple[str, ...]) -> list[Path]:
    """Return the sorted paths of all files with one of the endings below a folder; none where the folder does not exist.

    The parameters are those of `list_files`, with one folder. Raises BrokenInput with its findings, if there are any.
    """
    paths, findings = list_files(root, (folder,), endings)
    _refuse_all(findings)
    return paths


def list_files(root: Path, folders: Iterable[str], endings: tuple[str, ...]) -> tuple[list[Path], list[Finding]]:
    """Return the sorted paths of all files with one of the endings below some folders, and findings on refused ones.

    root: the folder of the knowledge base, to which paths in findings are relative. folders: relative to `root`; those that
    do not exist have no files. endings: file endings with the dot, such as (".ttl", ".rq").
    There is a violation for each of these: a folder that cannot be listed; a link that leads nowhere, or back to
    a folder around it; a folder, pipe or device whose name has one of the endings; such a name with control characters or
    bytes that are not UTF-8; a file with an ending in capital letters; with ".ttl", a file in another RDF syntax.
    """
    paths: list[Path] = []
    findings: list[Finding] = []
    around = (_number(root),) if root.exists() else ()
    for folder in folders:
        _scan(root / folder, root, endings, around, paths, findings)
    return sorted(paths), findings


def _scan(
    folder: Path,
    root: Path,
    endings: tuple[str, ...],
    around: tuple[tuple[int, int], ...],
    paths: list[Path],
    findings: list[Finding],
) -> None:
    """Append the files with one of the endings below `folder` to `paths`, and to `findings` one for each that is refused.

    around: device and inode numbers of the folders that contain `folder`, by which a link back to one of them is found.
    """
    try:
        number = _number(folder)
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except FileNotFoundError:
        return
    except OSError as error:
        message = f"the folder cannot be read: {error.strerror}; check its permissions"
        findings.append(_finding(folder, root, message))
        return
    if number in around:
        findings.append(
            _finding(
                folder,
                root,
                "the link leads back to a folder around it, so that its files would be read twice; delete the link",
            )
        )
        return
    for entry in entries:
        path = folder / entry.name
        if entry.name.startswith("."):
            continue
        fault = _find_fault(entry, endings)
        if fault:
            findings.append(_finding(path, root, fault))
        elif entry.name.endswith(endings):
            paths.append(path)
        elif entry.is_dir():
            _scan(path, root, endings, (*around, number), paths, findings)


def _number(folder: Path) -> tuple[int, int]:
    """Return the device and inode numbers of a folder."""
    status = folder.stat()
    return status.st_dev, status.st_ino


def _find_fault(entry: os.DirEntry[str], endings: tuple[str, ...]) -> str | None:
    """Return the message on a file, folder or link for which `find_files` raises BrokenInput; None for any other.

    The others are regular files with one of the endings, files that are left out because they have another ending,
    folders, and files that were deleted meanwhile.
    """
    name = entry.name
    try:
        mode = entry.stat().st_mode
    except FileNotFoundError:
        return "the link leads to no file; correct or delete it" if entry.is_symlink() else None
    except OSError as error:
        return f"the file cannot be read: {error.strerror}; check the path and its permissions"
    if not name.endswith(endings):
        return None if stat.S_ISDIR(mode) else _find_fault_of_ending(name, endings)
    if any(char < " " or char == "\x7f" or "\ud800" <= char <= "\udfff" for char in name):
        return "the name has control characters, or bytes that are not UTF-8; rename it"
    if stat.S_ISDIR(mode):
        return f"this is a folder with the ending of a file ({Path(name).suffix}); rename it"
    if not stat.S_ISREG(mode):
        return f"this is {KINDS.get(stat.S_IFMT(mode), SPECIAL)}, not a regular file; delete it or move it elsewhere"
    return None


def _find_fault_of_ending(name: str, endings: tuple[str, ...]) -> str | None:
    """Return the message on a file whose ending differs from `endings` but is probably meant as one of them; else None.

    It has an ending in capital letters, or, if `endings` has ".ttl", the ending of another RDF syntax.
    """
    stem, dot, ending = name.rpartition(".")
    if name.lower().endswith(endings):
        return f"the ending {dot}{ending} has capital letters; rename the file to {stem}{dot}{ending.lower()}"
    if TURTLE in endings and (find_file_format(name) or name.lower().endswith(OTHER_RDF_ENDINGS)):
        return (
            f"only Turtle files ({TURTLE}) are read from this folder; convert this file to Turtle or move it elsewhere"
        )
    return None


def read_file(path: Path, name: str) -> bytes:
    """Return the content of a regular file. name: the file's name in findings.

    Raises FileVanished when there is no file at `path`, and BrokenInput for a file that cannot be read, or is a folder,
    named pipe, socket or device.
    """
    try:
        with open(path, "rb", opener=lambda file, flags: os.open(file, flags | os.O_NONBLOCK)) as file:
            mode = os.fstat(file.fileno()).st_mode
            if not stat.S_ISREG(mode):
                kind = KINDS.get(stat.S_IFMT(mode), SPECIAL)
                raise file_error(name, f"this is {kind}, not a regular file; give the path of a file")
            return file.read()
    except FileNotFoundError:
        message = "there is no such file; check the path, or run the command again if the file was just moved"
        raise FileVanished(f"{printable(name)}: {message}", (_named_finding(name, message, None),)) from None
    except IsADirectoryError:
        raise file_error(name, "this is a folder, not a file; give the path of a file") from None
    except OSError as error:
        raise file_error(name, f"the file cannot be read: {error.strerror}; check its permissions") from None


def read_text(path: Path, name: str) -> str:
    """Return the text of a UTF-8 file with its line ends, without a byte order mark. name: the file's name in findings.

    A file of the package has the base IRI of the knowledge base in use. Raises FileVanished when there is no file at `path`, and BrokenInput for a file that cannot be read, is not a
    regular file, or is not UTF-8.
    """
    text = decode_text(read_file(path, name), name)
    return rebase(text) if is_packaged(path) else text


def decode_text(content: bytes, name: str) -> str:
    """Return the bytes of a file as text, without a byte order mark. name: the file's name in findings.

    Raises BrokenInput, with the line, for bytes that are not UTF-8.
    """
    try:
        return content.decode().removeprefix(BYTE_ORDER_MARK)
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        message = f"byte {error.start} is not UTF-8; save the file as UTF-8"
        if content.startswith((b"\xff\xfe", b"\xfe\xff")):
            message = "the file is UTF-16, not UTF-8; save it as UTF-8"
        raise file_error(name, message, line) from None


def file_error(name: str, message: str, line: int | None = None) -> BrokenInput:
    """Return a BrokenInput for the file `name` with one violation: `message` and `line` (None if unknown)."""
    return BrokenInput(f"{printable(name)}: {message}", (_named_finding(name, message, line),))


def printable(name: str) -> str:
    """Return a file name with control characters and bytes that are not UTF-8 as escapes, such as \\n and \\udcff."""
    return "".join(char if char.isprintable() or char == " " else repr(char)[1:-1] for char in name)


def _finding(path: Path, root: Path, message: str) -> Finding:
    """Return a violation, without line, for the file or folder at `path`, named by its path relative to `root`."""
    return _named_finding(path.relative_to(root).as_posix(), message, None)


def _named_finding(name: str, message: str, line: int | None) -> Finding:
    """Return a violation for the file `name`; control characters in the name are escaped."""
    return Finding("violation", message, rule="file", file=printable(name), line=line)


def _refuse_all(findings: Iterable[Finding]) -> None:
    """Raise one BrokenInput with all these findings; do nothing if there are none."""
    listed = tuple(sort_findings(findings))
    if len(listed) == 1:
        raise BrokenInput(f"{listed[0].file}: {listed[0].message}", listed)
    if listed:
        raise BrokenInput(f"{count_noun(len(listed), 'file')} cannot be read; correct the errors listed", listed)
