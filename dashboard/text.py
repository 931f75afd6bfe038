"""Words the pages share. Texts from outside are shown as text, never as markup."""

from __future__ import annotations

import re

from model.registry import Measured, Version
from model.schema import Outcome

METRICS = {
    "roc_auc": "AUC",
    "accuracy": "Accuracy at 50 %",
    "precision": "Precision at 50 %",
    "recall": "Recall at 50 %",
    "brier": "Brier score",
    "log_loss": "Log-loss",
    "calibration_slope": "Calibration slope",
}
"""What a clinical data scientist calls the metrics that MLflow keeps by their names."""

RESEARCH_USE = "Research use; not a medical device."
MARKUP = re.compile(r"([\\`*_{}\[\]()<>#+\-!|$~:&])")


def plain(outside: str) -> str:
    """Somebody's text, so that Markdown shows it letter by letter."""
    return MARKUP.sub(r"\\\1", outside)


def version_label(version: Version) -> str:
    """One line that tells versions apart: number, estimator, aliases."""
    return " · ".join(
        part for part in (f"v{version.number}", version.estimator, *version.aliases) if part
    )


def of_hundred(risk: float, outcome: Outcome) -> str:
    """A natural frequency with one constant denominator (Trevena et al. 2013)."""
    if risk < 0.005:
        return f"Fewer than 1 of 100 patients like this one {outcome.among_patients}."
    if risk > 0.995:
        return f"More than 99 of 100 patients like this one {outcome.among_patients}."
    return f"About {100 * risk:.0f} of 100 patients like this one {outcome.among_patients}."


def interval(metric: Measured | None) -> str:
    """A metric with its interval, for a table."""
    if metric is None:
        return "—"
    return f"{metric.value:.3f} [{metric.low:.3f}, {metric.high:.3f}]"


def provenance(version: Version, route: str) -> str:
    """The small print under every number."""
    return (
        f"{version.title}, {version.estimator} · run {version.run_id[:8]} · scored {route} · "
        f"{RESEARCH_USE}"
    )
