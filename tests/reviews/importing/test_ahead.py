import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from reviews.importing.ahead import ahead

ROOT = Path(__file__).parent.parent.parent.parent


def numbered(count):
    for number in range(count):
        yield [(number, os.getpid())]


def test_the_batches_are_the_same_and_all_but_the_first_are_made_elsewhere():
    batches = list(ahead(numbered(5)))
    assert [number for [(number, _)] in batches] == [0, 1, 2, 3, 4]
    assert [pid == os.getpid() for [(_, pid)] in batches] == [True, False, False, False, False]


@pytest.mark.parametrize("count", [0, 1])
def test_what_fits_into_one_batch_needs_no_other_process(count):
    assert list(ahead(numbered(count))) == list(numbered(count))


def test_what_goes_wrong_there_goes_wrong_here():
    def broken():
        yield ["sound"]
        yield ["sound too"]
        raise ValueError("The third is not.")

    batches = ahead(broken())
    assert [next(batches), next(batches)] == [["sound"], ["sound too"]]
    with pytest.raises(ValueError, match="The third is not"):
        next(batches)


def test_a_process_that_is_killed_is_no_end_of_the_texts():
    def killed():
        yield [1]
        os.kill(os.getpid(), signal.SIGKILL)
        yield [2]

    batches = ahead(killed())
    assert next(batches) == [1]
    with pytest.raises(RuntimeError, match="ended from outside"):
        next(batches)


def test_who_stops_early_leaves_no_process_behind():
    batches = ahead(numbered(1000))
    next(batches)
    [(_, pid)] = next(batches)
    batches.close()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_who_is_killed_leaves_no_process_behind():
    script = (
        "import os, signal\n"
        "from reviews.importing.ahead import ahead\n"
        "batches = ahead([os.getpid(), 'x' * 1000] for _ in range(1000))\n"
        "next(batches), next(batches)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    killed = subprocess.run([sys.executable, "-c", script], check=False, cwd=ROOT, stdout=subprocess.PIPE, timeout=120)
    # The pipe has ended, so nobody is left who could write into it.
    assert (killed.returncode, killed.stdout) == (-signal.SIGKILL, b"")
