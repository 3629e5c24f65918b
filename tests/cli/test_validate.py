"""`sjkg validate` on each kind of bad input: file and line, exit status, and that nothing is built."""

import json

import pytest

PASSAGE = "triples/passages/1935-incidents/halhamiao-incident.ttl"
KILLED = "claim:halhamiao-manchukuo-killed\n    a sjkg:CasualtyClaim ;"


def break_file(root, file: str, old: str, new: str) -> int:
    """Replace text in a file of a knowledge base; return the line of the change."""
    path = root / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


BROKEN = {
    "broken Turtle": (
        PASSAGE,
        'sjkg:rankText "military advisor"@en ;',
        'sjkg:rankText "military advisor@en ;',
        2,
        "syntax",
    ),
    "undeclared prefix": (
        PASSAGE,
        "sjkg:subcountOf claim:",
        "sjkg:subcountOf claims:",
        2,
        "prefix “claims:” is not declared",
    ),
    "unknown property": (PASSAGE, "sjkg:undatedReason", "sjkg:undatedReazon", 1, "did you mean sjkg:undatedReason"),
    "unknown thing": (
        PASSAGE,
        "sjkg:party actor:manchukuo-imperial-army",
        "sjkg:party actor:manchuko-imperial-army",
        1,
        "did you mean actor:manchukuo-imperial-army",
    ),
    "wrong datatype": (PASSAGE, "sjkg:countExact 6 ;", 'sjkg:countExact "six" ;', 1, "countExact"),
    "missing footnote": (PASSAGE, "sjkg:cites footnote:5 ;", "sjkg:cites footnote:55 ;", 1, "footnote:55"),
    "no EDTF": (PASSAGE, '"1935-01-08"^^edtf:EDTF', '"8 January 1935"^^edtf:EDTF', 1, "is not an EDTF date"),
    "end before begin": (
        PASSAGE,
        '"1935-01-08"^^edtf:EDTF',
        '"1935-01-08/1934-01-08"^^edtf:EDTF',
        1,
        "ends before it begins",
    ),
    "place inside itself": (
        PASSAGE,
        "sjkg:placePartOf place:halhamiao ;",
        "sjkg:placePartOf place:halhamiao-temple ;",
        1,
        "place-part-of-itself",
    ),
    "two passages": (
        PASSAGE,
        "a sjkg:Passage ;",
        "a sjkg:Passage ; sjkg:x [ a sjkg:Passage ] ;",
        2,
        "declares 2 passages",
    ),
}


@pytest.mark.parametrize("what", BROKEN)
def test_each_mistake_is_reported_at_its_line(run, own_kb, what):
    file, old, new, status, words = BROKEN[what]
    line = break_file(own_kb, file, old, new)
    answer = run("validate", "--kb", own_kb)
    reported = [row for row in answer.stdout.splitlines() if row.startswith(f"{file}:{line}:")]
    assert answer.returncode == status, answer.stdout + answer.stderr
    assert any(words in row for row in reported), answer.stdout


@pytest.mark.parametrize("what", ["broken Turtle", "wrong datatype"])
def test_files_with_a_mistake_are_not_built(run, own_kb, tmp_path, what):
    file, old, new, status, _ = BROKEN[what]
    break_file(own_kb, file, old, new)
    built = run("build", "--kb", own_kb, "--snapshots", tmp_path / "snapshots")
    assert built.returncode == status and not list((tmp_path / "snapshots").glob("[0-9a-f]*"))


def test_a_cycle_of_places_is_found_after_reasoning(run, own_kb):
    break_file(
        own_kb,
        PASSAGE,
        "sjkg:placePartOf place:halhamiao ;",
        "sjkg:placePartOf place:halhamiao . place:halhamiao sjkg:placePartOf place:halhamiao-temple ;",
    )
    answer = run("validate", "--kb", own_kb)
    assert answer.returncode == 1 and "place:halhamiao" in answer.stdout


def test_an_inconsistency_names_the_node_and_its_file(run, own_kb):
    break_file(
        own_kb,
        PASSAGE,
        "sjkg:directSubEventOf event:halhamiao-incident ;",
        "sjkg:directSubEventOf event:halhamiao-incident ; sjkg:placePartOf place:manchuria ;",
    )
    answer = run("validate", "--kb", own_kb)
    assert (
        answer.returncode == 1
        and "inconsistency" in answer.stdout
        and "event:halhamiao-" in answer.stdout
        and PASSAGE in answer.stdout
        or "triples/events.ttl" in answer.stdout
    )


