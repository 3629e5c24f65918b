"""The entry point of the public API that validates files."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from sjkg.core.errors import BadParameter
from sjkg.core.findings import Finding
from sjkg.core.settings import default_snapshots, packaged_kb
from sjkg.snapshot.folder import find_prepared


def validate(
    path: str | Path, *, kb: str | Path | None = None, shapes: str | Path | Sequence[str | Path] | None = None
) -> list[Finding]:
    """Return findings about a Turtle file, checked as if it were part of a knowledge base, or about a whole knowledge base.

    path: a Turtle file, or the folder of a knowledge base. kb: the folder of the knowledge base that a file is checked
    with, None for the packaged one; not used for a folder.
    shapes: one or more files with SHACL shapes; the file at `path` is then validated against these only, without a
    knowledge base, and may be in any RDF format. Findings whose rule is "shapes" report faults of the shapes
    themselves. Each finding has severity (violation, warning or info), message, rule, file and line. Violations come
    first; if there are none, a graph can be built from the files.
    Raises BrokenInput for a folder without Turtle files of a knowledge base, BadParameter for shapes with a folder or
    with kb, and LimitExceeded when validation against shapes takes too much time or memory.
    """
    from sjkg.pipeline.check import check_files, check_with_shapes

    if shapes is not None:
        if kb is not None or Path(path).is_dir():
            raise BadParameter(
                "with the argument shapes, a file is validated without a knowledge base; give the path of a file, and leave out kb"
            )
        paths = [shapes] if isinstance(shapes, str | Path) else shapes
        return check_with_shapes([Path(path)], [Path(each) for each in paths]).findings

    path = Path(path)
    earlier = partial(find_prepared, default_snapshots())
    if path.is_dir():
        return check_files(path.resolve(), (), find_prepared=earlier).findings
    root = (packaged_kb() if kb is None else Path(kb)).resolve()
    return check_files(root, (path,), find_prepared=earlier).findings
