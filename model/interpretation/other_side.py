"""How likely a patient's true risk lies on the other side of a threshold.

The probability that a model fitted to other patients would decide otherwise (Riley & Collins 2023,
doi:10.1002/bimj.202200302), from the interval: on the log-odds, the risk lies about its middle as a
normal distribution does.
"""

from __future__ import annotations

import math

from model.scoring.engine import NORMAL_95

TINY = 1e-12
"""How near to 0 or 1 a risk counts at most."""


def other_side(risk: float, interval: tuple[float, float], threshold: float) -> float:
    """The probability, 0 to 1, that the true mean risk of such patients lies on the other side of
    the threshold than the risk shown.

    Parameters
    ----------
    risk, threshold : 0 to 1. interval : the ends of the 95 % interval of the risk, 0 to 1.
    """
    low, high = (_log_odds(end) for end in interval)
    error = (high - low) / (2 * NORMAL_95)
    away = _log_odds(threshold) - (low + high) / 2
    if error <= 0:
        return 0.0
    below = 0.5 * (1 + math.erf(away / error / math.sqrt(2)))
    return below if risk >= threshold else 1 - below


def sentence(risk: float, interval: tuple[float, float], threshold: float) -> str:
    """``About 12 in 100 models from other patients like these would put this one below 50 %``."""
    count = f"{100 * other_side(risk, interval, threshold):.0f}"
    about = {"0": "Fewer than 1"}.get(count, f"About {count}")
    side = "below" if risk >= threshold else "at or above"
    return (
        f"{about} of 100 models made from other patients like these would put this one {side} the "
        f"threshold of {100 * threshold:.0f} %."
    )


def _log_odds(risk: float) -> float:
    inside = min(max(risk, TINY), 1 - TINY)
    return math.log(inside) - math.log1p(-inside)
