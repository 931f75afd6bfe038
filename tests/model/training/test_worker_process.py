"""Work done in another interpreter: its results, its errors, and its end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress

import pytest
from joblib import Parallel, delayed

from model.errors import StudyError, TrainingFailed
from model.training.worker_process import Beside, Here, Progress


def add(one: int, other: int, progress: Progress) -> int:
    progress("adding", 0.5)
    print("a stray print")  # noqa: T201 — it must not be taken for an answer
    return one + other


def own_id(progress: Progress) -> int:
    return os.getpid()


def refuse(progress: Progress) -> None:
    raise StudyError("There is no study 'stroke'.")


def die(progress: Progress) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def report_for_ever(progress: Progress) -> None:
    while True:
        progress("working", 0.1)
        time.sleep(0.01)


def test_results_come_in_the_order_of_the_work_with_its_progress() -> None:
    told: list[tuple[str, float]] = []
    with Beside() as beside:
        beside.submit(add, 1, 2)
        beside.submit(own_id)
        assert beside.result(lambda stage, done: told.append((stage, done))) == 3
        assert told == [("adding", 0.5)]
        assert beside.result() != os.getpid()


def test_an_error_is_raised_here_and_the_other_goes_on() -> None:
    with Beside() as beside:
        beside.submit(refuse)
        beside.submit(add, 1, 1)
        with pytest.raises(StudyError, match="There is no study 'stroke'"):
            beside.result()
        assert beside.result() == 2


def test_the_same_is_done_here() -> None:
    told: list[tuple[str, float]] = []
    with Here() as here:
        here.submit(add, 1, 2)
        here.submit(refuse)
        here.submit(own_id)
        assert here.result(lambda stage, done: told.append((stage, done))) == 3
        assert told == [("adding", 0.5)]
        with pytest.raises(StudyError, match="There is no study 'stroke'"):
            here.result()
        assert here.result() == os.getpid()


CHOSEN = """
import sys
from model.training import worker_process

def chosen():
    with worker_process.interpreter() as found:
        return type(found).__name__

print(chosen())
for name in worker_process.SLOW_TO_IMPORT:
    sys.modules[name] = sys
    print(chosen())
"""


def test_another_interpreter_is_started_only_while_something_slow_is_not_imported() -> None:
    done = subprocess.run(
        [sys.executable, "-c", CHOSEN], stdout=subprocess.PIPE, text=True, check=True, timeout=60
    )
    assert done.stdout.split() == ["Beside", "Beside", "Here"]


def test_an_interpreter_that_died_is_told() -> None:
    with Beside() as beside:
        beside.submit(die)
        with pytest.raises(TrainingFailed, match="ended with exit code -9"):
            beside.result()
        beside.submit(add, 1, 1)  # which is no error of its own
        with pytest.raises(TrainingFailed):
            beside.result()


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_it_ends_with_the_block() -> None:
    with Beside() as beside:
        beside.submit(own_id)
        pid = beside.result()
        beside.submit(report_for_ever)
    assert not is_running(pid)


ABANDON = """
import os
from model.training.worker_process import Beside
from tests.model.training.test_worker_process import own_id, report_for_ever

with Beside() as beside:
    beside.submit(own_id)
    print(beside.result(), flush=True)
    beside.submit(report_for_ever)
    beside.result(lambda stage, done: os.kill(os.getpid(), 9))
"""


def test_it_ends_when_whoever_started_it_is_killed() -> None:
    done = subprocess.run(
        [sys.executable, "-c", ABANDON], stdout=subprocess.PIPE, text=True, check=False, timeout=60
    )
    assert done.returncode == -signal.SIGKILL
    end = time.monotonic() + 10
    while is_running(int(done.stdout)) and time.monotonic() < end:
        time.sleep(0.05)
    assert not is_running(int(done.stdout))


def start_workers(progress: Progress) -> list[int]:
    return list(Parallel(n_jobs=2)(delayed(os.getpid)() for _ in range(2)))


@pytest.mark.parametrize("fails", [False, True])
def test_what_it_started_ends_with_it(fails: bool) -> None:
    with suppress(RuntimeError), Beside() as beside:
        beside.submit(start_workers)
        started = beside.result()
        if fails:
            raise RuntimeError
    end = time.monotonic() + 10
    while any(map(is_running, started)) and time.monotonic() < end:
        time.sleep(0.05)
    assert not [pid for pid in started if is_running(pid)]
