"""What moved a patient's number, in clinical words."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import pandas as pd

from model.interpretation.against_expectation import line
from model.schema import Feature, Schema
from model.schema.feature import mid_sentence
from model.scoring.documents import Contrary
from model.scoring.engine import LINKS, LOG_ODDS

Bounds = tuple[pd.Series, pd.Series]

MENTIONED = 2
"""Findings that raise a risk, and that lower it, in one sentence."""
UNUSED = 1e-9
"""Log-odds: what is left of a term that takes its mean."""
NEGLIGIBLE = 0.02
"""Log-odds: half a percentage point at most, at any risk."""
HALF_STEP = 1e-5
"""On the scale of the contributions, to either side of where a slope is taken."""
CANCELLED = 1e-9
"""Log-odds: a sum of effects that is nothing."""


@dataclass(frozen=True)
class Reason:
    """One input of one patient: what was found, and what it did to the log-odds.

    finding : label and value, ``Age 57 years``. phrase : the same within a sentence, ``age 57``.
    low, high : 95 % interval of the contribution; None where the version does not know it.
    against_expectation : one sentence, if the effect runs against what clinicians expect.
    """

    feature: str
    label: str
    finding: str
    contribution: float
    measured: bool
    incomplete: bool = False
    phrase: str = ""
    low: float | None = None
    high: float | None = None
    against_expectation: str | None = None

    @property
    def certain(self) -> bool:
        """Whether the direction is known: false if the interval reaches past zero."""
        return self.low is None or self.high is None or not self.low <= 0 <= self.high

    @property
    def unused(self) -> bool:
        """Not measured, and of no effect on the number."""
        return not self.measured and abs(self.contribution) < UNUSED

    @property
    def set_aside(self) -> bool:
        """Measured, yet of no effect, because the rest of its test is missing."""
        return self.measured and self.incomplete and self.contribution == 0.0


class Shift(Protocol):
    """What moves every number of a place; see `local_prevalence`."""

    @property
    def reason(self) -> Reason: ...


@dataclass(frozen=True)
class Step:
    """One bar of a waterfall: the risk before and after a reason is counted in.

    changes : what `change` would be at either end of the 95 % interval of the contribution; None
    where that is not known.
    """

    reason: Reason
    before: float
    after: float
    changes: tuple[float, float] | None = None

    @property
    def change(self) -> float:
        """In risk: 0.1 is ten percentage points."""
        return self.after - self.before


def reasons(
    schema: Schema,
    patient: pd.Series,
    contributions: pd.Series,
    bounds: Bounds | None = None,
    contraries: Sequence[Contrary] = (),
) -> tuple[Reason, ...]:
    """Every input of one patient, largest effect first; those not measured at the end.

    Parameters
    ----------
    patient, contributions : one value a feature.
    bounds : the ends of the 95 % interval of every contribution, each one value a feature; None
        where they are not known.
    contraries : effects that run against expectation; see `against_expectation`.
    """
    low, high = bounds or (None, None)
    blank = {name for name in schema.names if math.isnan(patient[name])}
    incomplete = {name for parts in schema.tests.values() if blank & {*parts} for name in parts}
    found = [
        Reason(
            feature.name,
            feature.label,
            feature.described(float(patient[feature.name])),
            float(contributions[feature.name]),
            measured=feature.name not in blank,
            incomplete=feature.name in incomplete,
            phrase=phrase(feature, float(patient[feature.name])),
            low=None if low is None else float(low[feature.name]),
            high=None if high is None else float(high[feature.name]),
            against_expectation=_against(schema, contraries, feature.name, patient, contributions),
        )
        for feature in schema.features
    ]
    return tuple(sorted(found, key=lambda reason: (not reason.measured, -abs(reason.contribution))))


def _against(
    schema: Schema,
    contraries: Sequence[Contrary],
    name: str,
    patient: pd.Series,
    contributions: pd.Series,
) -> str | None:
    """The line of an effect that is there and runs against expectation."""
    value = float(patient[name])
    if math.isnan(value) or abs(contributions[name]) < NEGLIGIBLE:
        return None
    return line(contraries, schema, name, value)


def steps(base: float, ordered: Sequence[Reason], scale: str = LOG_ODDS) -> Iterator[Step]:
    """From the base to the patient's risk, one reason at a time, in the order given.

    base : on the `scale` that the contributions add up on; see `engine.LINKS`. Log-odds add up in
    any order, risks do not: the difference in risk is shared among the reasons in proportion to
    their log-odds, so that the order, the length and the figure of a bar say the same. Where the
    log-odds cancel out, one of them is worth the slope of the link there, the limit of that
    proportion.
    """
    total = sum(reason.contribution for reason in ordered)
    start, end = np.clip(LINKS[scale](np.array([base, base + total])), 0.0, 1.0).tolist()
    slope = end * (1 - end) if scale == LOG_ODDS else _slope(base, scale)
    rate = (end - start) / total if abs(total) > CANCELLED else slope
    before = start
    for reason in ordered:
        after = before + rate * reason.contribution
        low, high = reason.low, reason.high
        changes = None if low is None or high is None else (rate * low, rate * high)
        yield Step(reason, before, after, changes)
        before = after


def _slope(at: float, scale: str) -> float:
    """Of the risk, by a number on the scale."""
    ends = LINKS[scale](np.array([at - HALF_STEP, at + HALF_STEP]))
    return float(ends[1] - ends[0]) / (2 * HALF_STEP)


def causes(
    findings: Sequence[Reason], prevalence: Shift | None, without_tests: float
) -> tuple[Reason, ...]:
    """All that leads from the average in training to a number.

    Parameters
    ----------
    prevalence : a shift to a local one, which comes first; None without.
    without_tests : by how much the average of the submodel that answered differs from the whole
        model's, on the scale of the contributions.
    """
    shift = (prevalence.reason,) if prevalence else ()
    label = "Average without the tests not measured"
    average = Reason("", label, label, without_tests, measured=True)
    return (*shift, *((average,) if abs(without_tests) > UNUSED else ()), *findings)


def phrase(feature: Feature, value: float) -> str:
    """A finding as a sentence has it: ``male sex``, ``age 57``, ``no exercise angina``."""
    label = mid_sentence(feature.label)
    if not feature.is_coded or math.isnan(value):
        number = feature.in_words(value)
        return f"{label} {number.removesuffix(' years')}"
    answer = feature.in_words(value)
    if answer in ("yes", "no"):
        return label if answer == "yes" else f"no {label}"
    if answer.split()[0] in label.split()[:1] or len(answer.split()) > 1:
        return answer
    return f"{answer} {label}"


def sentence(ordered: Sequence[Reason]) -> str:
    """``Male sex and age 57 raise it most; typical angina lowers it most.`` Two of each at most.

    What rounds to nothing, and what may as well do the opposite, is not named.
    """
    named = _named(ordered)
    parts = [
        f"{' and '.join(found)} {verb}{'s' if len(found) == 1 else ''} it most"
        for sign, verb in ((1, "raise"), (-1, "lower"))
        if (found := [_said(reason) for reason in named if sign * reason.contribution > 0])
    ]
    if not parts:
        return "No single finding moves this number much."
    text = "; ".join(parts)
    return f"{text[0].upper()}{text[1:]}."


def chips(ordered: Sequence[Reason]) -> list[str]:
    """What `sentence` names, one text each, largest effect first: ``↑ male sex``, ``↓ age 41``."""
    return [f"{'↑' if one.contribution > 0 else '↓'} {_said(one)}" for one in _named(ordered)]


def _named(ordered: Sequence[Reason]) -> list[Reason]:
    """Two that raise and two that lower at most, in the order given."""
    sure = [reason for reason in ordered if reason.measured and reason.certain]
    raising = [reason for reason in sure if reason.contribution > NEGLIGIBLE][:MENTIONED]
    lowering = [reason for reason in sure if reason.contribution < -NEGLIGIBLE][:MENTIONED]
    return [reason for reason in sure if reason in raising or reason in lowering]


def _said(reason: Reason) -> str:
    return reason.phrase or reason.finding
