"""Results that use those of an earlier run are those of a run from scratch, after random edits of the knowledge base.

`python tests/random_edits.py 200` makes the same comparison after many edits.
"""

import os
import random
import shutil
import subprocess

import pyoxigraph as ox
import pytest
from random_edits import compare_closure, compare_pipeline, compare_queries
from servers import SJKG

from sjkg.core.findings import has_violations
from sjkg.pipeline.check import check_files
from sjkg.pipeline.enrich import FACTS, REASONED, enrich
from sjkg.pipeline.inputs import read_inputs
from sjkg.pipeline.prepared import read_prepared, write_prepared
from sjkg.snapshot.build import build
from sjkg.snapshot.folder import Snapshot, read_snapshot
from sjkg.snapshot.manifest import STORE_FILES, STORES

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def base(tmp_path_factory, kb_root):
    folder = tmp_path_factory.mktemp("base")
    for name in ("ontology", "triples", "shapes"):
        shutil.copytree(kb_root / name, folder / "kb" / name)
    shutil.copy(kb_root / "kb.ttl", folder / "kb")
    enriched = enrich(folder / "kb")
    write_prepared(folder / "prepared.json", enriched.prepared)
    return folder, enriched


def test_results_are_read_as_they_were_written(base):
    folder, enriched = base
    found = read_prepared(folder / "prepared.json", enriched.inputs.rules_sha256)
    written = enriched.prepared
    assert (found.sources, found.derivations, found.depths) == (written.sources, written.derivations, written.depths)
    assert (found.rules, found.findings, set(found.inferred)) == (
        written.rules,
        written.findings,
        set(written.inferred),
    )


def test_results_of_other_rules_or_of_a_damaged_file_are_not_used(base, tmp_path):
    folder, enriched = base
    (tmp_path / "cut.json").write_bytes((folder / "prepared.json").read_bytes()[:1000])
    assert read_prepared(folder / "prepared.json", "0" * 64) is None
    assert read_prepared(tmp_path / "cut.json", enriched.inputs.rules_sha256) is None
    assert read_prepared(tmp_path / "missing.json", enriched.inputs.rules_sha256) is None


def test_the_pipeline_gives_the_same_after_a_random_edit(base):
    folder, enriched = base
    sources = {file.path: list(file.lines) for file in enriched.sources.files if file.path.startswith("triples/")}
    for seed in (random.randrange(10**9) for _ in range(2)):
        assert compare_pipeline(folder / "kb", folder / "prepared.json", sources, seed) == [], f"seed {seed}"


def test_derived_triples_and_quality_findings_are_the_same_after_a_random_change(base):
    _, enriched = base
    asserted, data = set(enriched.sources.triples(*FACTS)), set(enriched.sources.triples("triples", "passages"))
    for seed in (random.randrange(10**9) for _ in range(3)):
        assert compare_queries(asserted, enriched.rules, data, seed) == [], f"seed {seed}"


def test_the_closure_is_the_same_after_a_random_change(base):
    _, enriched = base
    explicit = {*enriched.sources.triples(*REASONED), *enriched.derivations}
    data = {*enriched.sources.triples("triples", "passages"), *enriched.derivations}
    seed = random.randrange(10**9)
    assert compare_closure(explicit, enriched.depths, data, seed) != "different", f"seed {seed}"


def test_a_snapshot_is_the_same_whether_it_starts_from_another_or_from_nothing(base, tmp_path):
    folder, enriched = base
    shutil.copytree(folder / "kb", tmp_path / "kb")
    build(tmp_path / "kb", tmp_path / "snapshots")
    edit_until_it_conforms(tmp_path / "kb", enriched)
    changed = build(tmp_path / "kb", tmp_path / "snapshots")
    new = build_elsewhere(tmp_path / "kb", tmp_path / "other")
    assert files_of(changed) == files_of(new)
    assert stored_quads(changed) == stored_quads(new)


def build_elsewhere(kb, folder) -> Snapshot:
    """Build from nothing in another process, from a copy of the files, with other hashes of texts, time zone and language."""
    copied = shutil.copytree(kb, folder / "copy of the files")
    command = [*SJKG, "build", "--kb", str(copied), "--snapshots", str(folder)]
    environment = {**os.environ, "PYTHONHASHSEED": str(random.randrange(10**9)), "TZ": "Asia/Tokyo", "LC_ALL": "C"}
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=environment)
    return read_snapshot(folder / read_inputs(kb).sha256)


def files_of(snapshot) -> dict[str, bytes]:
    """Return the content of every file of a snapshot whose bytes depend on the data only."""
    return {
        name: path.read_bytes()
        for path in snapshot.folder.rglob("*")
        if path.is_file()
        and (name := path.relative_to(snapshot.folder).as_posix()) != STORE_FILES
        and not name.startswith(STORES)
    }


def edit_until_it_conforms(root, enriched):
    """Remove random statements about claims and events from a passage, and put them back while there are violations."""
    optional = ("countExact", "lossNote", "wording", "attributedTo", "after", "locationText", "description")
    files = [file for file in enriched.sources.files if file.part == "passages" and len(file.lines) > 40]
    for _ in range(20):
        file = random.choice(files)
        triples = list(file.lines)
        choices = [triple for triple in triples if triple[1].rstrip(">").endswith(optional)]
        removed = set(random.sample(choices, min(len(choices), 2)))
        kept = "".join(f"{s} {p} {o} .\n" for s, p, o in triples if (s, p, o) not in removed)
        text = (root / file.path).read_text(encoding="utf-8")
        (root / file.path).write_text(kept, encoding="utf-8")
        if removed and not has_violations(enrich(root).findings):
            return
        (root / file.path).write_text(text, encoding="utf-8")
    pytest.skip("no edit without violations was found")


def stored_quads(snapshot):
    """Return the quads of each store."""
    return {
        store.name: sorted(str(quad) for quad in ox.Store.read_only(str(store))) for store in snapshot.store.iterdir()
    }


HEAD = """@prefix sjkg: <https://w3id.org/sjkg/ontology#> . @prefix event: <https://w3id.org/sjkg/id/event/> .
@prefix actor: <https://w3id.org/sjkg/id/actor/> . @prefix edtf: <http://id.loc.gov/datatypes/edtf/> .
"""


@pytest.mark.parametrize(
    "text, rule",
    [
        ('event:made-up a sjkg:Event ; sjkg:date "1936"^^edtf:EDTF ; sjkg:involvesPowr actor:nobody .', "unknown-term"),
        ("event:battle-of-lake-khasan sjkg:before event:halhamiao-incident .", "event-before-agrees"),
    ],
)
def test_a_file_from_elsewhere_has_the_same_findings_with_earlier_results(base, tmp_path, text, rule):
    folder, _ = base
    file = tmp_path / "new.ttl"
    file.write_text(HEAD + text, encoding="utf-8")
    clean = check_files(folder / "kb", (file,))
    assert check_files(folder / "kb", (file,), find_prepared=lambda rules: folder / "prepared.json") == clean
    assert rule in {finding.rule for finding in clean.findings}
