"""How a model does in other places and in groups of patients, for a card."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from model.evaluation.document import OF_SITES
from model.evaluation.wording import METRICS, shown
from model.scoring.documents import Site, Subgroup
from model.training.reporting.blocks import Columns, Text


def sites_of(sites: Sequence[Site]) -> Iterator[Text | Columns]:
    """What was measured in each place, and of which to be warned."""
    yield Text("The model as it stands, neither refitted nor recalibrated.")
    for site in sites:
        if site.warning:
            yield Text(f"{site.label}: {site.warning}.", strong=True)
    yield Columns(
        ("Place", "With outcome", *(METRICS[name] for name in OF_SITES)),
        [
            (
                site.label,
                f"{site.events} of {site.patients}",
                *(shown(site.estimate(name)) for name in OF_SITES),
            )
            for site in sites
        ],
        frozenset(at for at, site in enumerate(sites) if site.warning),
    )


def worst(groups: Sequence[Subgroup]) -> Iterator[int]:
    """Where the group with the lowest recall stands."""
    recalls = {
        at: recall
        for at, group in enumerate(groups)
        if (recall := group.estimate("recall").value) is not None
    }
    if recalls:
        yield min(recalls, key=lambda at: recalls[at])
