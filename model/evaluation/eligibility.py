"""Whether a new version may take the champion's place: by a margin that the study declares.

Not being *significantly worse* rewards noise: the less is known of a version, the easier it passes.
So it has to be shown that a challenger loses no more than the margin (non-inferiority: Piaggio et
al., JAMA 2012;308:2594-2604): the whole interval of the difference to the champion must lie on the
right side of it, for the Brier score, for calibration (ICI), and for the net benefit in the mean
over the range of thresholds at which the study would act (Talluri & Shete, BMC Med Inform Decis Mak
2016;16:94).

Both are measured on the same patients in the same bootstrap samples, whose values stay with each
version: so a version is judged against today's champion whenever somebody promotes it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from model.evaluation.measured import Answer, Eligibility, Measured
from model.numerics.arrays import Floats
from model.scoring import documents
from model.scoring.documents import Evaluation

if TYPE_CHECKING:
    from model.studies.study import Margin

NET_BENEFIT = "net_benefit"
TAILS = (0.025, 0.975)
FEWEST = 100
"""Bootstrap samples two versions must share."""


@dataclass(frozen=True)
class Judged:
    """One thing a challenger may lose. sign : 1 where more is worse, -1 where less is."""

    name: str
    label: str
    sign: int


JUDGED = (
    Judged("brier", "Brier score", 1),
    Judged("ici", "Calibration (ICI)", 1),
    Judged(NET_BENEFIT, "Net benefit", -1),
)


def judge(
    challenger: Mapping[str, Floats],
    champion: Mapping[str, Floats],
    against: str,
    margin: Margin | None,
) -> Eligibility:
    """Compare metrics of the same patients: each (1 + samples,), the value, then those of the same
    samples. Without a margin, or without a metric of both, nothing is known.
    """
    if margin is None:
        return Eligibility.not_known(against, "the study declares no margin")
    return _compared(challenger, champion, margin, against)


def judge_documents(
    challenger: Evaluation | None, champion: Evaluation | None, against: str
) -> Eligibility:
    """Compare the evaluations of two versions of the same patients, by the margin of the champion's
    study, or of the challenger's where the champion is from before there was one.

    An adopted version may have no evaluation: then nothing is known of it.
    """
    margins = [one.margin for one in (champion, challenger) if one is not None]
    declared = next((margin for margin in margins if margin is not None), None)
    if declared is None:
        return Eligibility.not_known(against, "the study declares no margin")
    return _compared(_kept(challenger), _kept(champion), declared, against)


def _kept(evaluation: Evaluation | None) -> dict[str, Floats]:
    """The value of every metric, then those of the bootstrap samples that were kept."""
    if evaluation is None:
        return {}
    values = {name: metric.value for name, metric in evaluation.metrics.items()}
    values[NET_BENEFIT] = evaluation.net_benefit
    return {
        name: np.array([values[name], *samples], dtype=np.float64)
        for name, samples in evaluation.replicates.items()
        if values.get(name) is not None
    }


def _compared(
    challenger: Mapping[str, Floats],
    champion: Mapping[str, Floats],
    margin: Margin | documents.Margin,
    against: str,
) -> Eligibility:
    losses, reasons = [], []
    for judged in JUDGED:
        allowed = _allowed(margin, judged.name)
        lost = _loss(judged, challenger, champion)
        losses.append((lost, allowed))
        reasons.append(_reason(judged, lost, allowed))
    known = [(lost, allowed) for lost, allowed in losses if lost is not None]
    not_worse = len(known) == len(JUDGED) and all(lost.high <= most for lost, most in known)
    answer = Answer.NOT_KNOWN
    if not_worse:
        brier = losses[0][0]
        answer = Answer.BETTER if brier is not None and brier.high < 0 else Answer.NOT_WORSE
    return Eligibility(against, not_worse, tuple(reasons), answer)


def _allowed(margin: Margin | documents.Margin, name: str) -> float:
    return {"brier": margin.brier, "ici": margin.calibration}.get(name, margin.net_benefit)


def _loss(
    judged: Judged, challenger: Mapping[str, Floats], champion: Mapping[str, Floats]
) -> Measured | None:
    """By how much the challenger is worse, with its interval; None if the two share too little."""
    if judged.name not in challenger or judged.name not in champion:
        return None
    ours, theirs = challenger[judged.name], champion[judged.name]
    count = min(len(ours), len(theirs))
    lost = judged.sign * (ours[:count] - theirs[:count])
    if np.isfinite(lost).sum() <= FEWEST or np.isnan(lost[0]):
        return None
    low, high = np.nanquantile(lost[1:], TAILS)
    return Measured(float(lost[0]), float(low), float(high))


def _reason(judged: Judged, lost: Measured | None, allowed: float) -> str:
    if lost is None:
        return f"{judged.label}: not known of both."
    if lost.high < 0:
        verdict = "better"
    elif lost.high <= allowed:
        verdict = "not worse than the margin"
    elif lost.low > allowed:
        verdict = "worse by more than the margin"
    else:
        verdict = "not known"
    change = _signed(judged.sign, lost)
    return f"{judged.label}: {verdict}; difference {change}, margin {judged.sign * allowed:+.4f}."


def _signed(sign: int, lost: Measured) -> str:
    """The difference as it reads in the metric itself, challenger less champion."""
    ends: Sequence[float] = sorted((sign * lost.low, sign * lost.high))
    return f"{sign * lost.value:+.4f} [{ends[0]:+.4f}, {ends[1]:+.4f}]"