def test_a_second_declaration_is_reported_with_both_files(run, own_kb):
    (own_kb / "triples" / "again.ttl").write_text(
        "@prefix sjkg: <https://w3id.org/sjkg/ontology#> .\n@prefix event: <https://w3id.org/sjkg/id/event/> .\nevent:halhamiao-incident a sjkg:Battle .\n"
    )
    answer = run("validate", "--kb", own_kb)
    assert answer.returncode == 1 and "triples/again.ttl and in triples/events.ttl" in answer.stdout


def test_findings_can_be_written_as_json_and_sarif(run, own_kb):
    file, old, new, _, _ = BROKEN["unknown property"]
    line = break_file(own_kb, file, old, new)
    findings = json.loads(run("validate", "--kb", own_kb, "--format", "json").stdout)
    assert (file, line, "violation", "unknown-term") in [
        (finding["file"], finding["line"], finding["severity"], finding["rule"]) for finding in findings
    ]
    sarif = json.loads(run("validate", "--kb", own_kb, "--format", "sarif").stdout)
    (result,) = [result for result in sarif["runs"][0]["results"] if result["ruleId"] == "unknown-term"]
    place = result["locations"][0]["physicalLocation"]
    assert sarif["version"] == "2.1.0" and result["level"] == "error"
    assert place["artifactLocation"]["uri"] == file and place["region"]["startLine"] == line


def test_files_are_validated_as_part_of_the_knowledge_base(run, tmp_path):
    path = tmp_path / "new.ttl"
    path.write_text(
        "@prefix sjkg: <https://w3id.org/sjkg/ontology#> .\n@prefix event: <https://w3id.org/sjkg/id/event/> .\nevent:new a sjkg:Battel .\n"
    )
    answer = run("validate", path)
    assert (
        answer.returncode == 1
        and f"{path}:3: violation: sjkg:Battel is not declared; did you mean sjkg:Battle" in answer.stdout
    )


def test_the_packaged_graph_has_no_violation(run):
    answer = run("validate")
    assert answer.returncode == 0, answer.stdout


SHAPES = """@prefix sh: <http://www.w3.org/ns/shacl#> .
<e:S> a sh:NodeShape ; sh:targetClass <e:P> ; sh:property [ sh:path <e:age> ; sh:maxCount 1 ] .
"""


def test_files_are_validated_against_shapes_of_ones_own(run, tmp_path):
    (tmp_path / "s.ttl").write_text(SHAPES, encoding="utf-8")
    (tmp_path / "d.ttl").write_text("<e:a> a <e:P> ;\n <e:age> 1 , 2 .\n", encoding="utf-8")
    answer = run("validate", "--shapes", "s.ttl", "d.ttl", cwd=tmp_path)
    assert answer.returncode == 1 and answer.stderr == ""
    assert answer.stdout.startswith("d.ttl:2: violation: there are more values of <e:age> than 1 [e:a]")
    sarif = json.loads(run("validate", "--shapes", "s.ttl", "d.ttl", "--format", "sarif", cwd=tmp_path).stdout)
    assert sarif["runs"][0]["results"][0]["ruleId"] == "e:S"
    (tmp_path / "s.ttl").write_text(SHAPES.replace("maxCount", "maxCuont"), encoding="utf-8")
    answer = run("validate", "--shapes", "s.ttl", "d.ttl", cwd=tmp_path)
    assert answer.returncode == 2 and answer.stdout.startswith("s.ttl:2: violation: sh:maxCuont is not a term of SHACL")


def test_shapes_without_files_to_validate_are_an_error(run, tmp_path):
    answer = run("validate", "--shapes", tmp_path / "s.ttl")
    assert (
        answer.returncode == 2
        and answer.stderr == "sjkg: --shapes needs files to validate; name them after the options\n"
    )


def test_a_file_is_validated_without_slow_imports(run, snapshot, tmp_path):
    (tmp_path / "x.ttl").write_text("@prefix event: <https://w3id.org/sjkg/id/event/> .\n", encoding="utf-8")
    answer = run("validate", tmp_path / "x.ttl", env={"PYTHONPROFILEIMPORTTIME": "1"})
    assert answer.returncode == 0
    imported = {line.rpartition("|")[2].strip() for line in answer.stderr.splitlines()}
    assert "sjkg.pipeline.enrich" in imported
    assert imported.isdisjoint({"rdflib", "pyshacl", "duckdb", "rich", "importlib.metadata"})


def test_snapshots_are_sought_in_the_folder_of_the_environment(run, tmp_path, monkeypatch):
    """A wrong folder must be refused, and not be ignored."""
    (tmp_path / "file").write_text("", encoding="utf-8")
    answer = run("validate", "--snapshots", "")
    assert answer.returncode == 2 and "the path is empty" in answer.stderr
