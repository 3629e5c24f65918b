"""The distribution of the tests over the processes of pytest-xdist."""

import re

from xdist.scheduler import LoadFileScheduling

PAGE = re.compile(r"\[([^]-]*)")  # the first parameter, as in test_name[page-width]


def unit_of(nodeid: str) -> str:
    """Return a name that a test has in common with those that run in the same process: its file, in a browser its page."""
    file, _, test = nodeid.partition("::")
    if not file.startswith("tests/browser/"):
        return file
    page = PAGE.search(test)
    return f"{file}::{page[1] if page else test}"


class PageScheduling(LoadFileScheduling):
    """Distributes tests by file, but those in a browser by page: they run last, and keep all processes busy until the end."""

    def _split_scope(self, nodeid: str) -> str:
        return unit_of(nodeid)
