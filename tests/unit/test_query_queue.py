"""Queries in worker processes: limits, crashes, the queue, and the queries of others."""

import pickle
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from dataclasses import replace

import psutil
import pytest
from namespaces import IDS, INFERRED
from servers import MAX_WAIT_S, is_running_module, wait_for

from sjkg.core.errors import (
    BadQuery,
    DeadlineExceeded,
    EngineFailed,
    LimitExceeded,
    NotAcceptable,
    Overloaded,
    SjkgError,
    UnusableSnapshot,
)
from sjkg.core.settings import MIB, Settings
from sjkg.core.terms import Iri
from sjkg.store.datasets import Scope
from sjkg.store.formats import GRAPH_FORMATS, RESULT_FORMATS
from sjkg.workers.fair_queue import Client
from sjkg.workers.query_queue import QueryPool

pytestmark = pytest.mark.slow

EVENT = Iri(f"{IDS}event/halhamiao-incident")
LOOKUP = "SELECT ?date { event:halhamiao-incident sjkg:date ?date FILTER(true) }"
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
GREEDY = "SELECT * { ?a ?b ?c . ?d ?e ?f } ORDER BY ?c ?f"
DEEP = "ASK {" + "{" * 100_000 + "}" * 100_000 + "}"
MIXED = " ".join(f'{number} "{number}a"' for number in range(300))  # 9 < 10 < "1a" < 9, says the engine
LARGE = "SELECT * { GRAPH ?g { ?a ?b ?c } } ORDER BY ?g ?a ?b ?c LIMIT 15000"


@pytest.fixture(scope="module")
def settings(kb_root, snapshots):
    return Settings(
        kb=kb_root,
        snapshots=snapshots,
        query_deadline_s=MAX_WAIT_S,
        query_wait_s=0.05,
        query_memory_bytes=300 * MIB,
        max_running_queries=1,
        max_waiting_queries=1,
        max_answer_bytes=16 * MIB,
    )


@pytest.fixture
def open_pool(snapshot, settings):
    """Make pools with other settings; they are closed at the end, and nothing may be left of them."""
    pools = []

    def open_with(folder=snapshot.store, **others):
        pools.append(QueryPool(folder, snapshot.manifest.groups, replace(settings, **others)))
        return pools[-1]

    yield open_with
    for pool in pools:
        pool.close()
    assert workers() == []


@pytest.fixture
def pool(open_pool):
    return open_pool()


def workers() -> list[psutil.Process]:
    return [child for child in psutil.Process().children() if is_running_module(child, "sjkg.workers.query_worker")]


def working_one() -> psutil.Process:
    """Return the worker that evaluates, once one does."""
    return wait_for(lambda: next((worker for worker in workers() if worker.cpu_times().user > 0.5), None))


def run_suppressed(pool, text):
    """Run a query and ignore its error."""
    with suppress(SjkgError):
        pool.public.query(text)


def in_background(ask, *arguments) -> threading.Thread:
    thread = threading.Thread(target=ask, args=arguments)
    thread.start()
    return thread


@pytest.mark.parametrize(
    "text, options",
    [
        (LOOKUP, {}),
        ("ASK { ?s ?p ?o }", {"formats": {"boolean": "xml"}}),
        ("CONSTRUCT { ?event ?p ?o } WHERE { ?event ?p ?o } ORDER BY ?p ?o", {"bindings": {"event": EVENT}}),
        ("SELECT ?s { ?s a sjkg:Battle } ORDER BY ?s", {"scope": Scope(default=(INFERRED,)), "formats": {"bindings": "csv"}}),
        (LARGE, {}),
    ],
)  # fmt: skip
def test_a_worker_gives_the_same_result_as_the_engine_in_this_process(pool, store, text, options):
    expected, answer = store.query(text, **options), pool.public.query(text, **options)
    assert (answer.kind, answer.format, answer.body) == (expected.kind, expected.format, expected.body)
    assert answer.size == len(expected.body)


