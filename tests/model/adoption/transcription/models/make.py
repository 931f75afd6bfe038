"""Makes the stored models beside it, each with its own answers, by the real libraries.

    python tests/model/adoption/transcription/models/make.py

needs xgboost 3.2, lightgbm 4.7 and catboost 1.2.10, which the project itself does without. Every
model is trained on the same made-up patients; `answers.json` holds rows and the risks that each
library gives them, so that the readers are tested where none of the libraries is installed.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import catboost
import lightgbm
import numpy as np
import pandas as pd
import xgboost

HERE = Path(__file__).parent
SEXES, PAINS = ["F", "M"], ["ASY", "ATA", "NAP", "TA"]


def patients(count: int, seed: int) -> tuple[pd.DataFrame, np.ndarray]:
    random = np.random.default_rng(seed)
    rows = pd.DataFrame(
        {
            "age": random.integers(30, 80, count).astype(float),
            "oldpeak": random.normal(1, 1, count).round(1),
            "sex": pd.Categorical(random.choice(SEXES, count), categories=SEXES),
            "cp": pd.Categorical(random.choice(PAINS, count), categories=PAINS),
        }
    )
    score = (
        (rows.age - 55) / 8 + rows.oldpeak + 1.5 * (rows.cp == "ASY") + random.normal(size=count)
    )
    for name in ("age", "oldpeak"):
        rows.loc[random.random(count) < 0.1, name] = np.nan
    return rows, (score > 1.2).to_numpy().astype(int)


def main() -> None:
    rows, outcome = patients(400, 0)
    asked, _ = patients(60, 1)
    numbers = ["age", "oldpeak"]
    answers: dict[str, list[float]] = {}

    data = xgboost.DMatrix(rows, outcome, enable_categorical=True)
    settings = {"objective": "binary:logistic", "max_depth": 3, "base_score": 0.3}
    booster = xgboost.train(settings, data, 8)
    (HERE / "xgboost.json").write_bytes(bytes(booster.save_raw("json")))
    (HERE / "xgboost.ubj").write_bytes(bytes(booster.save_raw("ubj")))
    answers["xgboost"] = booster.predict(xgboost.DMatrix(asked, enable_categorical=True)).tolist()
    dart = xgboost.train(
        {**settings, "booster": "dart", "rate_drop": 0.4},
        xgboost.DMatrix(rows[numbers], outcome),
        8,
    )
    (HERE / "xgboost-dart.json").write_bytes(bytes(dart.save_raw("json")))
    answers["xgboost-dart"] = dart.predict(xgboost.DMatrix(asked[numbers])).tolist()

    for name, extra in {
        "lightgbm": {"max_cat_to_onehot": 1},
        "lightgbm-zero": {"zero_as_missing": True},
        "lightgbm-no-missing": {"use_missing": False, "sigmoid": 1.5},
        "lightgbm-rf": {"boosting": "rf", "bagging_freq": 1, "bagging_fraction": 0.6},
    }.items():
        settings = {"objective": "binary", "num_leaves": 7, "verbose": -1, "seed": 0, **extra}
        model = lightgbm.train(settings, lightgbm.Dataset(rows, outcome), 8)
        (HERE / f"{name}.txt").write_text(model.model_to_string())
        answers[name] = model.predict(asked).tolist()

    for name, nan_mode in {"catboost": "Min", "catboost-max": "Max"}.items():
        model = catboost.CatBoostClassifier(
            iterations=8, depth=3, nan_mode=nan_mode, verbose=0, allow_writing_files=False
        ).fit(rows[numbers], outcome)
        model.save_model(str(HERE / f"{name}.json"), format="json")
        answers[name] = model.predict_proba(asked[numbers])[:, 1].tolist()

    document = {
        "rows": json.loads(asked.to_json(orient="records", double_precision=15)),
        "answers": answers,
    }
    (HERE / "answers.json").write_text(json.dumps(document))
    sys.stdout.write(f"{len(answers)} models\n")


if __name__ == "__main__":
    main()
