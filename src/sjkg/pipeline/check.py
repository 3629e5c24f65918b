"""Validation of a knowledge base, of RDF files as if they were part of it, or of RDF files against other shapes.

The shapes of the knowledge base are evaluated in this process. Shapes of the user are evaluated in a killable child process
(`sjkg.validation.own_shapes`) with a deadline and a memory limit, because rdflib evaluates their SPARQL, and a shape can take
any time.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from sjkg.core.errors import BrokenInput, DeadlineExceeded, LimitExceeded
from sjkg.core.findings import Finding
from sjkg.core.settings import REASONERS
from sjkg.core.vocabulary import using
from sjkg.kb.description import read_description
from sjkg.kb.files import DATA_PARTS
from sjkg.pipeline.enrich import FindPrepared, Progress, enrich, names_of
from sjkg.workers.child_process import Cause, ChildDied, ChildProcess

DEADLINE_S = 600
MEMORY_BYTES = 4 * 1024**3


@dataclass(frozen=True)
class CheckResult:
    """The result of a validation.

    findings: sorted, violations first. is_readable: False if a file cannot be read or the shapes are not well-formed; the
    findings are then these errors only, and nothing was checked. things: the IRIs of the things in the data.
    """

    findings: list[Finding]
    is_readable: bool
    things: frozenset[str] = frozenset()


def check_files(
    kb: Path,
    files: tuple[Path, ...],
    reasoner: str = REASONERS[0],
    progress: Progress = lambda stage: None,
    find_prepared: FindPrepared = lambda rules_sha256: None,
) -> CheckResult:
    """Return the findings of validating a knowledge base, or RDF files as if they were part of it.

    kb: the folder of the knowledge base. files: RDF files, inside or outside of the folder, to which the findings in the
    result are limited; empty for all findings in the knowledge base.
    reasoner: one of REASONERS. progress: called with the name of each stage as it begins. find_prepared: a function
    from the hash of the rules (all inputs except the data) to the path of proofs.json, which holds the results of an
    earlier run with the same rules, or None if there is none; with it, only changed files are parsed and get the checks
    of single files. Raises BrokenInput when the folder has no Turtle files, or a rule or quality query is invalid.
    """
    try:
        with using(read_description(kb).namespaces):
            enriched = enrich(kb, progress, files, reasoner, find_prepared)
    except BrokenInput as error:
        if not error.findings:
            raise
        return CheckResult(list(error.findings), is_readable=False)
    findings = [replace(finding, line=finding.line or None) for finding in enriched.findings]  # NO_LINE is 0
    things = frozenset(s[1:-1] for s, _, _ in enriched.sources.triples(*DATA_PARTS))
    names = names_of(kb, files)
    return CheckResult([finding for finding in findings if not files or finding.file in names], True, things)


def check_with_shapes(
    files: Sequence[Path], shapes: Sequence[Path], deadline_s: float = DEADLINE_S, memory_bytes: int = MEMORY_BYTES
) -> CheckResult:
    """Return the findings of validating RDF files, as one graph, against the SHACL shapes in other RDF files.

    files: the files with the data. shapes: the files with the shapes. The knowledge base plays no part.
    deadline_s, memory_bytes: limits of the child process. Raises DeadlineExceeded or LimitExceeded above them, and
    RuntimeError with the end of the child's standard error if the child process fails for another reason.
    """
    names = [str(path) for path in (*shapes, *files)]
    try:
        with ChildProcess(
            "sjkg.validation.own_shapes",
            str(len(shapes)),
            *names,
            memory_bytes=memory_bytes,
            deadline_s=deadline_s,
        ) as child:
            result = json.loads(child.wait(deadline_s))
    except ChildDied as died:
        match died.cause:
            case Cause.DEADLINE:
                raise DeadlineExceeded(
                    f"the validation was not complete after {deadline_s:g} s; allow more time (--deadline), or validate "
                    "less data at once"
                ) from None
            case Cause.MEMORY | Cause.STACK | Cause.KILLED:
                raise LimitExceeded(
                    f"the validation needs more than {memory_bytes:,} bytes of memory or nests shapes too deeply; validate "
                    "less data at once"
                ) from None
            case _:
                raise RuntimeError(
                    f"the program that validates ended with an error, a fault of sjkg; please report it with this output:\n"
                    f"{died.stderr}"
                ) from None
    return CheckResult([Finding(**fields) for fields in result["findings"]], result["is_readable"])