def test_a_large_result_comes_in_chunks_and_can_be_read_twice(pool):
    answer = pool.public.query(LARGE)
    pieces = list(answer.chunks)
    assert len(pieces) > 1 and b"".join(pieces) == answer.body and len(answer.body) == answer.size
    assert len(list(pool.public.query(LOOKUP).chunks)) == 1


def test_an_error_in_a_query_is_the_same_as_in_this_process(pool, store):
    with pytest.raises(BadQuery) as expected:
        store.query("SELECT * { ?s ?p foo:x }")
    with pytest.raises(BadQuery) as error:
        pool.public.query("SELECT * { ?s ?p foo:x }")
    assert (str(error.value), vars(error.value)) == (str(expected.value), vars(expected.value))
    with pytest.raises(NotAcceptable):
        pool.public.query("ASK {}", {"graph": "turtle"})


def test_a_query_past_its_deadline_is_killed_and_the_next_one_is_answered(open_pool):
    pool = open_pool(query_deadline_s=8)
    before = set(workers())
    with pytest.raises(DeadlineExceeded, match=r"still running after 8 s"):
        pool.public.query(ENDLESS)
    assert len(before - set(workers())) == 1
    assert pool.public.query(LOOKUP).body == pool.public.query(LOOKUP).body


@pytest.mark.parametrize("text, words", [(GREEDY, "more memory"), (DEEP, "nested too deeply")])
def test_a_query_that_needs_too_much_memory_or_stack_raises_limit_exceeded(pool, text, words):
    with pytest.raises(LimitExceeded, match=words):
        pool.public.query(text)
    assert pool.public.query(LOOKUP).size


def test_a_crash_of_the_engine_raises_an_error_with_advice(pool):
    with pytest.raises(EngineFailed, match=r"ORDER BY STR\(\?x\)"):
        pool.public.query(f"SELECT ?x {{ VALUES ?x {{ {MIXED} }} }} ORDER BY (COALESCE(?x, 0))")
    assert pool.public.query(LOOKUP).size


def test_values_that_the_engine_cannot_compare_are_sorted_by_kind(pool):
    answer = pool.public.query(f"SELECT ?x {{ VALUES ?x {{ {MIXED} }} }} ORDER BY ?x", {"bindings": "csv"})
    rows = answer.body.decode().split()[1:]
    assert rows == [*map(str, range(300)), *sorted(f"{number}a" for number in range(300))]


def test_a_second_evaluation_has_only_the_rest_of_the_deadline(pool, settings, monkeypatch):
    workers, used = pool.public._workers, []
    evaluate = workers.evaluate
    monkeypatch.setattr(
        workers,
        "evaluate",
        lambda request, is_disconnected, *more: [used.append(more), evaluate(request, is_disconnected, *more)][1],
    )
    pool.public.query(f"SELECT ?x {{ VALUES ?x {{ {MIXED} }} }} ORDER BY ?x", {"bindings": "csv"})
    first, (used_s,) = used
    assert first == () and used_s > 0
    with pytest.raises(DeadlineExceeded):
        evaluate(
            pickle.dumps((ENDLESS, {"bindings": "csv"}, Scope(), {}, False)), lambda: False, settings.query_deadline_s
        )


def test_the_query_text_is_rewritten_in_the_worker_not_in_the_server(pool, monkeypatch):
    monkeypatch.setattr("sjkg.sparql.rewriting.sort_by_kind", None)  # here, not in the workers
    assert pool.public.query(f"SELECT ?x {{ VALUES ?x {{ {MIXED} }} }} ORDER BY ?x", {"bindings": "csv"}).size


@pytest.mark.parametrize("form", ["SELECT *", "CONSTRUCT { ?a ?b ?f }"])
def test_a_result_that_is_too_large_is_an_error_and_never_truncated(open_pool, form):
    pool = open_pool(max_answer_bytes=4 * MIB)  # before the engine has used up its memory for the triples of CONSTRUCT
    with pytest.raises(LimitExceeded, match="larger than the 4,194,304 bytes"):
        pool.public.query(f"{form} {{ ?a ?b ?c . ?d ?e ?f }} LIMIT 5000000")
    assert pool.public.query(LOOKUP).size


