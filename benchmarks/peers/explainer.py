"""explainerdashboard, started as its documentation does, on a plain scikit-learn pipeline.

    python explainer.py PATIENTS.csv PORT

Runs in an environment of its own, pinned in ``explainer.txt``. Whatever makes its start shorter is
chosen: the plot of contributions alone, the linear explainer, the first patient shown at once.
"""

from __future__ import annotations

import sys

import pandas as pd
import recipe  # beside this file
from explainerdashboard import ClassifierExplainer, ExplainerDashboard
from explainerdashboard.custom import ShapContributionsGraphComponent

patients = pd.read_csv(sys.argv[1])
outcome = patients.pop("outcome")
pipeline = recipe.pipeline().fit(patients, outcome)
explainer = ClassifierExplainer(pipeline, patients, outcome, shap="linear")
page = ExplainerDashboard(explainer, ShapContributionsGraphComponent, index="0")
page.run(int(sys.argv[2]), host="127.0.0.1")
