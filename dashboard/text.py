"""Words the pages share. Texts from outside are shown as text, never as markup."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from model.evaluation.measured import Eligibility, Measured
from model.interpretation.reasons import Reason
from model.registry.versions import Version
from model.schema import Outcome, Schema
from model.scoring.risk_model import ALL_TESTS

METRICS = {
    "roc_auc": "AUC",
    "accuracy": "Accuracy at 50 %",
    "precision": "Precision at 50 %",
    "recall": "Recall at 50 %",
    "specificity": "Specificity at 50 %",
    "brier": "Brier score",
    "log_loss": "Log-loss",
    "calibration_slope": "Calibration slope",
    "calibration_intercept": "Calibration intercept",
    "observed_to_expected": "Observed to expected",
    "ici": "ICI (mean miscalibration)",
    "e_max": "E-max (largest miscalibration)",
}
"""What a clinical data scientist calls the metrics that MLflow keeps by their names."""

RESEARCH_USE = "Research use; not a medical device."


NOT_WORSE = re.compile(
    r"(?P<metric>.+) is not worse: difference (?P<difference>[+-][\d.]+) "
    r"\[(?P<low>[+-][\d.]+), (?P<high>[+-][\d.]+)\]\."
)
NO_CHAMPION = re.compile(r"There is no champion yet[^.]*\.")
"""What trainings wrote; a version that was promoted since would say it of itself."""


def version_label(version: Version) -> str:
    """One line that tells versions apart: number, estimator, aliases."""
    name = f"{version.label} {version.estimator}".strip()
    return " · ".join([name, *version.aliases])


def of_hundred(risk: float, outcome: Outcome, interval: tuple[float, float] | None = None) -> str:
    """A natural frequency with one constant denominator (Trevena et al. 2013)."""
    sure = ""
    if interval is not None:
        low, high = (f"{100 * end:.0f}" for end in interval)
        sure = f" (95 % interval {low} to {high})"
    among = f"of 100 patients like this one {outcome.among_patients}{sure}."
    count = f"{100 * risk:.0f}"
    # Nobody is certain to have it, or certain not to.
    said = {"0": "Fewer than 1", "100": "More than 99"}.get(count, f"About {count}")
    return f"{said} {among}"


def answered(submodel: str, *, complete: bool) -> str:
    """Which member of a model answered, and whether anything was missing."""
    if submodel != ALL_TESTS:
        return f"Answered by the model {submodel}."
    if complete:
        return "Answered by the model with all tests."
    return "Answered by the whole model, although tests are missing."


def set_aside(schema: Schema, found: Sequence[Reason]) -> tuple[str, ...]:
    """What was measured and does nothing, and what is needed for it to count."""
    by_name = {each.feature: each for each in found}
    told = []
    for test, parts in schema.tests.items():
        if aside := [schema[name].label for name in parts if by_name[name].set_aside]:
            lacking = [schema[name].label for name in parts if not by_name[name].measured]
            told.append(
                f"Not used: {listed(aside)}. This model counts the {test} whole or not at all; to "
                f"count it, fill in {listed(lacking)}."
            )
    return tuple(told)


def listed(names: Sequence[str]) -> str:
    """``Age``, ``Age and Sex``, ``Age, Sex and Cholesterol``."""
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last


def interval(metric: Measured | None) -> str:
    """A metric with its interval, for a table."""
    if metric is None:
        return "—"
    return str(metric)


def estimated(metric: Mapping[str, float | None] | None) -> str:
    """The same from an evaluation document, which may lack a value or its interval."""
    if metric is None or metric["value"] is None:
        return "—"
    if metric["low"] is None:
        return f"{metric['value']:.3f}"
    return f"{metric['value']:.3f} [{metric['low']:.3f}, {metric['high']:.3f}]"


def eligibility(verdict: Eligibility) -> str:
    """Whether a version may become the champion, and why."""
    against = f" against {verdict.against}" if verdict.against else ""
    said = "Eligible as champion" if verdict.eligible else "Not eligible as champion"
    return f"{said}{against}. {' '.join(map(_reason, verdict.reasons))}"


def _reason(written: str) -> str:
    """A reason recorded at training, so that its words say no more than the number in it."""
    found = NOT_WORSE.fullmatch(written)
    if found is None:
        return NO_CHAMPION.sub("There was no champion to compare it with.", written)
    metric, low, high = found["metric"], float(found["low"]), float(found["high"])
    clear = "lower, which is better" if high < 0 else "no clear difference"
    return f"{metric} {found['difference']} [{low:+.4f}, {high:+.4f}]: {clear}."


def state(version: Version) -> str:
    """What can be had of a version, in a few words."""
    if version.status:
        return version.status
    if version.scores:
        return "quick run" if version.is_quick else "gives numbers"
    return "not adopted" if version.reference else "no model"


def provenance(version: Version, route: str) -> str:
    """The small print under every number."""
    named = ", ".join(each for each in (version.title, version.estimator) if each)
    run = f"run {version.run_id[:8]}" if version.run_id else "no run"
    return f"{named} · {run} · scored {route} · {RESEARCH_USE}"
