"""The code's form: one formatter, one linter."""

import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]


@pytest.mark.parametrize("arguments", [["check"], ["format", "--check"]])
def test_the_code_is_formatted_and_free_of_lint(arguments):
    checked = subprocess.run(
        [sys.executable, "-m", "ruff", *arguments, "src", "tests", "bench"], cwd=PROJECT, capture_output=True, text=True
    )
    assert checked.returncode == 0, checked.stdout
