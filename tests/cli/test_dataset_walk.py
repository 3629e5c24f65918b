"""The walk of docs/integration.md through adding, linking and querying a dataset gives the output that it shows."""

import hashlib
import re
import shlex
import shutil

from servers import PROJECT

BLOCK = re.compile(r"```(\w+)\n(.*?)```", re.DOTALL)
FOLDERS = ("ontology", "triples", "shapes", "queries", "profiles")
COMMANDS = ("DATASET_ADD", "LINK", "QUERY", "COMPARE")


def test_a_dataset_is_added_linked_and_queried_as_the_documentation_shows(run, tmp_path):
    kb = tmp_path / "kb"
    for folder in FOLDERS:
        shutil.copytree(PROJECT / folder, kb / folder)
    shutil.copy(PROJECT / "kb.ttl", kb)
    own = {f"SJKG_{name}_KB": str(kb) for name in COMMANDS}
    own |= {f"SJKG_{name}_SNAPSHOTS": str(tmp_path / "snapshots") for name in COMMANDS}
    text = (PROJECT / "docs" / "integration.md").read_text(encoding="utf-8")
    section = text.split("\n## Add a dataset\n")[1].split("\n### In SPARQL")[0]
    blocks = BLOCK.findall(section)
    assert [kind for kind, _ in blocks] == ["csv", "csv", "sh", "text", "sh", "sh", "text", "sh", "text", "sh"]
    for name, (_, content) in zip(("battles.csv", "battle_casualties.csv"), blocks, strict=False):
        (tmp_path / name).write_text(content, encoding="utf-8")
    sha256 = hashlib.sha256((tmp_path / "battles.csv").read_bytes()).hexdigest()
    for (kind, command), (following, expected) in zip(blocks, [*blocks[1:], ("", "")], strict=True):
        if kind == "sh":
            answer = run(*shlex.split(command)[1:], cwd=tmp_path, env=own)
            assert answer.returncode == 0, answer.stderr
            if following == "text":
                assert answer.stdout.replace(f"{kb}/", "").replace("\r\n", "\n") == expected.replace("SHA256", sha256)
    compared = run("compare", "event:battle-of-lake-khasan", cwd=tmp_path, env=own).stdout
    assert "An extract: same event" in compared and "1,400–1,500" in compared
