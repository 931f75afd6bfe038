"""explainerdashboard on a plain scikit-learn pipeline, in an environment of its own.

    python explainer.py PATIENTS.csv PORT whole|alone

``whole`` is the dashboard as its documentation starts it, with every page but What if, which takes
no name with a dot in it, such as ``ca_0.0``; ``alone`` the plot of one patient's contributions and
nothing else, the shortest start there is. The linear explainer and the first patient shown at once,
in either. Its packages are pinned in ``explainer.txt``.
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
parts = [ShapContributionsGraphComponent] if sys.argv[3] == "alone" else []
page = ExplainerDashboard(explainer, *parts, index="0", whatif=False)
page.run(int(sys.argv[2]), host="127.0.0.1")
