"""The whole of `model_card.json`, as a training writes it and as readers of every section read it.

`documents.Card` is the part of it that travels with a model: what a page needs of any version.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Self

from model.schema import Outcome
from model.schema.typed_json import read, require_version
from model.scoring.documents import (
    CARD_VERSION,
    Blanked,
    Contrary,
    Criterion,
    Data,
    Distances,
    Example,
    Gap,
    Named,
    Resampling,
    Site,
    Subgroup,
)
from model.scoring.measurements import NOT_MEASURED, Coverage, Estimate


@dataclass(frozen=True)
class SourceTable(Data):
    """The table it learned from, to the last byte. pinned : whether it is the study's own."""

    url: str
    site: str
    sha256: str
    pinned: bool


@dataclass(frozen=True)
class Acted:
    """What becomes of 100 patients if one acts from a threshold on."""

    threshold: float
    found: float
    missed: float
    needless: float
    spared: float


@dataclass(frozen=True)
class Excerpt:
    """Of the evaluation, what a card tells beside the headline."""

    patients: int
    events: int
    resampling: Resampling
    subgroups: tuple[Subgroup, ...]
    missing_tests: tuple[Blanked, ...]
    sites: tuple[Site, ...]
    sample_size: tuple[Criterion, ...]
    of_100: tuple[Acted, ...]
    instability: Distances


@dataclass(frozen=True)
class Participants:
    """The patients of one place. features : each in a few words, by its label. missing : how many
    lack it, by its label.
    """

    site: str
    label: str
    patients: int
    events: int
    features: Mapping[str, str]
    missing: Mapping[str, int]


@dataclass(frozen=True)
class Training:
    """When and with what it was trained. parameters : as `documents.Provenance` has them."""

    created_at: str
    git_commit: str
    libraries: Mapping[str, str]
    parameters: Mapping[str, str]


@dataclass(frozen=True)
class TripodItem:
    """A question of TRIPOD+AI and its answer."""

    number: int
    section: str
    topic: str
    question: str
    answer: str


@dataclass(frozen=True)
class Judged:
    """A judgement of PROBAST+AI. concern : ``low``, ``high`` or ``unclear``."""

    part: str
    domain: str
    judged: str
    concern: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class FinishedCard:
    """A card with all its sections; its fields stand in the order of the file.

    recall_gap : the widest gap in recall between groups, in a sentence; or blank. expectations :
    how many the study declares. specified, formula, submodels, chosen, encoding, calculation,
    attribution : as `specification.Specification` has them. tripod, probast : written last, from
    the rest. What has a default was not written by every earlier release.
    """

    card_version: int = CARD_VERSION
    title: str
    estimator: Named
    outcome: Outcome
    interval_coverage: Coverage | None = None
    intended_use: str
    intended_users: str
    out_of_scope: tuple[str, ...]
    population: str
    gaps: tuple[Gap, ...] = ()
    examples: tuple[Example, ...] = ()
    limits: tuple[str, ...]
    data: SourceTable
    metrics: Mapping[str, Estimate]
    recall_gap: str
    evaluation: Excerpt
    participants: tuple[Participants, ...]
    expectations: int
    against_expectation: tuple[str, ...]
    contraries: tuple[Contrary, ...] = ()
    specified: str
    formula: tuple[str, ...]
    submodels: int
    chosen: tuple[str, ...]
    encoding: str
    calculation: str
    attribution: str
    provenance: Training
    tripod: tuple[TripodItem, ...] = ()
    probast: tuple[Judged, ...] = ()

    def __post_init__(self) -> None:
        require_version("card", self.card_version, CARD_VERSION)

    def estimate(self, name: str) -> Estimate:
        """One of the headline's metrics; without a value where it was not measured."""
        return self.metrics.get(name, NOT_MEASURED)

    @property
    def training_site(self) -> Participants:
        """The patients it was fitted to."""
        return self.participants[0]

    def to_json(self) -> bytes:
        """The bytes of `model_card.json`."""
        return json.dumps(asdict(self), indent=1, ensure_ascii=False, allow_nan=False).encode()

    @classmethod
    def from_json(cls, data: str | bytes) -> Self:
        """Read `model_card.json`.

        Raises
        ------
        ValueError
            If a part is missing or makes no sense; the message names it.
        """
        return read(cls, data, "model_card.json")
