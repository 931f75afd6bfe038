"""What is done before the first visitor comes, and what is not."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from dashboard.components.shell import sidebar
from model.errors import TrackingUnavailable
from model.registry.versions import Kind
from tests.dashboard.fakes import FakeRegistry, services, show, version

FOLDER = Path(__file__).parents[2] / "dashboard"
# As the server does: by the file's own name, from its folder.
IMPORTED = """
import json, sys
import app
print(json.dumps([hasattr(app, "app"), *(name for name in sys.modules if "." not in name)]))
"""


def test_the_version_shown_first_is_loaded_before(registry: FakeRegistry) -> None:
    sidebar.load_first(services(registry))
    assert registry.loads == [1]
    shown = show("app", services(registry))
    assert shown.get_by_key("version").value == 1
    assert registry.loads == [1]


def test_without_a_model_nothing_is_loaded(registry: FakeRegistry) -> None:
    registry.listed = []
    sidebar.load_first(services(registry))
    assert registry.loads == []


def test_nobody_elses_model_is_loaded(registry: FakeRegistry) -> None:
    registry.listed = [version(3, kind=Kind.SEEN)]
    sidebar.load_first(services(registry))
    assert registry.loads == []


def test_a_server_that_is_away_is_told_when_somebody_looks(registry: FakeRegistry) -> None:
    registry.down = TrackingUnavailable("Away.")
    with pytest.raises(TrackingUnavailable):
        sidebar.load_first(services(registry))
    assert "Away." in show("app", services(registry)).error[0].value


def test_the_server_answers_before_the_heavy_libraries_are_imported() -> None:
    done = subprocess.run(
        [sys.executable, "-c", IMPORTED], cwd=FOLDER, capture_output=True, text=True, check=True
    )
    is_app, *modules = json.loads(done.stdout)
    assert is_app
    assert not {"pandas", "mlflow", "sklearn", "shap"} & set(modules)


def test_what_was_loaded_is_set_aside_from_later_collections() -> None:
    """In a process of its own: nothing here could undo it for the tests that follow."""
    program = (
        "import gc, pandas\nfrom dashboard import garbage\nbefore = len(gc.get_objects())\n"
        "garbage.set_aside()\nprint(before, len(gc.get_objects()), gc.get_freeze_count())"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=FOLDER.parent,
        capture_output=True,
        text=True,
        check=True,
    )
    before, left, frozen = map(int, done.stdout.split())
    assert left < before / 10
    assert frozen > before / 2
