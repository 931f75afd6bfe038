"""The documented example: a model with a transformer of its own, from the store to a number."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests import loaded_python
from tests.servers import ROOT, environment
from tests.stores import Store

EXAMPLE = ROOT / "docs" / "examples" / "ratio-model"


def cohort() -> pd.DataFrame:
    random = np.random.default_rng(3)
    rows = pd.DataFrame(
        {"age": random.normal(60, 9, 300).round(), "chol": random.normal(240, 40, 300).round()}
    )
    score = (rows.age - 60) / 9 + (rows.chol / rows.age - 4)
    return rows.assign(died=(score + random.normal(size=300) > 0).astype(int))


@pytest.mark.server
def test_it_is_one_command_from_the_store_to_a_number(store: Store, tmp_path: Path) -> None:
    empty = store.empty(tmp_path / "store")
    table = tmp_path / "cohort.csv"
    cohort().to_csv(table, index=False)

    def run(*arguments: str, folder: Path = empty.folder) -> str:
        asked = environment(empty.uri, PYTHONPATH=str(ROOT))
        done = loaded_python.run(arguments, folder, asked)
        assert done.returncode == 0, done.stderr[-2000:]
        return done.stdout

    run("log_model.py", str(table), "died", folder=EXAMPLE)
    adopt = ["adopt", "models:/ratio-model/1", "--run-its-code", "--data", str(table)]
    told = json.loads(run("-m", "model", *adopt).splitlines()[-1])
    version = f"models:/{told['name']}/{told['version']}"
    out = tmp_path / "out.csv"
    run("-m", "model", "score", str(table), "--output", str(out), "--model", version)

    scored = pd.read_csv(out)
    assert scored.risk.between(0, 1).all()
    assert scored[scored.died == 1].risk.mean() > scored[scored.died == 0].risk.mean()
