"""Validation of a knowledge base, or of Turtle files as if they were part of it."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sjkg.core.errors import BrokenInput
from sjkg.core.findings import Finding
from sjkg.core.settings import REASONERS
from sjkg.pipeline.enrich import enrich


@dataclass(frozen=True)
class CheckResult:
    """The result of a validation.

    findings: sorted, violations first. is_readable: False when a file cannot be read as Turtle; then the findings are the
    errors of reading only.
    """

    findings: list[Finding]
    is_readable: bool


def check_files(
    kb: Path,
    files: tuple[Path, ...],
    reasoner: str = REASONERS[0],
    progress: Callable[[str], None] = lambda stage: None,
) -> CheckResult:
    """Return the findings of validating a knowledge base, or Turtle files as if they were part of it.

    kb: the folder of the knowledge base. files: when not empty, only findings in these files are returned.
    reasoner: one of REASONERS. progress: called with the name of each stage as it begins.
    Raises BrokenInput when the folder has no Turtle files, or a rule or quality query is invalid.
    """
    try:
        findings = enrich(kb, progress, files, reasoner).findings
    except BrokenInput as error:
        if not error.findings:
            raise
        return CheckResult(list(error.findings), is_readable=False)
    selected = {path.resolve() for path in files}
    return CheckResult([f for f in findings if not files or _is_in(f, selected, kb)], is_readable=True)


def _is_in(finding: Finding, selected: set[Path], kb: Path) -> bool:
    """Return whether a finding's file, relative to the folder `kb` or to the working directory, is in `selected`."""
    if not finding.file:
        return False
    return not selected.isdisjoint({(kb / finding.file).resolve(), Path(finding.file).resolve()})