def test_a_worker_killed_while_idle_is_replaced_without_an_error(pool):
    pool.public.query(LOOKUP)
    killed = workers()
    for worker in killed:
        worker.kill()
    psutil.wait_procs(killed)
    assert pool.public.query(LOOKUP).size


def test_a_query_after_close_raises_an_error_that_says_so(pool):
    pool.close()
    with pytest.raises(RuntimeError, match="the query workers are closed"):
        pool.internal.query(LOOKUP)


def test_a_worker_killed_during_a_query_raises_overloaded(pool):
    errors = []

    def ask():
        with pytest.raises(Overloaded, match="stopped from outside") as error:
            pool.public.query(ENDLESS)
        errors.append(error.value)

    asking = in_background(ask)
    working_one().send_signal(signal.SIGKILL)
    asking.join()
    assert errors[0].retry_after_s == 1
    assert pool.public.query(LOOKUP).size


def test_a_query_is_refused_when_the_queue_is_full_or_it_waits_too_long(pool):
    def ask():
        with pytest.raises(Overloaded, match="stopped from outside"):
            pool.public.query(ENDLESS)

    asking = in_background(ask)
    busy = working_one()
    with pytest.raises(Overloaded, match=r"the request waited 0\.05 s"):
        pool.public.query(LOOKUP)
    pool.public._places._wait_s = MAX_WAIT_S
    waiting = in_background(pool.public.query, LOOKUP)
    wait_for(lambda: pool.public._places._waiting)
    with pytest.raises(Overloaded, match="too many requests are waiting"):
        pool.public.query(LOOKUP)
    busy.kill()
    asking.join()
    waiting.join()
    assert pool.public.query(LOOKUP).size


def test_a_short_query_is_answered_beside_endless_ones_which_are_then_evaluated_again(open_pool):
    pool, errors = open_pool(max_running_queries=2, query_deadline_s=40, query_wait_s=MAX_WAIT_S), []

    def ask():
        with pytest.raises(Overloaded, match="stopped from outside") as error:
            pool.public.query(ENDLESS, client=Client((f"client {len(errors)}",)))
        errors.append(error.value)

    asking = [in_background(ask)]
    wait_for(lambda: pool.public._places._long)
    asking.append(in_background(ask))
    wait_for(lambda: pool.public._places._short)
    assert pool.public.query(LOOKUP, client=Client(("another client",))).size
    assert not errors and len(pool.public._places._waiting) == 1
    for count in (1, 2):
        working_one().kill()
        wait_for(lambda count=count: len(errors) == count)
    for thread in asking:
        thread.join()


def test_a_worker_that_has_grown_is_replaced_so_that_memory_comes_back(open_pool):
    pool = open_pool(query_memory_bytes=1024 * MIB)
    before = set(workers())
    pool.public.query(
        f"SELECT (COUNT(*) AS ?rows) {{ SELECT DISTINCT * {{ ?s ?p ?o VALUES ?n {{ {' '.join(map(str, range(40)))} }} }} }}"
    )
    assert len(before - set(workers())) == 1
    pool.public.query(LOOKUP)
    assert len(workers()) == 3


def test_a_missing_snapshot_is_an_error_that_says_to_build_again(open_pool, tmp_path):
    with pytest.raises(UnusableSnapshot, match="build again"):
        open_pool(folder=tmp_path).public.query(LOOKUP)


def test_a_worker_whose_store_could_not_be_opened_tries_again(open_pool, snapshot, tmp_path):
    for path in snapshot.store.iterdir():
        (tmp_path / path.name).symlink_to(path)
    pool = open_pool(folder=tmp_path)
    (tmp_path / "all").unlink()
    for worker in workers():
        worker.kill()

    def is_unusable() -> bool:
        try:
            pool.public.query(LOOKUP)
        except Overloaded:  # a killed worker that is not replaced yet
            return False
        except UnusableSnapshot:
            return True
        raise AssertionError("the query was answered without a store")

    wait_for(is_unusable)
    (tmp_path / "all").symlink_to(snapshot.store / "all")
    assert pool.public.query(LOOKUP).content


