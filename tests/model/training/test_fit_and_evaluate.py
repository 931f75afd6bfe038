"""A training from its order to a bundle's files, without a tracking server."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from model.scoring.documents import Evaluation
from model.studies import Study
from model.training.fit_and_evaluate import compute
from model.training.settings import Order

WEIGHTED = """
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline


def build(study):
    return make_pipeline(
        SimpleImputer(), LogisticRegression(class_weight="balanced", max_iter=5000)
    )
"""


def test_an_estimator_of_which_no_interval_is_known_is_trained_without_one(
    study: Study, tmp_path: Path
) -> None:
    own = tmp_path / "weighted.py"
    own.write_text(WEIGHTED)
    done = compute(Order(study, str(own), repeats=1), "", lambda stage, part: None)
    evaluation = Evaluation.from_json(done.files["evaluation.json"])
    assert evaluation.interval_coverage is None
    assert evaluation.instability.median_interval_width is None
    assert evaluation.instability.mean_absolute_distance > 0
    golden = json.loads(done.files["golden.json"])["answers"]
    assert all(answer["risk_low"] is None for answer in golden)
    assert np.isfinite([answer["risk"] for answer in golden]).all()
    assert "No interval is claimed for a patient's risk." in done.texts["model_card.md"]
