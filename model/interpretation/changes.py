"""Why a version answers otherwise after some of a patient's values were changed."""

from __future__ import annotations

import numpy as np
import pandas as pd

from model.interpretation.reasons import UNUSED, Reason
from model.schema import Schema
from model.scoring.assessment import Explanation


def changed(
    schema: Schema,
    before: pd.Series,
    after: pd.Series,
    first: Explanation,
    second: Explanation,
) -> tuple[Reason, ...]:
    """Why one version answers otherwise after some values were changed: the largest cause first.

    In log-odds; they add up to the difference. Both explanations are of one patient alone. Where
    another submodel answers, its start is a cause as well, and so can be values that stayed.
    """
    found = []
    start = float(second.base[0] - first.base[0])
    if abs(start) > UNUSED:
        found.append(
            Reason("", "Starting point", "another submodel, which starts elsewhere", start, True)
        )
    shares = second.contributions.iloc[0] - first.contributions.iloc[0]
    for feature in schema.features:
        was, now = float(before[feature.name]), float(after[feature.name])
        stayed = was == now or (np.isnan(was) and np.isnan(now))
        share = float(shares[feature.name])
        if stayed and abs(share) <= UNUSED:
            continue
        wording = feature.described(now)
        if not stayed:
            wording = f"{feature.described(was)} → {feature.in_words(now)}"
        found.append(Reason(feature.name, feature.label, wording, share, True))
    return tuple(sorted(found, key=lambda reason: -abs(reason.contribution)))
