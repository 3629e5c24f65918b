"""The walk of docs/integration.md for users of the CIDOC CRM gives the output that it shows."""

import json
import re
import shlex

from servers import PROJECT

LINE = re.compile(r"(?<=\.ttl):\d+")  # number of a line in a data file


def test_the_commands_for_users_of_the_cidoc_crm_print_what_the_documentation_shows(run, snapshot, tmp_path):
    text = (PROJECT / "docs" / "integration.md").read_text(encoding="utf-8")
    section = text[text.index("## A CIDOC CRM user") :].partition("\n## ")[0]
    blocks = re.findall(r"```(\w+)\n(.*?)```", section, re.DOTALL)
    assert [kind for kind, _ in blocks] == ["sh", "sh", "text", "sh", "text", "turtle", "sh", "turtle"]
    (tmp_path / "yours.ttl").write_text(blocks[5][1], encoding="utf-8")
    for (kind, command), (following, expected) in zip(blocks, [*blocks[1:], ("", "")], strict=True):
        if kind == "sh":
            name, *arguments = shlex.split(command)
            answer = run(*arguments, cwd=tmp_path)
            assert name == "sjkg" and answer.returncode == 0, answer.stderr
            if following in ("text", "turtle"):
                assert LINE.sub("", answer.stdout.replace("\r\n", "\n")) == LINE.sub("", expected)
    assert (tmp_path / "borders.ttl").read_text(encoding="utf-8").startswith("@prefix")
    lost = [
        row["property"]
        for row in json.loads((tmp_path / "lost.json").read_text(encoding="utf-8"))["properties"]
        if row["lost"]
    ]
    assert [iri.rpartition("/")[2] for iri in lost] == ["P70_documents", "22-rdf-syntax-ns#type"]


def test_the_commands_that_compare_sources_print_what_the_documentation_shows(run, snapshot, tmp_path):
    text = (PROJECT / "docs" / "integration.md").read_text(encoding="utf-8")
    section = text[text.index("## Compare sources") :].partition("\n## ")[0]
    blocks = re.findall(r"```(\w+)\n(.*?)```", section, re.DOTALL)
    assert [kind for kind, _ in blocks] == ["sh", "text", "sh", "text", "sh"]
    for (kind, commands), (following, expected) in zip(blocks, [*blocks[1:], ("", "")], strict=True):
        for command in commands.splitlines() if kind == "sh" else ():
            name, *arguments = shlex.split(command)
            answer = run(*arguments, cwd=tmp_path)
            assert name == "sjkg" and answer.returncode == 0 and answer.stdout, answer.stderr
            if following == "text":
                assert answer.stdout.replace("\r\n", "\n") == expected
