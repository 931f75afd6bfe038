"""A program in an interpreter that branches off is what it would be in one of its own."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from types import ModuleType

import pytest

from tests import loaded_python

PROGRAM = "import os, sys; print(sys.argv[1:], os.getcwd(), {**os.environ}, __name__); sys.exit(3)"
SAID = "import logging; logging.warning('said'); 1 / 0"


@pytest.mark.parametrize("kind", ["program", "module", "file"])
def test_it_has_its_arguments_folder_and_environment(tmp_path: Path, kind: str) -> None:
    (tmp_path / "told.py").write_text(PROGRAM)
    started = {"program": ("-c", PROGRAM), "module": ("-m", "told"), "file": ("told.py",)}[kind]
    done = loaded_python.run([*started, "a b"], tmp_path, {"WARD": "7"})
    assert done.stdout == f"['a b'] {tmp_path} {{'WARD': '7'}} __main__\n"
    assert (done.returncode, done.stderr) == (3, "")


def test_what_goes_wrong_in_it_is_on_its_own_stream(tmp_path: Path) -> None:
    done = loaded_python.run(["-c", SAID], tmp_path, {})
    assert (done.returncode, done.stdout) == (1, "")
    assert "WARNING:root:said" in done.stderr
    assert "ZeroDivisionError" in done.stderr


def test_one_that_kills_itself_is_told(tmp_path: Path) -> None:
    done = loaded_python.run(["-c", "import os; os.kill(os.getpid(), 9)"], tmp_path, {})
    assert done.returncode == -signal.SIGKILL


def test_the_main_module_of_who_asks_is_not_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = ModuleType("__main__")
    page.__file__ = str(tmp_path / "page.py")
    Path(page.__file__).write_text("raise SystemExit(1)")
    monkeypatch.setitem(sys.modules, "__main__", page)
    done = loaded_python.run(["-c", "print('done')"], tmp_path, os.environ)
    assert (done.returncode, done.stdout) == (0, "done\n")
