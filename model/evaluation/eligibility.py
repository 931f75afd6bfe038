"""Whether a new version may take the champion's place.

Both are judged on the same patients in the same folds. A challenger is eligible when neither
its Brier score nor its log-loss is worse, by a paired bootstrap of the patients, and its
calibration slope lies within 0.95 to 1.10.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from model.evaluation import calibration, metrics
from model.evaluation.estimate import drawn, estimate, of_samples
from model.evaluation.measured import Eligibility, Measured
from model.evaluation.metrics import Floats, Metric

SLOPES = (0.95, 1.10)
NOT_WORSE = {"Brier score": metrics.brier, "log-loss": metrics.log_loss}


def judge(
    outcome: NDArray[np.int64], challenger: Floats, champion: Floats, against: str
) -> Eligibility:
    """Compare (repeats, n) out-of-fold risks of the same patients in the same folds."""
    weights = drawn(len(outcome))
    slope = estimate(calibration.slope, outcome, challenger, weights)
    right_slope = SLOPES[0] <= slope.value <= SLOPES[1]
    reasons = [
        f"Calibration slope {slope.value:.2f} is {'within' if right_slope else 'outside'} "
        f"{SLOPES[0]:.2f} to {SLOPES[1]:.2f}."
    ]
    eligible = right_slope
    for name, metric in NOT_WORSE.items():
        difference = _difference(metric, outcome, challenger, champion, weights)
        # Worse means that the whole interval of the difference says so.
        worse = difference.low > 0
        eligible = eligible and not worse
        reasons.append(
            f"{name} is {'worse' if worse else 'not worse'}: difference {difference.value:+.4f} "
            f"[{difference.low:+.4f}, {difference.high:+.4f}]."
        )
    return Eligibility(against, eligible, tuple(reasons))


def _difference(
    metric: Metric,
    outcome: NDArray[np.int64],
    challenger: Floats,
    champion: Floats,
    weights: Floats,
) -> Measured:
    """Challenger less champion, with a paired interval."""
    per_repeat = [
        metric(outcome, new, weights) - metric(outcome, old, weights)
        for new, old in zip(challenger, champion, strict=True)
    ]
    return of_samples(np.mean(per_repeat, axis=0))
