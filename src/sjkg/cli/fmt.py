"""The command `sjkg fmt`: format Turtle files in the standard style."""

import difflib
import errno
import os
import signal
import stat
from pathlib import Path

import click

from sjkg.cli.options import PathType, kb_option, settings_from
from sjkg.core.errors import BrokenInput, Violations
from sjkg.core.findings import Finding
from sjkg.core.locks import temporary_folder
from sjkg.core.messages import count_noun, is_disk_full
from sjkg.kb.description import FILE as DESCRIPTION
from sjkg.kb.folders import INPUT_FOLDERS, decode_text, file_error, list_files, printable, read_file
from sjkg.store.formats import GRAPH_FORMATS, find_file_format
from sjkg.turtle.format import format_turtle

TURTLE = GRAPH_FORMATS["turtle"]
FORBIDDEN = (errno.EACCES, errno.EPERM, errno.EROFS)
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@click.command("fmt")
@click.argument("files", nargs=-1, type=PathType(path_type=Path, readable=False))
@kb_option
@click.option(
    "--check", is_flag=True, help="Change nothing; exit 1 and name the files that are not in the standard style."
)
@click.option("--diff", is_flag=True, help="Change nothing; show what would change.")
def command(files: tuple[Path, ...], kb: Path | None, check: bool, diff: bool) -> None:
    """Format FILES, or every Turtle file of the knowledge base, in the standard style.

    Triples, literals as written, and comments stay; blocks are sorted, relative IRIs are written in full, and prefixes
    that no triple uses are dropped. A file that cannot be formatted in this way, or that is not Turtle, is reported and
    left as it is; the other files are formatted. A file is replaced as a whole: even if the disk is full or the command
    is killed, it is either formatted or as before.

    Exit status: 0 when all files are in the standard style now, 1 when --check found others, 2 when a file was refused.
    """
    found, refused = ([*files], []) if files else _list_all(settings_from(kb).kb)
    total = count_noun(len(found) + len(refused), "file")
    changed: list[Path] = []
    for path in found:
        try:
            if _format_file(path, check or diff, diff):
                changed.append(path)
        except BrokenInput as error:
            refused += error.findings
    if not diff and not check:
        for path in changed:
            click.echo(f"{printable(str(path))}: formatted")
    if not diff:
        click.echo(f"{total}, {len(changed)} {'to change' if check else 'changed'}, {len(refused)} refused")
    findings = [
        Finding("violation", "not in the standard style; run “sjkg fmt”", rule="format", file=printable(str(path)))
        for path in changed
        if check
    ]
    if refused:
        message = f"of {total}, {len(refused)} refused and left unchanged; correct the errors listed"
        raise BrokenInput(message, (*refused, *findings))
    if findings:
        message = f"of {total}, {len(findings)} not in the standard style; run “sjkg fmt”"
        raise Violations(message, tuple(findings))


def _list_all(kb: Path) -> tuple[list[Path], list[Finding]]:
    """Return the paths of kb.ttl and all other Turtle files of a knowledge base, and findings on those that are refused."""
    found, refused = list_files(kb, INPUT_FOLDERS, (f".{TURTLE.ending}",))
    return [*filter(Path.is_file, [kb / DESCRIPTION]), *found], refused


def _format_file(path: Path, is_dry_run: bool, show_diff: bool) -> bool:
    """Format the file at `path` in place, and return whether its text changes.

    is_dry_run: leave the file as it is. show_diff: print the changes as a unified diff.
    Raises BrokenInput, with one finding, when the file cannot be read, formatted or written.
    """
    name = str(path)
    if name.lower().endswith(".gz") or find_file_format(name) not in (None, TURTLE):
        raise file_error(
            name,
            f"the ending {path.suffix} is not that of a Turtle file; “sjkg fmt” formats uncompressed Turtle (.ttl) only",
        )
    content = read_file(path, name)
    formatted = format_turtle(decode_text(content, name), name)
    after = formatted.encode()
    if after == content:
        return False
    if show_diff:
        before = content.decode().splitlines(keepends=True)
        lines = difflib.unified_diff(before, formatted.splitlines(keepends=True), printable(name), printable(name))
        click.echo("".join(lines), nl=False)
    if not is_dry_run:
        _replace_file(path, content, after)
    return True


def _replace_file(path: Path, before: bytes, after: bytes) -> None:
    """Replace the content `before` of a file by `after`, with its mode and, where permitted, its owner.

    The content is written to a file in a temporary folder beside the file, which then takes the place of the file, or of the
    file to which a symbolic link leads. Signals that end the process wait meanwhile, so that only SIGKILL or a crash of the
    machine leaves the temporary folder, .sjkg-fmt-*.tmp; the next file that is written beside it deletes it. Another hard
    link to the file keeps the old content.
    Raises BrokenInput, with one finding, when the file is read-only, was changed meanwhile, or cannot be written.
    """
    target = path.resolve()
    if not os.access(target, os.W_OK):
        raise file_error(str(path), "the file is read-only and unchanged; make it writable to format it")
    blocked = signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
    try:
        status = target.stat()
        with temporary_folder("fmt", target.parent) as folder:
            draft = folder / target.name
            with draft.open("wb") as file:
                if (status.st_uid, status.st_gid) != (os.geteuid(), os.getegid()) and os.geteuid() == 0:
                    os.fchown(file.fileno(), status.st_uid, status.st_gid)
                os.fchmod(file.fileno(), stat.S_IMODE(status.st_mode))
                file.write(after)
                file.flush()
                os.fsync(file.fileno())
            if target.read_bytes() != before:
                raise file_error(
                    str(path),
                    "the file was changed by another program and has the content that it wrote; run “sjkg fmt” again",
                )
            draft.replace(target)
    except OSError as error:
        if is_disk_full(error):
            advice = "free some space"
        elif error.errno in FORBIDDEN:
            advice = f"make the folder {target.parent} writable"
        else:
            advice = "check the disk"
        raise file_error(
            str(path), f"the file cannot be written and is unchanged: {error.strerror}; {advice}"
        ) from None
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, blocked)
