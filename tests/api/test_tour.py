"""The notebook docs/tour.ipynb: every cell runs, and what is committed has no outputs and no paths of a machine."""

import re

import pytest
from servers import PROJECT

TOUR = PROJECT / "docs" / "tour.ipynb"


def test_the_committed_notebook_has_no_outputs_and_no_paths():
    text = TOUR.read_text(encoding="utf-8")
    assert not re.search(r'"output_type"|"execution_count": \d|"/(home|root|work|tmp|Users)/', text)


@pytest.mark.slow
def test_every_cell_of_the_notebook_runs(snapshot, snapshots, monkeypatch, tmp_path):
    nbformat, nbclient = pytest.importorskip("nbformat"), pytest.importorskip("nbclient")
    for package in ("ipykernel", "matplotlib", "pandas"):
        pytest.importorskip(package)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    (tmp_path / "sjkg").mkdir()
    (tmp_path / "sjkg" / "snapshots").symlink_to(snapshots)  # the graph is built already
    monkeypatch.setenv("JUPYTER_PREFER_ENV_PATH", "1")
    tour = nbformat.read(TOUR, as_version=4)
    nbclient.NotebookClient(tour, timeout=300, kernel_name="python3").execute(cwd=str(tmp_path))
    kinds = [list(output.get("data", {})) for cell in tour.cells for output in cell.get("outputs", [])]
    assert sum("image/png" in kind for kind in kinds) == 3
    printed = "".join(output.get("text", "") for cell in tour.cells for output in cell.get("outputs", []))
    assert "passage:kanchazu-island-incident" in printed and "inferred by" in printed
