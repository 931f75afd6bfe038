"""Versions live for years: what an earlier release trained still loads, scores, serves and proves.

`tests/bundles/before_the_rooms.tar.xz` holds two versions of heart-disease as they were logged by
the release before the modules moved into the rooms they have now: `baseline`, an additive form,
and `small_forest`, whose estimator is read from its own file, with the code that travelled with
it; and of each the receipt of one made-up patient.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tarfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from model.record import receipt
from model.record.verification import differences
from model.scoring import LoadedModel

ARCHIVE = Path(__file__).parents[1] / "bundles" / "before_the_rooms.tar.xz"
NAMES = ("baseline", "small_forest")

# What MLflow does to serve a logged model, without MLflow: no server has to start for it.
SERVED = """
import importlib, json, sys
from pathlib import Path
import pandas as pd
import yaml
logged = Path(sys.argv[1])
flavor = yaml.safe_load((logged / "MLmodel").read_text())["flavors"]["python_function"]
sys.path.insert(0, str(logged / flavor["code"]))
loader = importlib.import_module(flavor["loader_module"])
assert Path(loader.__file__).is_relative_to(logged), loader.__file__
served = loader._load_pyfunc(str(logged / flavor["data"]))
golden = json.loads((logged / flavor["data"] / "golden.json").read_text())
patients = pd.DataFrame(golden["patients"], dtype=float)
print(served.predict(patients, params={"explain": True}).to_json(orient="records"))
"""


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("before_the_rooms")
    with tarfile.open(ARCHIVE) as archive:
        archive.extractall(folder, filter="data")
    return folder


@pytest.mark.parametrize("name", NAMES)
def test_it_loads_and_its_receipt_is_verified(stored: Path, name: str) -> None:
    """Loading replays the golden patients, so it scores as it did."""
    model = LoadedModel.open(stored / name / "artifacts" / "data" / "bundle")
    assert model.manifest.estimator == name
    record, unchanged = receipt.read((stored / name / "receipt.json").read_bytes())
    assert unchanged
    assert differences(record, model) == ()


def test_another_number_would_be_noticed(stored: Path) -> None:
    record, _ = receipt.read((stored / "baseline" / "receipt.json").read_bytes())
    model = LoadedModel.open(stored / "small_forest" / "artifacts" / "data" / "bundle")
    assert any("The risk differs" in told for told in differences(record, model))


def test_it_is_served_by_the_code_that_travelled_with_it(stored: Path, tmp_path: Path) -> None:
    logged = stored / "small_forest" / "artifacts"
    assert (logged / "code" / "model" / "trees.py").exists()  # where it lies no longer
    done = subprocess.run(
        [sys.executable, "-I", "-c", SERVED, str(logged)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
    assert done.returncode == 0, done.stderr
    answers = pd.DataFrame(json.loads(done.stdout.splitlines()[-1]))
    golden = json.loads((logged / "data" / "bundle" / "golden.json").read_text())["answers"]
    expected = pd.DataFrame(golden)
    numbers = list(expected.columns.drop("submodel"))
    assert np.allclose(answers[numbers], expected[numbers], rtol=0, atol=1e-9)
    assert answers["submodel"].tolist() == expected["submodel"].tolist()
