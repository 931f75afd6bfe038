"""Writers take turns at a store that is a file, and wait for what passes."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from model.errors import TrackingBusy, TrackingUnavailable
from model.registry import patience
from model.registry.patience import patiently
from model.registry.turn import turn

HOLDING = """
import sys, time
from model.registry.turn import turn
with turn(sys.argv[1]):
    print("mine", flush=True)
    time.sleep(600)
"""


@pytest.fixture
def address(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'mlflow.db'}"


@pytest.fixture
def held(address: str) -> Iterator[subprocess.Popen[str]]:
    """Another process that has its turn until it is killed."""
    root = Path(__file__).parents[3]
    with subprocess.Popen(
        [sys.executable, "-c", HOLDING, address], cwd=root, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "mine\n"
        yield process
        process.kill()


def test_one_process_has_its_turn_and_a_killed_one_leaves_it(
    address: str, held: subprocess.Popen[str], tmp_path: Path
) -> None:
    with (
        pytest.raises(TrackingBusy, match="being written to by other trainings"),
        turn(address, 0.3),
    ):
        pass
    held.kill()
    with turn(address, 60):
        assert list(tmp_path.iterdir()) == []  # no file is left behind


def test_a_server_knows_how_to_take_turns_itself(tmp_path: Path) -> None:
    with turn("http://127.0.0.1:1"), turn("http://127.0.0.1:1"):
        assert list(tmp_path.iterdir()) == []


def test_threads_take_turns_as_well(address: str) -> None:
    at_once = []
    inside = threading.Semaphore(1)

    def work() -> None:
        with turn(address):
            at_once.append(inside.acquire(blocking=False))
            inside.release()

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert at_once == [True] * 8


def failing(*errors: Exception) -> Callable[[], str]:
    """Raises one after the other, then is done."""
    left = list(errors)

    def write() -> str:
        if left:
            raise left.pop(0)
        return "written"

    return write


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "PAUSES_SECONDS", (0.01,))


@pytest.mark.parametrize("is_finished", [False, True])
def test_what_passes_is_waited_for(is_finished: bool) -> None:
    write = failing(TrackingBusy("locked"), TrackingBusy("locked"))
    assert patiently(write, is_finished=is_finished) == "written"


def test_a_server_that_is_away_is_waited_for_once_everything_is_computed() -> None:
    away = TrackingUnavailable("away")
    assert patiently(failing(away, away, away), is_finished=True) == "written"
    with pytest.raises(TrackingUnavailable):
        patiently(failing(away), is_finished=False)


def test_nothing_is_waited_for_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "BUSY_SECONDS", 0.05)
    with pytest.raises(TrackingBusy):
        patiently(failing(*[TrackingBusy("locked")] * 1000))


def test_what_is_wrong_for_good_is_told_at_once() -> None:
    with pytest.raises(ValueError, match="wrong"):
        patiently(failing(ValueError("wrong")), is_finished=True)


def test_a_wait_is_told(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    monkeypatch.setattr(patience, "TELLS_AFTER_SECONDS", 0.0)
    patiently(failing(TrackingBusy("It is locked."), TrackingBusy("It is locked.")))
    assert caplog.messages == ["It is locked. Waiting; nothing is lost."]
