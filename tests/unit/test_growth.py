"""Reading any text takes time in proportion to its length: no hostile text of a megabyte keeps a processor busy.

What is computed in Python is counted in lines of code. Regular expressions are tried on texts of two megabytes in a process
whose processor time the kernel limits to far more than they need, and far less than a quadratic one needs.
"""

import resource
import subprocess
import sys

import pytest
from servers import MAX_WAIT_S

from sjkg.core.errors import SjkgError
from sjkg.sparql.inspection import inspect_query
from sjkg.turtle.format import format_turtle
from sjkg.turtle.parse import parse_turtle

COUNT = 200  # repetitions in a text whose lines of code are counted
CPU_S = 20
REPEATED = """
from sjkg.core.datatypes import lexical_error
from sjkg.core.errors import SjkgError
from sjkg.derive.edtf import date_bounds
from sjkg.proofs.terms import parse_triple
from sjkg.web.http.negotiation import choose_by
from sjkg.web.http.request_checks import check_request
from sjkg.web.http.response import is_not_modified, is_precondition_failed

def ask(**headers):
    return {"REQUEST_METHOD": "GET", "PATH_INFO": "/", "SERVER_PROTOCOL": "HTTP/1.1", "HTTP_HOST": "x", **headers}

DATES = ("1", "X", "1936/", "1936,", "1936..", "T/", "/T", "-01", "S", "?~", " ", "[")
PARTS = ("1", " ", "a-", "a:", "1.", "P1Y", "A ", '"', "W/", '"a", ')
TYPES = ("integer", "decimal", "double", "dateTime", "duration", "base64Binary", "hexBinary", "language", "anyURI", "token", "QName")
READERS = [
    *(lambda text, name=name: lexical_error(text, "http://www.w3.org/2001/XMLSchema#" + name) for name in TYPES),
    lambda text: parse_triple(f'"{text}', "a", text),
    lambda text: parse_triple(f'"x"@{text}', "a", "b:c"),
    lambda text: check_request(ask(HTTP_HOST=text)),
    lambda text: is_not_modified(ask(HTTP_IF_NONE_MATCH=text), '"x"', None),
    lambda text: is_precondition_failed(ask(HTTP_IF_MATCH=text), '"x"', None),
]
texts = [(date_bounds, part * (2_000_000 // len(part))) for part in DATES]
texts += [(reader, part * (200_000 // len(part))) for part in PARTS for reader in READERS]
for reader, text in texts:
    try:
        reader(text)
    except SjkgError:
        pass
"""
TURTLE = {
    "statements": lambda n: "".join(f"<x:a{i}> <x:b> _:c{i} .\n" for i in range(n)),
    "objects": lambda n: f"<x:a> <x:b> {', '.join(f'<x:c{i}>' for i in range(n))} .",
    "collection": lambda n: f"<x:a> <x:b> ({'1 ' * n}) .",
    "nested collections": lambda n: f"<x:a> <x:b> {'(' * n}{')' * n} .",
    "nested property lists": lambda n: f"<x:a> <x:b> {'[ <x:b> ' * n}1{']' * n} .",
    "prefixes": lambda n: "".join(f"@prefix p{i}: <http://x/{i}#> .\n" for i in range(n)),
    "growing bases": lambda n: "@base <http://x/> .\n" + "@base <bbbbbbbbbbbbbbbbbbbbbbbb/> .\n" * n,
    "comments": lambda n: "# x\n" * n,
    "escapes": lambda n: '<x:a> <x:b> "' + "\\u0041" * n + '" .',
    "open long string": lambda n: '<x:a> <x:b> """' + '" \n' * n,
    "open brackets": lambda n: "[" * n,
    "semicolons": lambda n: f"<x:a> <x:b> <x:c> {';' * n} .",
}
QUERIES = {
    "graphs": lambda n: f"ASK {{ {' '.join(f'GRAPH <x:{i}> {{}}' for i in range(n))} }}",
    "from": lambda n: f"SELECT * {' '.join(f'FROM <x:{i}>' for i in range(n))} {{ ?a ?b ?c }}",
    "escapes": lambda n: "ASK { ?a ?b '" + "\\u0041" * n + "' }",
    "prefixes": lambda n: f"{' '.join(f'PREFIX p{i}: <x:{i}>' for i in range(n))} ASK FROM p0:a {{}}",
    "strings": lambda n: f"ASK {{ VALUES ?graph {{ {' '.join(repr(str(i)) for i in range(n))} }} }}",
    "service": lambda n: f"ASK {{ {'FILTER(?service = 1) ' * n} }}",
}


def count_lines(read, text: str) -> int:
    """Return how many lines of Python code run while a text is read, whether it is refused or not."""
    count = 0

    def trace(frame, event, argument):
        nonlocal count
        count += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        read(text)
    except SjkgError:
        pass
    finally:
        sys.settrace(before)
    return count


@pytest.mark.parametrize(
    "read, make",
    [
        *((lambda text: parse_turtle(text, "x.ttl"), make) for make in TURTLE.values()),
        *((lambda text: format_turtle(text, "x.ttl"), make) for make in TURTLE.values()),
        *((inspect_query, make) for make in QUERIES.values()),
    ],
    ids=[*(f"parse {name}" for name in TURTLE), *(f"format {name}" for name in TURTLE), *QUERIES],
)
def test_a_text_of_twice_the_length_takes_twice_as_many_lines_of_code(read, make):
    _, short, long = (count_lines(read, make(n)) for n in (1, COUNT, 2 * COUNT))  # the first call may fill caches
    assert long <= 2.5 * short + 100


def test_regular_expressions_for_short_texts_take_long_ones_in_proportion():
    limited = subprocess.run(
        [sys.executable, "-c", REPEATED],
        capture_output=True,
        text=True,
        timeout=MAX_WAIT_S,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S)),
    )
    assert limited.returncode == 0, limited.stderr


def test_a_short_text_cannot_stand_for_gigabytes_of_iris():
    long_base = f"@base <http://x/{'b' * 3000}/> .\n"
    with pytest.raises(SjkgError) as refused:
        parse_turtle(long_base + "<a> <b> <c> .", "x.ttl")
    assert refused.value.findings[0].line == 2 and "shorter base" in refused.value.findings[0].message
    parse_turtle(f"{long_base}<x:a> <x:b> <x:c> .", "x.ttl")
