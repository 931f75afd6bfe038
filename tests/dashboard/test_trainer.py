from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

from dashboard.progress import Stage
from dashboard.trainer import Trainer

REPORTS = """
import json, sys, time
from pathlib import Path
for stage, done in (("Reading", 0.1), ("Fitting", 0.6)):
    print(json.dumps({"stage": stage, "done": done}), file=sys.stderr, flush=True)
"""
WAITS = "while not Path('go').exists(): time.sleep(0.01)\n"


def trainer(folder: Path, script: str) -> Trainer:
    """A trainer whose training is a small script, run in `folder`."""
    written = folder / "training.py"
    written.write_text(f"import os; os.chdir({str(folder)!r})\n{script}")
    return Trainer(os.environ, (sys.executable, str(written)))


def until(happened: Callable[[], bool]) -> None:
    end = time.monotonic() + 20
    while not happened():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.01)


def test_it_has_no_stage_before_and_after_a_training(tmp_path: Path) -> None:
    training = trainer(tmp_path, REPORTS)
    assert training.stage is None
    training.start("made-up")
    assert training.stage is not None
    until(lambda: training.stage is None)
    assert training.failure is None


def test_it_reports_the_stage_the_training_prints(tmp_path: Path) -> None:
    training = trainer(tmp_path, REPORTS + WAITS)
    training.start("made-up")
    until(lambda: training.stage == Stage("Fitting", 0.6))
    (tmp_path / "go").touch()
    until(lambda: training.stage is None)


def test_the_training_is_told_of_which_study(tmp_path: Path) -> None:
    training = trainer(tmp_path, "import sys; sys.exit(' '.join(sys.argv[1:]))")
    training.start("made-up")
    until(lambda: training.stage is None)
    assert str(training.failure) == "The training stopped before its end. --study made-up"


def test_a_failure_is_told_with_the_last_line_printed(tmp_path: Path) -> None:
    training = trainer(tmp_path, REPORTS + "sys.exit('The data are not pinned.')")
    training.start("made-up")
    until(lambda: training.stage is None)
    assert str(training.failure) == "The training stopped before its end. The data are not pinned."


def test_a_failure_stays_until_the_next_start(tmp_path: Path) -> None:
    training = trainer(tmp_path, REPORTS + "if not Path('go').exists(): sys.exit('No.')")
    training.start("made-up")
    until(lambda: training.stage is None)
    assert training.failure is not None
    assert training.failure is not None
    (tmp_path / "go").touch()
    training.start("made-up")
    assert training.failure is None
    until(lambda: training.stage is None)
    assert training.failure is None


def test_a_command_that_cannot_be_started_is_a_failure_in_words(tmp_path: Path) -> None:
    training = Trainer({}, (str(tmp_path / "nothing"),))
    training.start("made-up")
    until(lambda: training.stage is None)
    assert str(training.failure) == "The training could not be started (FileNotFoundError)."


def test_only_one_training_runs_at_a_time(tmp_path: Path) -> None:
    count = "with open('count', 'a') as file: file.write('x')\n"
    training = trainer(tmp_path, REPORTS + count + WAITS)
    for _ in range(5):
        training.start("made-up")
    until(lambda: (tmp_path / "count").exists())
    training.start("made-up")
    (tmp_path / "go").touch()
    until(lambda: training.stage is None)
    assert (tmp_path / "count").read_text() == "x"


def test_lines_that_are_no_reports_do_no_harm(tmp_path: Path) -> None:
    odd = "print('3', '[]', '{}', '{\"stage\": 1}', sep='\\n', file=sys.stderr)\n"
    training = trainer(tmp_path, REPORTS + odd)
    training.start("made-up")
    until(lambda: training.stage is None)
    assert training.failure is None


def test_a_table_goes_to_the_training_through_a_pipe(tmp_path: Path) -> None:
    reads = "import sys\nfrom pathlib import Path\n"
    reads += "Path('got').write_bytes(sys.stdin.buffer.read() + ' '.join(sys.argv[1:]).encode())\n"
    training = trainer(tmp_path, reads)
    table = b"age,died\n" + b"57,1\n" * 100_000  # more than a pipe holds at once
    training.start("ward.yaml", table, "--repeats", "1")
    until(lambda: training.stage is None)
    assert training.failure is None
    got = (tmp_path / "got").read_bytes()
    assert got == table + b"--repeats 1 --data - --study ward.yaml"
