"""The command `sjkg fmt`: format Turtle files in the standard style."""

import difflib
from pathlib import Path

import click

from sjkg.cli.options import kb_option, settings_from
from sjkg.core.errors import BrokenInput, Violations
from sjkg.core.findings import Finding
from sjkg.kb.files import find_turtle_files
from sjkg.turtle.format import format_turtle


@click.command("fmt")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@kb_option
@click.option(
    "--check", is_flag=True, help="Change nothing; exit 1 and name the files that are not in the standard style."
)
@click.option("--diff", is_flag=True, help="Change nothing; show what would change.")
def command(files: tuple[Path, ...], kb: Path | None, check: bool, diff: bool) -> None:
    """Format FILES, or every Turtle file of the knowledge base, in the standard style. Triples and comments stay."""
    root = settings_from(kb).kb
    paths = files or tuple(find_turtle_files(root))
    changed = [path for path in paths if _format_file(path, check or diff, diff)]
    if check and changed:
        findings = tuple(
            Finding("violation", "not in the standard style; run “sjkg fmt”", rule="format", file=str(path))
            for path in changed
        )
        raise Violations(
            f"{len(changed)} of {len(paths)} files are not in the standard style; run “sjkg fmt”", findings
        )
    if not diff:
        click.echo(f"{len(paths)} files, {len(changed)} {'to change' if check else 'changed'}")


def _format_file(path: Path, is_dry_run: bool, show_diff: bool) -> bool:
    """Format the file at `path` in place, and return whether its text changes.

    is_dry_run: leave the file as it is. show_diff: print the changes as a unified diff.
    Raises BrokenInput when the file cannot be read or is not Turtle.
    """
    try:
        before = path.read_text(encoding="utf-8")
    except OSError as error:
        raise BrokenInput(f"{path} cannot be read: {error.strerror}; check the path") from None
    except UnicodeDecodeError as error:
        raise BrokenInput(f"{path}: byte {error.start} is not UTF-8; save the file as UTF-8") from None
    after = format_turtle(before, str(path))
    if show_diff and after != before:
        click.echo(
            "".join(difflib.unified_diff(before.splitlines(True), after.splitlines(True), str(path), str(path))),
            nl=False,
        )
    if not is_dry_run and after != before:
        path.write_text(after, encoding="utf-8")
    return after != before