PROGRAM = """
import resource, sys, threading
from pathlib import Path
from sjkg.core.errors import SjkgError
from sjkg.core.settings import Settings, packaged_kb
from sjkg.snapshot.folder import read_snapshot
from sjkg.workers.query_queue import QueryPool

folder, text, max_file_bytes = sys.argv[1:]
snapshot = read_snapshot(Path(folder))
resource.setrlimit(resource.RLIMIT_FSIZE, (int(max_file_bytes), resource.RLIM_INFINITY))
pool = QueryPool(snapshot.store, snapshot.manifest.groups, Settings(
    kb=packaged_kb(), snapshots=snapshot.folder.parent, query_deadline_s=100))
print("started", flush=True)
try:
    pool.public.query(text)
except SjkgError as error:
    print(error, flush=True)
"""


def program(snapshot, text: str, max_file_bytes: int = -1) -> subprocess.Popen:
    """Start a process that has a pool of its own and asks it one thing."""
    arguments = [sys.executable, "-c", PROGRAM, str(snapshot.folder), text, str(max_file_bytes)]
    return subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True)


def test_a_result_that_does_not_fit_on_the_disk_is_an_error(snapshot):
    with program(snapshot, LARGE, max_file_bytes=2 * MIB) as process:
        assert "could not be written to a temporary file" in process.stdout.read()


def test_idle_and_busy_workers_die_with_their_parent(snapshot):
    with program(snapshot, ENDLESS) as process:
        process.stdout.readline()
        children = psutil.Process(process.pid).children()
        assert len(children) == 4
        wait_for(lambda: any(child.cpu_times().user > 0.5 for child in children))
        process.kill()
    _, alive = psutil.wait_procs(children, timeout=MAX_WAIT_S)
    assert alive == []


EMPTY = "SELECT * { ?claim a sjkg:NameClaim ; sjkg:countExact ?n }"
# without FILTER(false) the engine looks at each pair of triples, of which none fits
ENDLESS_SEARCH = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(?a + ?d + ?g = 1) FILTER(false) }"


def test_an_empty_result_has_a_reason_where_it_is_asked_for(pool):
    assert "sjkg:NameClaim" in pool.public.query(EMPTY, explains_empty=True).empty_reason
    assert not pool.public.query(EMPTY).empty_reason
    assert not pool.public.query(LOOKUP, explains_empty=True).empty_reason


def test_a_search_for_a_reason_that_takes_long_is_given_up(pool):
    result = pool.public.query(ENDLESS_SEARCH, explains_empty=True)
    assert result.is_empty and not result.empty_reason
    assert pool.public.query(LOOKUP, explains_empty=True).size


def test_a_light_query_is_answered_without_a_reason_while_all_workers_are_busy(pool):
    busy = in_background(lambda: run_suppressed(pool, ENDLESS))
    worker = working_one()
    text = "SELECT * { event:tauran-incident sjkg:defeated ?x }"
    result = pool.public.query(text, explains_empty=True)
    worker.kill()
    busy.join()
    assert result.is_empty and not result.empty_reason
    assert "sjkg:defeated" in pool.public.query(text, explains_empty=True).empty_reason


@pytest.mark.parametrize("name", [*RESULT_FORMATS, *GRAPH_FORMATS])
def test_an_empty_result_is_told_from_others_in_every_format(store, name):
    kind = "bindings" if name in RESULT_FORMATS else "graph"
    form = "SELECT ?x ?y" if kind == "bindings" else "CONSTRUCT WHERE"
    empty = store.query(f"{form} {{ ?x sjkg:hedge ?y . ?x sjkg:party sjkg:none }}", {kind: name})
    other = store.query(f"{form} {{ ?x sjkg:hedge ?y }}", {kind: name})
    assert empty.is_empty and not other.is_empty
