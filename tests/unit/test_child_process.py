"""Child processes: output, causes of death, and the end together with the parent."""

import os
import subprocess
import sys
import tempfile

import psutil
import pytest
from servers import MAX_WAIT_S, wait_for

from sjkg.core.settings import MIB
from sjkg.workers.child_process import Cause, ChildDied, ChildProcess

ENDLESS = "while True: pass"
IN_NATIVE_CODE = "sum(range(10**15))"  # one call, in which the interpreter handles no signal


@pytest.fixture
def start(tmp_path, monkeypatch):
    """Start children that run a program text; none may be left at the end."""
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path), *sys.path]))
    children = []

    def start_child(program: str, *arguments: str, **options) -> ChildProcess:
        (tmp_path / "program_of_a_test.py").write_text(program, encoding="utf-8")
        children.append(ChildProcess("program_of_a_test", *arguments, **options))
        return children[-1]

    yield start_child
    for child in children:
        child.close()
        child.close()
    assert not any(child.is_alive for child in children)


def cause_of_death(child: ChildProcess, *limits) -> Cause:
    with pytest.raises(ChildDied) as died:
        child.wait(*limits)
    return died.value.cause


def test_a_child_gets_arguments_input_and_folder_and_its_output_is_returned(start, tmp_path):
    with tempfile.TemporaryFile() as file:
        file.write(b"input ")
        file.seek(0)
        program = "import os, sys; print(sys.stdin.read() + sys.argv[1], os.getcwd(), os.getpgid(0) == os.getpid())"
        child = start(program, "argument", stdin=file.fileno(), folder=tmp_path)
        assert child.wait().decode().split() == ["input", "argument", str(tmp_path), "True"]


def test_a_child_that_runs_past_the_deadline_is_stopped(start):
    assert cause_of_death(start(ENDLESS), 0.2) is Cause.DEADLINE


def test_the_kernel_ends_a_child_past_its_deadline_even_in_native_code(start):
    assert cause_of_death(start(IN_NATIVE_CODE, deadline_s=0.1)) is Cause.DEADLINE


def test_a_child_is_stopped_when_the_client_disconnects(start):
    assert cause_of_death(start(ENDLESS), MAX_WAIT_S, lambda: True) is Cause.DISCONNECTED


@pytest.mark.parametrize(
    "program, cause",
    [
        ("bytearray(10**9)", Cause.MEMORY),
        ("import ctypes; ctypes.string_at(0)", Cause.STACK),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", Cause.KILLED),
        ("import os; os.abort()", Cause.FAILED),
        ("raise SystemExit(2)", Cause.FAILED),
        ("raise OSError(28, 'the disk is full')", Cause.SHORTAGE),
        ("import os; os.dup2(os.open('/dev/full', os.O_WRONLY), 1); print('lost')", Cause.SHORTAGE),
    ],
    ids=["memory limit", "segmentation fault", "signal", "abort", "exit status", "full disk", "output on a full disk"],
)
def test_each_cause_of_death_is_recognized(start, program, cause):
    assert cause_of_death(start(program, memory_bytes=400 * MIB)) is cause


def test_an_error_of_the_child_comes_with_the_end_of_its_standard_error(start):
    with pytest.raises(ChildDied) as died:
        start("import sys; sys.stderr.write('x' * 10_000); raise ValueError('the reason')").wait()
    assert died.value.cause is Cause.FAILED and died.value.stderr.endswith("ValueError: the reason\n")
    assert len(died.value.stderr) == 4000


def test_output_above_the_limit_is_not_read(start):
    program = "print('x' * 99)"
    assert len(start(program).wait(max_bytes=100)) == 100
    with pytest.raises(ChildDied, match="100 bytes, more than 99"):
        start(program).wait(max_bytes=99)


def test_a_child_in_native_code_dies_with_its_parent(start, tmp_path):
    start(IN_NATIVE_CODE).close()  # writes the program
    parent = """if True:
        from sjkg.workers.child_process import ChildProcess
        child = ChildProcess("program_of_a_test")
        print(child._process.pid, flush=True)
        input()"""
    with subprocess.Popen(
        [sys.executable, "-c", parent], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        child = psutil.Process(int(process.stdout.readline()))
        wait_for(lambda: child.cpu_times().user >= 0.2)
        process.kill()
    _, alive = psutil.wait_procs([child], timeout=MAX_WAIT_S)
    assert alive == []
