"""The curves of an evaluation as plotly figures, and each in words for who cannot see it.

A figure here is the document that plotly.js draws: data and layout.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from model.evaluation import traces
from model.evaluation.traces import Trace
from model.evaluation.wording import (
    FALSE_POSITIVES,
    NONE,
    PRECISION,
    SENSITIVITY,
    of_100,
    percent,
    shown,
)


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


def figures(document: Mapping[str, Any]) -> list[Figure]:
    """Every figure of an `evaluation.json`, in the order of a report."""
    drawn: Sequence[Callable[[Mapping[str, Any]], Figure]] = (
        subgroups,
        roc,
        precision_recall,
        calibration,
        decision,
        instability,
    )
    return [draw(document) for draw in drawn]


def roc(document: Mapping[str, Any]) -> Figure:
    """ROC curve with its band."""
    curve = document["roc"]
    xs = curve["false_positive_rate"]
    at = {round(x, 2): value for x, value in zip(xs, curve["value"], strict=True)}
    words = f"AUC {shown(document['metrics']['roc_auc'])}. " + " ".join(
        f"With {100 * x:.0f} of 100 without the outcome at or above a threshold, "
        f"{100 * at[x]:.0f} of 100 with it are found."
        for x in (0.1, 0.2)
        if at.get(x) is not None
    )
    chance = traces.line([0, 1], [0, 1], "chance", traces.GREY, "dot")
    return Figure(
        "roc",
        "Telling patients with the outcome from those without (ROC)",
        words,
        [*traces.banded(xs, curve), chance],
        traces.layout(FALSE_POSITIVES, SENSITIVITY, traces.shares(), traces.shares()),
    )


def precision_recall(document: Mapping[str, Any]) -> Figure:
    """Precision at each recall, against the share of the diseased."""
    curve = document["precision_recall"]
    prevalence = document["events"] / document["patients"]
    at = {round(x, 2): y for x, y in zip(curve["recall"], curve["value"], strict=True)}
    words = " ".join(
        f"When {100 * x:.0f} of 100 with the outcome are found, {100 * at[x]:.0f} of 100 at or "
        "above the threshold have it."
        for x in (0.8, 0.9)
        if at.get(x) is not None
    )
    everybody = traces.line([0, 1], [prevalence] * 2, "everybody", traces.GREY, "dot")
    return Figure(
        "precision_recall",
        "Of those at or above a threshold, how many have the outcome (precision and recall)",
        words,
        [*traces.banded(curve["recall"], curve), everybody],
        traces.layout(SENSITIVITY, PRECISION, traces.shares(), traces.shares()),
    )


def calibration(document: Mapping[str, Any]) -> Figure:
    """Smoothed observed share at each risk, over the histogram of risks."""
    curve, bars = document["calibration"], document["histogram"]
    metrics = document["metrics"]
    words = (
        f"Calibration slope {shown(metrics['calibration_slope'])}, in the large "
        f"{shown(metrics['calibration_intercept'])}, mean distance of the risk from what was "
        f"observed (ICI) {shown(metrics['ici'])}. The bars count patients at each risk: with the "
        "outcome above the line, without it below."
    )
    ideal = traces.line([0, 1], [0, 1], "perfect", traces.GREY, "dot")
    data = [*traces.banded(curve["risk"], curve), ideal]
    width = 0.9 / max(len(bars["risk"]), 1)
    for key, name, sign, colour in (
        ("diseased", "with the outcome", 1, traces.OTHER),
        ("healthy", "without it", -1, traces.GREY),
    ):
        data.append(
            {
                "type": "bar",
                "name": name,
                "x": bars["risk"],
                "y": [sign * count for count in bars[key]],
                "customdata": bars[key],
                "width": width,
                "marker": {"color": colour},
                "yaxis": "y2",
                "hovertemplate": f"risk %{{x:.2f}}: %{{customdata:.1f}} {name}<extra></extra>",
            }
        )
    layout = traces.layout(
        "Predicted risk", "Share with the outcome", traces.shares(), traces.shares()
    )
    layout["yaxis"]["domain"] = [0.28, 1]
    layout["yaxis2"] = {**traces.axis("Patients", {}), "domain": [0, 0.2], "showticklabels": False}
    layout |= {"barmode": "overlay", "height": traces.HEIGHT + 80}
    layout["xaxis"]["anchor"] = "y2"
    return Figure("calibration", "Are the risks right (calibration)", words, data, layout)


def decision(document: Mapping[str, Any]) -> Figure:
    """Net benefit of the model, of acting on everybody and on nobody."""
    curve = document["decision"]
    xs, best = curve["threshold"], [each for each in curve["value"] if each is not None]
    better = [
        x
        for x, ours, all_ in zip(xs, curve["value"], curve["everybody"], strict=True)
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
    everybody = traces.line(xs, curve["everybody"], "act on everybody", traces.OTHER, "dash")
    nobody = traces.line([0, 1], [0, 0], "act on nobody", traces.GREY, "dot")
    return Figure(
        "decision",
        "Is it worth acting on (decision curve)",
        words,
        [*traces.banded(xs, curve), everybody, nobody],
        traces.layout(
            "Threshold at which one would act",
            "Net benefit",
            traces.shares(),
            {"range": [-0.1, top + 0.05]},
        ),
    )


def subgroups(document: Mapping[str, Any]) -> Figure:
    """Recall of every subgroup with its interval, and of all patients as a line."""
    groups = [g for g in document["subgroups"] if _has_recall(g["metrics"])]
    labels = [f"{g['label']} ({g['events']} of {g['patients']})" for g in groups]
    recalls = [g["metrics"]["recall"] for g in groups]
    overall = document["metrics"]["recall"]
    least = min((each["value"] for each in recalls), default=None)
    told = [f"{g['label']}: {of_100(each)}" for g, each in zip(groups, recalls, strict=True)]
    words = (
        "Found of 100 patients with the outcome, with 50 % as the threshold; all patients: "
        f"{of_100(overall)}. "
        f"{'; '.join(told) or NONE}."
    )
    points = {
        "type": "scatter",
        "mode": "markers+text",
        "name": "recall",
        "x": [each["value"] for each in recalls],
        "y": list(range(len(groups))),
        "text": [f"{each['value']:.2f}" for each in recalls],
        "textposition": "top center",
        "marker": {
            "size": 11,
            "color": [traces.OTHER if each["value"] == least else traces.MODEL for each in recalls],
            "symbol": ["diamond" if each["value"] == least else "circle" for each in recalls],
        },
        "error_x": {
            "type": "data",
            "symmetric": False,
            "array": [(each["high"] or each["value"]) - each["value"] for each in recalls],
            "arrayminus": [each["value"] - (each["low"] or each["value"]) for each in recalls],
            "color": traces.GREY,
            "thickness": 1.5,
        },
        "customdata": [shown(each) for each in recalls],
        "hovertemplate": "%{customdata}<extra></extra>",
    }
    everyone = traces.line(
        [overall["value"]] * 2, [-0.6, len(groups) - 0.4], "all patients", traces.GREY, "dot"
    )
    layout = traces.layout("Diseased found, 50 % as the line", "", traces.shares(), {})
    layout["yaxis"] |= {
        "tickvals": points["y"],
        "ticktext": labels,
        "range": [len(groups) - 0.4, -0.7],
        "showgrid": False,
        "automargin": True,
    }
    layout["height"] = 44 * len(groups) + 130
    return Figure(
        "subgroups",
        "Whom it finds (recall; with outcome of all)",
        words,
        [everyone, points],
        layout,
        "Points: recall. Bars: 95 % interval. Diamond: the group with the lowest recall.",
    )


def instability(document: Mapping[str, Any]) -> Figure:
    """The spread of the refits' risks, by the model's own risk."""
    found = document["instability"]
    rows = found["by_risk"]
    xs = [row["risk"] for row in rows]
    curve = {part: [row[part] for row in rows] for part in ("low", "high")}
    words = (
        f"Refitted on other samples, the risk of a patient moves by "
        f"{found['mean_absolute_distance']:.3f} on average. "
        + " ".join(
            f"Around {row['risk']:.2f} it lies between {row['low']:.2f} and {row['high']:.2f}."
            for row in rows
            if 0.4 <= row["risk"] <= 0.6
        )
    ).strip()
    ideal = traces.line([0, 1], [0, 1], "no change", traces.GREY, "dot")
    return Figure(
        "instability",
        "How far the risk moves with other patients (instability)",
        words,
        [*traces.band(xs, curve["low"], curve["high"], "95 % of refits"), ideal],
        traces.layout("Risk by this model", "Risk by the refits", traces.shares(), traces.shares()),
    )


def _has_recall(metrics: Mapping[str, Any]) -> bool:
    return metrics.get("recall", {}).get("value") is not None
