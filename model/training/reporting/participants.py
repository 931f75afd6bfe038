"""The patients of every site, as aggregates that hold nobody's row."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from model.evaluation.wording import NONE, percent, several, share
from model.schema import Feature
from model.studies import Study
from model.studies.cohort import Table
from model.training.reporting.finished_card import Participants


def described(study: Study, table: Table) -> tuple[Participants, ...]:
    """For the training site, then every other: counts, and each feature in a few words."""
    training = study.source.training_site
    labels = {
        training: training[:1].upper() + training[1:],
        **{s.name: s.label for s in study.plan.sites},
    }
    found = []
    for name, label in labels.items():
        patients = table.site(name)
        features = study.schema.features
        found.append(
            Participants(
                site=name,
                label=label,
                patients=len(patients.outcome),
                events=int(patients.outcome.sum()),
                features={f.label: _summary(f, patients.rows[f.name]) for f in features},
                missing={f.label: int(patients.rows[f.name].isna().sum()) for f in features},
            )
        )
    return tuple(found)


def elsewhere(participants: Iterable[Participants]) -> str:
    """Patients of every place but the first, which is the training's."""
    told = [
        f"{place.label}: {several(place.patients, 'patient')}, "
        f"{share(place.events, place.patients)} with the outcome"
        for place in list(participants)[1:]
    ]
    return f"Evaluation elsewhere: {'; '.join(told)}." if told else "There is no other place."


def _summary(feature: Feature, values: pd.Series[float]) -> str:
    """Median and quartiles of a number; the share of each code of those measured."""
    measured = values.dropna()
    if measured.empty:
        return NONE
    if feature.is_coded:
        shares = [
            f"{code.label} {percent((measured == code.value).mean())}" for code in feature.codes
        ]
        if len(shares) == 2:  # the one says what the other does
            shares = shares[1:]
        return ", ".join(shares)
    low, middle, high = (f"{measured.quantile(q):.10g}" for q in (0.25, 0.5, 0.75))
    return f"{middle} [{low}, {high}] {feature.unit}".strip()
