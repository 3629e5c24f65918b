"""The distribution of the tests over the processes of pytest-xdist."""

import pytest
from scheduling import unit_of


@pytest.mark.parametrize(
    "one, other, together",
    [
        ("tests/http/test_x.py::test_a", "tests/http/test_x.py::test_b[1]", True),
        ("tests/http/test_x.py::test_a", "tests/http/test_y.py::test_a", False),
        ("tests/browser/test_x.py::test_a[map-light]", "tests/browser/test_x.py::test_b[map]", True),
        ("tests/browser/test_x.py::test_a[map-light]", "tests/browser/test_x.py::test_a[events-light]", False),
        ("tests/browser/test_x.py::test_a", "tests/browser/test_x.py::test_b", False),
    ],
)
def test_tests_of_a_file_run_in_one_process_and_those_in_a_browser_by_page(one, other, together):
    assert (unit_of(one) == unit_of(other)) == together
