"""Trainings that get in each other's way, and a store in theirs: no finished one is lost."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from model.registry.registry import Registry
from tests.servers import ROOT, environment
from tests.stores import STUDY

TRAINERS = 8
MINUTES = 25
TRAIN = [sys.executable, "-m", "model", "train", "--estimator", "baseline", "--repeats", "1"]


@pytest.mark.long
@pytest.mark.timeout(MINUTES * 60)
def test_eight_trainers_at_once_on_an_empty_store_all_end_with_a_version(tmp_path: Path) -> None:
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
    assert [version.number for version in reversed(versions)] == numbers
    assert sum("champion" in version.aliases for version in versions) == 1
    assert [name for name in os.listdir(tmp_path) if "lock" in name] == []
