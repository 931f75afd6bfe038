"""One adoption in a process of its own: what it is given, how it ends, and that nothing is left."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dashboard.adopter.order import Order, Table
from dashboard.adopter.outcome import BROKE_OFF, Adopted, Drafted, Failed, Outcome, Stopped
from dashboard.adopter.process import Adopter, Adoption
from dashboard.progress import Stage

NOTHING: dict[str, Any] = {"study": None, "version": None, "decisions": []}
VERSION = {
    "study": "x.yaml",
    "name": "ward-adopted",
    "version": 3,
    "kind": "data",
    "rows_compared": 10_020,
    "largest_difference": 2e-16,
    "decisions": ["Class 1 is the outcome."],
}
DRAFT = """\
format: bedside-study/1
name: ward
title: Ward
outcome: {label: outcome, among_patients: have the outcome, timing: as defined}
model: {reference: "models:/ward/2", classes: [ill]}
inputs: {age: {label: Age, group: Inputs}}
"""
WRITES = f"""
import json, sys
from pathlib import Path
folder = Path(sys.argv[sys.argv.index("--drafts") + 1])
(folder / "ward.yaml").write_text({DRAFT!r})
"""
REPORTS = """
import json, sys, time
for stage, done in (("Opening it", 0.1), ("Registering", 0.8)):
    print(json.dumps({"stage": stage, "done": done}), file=sys.stderr, flush=True)
"""
WAITS = "time.sleep(60)\n"


def prints(document: object, code: int = 0) -> str:
    return f"import json, sys; print({json.dumps(document)!r}); sys.exit({code})"


@pytest.fixture
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where temporary files go."""
    folder = tmp_path / "scratch"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    return folder


def adopter(folder: Path, script: str) -> Adopter:
    """An adopter whose command is a small script."""
    written = folder / "adopting.py"
    written.write_text(script)
    return Adopter(os.environ, (sys.executable, str(written)))


def until(happened: Callable[[], bool]) -> None:
    end = time.monotonic() + 20
    while not happened():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.01)


def started(folder: Path, script: str, order: Order | None = None) -> Adoption:
    made = adopter(folder, script).start(order or Order("models:/ward/2", "ward v2"))
    assert made is not None
    return made


def outcome(folder: Path, script: str, order: Order | None = None) -> Outcome:
    made = started(folder, script, order)
    until(lambda: made.stage is None)
    assert made.outcome is not None
    return made.outcome


def test_the_command_is_told_what_was_asked_for_and_nothing_of_it_stays(
    tmp_path: Path, scratch: Path
) -> None:
    tells = """
import json, os, sys
from pathlib import Path
given = {"arguments": sys.argv[1:], "scratch": os.environ["TMPDIR"]}
for option in ("--study", "--data"):
    given[option] = Path(sys.argv[sys.argv.index(option) + 1]).read_text()
Path(__file__).with_name("given.json").write_text(json.dumps(given))
"""
    table = Table("../odd name.csv", b"age,died\n57,1\n")
    order = Order("--all", "x", study="name: ward", table=table, run_its_code=True, dry_run=True)
    outcome(tmp_path, tells, order)
    given = json.loads((tmp_path / "given.json").read_text())
    assert (given["--study"], given["--data"]) == ("name: ward", "age,died\n57,1\n")
    arguments = given["arguments"]
    assert {"--run-its-code", "--dry-run"} < {*arguments}
    assert arguments[-2:] == ["--", "--all"]  # a reference, whatever it looks like
    assert all(Path(each).is_relative_to(scratch) for each in arguments if "/" in each)
    assert Path(given["scratch"]).is_relative_to(scratch)
    assert [*scratch.iterdir()] == []


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        (
            prints(VERSION),
            Adopted("ward-adopted", 3, "data", 10_020, 2e-16, ("Class 1 is the outcome.",)),
        ),
        (
            prints({**NOTHING, "error": "It is not opened.", "needs_its_code": True}, 1),
            Failed("It is not opened.", needs_its_code=True),
        ),
        (
            prints({**NOTHING, "decisions": ["There is no risk in it."], "questions": []}, 1),
            Failed("There is no risk in it."),
        ),
        ("raise ValueError('a value: 57')", Failed(BROKE_OFF)),
        ("print('3', '[]', '{}', sep='\\n')", Failed(BROKE_OFF)),
        (prints({"version": 3}), Failed(BROKE_OFF)),
    ],
    ids=["adopted", "refused", "no answer helps", "broke off", "odd words", "half a document"],
)
def test_how_it_ends_is_what_the_command_printed_last(
    tmp_path: Path, script: str, expected: Outcome
) -> None:
    assert outcome(tmp_path, script) == expected


