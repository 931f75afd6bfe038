"""What differs between two versions: how well they do, what they look at, what they take.

Metrics are compared on the same bootstrap samples of the same patients, which `evaluation.json`
keeps for that: the interval is of the difference, and is much narrower than two intervals beside
each other suggest.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from model.interpretation.reasons import Reason, reasons
from model.schema import Feature, Schema
from model.scoring.assessment import Explanation
from model.scoring.documents import Evaluation
from model.scoring.loaded_model import LoadedModel

QUANTILES = (0.025, 0.975)


@dataclass(frozen=True)
class Difference:
    """Of one metric, the second version's less the first's.

    low, high : ends of its 95 % interval; None where the two were not measured on the same samples.
    """

    metric: str
    first: float
    second: float
    low: float | None
    high: float | None

    @property
    def change(self) -> float:
        """By how much the second version's value exceeds the first's."""
        return self.second - self.first


@dataclass(frozen=True)
class Importance:
    """How much one input moves a version, mean size in log-odds over its golden patients."""

    feature: str
    label: str
    first: float
    second: float


def is_paired(first: LoadedModel, second: LoadedModel) -> bool:
    """Whether both were measured on the same patients, in the same bootstrap samples."""
    one, other = first.evaluation, second.evaluation
    if one is None or other is None:
        return False
    return (
        first.manifest.data_sha256 == second.manifest.data_sha256
        and one.patients == other.patients
        and bool(one.replicates and other.replicates)
    )


def differences(first: LoadedModel, second: LoadedModel) -> tuple[Difference, ...]:
    """Of every metric both have, with a paired interval where there can be one."""
    one, other = first.evaluation, second.evaluation
    if one is None or other is None:
        return ()
    found = []
    paired = is_paired(first, second)
    for name in one.metrics:
        ours, theirs = one.estimate(name).value, other.estimate(name).value
        if ours is None or theirs is None:
            continue
        low, high = _interval(one, other, name) if paired else (None, None)
        found.append(Difference(name, ours, theirs, low, high))
    return tuple(found)


def _interval(
    first: Evaluation, second: Evaluation, name: str
) -> tuple[float | None, float | None]:
    samples = [
        np.array(version.replicates.get(name, ()), dtype=np.float64) for version in (first, second)
    ]
    count = min(map(len, samples))
    gained = samples[1][:count] - samples[0][:count]
    if not np.isfinite(gained).any():
        return None, None
    low, high = np.nanquantile(gained, QUANTILES)
    return float(low), float(high)


def importances(first: LoadedModel, second: LoadedModel) -> tuple[Importance, ...]:
    """Of every input of either version, the largest first."""
    sizes = [_sizes(model) for model in (first, second)]
    labels = {f.name: f.label for model in (second, first) for f in model.schema.features}
    found = [
        Importance(name, label, *(size.get(name, 0.0) for size in sizes))
        for name, label in labels.items()
    ]
    return tuple(sorted(found, key=lambda size: -max(size.first, size.second)))


def _sizes(model: LoadedModel) -> dict[str, float]:
    why = model.golden.answers.explanation
    assert why is not None  # golden patients are logged with their reasons
    means = why.contributions.abs().mean()
    return {str(name): float(mean) for name, mean in means.items()}


def moved(
    schema: Schema, patient: pd.Series, first: Explanation, second: Explanation
) -> tuple[Reason, ...]:
    """Why the second gives one patient another risk than the first: the largest cause on top.

    In log-odds; they add up to the difference. Where each starts, its base, is one of them.
    Both explanations are of this patient alone; `schema` is the first's.
    """
    ones, others = (why.contributions.iloc[0] for why in (first, second))
    names = list(dict.fromkeys([*ones.index, *others.index]))
    changes = others.reindex(names, fill_value=0.0) - ones.reindex(names, fill_value=0.0)
    known = [name for name in names if name in schema.names]
    start = float(second.base[0] - first.base[0])
    found = [
        Reason("", "Starting point", "where they start: the average patient", start, True),
        *reasons(schema, patient, changes[known]),
        *(
            Reason(name, name, f"{name}, which only the other asks for", float(changes[name]), True)
            for name in names
            if name not in known
        ),
    ]
    return tuple(sorted(found, key=lambda reason: -abs(reason.contribution)))


def schema_changes(first: Schema, second: Schema) -> tuple[str, ...]:
    """What the second takes that the first does not, and the other way, one sentence each."""
    ones = {feature.name: feature for feature in first.features}
    others = {feature.name: feature for feature in second.features}
    gone = [f"{ones[name].label} is asked for no more." for name in ones if name not in others]
    new = [f"{others[name].label} is asked for as well." for name in others if name not in ones]
    changed = [
        sentence
        for name, feature in ones.items()
        if name in others
        for sentence in _changes(feature, others[name])
    ]
    return (*gone, *new, *changed)


def _changes(one: Feature, other: Feature) -> list[str]:
    said = []
    if one.required != other.required:
        said.append(f"{one.label} {'must be given' if other.required else 'may be blank'} now.")
    if one.unit != other.unit:
        said.append(f"{one.label} is in {other.unit}, and was in {one.unit}.")
    if one.codes != other.codes:
        said.append(f"{one.label} has other codes or words for them.")
    if one.plausible != other.plausible:
        said.append(f"{one.label}: what is plausible was {one.plausible}, is {other.plausible}.")
    if one.trained != other.trained:
        said.append(f"{one.label}: the training range was {one.trained}, is {other.trained}.")
    return said


def setting_changes(first: LoadedModel, second: LoadedModel) -> tuple[tuple[str, str, str], ...]:
    """Name, first's and second's value of every setting and origin that differs."""
    described = [_settings(model) for model in (first, second)]
    names = dict.fromkeys(name for settings in described for name in settings)
    rows = [(name, *(settings.get(name, "–") for settings in described)) for name in names]
    return tuple((name, one, other) for name, one, other in rows if one != other)


def _settings(model: LoadedModel) -> dict[str, str]:
    manifest = model.manifest
    libraries = ", ".join(f"{name} {number}" for name, number in manifest.libraries.items())
    return {
        "Estimator": manifest.estimator,
        "Data sha256": manifest.data_sha256,
        "Git commit": manifest.git_commit,
        "Trained": manifest.created_at,
        "Libraries": libraries,
        **(model.card.provenance.parameters if model.card is not None else {}),
    }
