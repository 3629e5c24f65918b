"""Checks Turtle files as if they were part of the knowledge base."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sjkg.core.errors import BrokenInput
from sjkg.core.findings import Finding
from sjkg.core.settings import REASONERS
from sjkg.pipeline.enrich import enrich


@dataclass(frozen=True)
class Checked:
    """What was found. is_readable: whether all is Turtle that could be checked further."""

    findings: list[Finding]
    is_readable: bool

    @property
    def conforms(self) -> bool:
        return not any(finding.severity == "violation" for finding in self.findings)


def check_files(
    kb: Path,
    files: tuple[Path, ...],
    reasoner: str = REASONERS[0],
    progress: Callable[[str], None] = lambda stage: None,
) -> Checked:
    """Return what is found in the files, or in the whole knowledge base where none is given.

    Raises BrokenInput when there is no knowledge base.
    """
    try:
        findings = enrich(kb, progress, files, reasoner).findings
    except BrokenInput as error:
        if not error.findings:
            raise
        return Checked(list(error.findings), is_readable=False)
    asked = {path.resolve() for path in files}
    return Checked([f for f in findings if not files or _lies_in(f, asked, kb)], is_readable=True)


def _lies_in(finding: Finding, paths: set[Path], kb: Path) -> bool:
    """Return whether a finding is in one of the files; its own path is relative to the knowledge base or to this folder."""
    if not finding.file:
        return False
    return not paths.isdisjoint({(kb / finding.file).resolve(), Path(finding.file).resolve()})