def test_a_decision_comes_with_the_draft_although_that_is_unfinished(tmp_path: Path) -> None:
    question = {"text": "Which?", "places": {"model.classes": ["well", "ill"]}}
    asks = {**NOTHING, "study": "ward.yaml", "decisions": ["Which?"], "questions": [question]}
    drafted = outcome(tmp_path, WRITES + prints(asks, 1))
    assert isinstance(drafted, Drafted)
    assert [*drafted.document.inputs] == ["age"]
    assert drafted.questions[0].places == {"model.classes": ("well", "ill")}
    assert drafted.notes == ()


def test_a_look_gives_the_draft_and_what_was_taken_as_clear(tmp_path: Path) -> None:
    look = {**NOTHING, "study": "ward.yaml", "decisions": ["Class 1 is the outcome."]}
    drafted = outcome(tmp_path, WRITES + prints(look))
    assert isinstance(drafted, Drafted)
    assert (drafted.questions, drafted.notes) == ((), ("Class 1 is the outcome.",))


@pytest.mark.parametrize(
    ("before", "late"),
    [("import time\n", False), (REPORTS, True)],
    ids=["early", "while it is registered"],
)
def test_stopped_it_ends_soon_and_leaves_nothing(
    tmp_path: Path, scratch: Path, before: str, late: bool
) -> None:
    touched = tmp_path / "begun"
    begins = f"from pathlib import Path\nPath({str(touched)!r}).touch()\n"
    made = started(tmp_path, before + begins + WAITS)
    until(touched.exists)
    until(lambda: not late or made.stage == Stage("Registering", 0.8))
    made.stop()
    until(lambda: made.stage is None)
    assert made.outcome == Stopped(while_registering=late)
    assert [*scratch.iterdir()] == []


def test_what_was_registered_before_the_stop_is_told(tmp_path: Path) -> None:
    done = tmp_path / "done"
    script = f"import json, time\nprint({json.dumps(VERSION)!r}, flush=True)\n"
    script += f"from pathlib import Path\nPath({str(done)!r}).touch()\n{WAITS}"
    made = started(tmp_path, script)
    until(done.exists)
    made.stop()
    until(lambda: made.stage is None)
    assert isinstance(made.outcome, Adopted)


def test_only_one_runs_at_a_time_and_the_end_of_the_app_ends_it(tmp_path: Path) -> None:
    adopting = adopter(tmp_path, "import time\n" + WAITS)
    order = Order("models:/ward/2", "ward v2")
    made = adopting.start(order)
    assert made is not None
    assert adopting.is_busy
    assert adopting.start(order) is None
    adopting.close()
    assert made.outcome == Stopped()
    assert not adopting.is_busy


def test_who_started_one_finds_it_by_its_mark_and_nobody_else(tmp_path: Path) -> None:
    adopting = adopter(tmp_path, prints(VERSION))
    assert adopting.found("") is None
    made = adopting.start(Order("models:/ward/2", "ward v2"))
    assert made is not None
    assert adopting.found(made.mark) is made
    assert adopting.found(made.mark[:-1]) is None
    until(lambda: made.stage is None)
    assert adopting.found(made.mark) is made
    again = adopting.start(Order("models:/ward/2", "ward v2"))
    assert again is not None
    assert again.mark != made.mark
    assert adopting.found(made.mark) is None
    until(lambda: again.stage is None)


def test_a_command_that_cannot_be_started_is_a_failure_in_words(tmp_path: Path) -> None:
    made = Adopter({}, (str(tmp_path / "nothing"),)).start(Order("models:/ward/2", "ward v2"))
    assert made is not None
    until(lambda: made.stage is None)
    assert isinstance(made.outcome, Failed)
    assert "could not be started (FileNotFoundError)" in made.outcome.sentence


def test_patients_are_in_no_text_about_an_order() -> None:
    assert "57" not in repr(Order("models:/ward/2", "x", table=Table("ward.csv", b"age\n57\n")))
