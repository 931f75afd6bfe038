"""Performance: how good the chosen version is, for whom, and how sure that is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from dashboard import caching, markdown, text
from dashboard.components.shell import prevalence, threshold
from dashboard.figures import CONFIG
from dashboard.figures import performance as figures
from dashboard.figures.performance import Series
from dashboard.selection import Selection
from dashboard.services import Services

NOBODY = "no other version"
OF_100 = ("found", "missed", "needless", "spared")


def render(services: Services, selection: Selection) -> None:
    """Every panel for the chosen version, and for a second one beside it."""
    chosen = selection.required()
    versions = [Series(f"v{chosen.version.number}", chosen.model.evaluation)]
    versions += _second(services, selection)
    st.title("Performance", anchor=False)
    prevalence.not_here()
    _headline(versions)
    _curves(versions)
    _at_threshold(versions)
    _subgroups(versions)
    _sites(versions)
    _missing_tests(versions)
    _instability(versions)
    _note(text.provenance(chosen.version, chosen.scorer.route))


def _second(services: Services, selection: Selection) -> list[Series]:
    chosen = selection.required().version
    others = selection.others(chosen)
    name = st.selectbox("Compare with", [NOBODY, *others], key="performance.second")
    if name not in others:
        return []
    version = others[name]
    model = caching.loaded(services, version)
    return [Series(f"v{version.number}", model.evaluation)]


def _headline(versions: Sequence[Series]) -> None:
    how = versions[0].evaluation["resampling"]
    _note(
        f"{versions[0].evaluation['patients']} patients, {versions[0].evaluation['events']} with "
        f"the disease. {how['repeats']} x {how['folds']}-fold {how['scheme']}; in brackets the "
        "95 % interval, by bootstrap of the patients."
    )
    rows = []
    for name, label in text.METRICS.items():
        cells = [version.evaluation["metrics"].get(name) for version in versions]
        shown = {v.label: text.estimated(cell) for v, cell in zip(versions, cells, strict=True)}
        rows.append({"Metric": label, **shown})
    st.dataframe(
        pd.DataFrame(rows), hide_index=True, height="content", alt="Headline metrics with intervals"
    )


def _curves(versions: Sequence[Series]) -> None:
    left, right = st.columns(2, gap="large")
    with left:
        _chart("ROC curve", figures.roc(versions), "How many diseased are found, and at what cost")
    with right:
        _chart(
            "Precision and recall",
            figures.precision_recall(versions),
            "How often it is right when it calls somebody diseased",
        )
    with left:
        _chart(
            "Calibration",
            figures.calibration(versions),
            "Of patients given a risk of 30 %, 30 of 100 should have the disease",
        )
    with right:
        _chart(
            "Decision curve",
            figures.decision(versions, threshold.current()),
            "Above both dotted lines, acting on the model does more good than acting on everybody "
            "or on nobody",
        )


def _at_threshold(versions: Sequence[Series]) -> None:
    at = threshold.current()
    _heading(f"At your threshold of {at:.0%}, of 100 patients")
    for version, column in zip(versions, st.columns(len(versions)), strict=True):
        counts = _hundred(version.evaluation["of_100"], at)
        with column:
            st.write(
                f"{version.label}: **{counts['found']} found**, **{counts['missed']} missed**, "
                f"**{counts['needless']} sent on needlessly**, {counts['spared']} rightly spared."
            )
            said = ", ".join(f"{count} {kind}" for kind, count in counts.items())
            st.plotly_chart(
                figures.of_100(counts),
                config=CONFIG,
                alt=f"Of 100 patients at {at:.0%}: {said}",
                key=f"of_100.{version.label}",
            )


def _subgroups(versions: Sequence[Series]) -> None:
    if not _have(versions, "subgroups"):
        return
    _heading("Subgroups")
    metrics = {
        "Recall at 50 %": "recall",
        "AUC": "roc_auc",
        "Observed to expected": "observed_to_expected",
    }
    picked = st.segmented_control(
        "Metric", list(metrics), default="Recall at 50 %", required=True, key="performance.subgroup"
    )
    metric = metrics[str(picked)]
    for version, column in zip(versions, st.columns(len(versions)), strict=True):
        with column:
            overall = version.evaluation["metrics"][metric]["value"]
            _chart(
                version.label,
                figures.forest(version.evaluation["subgroups"], metric, overall),
                "In brackets: patients with the disease, of all. Dotted: all patients",
            )


def _sites(versions: Sequence[Series]) -> None:
    if not _have(versions, "sites"):
        return
    _heading("Other hospitals")
    _note("Trained on none of these patients. Reported as they are, never tuned to.")
    st.dataframe(_table(versions, "sites", "label"), hide_index=True, alt="Metrics by hospital")
    for site in versions[0].evaluation["sites"]:
        if site["warning"]:
            st.warning(markdown.plain(f"{site['label']}: {site['warning']}."))


def _missing_tests(versions: Sequence[Series]) -> None:
    if not _have(versions, "missing_tests"):
        return
    _heading("When tests are missing")
    _note("The same patients, scored without tests that were in fact done.")
    st.dataframe(
        _table(versions, "missing_tests", "blanked"),
        hide_index=True,
        alt="Metrics by which tests are missing",
    )


def _instability(versions: Sequence[Series]) -> None:
    facts = versions[0].evaluation["instability"]
    _chart(
        "Had other patients been studied",
        figures.instability(versions),
        "Half of the patients have an interval narrower than "
        f"{facts['median_interval_width']:.2f}; "
        f"the widest is {facts['widest_interval']:.2f}",
    )


def _have(versions: Sequence[Series], part: str) -> bool:
    """Whether there is anything to show: what a study did not look at has no heading."""
    return any(version.evaluation[part] for version in versions)


def _heading(words: str) -> None:
    st.markdown(f"#### {markdown.plain(words)}")


def _note(words: str) -> None:
    st.markdown(markdown.note(markdown.plain(words)))


def _chart(title: str, figure: Any, reading: str) -> None:
    st.markdown(f"##### {title}")
    st.plotly_chart(figure, config=CONFIG, alt=f"{title}. {reading}.", key=f"performance.{title}")
    _note(f"{reading}.")


def _table(versions: Sequence[Series], part: str, name: str) -> pd.DataFrame:
    rows = []
    for version in versions:
        for row in version.evaluation[part]:
            cells = {
                text.METRICS.get(metric, metric): text.estimated(value)
                for metric, value in row["metrics"].items()
            }
            version_cell = {"Version": version.label} if len(versions) > 1 else {}
            counts = {"Patients": row["patients"], "Diseased": row["events"]}
            rows.append({"": row[name], **version_cell, **counts, **cells})
    return pd.DataFrame(rows)


def _hundred(curve: Mapping[str, Sequence[float]], at: float) -> dict[str, int]:
    """The four counts at the nearest threshold, as whole patients that add up to 100."""
    nearest = min(range(len(curve["threshold"])), key=lambda i: abs(curve["threshold"][i] - at))
    exact = {kind: curve[kind][nearest] for kind in OF_100}
    whole = {kind: int(value) for kind, value in exact.items()}
    by_rest = sorted(OF_100, key=lambda kind: whole[kind] - exact[kind])
    for kind in by_rest[: 100 - sum(whole.values())]:
        whole[kind] += 1
    return whole
