"""Checks of posted texts while the files of the knowledge base cannot be read."""

import shutil

import pytest
from servers import SMALL

from sjkg.core.errors import Overloaded
from sjkg.core.settings import Settings
from sjkg.pipeline import check_posted
from sjkg.pipeline.check_posted import TurtleChecker
from sjkg.workers.fair_queue import SERVER

TEXT = SMALL.replace("event:only", "event:posted").replace("the only", "a posted").replace("Battle", "PoliticalEvent")


@pytest.fixture
def check(small_kb, tmp_path, monkeypatch, capsys):
    """A function that checks a text with the knowledge base in tmp_path/kb, in this process."""
    shutil.copytree(small_kb, tmp_path / "kb")
    checker = TurtleChecker(Settings(kb=small_kb, snapshots=tmp_path))

    def run(folder, prepared, is_disconnected) -> bytes:
        monkeypatch.chdir(folder)
        check_posted.main(str(tmp_path / "kb"), str(prepared))
        return capsys.readouterr().out.encode()

    monkeypatch.setattr(checker, "_run", run)
    return lambda text: checker.check(text.encode(), tmp_path / "proofs.json", SERVER)


def test_a_text_has_its_own_findings(check):
    assert check(TEXT).findings == []
    (finding,) = check(TEXT + "no Turtle").findings
    assert finding.file == "posted.ttl" and finding.rule == "syntax"


def test_a_text_is_not_blamed_for_a_fault_in_another_file(check, tmp_path):
    with (tmp_path / "kb" / "triples" / "events.ttl").open("a") as file:
        file.write("no Turtle")
    with pytest.raises(Overloaded, match="cannot be checked at the moment.*triples/events.ttl:1.*send it again"):
        check(TEXT)
    assert check(TEXT + "no Turtle").findings[0].file == "posted.ttl"


def test_a_deleted_knowledge_base_is_no_fault_of_the_text(check, tmp_path):
    shutil.rmtree(tmp_path / "kb")
    with pytest.raises(Overloaded, match="cannot be checked at the moment.*the folder has no kb.ttl"):
        check(TEXT)
