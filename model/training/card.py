"""The model card: what a version is for, what it is not for, and how well it does."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from model.studies import Study
from model.training.cohort import Table
from model.training.metrics import Estimate


def model_card(
    study: Study, estimator: str, about: str, table: Table, metrics: dict[str, Estimate]
) -> dict[str, Any]:
    """The card as a document; every part is answered from the study or from this training."""
    return {
        "title": study.title,
        "estimator": {"name": estimator, "about": about},
        "outcome": asdict(study.schema.outcome),
        "intended_use": study.intended_use,
        "intended_users": study.intended_users,
        "out_of_scope": list(study.out_of_scope),
        "population": study.population,
        "limits": [*study.limits, *_data_limits(table)],
        "data": {
            "citation": study.source.citation,
            "licence": study.source.licence,
            "url": study.source.url,
            "site": study.source.training_site,
            "sha256": table.sha256,
            "pinned": table.pinned,
        },
        "metrics": {name: asdict(estimate) for name, estimate in metrics.items()},
    }


def _data_limits(table: Table) -> list[str]:
    if table.pinned:
        return []
    return ["It was trained on a table whose hash is not pinned: not the published study data."]
