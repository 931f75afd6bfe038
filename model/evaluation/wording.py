"""Numbers and names of an evaluation in the words of a report."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from model.evaluation.measured import Measured
from model.scoring.documents import Distances, Site, Subgroup
from model.scoring.measurements import Coverage, Estimate, OfAHundred

METRICS = {
    "roc_auc": "AUC",
    "accuracy": "Accuracy at 50 %",
    "precision": "Precision at 50 %",
    "recall": "Recall at 50 %",
    "specificity": "Specificity at 50 %",
    "brier": "Brier score",
    "log_loss": "Log-loss",
    "calibration_slope": "Calibration slope",
    "calibration_intercept": "Calibration in the large",
    "observed_to_expected": "Observed : expected",
    "ici": "ICI (mean miscalibration)",
    "e_max": "E-max (largest miscalibration)",
}
MEANINGS = {
    "roc_auc": "a patient with the outcome has the higher risk; 0.5 is chance",
    "accuracy": "on the right side of 50 %",
    "precision": "with the outcome, of those at or above 50 %",
    "recall": "at or above 50 %, of those with the outcome",
    "specificity": "below 50 %, of those without the outcome",
    "brier": "mean squared distance from the outcome; 0 is best",
    "log_loss": "0 is best",
    "calibration_slope": "1 is right; below 1 the risks are too extreme",
    "calibration_intercept": "0 is right; above 0 the risks are too low",
    "observed_to_expected": "1 is right; above 1 the risks are too low",
    "ici": "mean distance of the risk from the smoothed outcome; 0 is best",
    "e_max": "the largest such distance",
}
NONE = "–"
OF_100 = {
    "found": "found",
    "missed": "missed",
    "needless": "false alarms",
    "spared": "correctly ruled out",
}
OPTIMISTIC = (
    "The intervals say what other patients to be judged on would change, not what other patients "
    "to learn from would: in simulated studies they hold the performance of the model itself in "
    "about 90 of 100 (AUC) and 87 of 100 (calibration slope, ICI) instead of 95. The ICI of "
    "cross-validation pools many models and is too good for the one that is used, by about 40 %."
)
"""What the intervals of cross-validated metrics leave out (Bates, Hastie & Tibshirani, J Am Stat
Assoc 2024;119:1434-1445), as was measured for the default model of heart disease."""


def in_sentence(metric: str) -> str:
    """The name of a metric inside a sentence: ``AUC``, ``calibration slope``."""
    name = METRICS[metric]
    return name if name[:2].isupper() else name[0].lower() + name[1:]


def shown(number: Estimate | Measured | None) -> str:
    """``0.914 [0.882, 0.943]``; a dash where there is no number."""
    if number is None or number.value is None:
        return NONE
    text = f"{number.value:.3f}"
    if number.has_interval:
        text += f" [{number.low:.3f}, {number.high:.3f}]"
    return text.replace("-", "−")


def of_100(number: Estimate) -> str:
    """A share as a count: ``44 (95 % interval 28 to 59)``."""
    text = f"{100 * (number.value or 0):.0f}"
    if number.low is not None and number.high is not None:
        text += f" (95 % interval {100 * number.low:.0f} to {100 * number.high:.0f})"
    return text


def interval_width(unstable: Distances) -> str:
    """How wide patients' intervals are, as a sentence without its full stop."""
    median, widest = unstable.median_interval_width, unstable.widest_interval
    if median is None or widest is None:
        return "No interval is claimed for a patient's risk"
    inside = unstable.refits_inside_interval
    held = "" if inside is None else f"; it holds {100 * inside:.0f} of 100 refits"
    return (
        f"A patient's 95 % interval is {median:.2f} wide in the median and {widest:.2f} at worst"
        f"{held}"
    )


def coverage(measured: Coverage | None) -> str:
    """How often patients' intervals hold the true risk, as was measured when the version was
    trained; blank of one that did not measure it.
    """
    if measured is None:
        return ""
    ends = [
        f"{percent(held)} {where}"
        for held, where in (
            (measured.below_10, "below a risk of 10 %"),
            (measured.above_90, "above 90 %"),
        )
        if held is not None
    ]
    among = f" ({listed(ends)})" if ends else ""
    submodels = ""
    if measured.blanked:
        low, high = (100 * end(measured.blanked.values()) for end in (min, max))
        submodels = f" With tests missing it was {low:.0f} to {high:.0f} %."
    curved = ""
    if measured.curved is not None:
        curved = (
            " Where the truth has curves and interactions that no model of this program has, it "
            f"was {percent(measured.curved)}."
        )
    return (
        f"A patient's 95 % interval held the true risk in {percent(measured.overall)}{among} "
        f"of {measured.studies} simulated studies in which this model is the truth."
        f"{submodels}{curved} It is about the mean risk of patients like this one, not about this "
        "patient, another hospital or another decade."
    )


