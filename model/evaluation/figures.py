"""The curves of an evaluation as plotly figures, and each in words for who cannot see it.

A figure here is the document that plotly.js draws: data and layout.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from model.evaluation import axes, series, traces
from model.evaluation.series import Row
from model.evaluation.traces import Trace
from model.evaluation.wording import NONE, of_100, percent, shown
from model.schema.typed_json import Numbers, Whole
from model.scoring.documents import Evaluation


@dataclass(frozen=True)
class Figure:
    """What plotly.js draws, a title, and the same in words.

    caption : stands below in place of the words where a table beside says the same.
    """

    key: str
    title: str
    words: str
    data: list[Trace]
    layout: dict[str, Any]
    caption: str = ""


def figures(evaluation: Evaluation) -> list[Figure]:
    """Every figure of an `evaluation.json`, in the order of a report."""
    drawn: Sequence[Callable[[Evaluation], Figure]] = (
        subgroups,
        roc,
        precision_recall,
        calibration,
        decision,
        instability,
    )
    return [draw(evaluation) for draw in drawn]


def roc(evaluation: Evaluation) -> Figure:
    """ROC curve with its band."""
    curve = evaluation.roc
    xs = curve.false_positive_rate
    words = f"AUC {shown(evaluation.estimate('roc_auc'))}. " + " ".join(
        f"With {100 * x:.0f} of 100 without the outcome at or above a threshold, "
        f"{100 * y:.0f} of 100 with it are found."
        for x, y in _at((0.1, 0.2), xs, curve.value)
    )
    return Figure(
        "roc",
        "Telling patients with the outcome from those without (ROC)",
        words,
        [*traces.banded(series.roc(evaluation)), traces.beside(series.CHANCE)],
        axes.layout(traces.FALSE_POSITIVES, traces.SENSITIVITY, axes.shares(), axes.shares()),
    )


def precision_recall(evaluation: Evaluation) -> Figure:
    """Precision at each recall, against the share of the diseased."""
    curve = evaluation.precision_recall
    prevalence = evaluation.events / evaluation.patients
    words = " ".join(
        f"When {100 * x:.0f} of 100 with the outcome are found, {100 * y:.0f} of 100 at or "
        "above the threshold have it."
        for x, y in _at((0.8, 0.9), curve.recall, curve.value)
    )
    everybody = traces.line([0, 1], [prevalence] * 2, "everybody", traces.GREY, "dot")
    return Figure(
        "precision_recall",
        "Of those at or above a threshold, how many have the outcome (precision and recall)",
        words,
        [*traces.banded(series.precision_recall(evaluation)), everybody],
        axes.layout(traces.SENSITIVITY, traces.PRECISION, axes.shares(), axes.shares()),
    )


def calibration(evaluation: Evaluation) -> Figure:
    """Smoothed observed share at each risk, over the histogram of risks."""
    words = (
        f"Calibration slope {shown(evaluation.estimate('calibration_slope'))}, in the large "
        f"{shown(evaluation.estimate('calibration_intercept'))}, mean distance of the risk from "
        f"what was observed (ICI) {shown(evaluation.estimate('ici'))}. The bars count patients at "
        "each risk: with the outcome above the line, without it below."
    )
    data = [*traces.banded(series.calibration(evaluation)), traces.beside(series.PERFECT)]
    for bars in series.patients(evaluation.histogram):
        name = "with the outcome" if bars.is_with_outcome else "without it"
        data.append(
            {
                "type": "bar",
                "name": name,
                "x": bars.risk,
                "y": [bars.sign * count for count in bars.counts],
                "customdata": bars.counts,
                "width": 0.9 / max(len(bars.risk), 1),
                "marker": {"color": traces.OTHER if bars.is_with_outcome else traces.GREY},
                "yaxis": "y2",
                "hovertemplate": f"risk %{{x:.2f}}: %{{customdata:.1f}} {name}<extra></extra>",
            }
        )
    layout = axes.layout("Predicted risk", "Share with the outcome", axes.shares(), axes.shares())
    layout["yaxis"]["domain"] = [0.28, 1]
    layout["yaxis2"] = {**axes.axis("Patients", {}), "domain": [0, 0.2], "showticklabels": False}
    layout |= {"barmode": "overlay", "height": axes.HEIGHT + 80}
    layout["xaxis"]["anchor"] = "y2"
    return Figure("calibration", "Are the risks right (calibration)", words, data, layout)


def decision(evaluation: Evaluation) -> Figure:
    """Net benefit of the model, of acting on everybody and on nobody."""
    curve = evaluation.decision
    xs, best = curve.threshold, [value for value in curve.value if value is not None]
    better = [
        x
        for x, ours, all_ in zip(xs, curve.value, curve.everybody, strict=True)
        if ours is not None and ours > max(all_, 0)
    ]
    words = (
        "The model's net benefit is above that of acting on everybody and on nobody at "
        f"{len(better)} of {len(xs)} thresholds, from {percent(min(better))} to "
        f"{percent(max(better))}."
        if better
        else "At no threshold is the model better than acting on everybody or nobody."
    )
    top = max(best, default=1.0)
    everybody = traces.beside(series.everybody(evaluation), traces.OTHER, "dash")
    return Figure(
        "decision",
        "Is it worth acting on (decision curve)",
        words,
        [*traces.banded(series.decision(evaluation)), everybody, traces.beside(series.NOBODY)],
        axes.layout(
            "Threshold at which one would act",
            "Net benefit",
            axes.shares(),
            {"range": [-0.1, top + 0.05]},
        ),
    )


def subgroups(evaluation: Evaluation) -> Figure:
    """Recall of every subgroup with its interval, and of all patients as a line."""
    rows = series.forest(evaluation.subgroups, "recall")
    values = [row.value for row in rows]
    overall = evaluation.estimate("recall")
    told = [f"{row.group.label}: {of_100(row.estimate)}" for row in rows]
    words = (
        "Found of 100 patients with the outcome, with 50 % as the threshold; all patients: "
        f"{of_100(overall)}. "
        f"{'; '.join(told) or NONE}."
    )
    points = _points(rows, values)
    everyone = traces.line(
        [overall.value] * 2, [-0.6, len(rows) - 0.4], "all patients", traces.GREY, "dot"
    )
    layout = axes.layout("Recall at 50 %", "", axes.shares(), {})
    layout["yaxis"] |= {
        "tickvals": points["y"],
        "ticktext": [row.label for row in rows],
        "range": [len(rows) - 0.4, -0.7],
        "showgrid": False,
        "automargin": True,
    }
    layout["height"] = 44 * len(rows) + 130
    return Figure(
        "subgroups",
        "Whom it finds (recall; with outcome of all)",
        words,
        [everyone, points],
        layout,
        "Points: recall. Bars: 95 % interval. Diamond: the group with the lowest recall.",
    )


def _points(rows: Sequence[Row], values: Sequence[float]) -> dict[str, Any]:
    """One a subgroup; the lowest is a diamond, as colour alone tells nobody."""
    least = min(values, default=None)
    return {
        "type": "scatter",
        "mode": "markers+text",
        "name": "recall",
        "x": values,
        "y": list(range(len(rows))),
        "text": [f"{value:.2f}" for value in values],
        "textposition": "top center",
        "marker": {
            "size": 11,
            "color": [traces.OTHER if value == least else traces.MODEL for value in values],
            "symbol": ["diamond" if value == least else "circle" for value in values],
        },
        "error_x": {
            "type": "data",
            "symmetric": False,
            "array": [row.above for row in rows],
            "arrayminus": [row.below for row in rows],
            "color": traces.GREY,
            "thickness": 1.5,
        },
        "customdata": [shown(row.estimate) for row in rows],
        "hovertemplate": "%{customdata}<extra></extra>",
    }


def instability(evaluation: Evaluation) -> Figure:
    """The spread of the refits' risks, by the model's own risk."""
    found = evaluation.instability
    words = (
        f"Refitted on other samples, the risk of a patient moves by "
        f"{found.mean_absolute_distance:.3f} on average. "
        + " ".join(
            f"Around {row.risk:.2f} it lies between {row.low:.2f} and {row.high:.2f}."
            for row in found.by_risk
            if 0.4 <= row.risk <= 0.6
        )
    ).strip()
    ideal = traces.line([0, 1], [0, 1], "no change", traces.GREY, "dot")
    return Figure(
        "instability",
        "How far the risk moves with other patients (instability)",
        words,
        [traces.band(series.instability(evaluation), "95 % of refits"), ideal],
        axes.layout("Risk by this model", "Risk by the refits", axes.shares(), axes.shares()),
    )


def _at(asked: Sequence[float], across: Whole, values: Numbers) -> Iterator[tuple[float, float]]:
    """Where a curve is asked about, and its value there; only where it has one."""
    known = {round(x, 2): value for x, value in zip(across, values, strict=True)}
    for x in asked:
        if (value := known.get(x)) is not None:
            yield x, value
