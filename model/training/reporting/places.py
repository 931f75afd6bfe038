"""How a model does in other places and in groups of patients, for a card."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from model.evaluation.document import OF_SITES
from model.evaluation.wording import METRICS, shown
from model.scoring.measurements import NOT_MEASURED, Estimate
from model.training.reporting.blocks import Columns, Text


def sites_of(sites: list[dict[str, Any]]) -> Iterator[Text | Columns]:
    yield Text("The model as it stands, neither refitted nor recalibrated.")
    for site in sites:
        if site["warning"]:
            yield Text(f"{site['label']}: {site['warning']}.", strong=True)
    yield Columns(
        ("Place", "With outcome", *(METRICS[name] for name in OF_SITES)),
        [
            (
                site["label"],
                f"{site['events']} of {site['patients']}",
                *(metric(site["metrics"], name) for name in OF_SITES),
            )
            for site in sites
        ],
        frozenset(at for at, site in enumerate(sites) if site["warning"]),
    )


def metric(metrics: Mapping[str, Any], name: str) -> str:
    """One of a card's metrics with its interval; a dash where it was not measured."""
    return shown(Estimate(**metrics[name]) if name in metrics else NOT_MEASURED)


def worst(groups: list[dict[str, Any]]) -> Iterator[int]:
    """Where the group with the lowest recall stands."""
    recalls = {
        at: group["metrics"]["recall"]["value"]
        for at, group in enumerate(groups)
        if group["metrics"].get("recall", {}).get("value") is not None
    }
    if recalls:
        yield min(recalls, key=lambda at: float(recalls[at]))