def prevalence_evidence(sites: Iterable[Site]) -> list[str]:
    """What shifting the risks to its own prevalence did at each of the study's other sites; nothing
    of a version that did not measure it.
    """
    told, ratio = [], in_sentence("observed_to_expected")
    for site in sites:
        found = site.local_prevalence
        if found is None:
            continue
        before, after = found.as_trained, found.shifted
        verdict = "better" if after.log_loss < before.log_loss else "worse"
        told.append(
            f"{site.label} ({percent(found.prevalence)} with the outcome): {verdict}; "
            f"{ratio} {before.observed_to_expected:.2f} without the shift, "
            f"{after.observed_to_expected:.2f} with it; log-loss {before.log_loss:.3f} and "
            f"{after.log_loss:.3f}."
        )
    return told


def needless_tests(threshold: float) -> float:
    """How many of them one missed patient is worth to who acts from a threshold on: its odds
    against (Vickers & Elkin, Med Decis Making 2006;26:565-574).
    """
    return (1 - threshold) / threshold


def threshold_meaning(threshold: float) -> str:
    """What acting from a threshold on says of missed patients and needless tests."""
    odds = needless_tests(threshold)
    many = f"{odds:.0f}" if odds >= 3 else f"{odds:.1f}".removesuffix(".0")
    noun = "needless test" if many == "1" else "needless tests"
    return (
        f"To act from {percent(threshold)} on is to say that one missed patient weighs as much as "
        f"{many} {noun}."
    )


def hundred(curve: OfAHundred, at: float) -> dict[str, int]:
    """What becomes of 100 patients at the nearest threshold, as whole patients: found, missed,
    needless and spared, which add up to 100.

    curve : an evaluation's counts at each threshold.
    """
    nearest = min(range(len(curve.threshold)), key=lambda i: abs(curve.threshold[i] - at))
    columns = (curve.found, curve.missed, curve.needless, curve.spared)
    exact = {kind: column[nearest] for kind, column in zip(OF_100, columns, strict=True)}
    whole = {kind: int(value) for kind, value in exact.items()}
    by_rest = sorted(OF_100, key=lambda kind: whole[kind] - exact[kind])
    for kind in by_rest[: 100 - sum(whole.values())]:
        whole[kind] += 1
    return whole


def hundred_meaning(curve: OfAHundred, at: float) -> str:
    """The same as a sentence."""
    counts = hundred(curve, at)
    return (
        f"Of 100 patients of its evaluation, that finds {counts['found']} of the "
        f"{counts['found'] + counts['missed']} who have it, with {counts['needless']} false alarms."
    )


def moment(written: str) -> str:
    """``2024-02-29 12:00 UTC``."""
    return f"{datetime.fromisoformat(written).astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def percent(share: float) -> str:
    """``46 %``."""
    return f"{100 * share:.0f} %"


def share(part: float, whole: float) -> str:
    """``139 (46 %)``."""
    return f"{part:g} ({percent(part / whole)})" if whole else f"{part:g}"


def several(count: int, noun: str) -> str:
    """``1 repeat``, ``20 repeats``."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def listed(parts: Iterable[str]) -> str:
    """``a, b and c``."""
    *most, last = parts
    return f"{', '.join(most)} and {last}" if most else last


def sentences(*parts: str) -> str:
    """Parts as one paragraph; blank if any of them is, so that a gap cannot hide."""
    return " ".join(part.strip() for part in parts) if all(p.strip() for p in parts) else ""


def recall_gap(subgroups: Iterable[Subgroup], among_patients: str) -> str:
    """The widest gap in recall between subgroups of a kind, in one plain sentence; or blank."""
    kinds: dict[str, list[Subgroup]] = {}
    for group in subgroups:
        if group.estimate("recall").value is not None:
            kinds.setdefault(group.kind, []).append(group)
    pairs = [
        (min(groups, key=_recall), max(groups, key=_recall))
        for groups in kinds.values()
        if len(groups) > 1
    ]
    if not pairs:
        return ""
    low, high = max(pairs, key=lambda pair: _recall(pair[1]) - _recall(pair[0]))
    worse, better = (of_100(end.estimate("recall")) for end in (low, high))
    return (
        f"Of 100 patients who {among_patients}, the model finds {worse} in the group "
        f"“{low.label}”, against {better} in the group “{high.label}”, with 50 % as the line."
    )


def _recall(group: Subgroup) -> float:
    value = group.estimate("recall").value
    assert value is not None  # one without is left out
    return value
