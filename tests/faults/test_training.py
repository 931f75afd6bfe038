"""Trainings that get in each other's way, and a store in theirs: no finished one is lost."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from model.registry.registry import Registry
from tests.servers import ROOT, environment
from tests.stores import STUDY, Store

TRAINERS, MOMENTS = 8, 50
OLD = 3  # versions of the store from before
MINUTES = 25
TRAIN = [sys.executable, "-m", "model", "train", "--estimator", "baseline", "--repeats", "1"]


@pytest.mark.long
@pytest.mark.timeout(MINUTES * 60)
def test_eight_trainers_at_once_on_an_empty_store_all_end_with_a_version(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    address = f"sqlite:///{tmp_path / 'mlflow.db'}"
    settings = environment(address, PYTHONPATH=str(ROOT))
    trainers = [
        subprocess.Popen(
            TRAIN,
            cwd=tmp_path,
            env=settings,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(TRAINERS)
    ]
    ended = [trainer.communicate(timeout=MINUTES * 60) for trainer in trainers]
    told = [stderr[-500:] for _, stderr in ended]
    assert [trainer.returncode for trainer in trainers] == [0] * TRAINERS, told
    numbers = sorted(json.loads(stdout.splitlines()[-1])["version"] for stdout, _ in ended)
    assert numbers == list(range(1, TRAINERS + 1))
    versions = Registry(address).versions(STUDY)
    record_property("measured", f"{len(versions)} versions")
    record_property("bound", f"{TRAINERS} versions")
    assert [version.number for version in reversed(versions)] == numbers
    assert sum("champion" in version.aliases for version in versions) == 1
    assert [name for name in os.listdir(tmp_path) if "lock" in name] == []


@pytest.mark.long
@pytest.mark.timeout(MINUTES * 60)
def test_killed_at_fifty_moments_a_training_leaves_what_was_there(
    store: Store, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    """Whatever is listed opens whole; the next training ends with a version."""
    own = store.copy(tmp_path / "store")
    settings = environment(own.uri, PYTHONPATH=str(ROOT))
    begun = time.monotonic()
    subprocess.run(TRAIN, cwd=tmp_path, env=settings, check=True, capture_output=True)
    whole = time.monotonic() - begun
    for at in range(MOMENTS):
        trainer = subprocess.Popen(
            TRAIN,
            cwd=tmp_path,
            env=settings,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        with suppress(subprocess.TimeoutExpired):
            trainer.wait(whole * (at + 1) / MOMENTS)
        with suppress(ProcessLookupError):
            os.killpg(trainer.pid, signal.SIGKILL)
        trainer.wait()
        registry = Registry(own.uri)
        for version in registry.versions(STUDY)[:-OLD]:
            assert registry.load(version).golden is not None
        assert registry.resolve(f"models:/{STUDY}@champion").number == 1
    before = len(Registry(own.uri).versions(STUDY))
    record_property("measured", f"0 half versions after {MOMENTS} kills in {whole:.0f} s")
    record_property("bound", "0 half versions")
    subprocess.run(TRAIN, cwd=tmp_path, env=settings, check=True, capture_output=True)
    registry = Registry(own.uri)
    assert len(registry.versions(STUDY)) == before + 1
    assert registry.load(registry.versions(STUDY)[0]).manifest.estimator == "baseline"
