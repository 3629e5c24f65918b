"""Validation of Turtle files as if they were part of the knowledge base."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sjkg.core.errors import BrokenInput
from sjkg.core.findings import Finding
from sjkg.core.settings import REASONERS
from sjkg.pipeline.enrich import enrich


@dataclass(frozen=True)
class Checked:
    """The result of a validation. is_readable: whether all files are Turtle, so that they could be checked further."""

    findings: list[Finding]
    is_readable: bool

    @property
    def conforms(self) -> bool:
        """Return whether no finding is a violation."""
        return not any(finding.severity == "violation" for finding in self.findings)


def check_files(
    kb: Path,
    files: tuple[Path, ...],
    reasoner: str = REASONERS[0],
    progress: Callable[[str], None] = lambda stage: None,
) -> Checked:
    """Return the findings in `files`, or in the whole knowledge base when there are none.

    kb: the folder of the knowledge base. progress: called with the name of each stage.
    Raises BrokenInput when the folder is not a knowledge base.
    """
    try:
        findings = enrich(kb, progress, files, reasoner).findings
    except BrokenInput as error:
        if not error.findings:
            raise
        return Checked(list(error.findings), is_readable=False)
    selected = {path.resolve() for path in files}
    return Checked([f for f in findings if not files or _is_in(f, selected, kb)], is_readable=True)


def _is_in(finding: Finding, selected: set[Path], kb: Path) -> bool:
    """Return whether a finding's file, relative to the knowledge base or to the working directory, is selected."""
    if not finding.file:
        return False
    return not selected.isdisjoint({(kb / finding.file).resolve(), Path(finding.file).resolve()})
