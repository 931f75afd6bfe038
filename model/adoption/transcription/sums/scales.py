"""The scales a model may add up on, read the other way round: from its risk to what it adds up."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from model.adoption.transcription.left import LeftAsItIs
from model.numerics.arrays import Floats
from model.scoring.engine import LINKS, LOG_ODDS, PROBABILITY
from model.scoring.links import CAUCHIT, CLOGLOG, LOG_RISK, PROBIT

ROUNDING = 2.0**-51
"""Of a risk near 1, which a double tells to 1e-16, times what a library's own steps lose."""


@dataclass(frozen=True)
class Scale:
    """name : a key of `LINKS`. number : from (n,) risks to what adds up. slope : of the risk there,
    (n,). small : whether libraries tell a small risk to all of its digits.
    """

    name: str
    number: Callable[[Floats], Floats]
    slope: Callable[[Floats], Floats]
    small: bool = True

    def error(self, numbers: Floats) -> Floats:
        """(n,) how far a number read from a risk may be off: where the link is flat, the risk
        hardly tells it.
        """
        # An error of the risk, relative to it or to 1, is divided by how steeply it rises with the
        # number; what the number itself loses in rounding is added.
        with np.errstate(all="ignore"):
            risk = LINKS[self.name](numbers) if self.small else np.ones(len(numbers))
            error: Floats = ROUNDING * (2.0 + np.abs(numbers) + 2.0 * risk / self.slope(numbers))
        return error


def _normal_quantile(risk: Floats) -> Floats:
    from scipy.special import ndtri  # Opening a version of one's own must not wait for SciPy.

    number: Floats = ndtri(risk)
    return number


def _logit_slope(numbers: Floats) -> Floats:
    risk = LINKS[LOG_ODDS](numbers)
    return risk * LINKS[LOG_ODDS](-numbers)


SCALES: Mapping[str, Scale] = {
    of.name: of
    for of in (
        Scale(LOG_ODDS, lambda risk: np.log(risk) - np.log1p(-risk), _logit_slope),
        Scale(PROBIT, _normal_quantile, lambda x: np.exp(-x * x / 2) / np.sqrt(2 * np.pi)),
        Scale(
            CLOGLOG, lambda risk: np.log(-np.log1p(-risk)), lambda x: np.exp(x - np.exp(x)), False
        ),
        Scale(LOG_RISK, np.log, np.exp),
        Scale(PROBABILITY, lambda risk: risk, np.ones_like),
        Scale(
            CAUCHIT,
            lambda risk: np.tan(np.pi * (risk - 0.5)),
            lambda x: 1 / np.pi / (1 + x * x),
            False,
        ),
    )
}
"""The likeliest first."""
OF_MODEL = {"Logit": LOG_ODDS, "Probit": PROBIT}
OF_LINK = {
    "Logit": LOG_ODDS,
    "Probit": PROBIT,
    "CLogLog": CLOGLOG,
    "Log": LOG_RISK,
    "Identity": PROBABILITY,
    "Cauchy": CAUCHIT,
}


def of_statsmodels(fitted: Any) -> str | None:
    """The scale that results of statsmodels say they add up on; None of anything else.

    Raises
    ------
    LeftAsItIs
        If their link is none of those known here.
    """
    if not type(fitted).__module__.startswith("statsmodels."):
        return None
    model = type(fitted.model).__name__
    if model in OF_MODEL:
        return OF_MODEL[model]
    if model != "GLM":
        return None
    link = type(fitted.model.family.link).__name__
    if link not in OF_LINK:
        raise LeftAsItIs(f"its link ({link}) is none that is known here")
    return OF_LINK[link]
