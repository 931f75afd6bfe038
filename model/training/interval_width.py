"""How wide an interval has to be, and how often it then holds the truth: from simulated studies.

Half of the studies decide how wide; how often it then covers is measured in the other half.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.numerics.arrays import Floats
from model.scoring.engine import NORMAL_95
from model.scoring.measurements import Coverage
from model.training.distances import Distances

ASKED, ASKED_AT_THE_ENDS, ASKED_OF_CURVED = 0.955, 0.925, 0.91
"""Coverage that the width is chosen for: of all patients, of those at very low or high risk, and of
all where the truth has a form that the model lacks."""
LOW, HIGH = 0.1, 0.9
"""Risks below and above which a patient is at an end."""


@dataclass(frozen=True)
class Calibrated:
    """widened : what the standard error is multiplied by. coverage : of the interval so made."""

    widened: float
    coverage: Coverage


def judged(
    found: Sequence[Mapping[str, Distances]], risk: Floats, curved: Sequence[Distances]
) -> Calibrated:
    """The width from every second study, the coverage from the others.

    Parameters
    ----------
    found : studies in which the model, with its (n,) risks, is the truth, by what was blanked;
        ``""`` is nothing. curved : those in which the truth has another form.
    """
    ends = {"below_10": risk < LOW, "above_90": risk > HIGH}
    widened = max(
        width([study[""] for study in found[::2]], [*ends.values()]),
        _reached(curved[::2], ASKED_OF_CURVED) / NORMAL_95,
    )
    reach, others = widened * NORMAL_95, found[1::2]
    held = {name: np.array([study[name].covered(reach) for study in others]) for name in found[0]}
    return Calibrated(
        widened,
        Coverage(
            studies=len(others),
            overall=float(np.nanmean(held[""])),
            blanked={name: float(np.nanmean(inside)) for name, inside in held.items() if name},
            curved=float(np.mean([study.covered(reach) for study in curved[1::2]])),
            **{
                name: float(held[""][:, rows].mean()) if rows.any() else None
                for name, rows in ends.items()
            },
        ),
    )


def width(studies: Sequence[Distances], ends: Sequence[NDArray[np.bool_]]) -> float:
    """The least width, in nominal 95 % intervals, that covers as often as is asked; at least 1.

    ends : (n,) whether each patient is at one end of the risks, for each end.
    """
    # An interval of r standard errors covers wherever the truth lies no farther than r: so what has
    # to be covered in a share of cases asks for that quantile of the distances.
    distance = np.abs(np.array([study.truth for study in studies]))
    wanted = [np.nanquantile(distance, ASKED)]
    wanted += [np.quantile(distance[:, end], ASKED_AT_THE_ENDS) for end in ends if end.any()]
    return max(1.0, float(max(wanted)) / NORMAL_95)


def _reached(studies: Sequence[Distances], share: float) -> float:
    """How far from the middle, in standard errors, so large a share of the truths lies."""
    return float(np.quantile(np.abs([study.truth for study in studies]), share))
