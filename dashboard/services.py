"""What a view is given: the settings, the versions and who scores, each behind a protocol."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from dashboard.scorers import Scorer
from dashboard.settings import Settings
from dashboard.trainer import Stage
from model.endpoints.foreign_model import ForeignModel
from model.errors import TrainingFailed
from model.registry.runs import LoggedPage, RunDetails, RunPage, RunQuery
from model.registry.signature import Interface
from model.registry.versions import Promotion, Version
from model.scoring import LoadedModel


class Versions(Protocol):
    """The versions on a tracking server; `model.Registry` is the real one."""

    @property
    def shown_address(self) -> str: ...
    def connect(self) -> None: ...
    def studies(self) -> tuple[str, ...]: ...
    def versions(self, study: str) -> tuple[Version, ...]: ...
    def runs(self, query: RunQuery, token: str | None = None) -> RunPage: ...
    def run(self, run_id: str) -> RunDetails: ...
    def logged(self, study: str, token: str | None = None) -> LoggedPage: ...
    def load(self, version: Version) -> LoadedModel: ...
    def interface(self, version: Version) -> Interface: ...


class Trains(Protocol):
    """Makes a first model; `dashboard.trainer.Trainer` is the real one."""

    @property
    def stage(self) -> Stage | None: ...
    @property
    def failure(self) -> TrainingFailed | None: ...
    def start(self, study: str) -> None: ...


class Promotes(Protocol):
    """Points aliases at versions; `model.registry.promotion.Promoter` is the real one."""

    @property
    def allowed(self) -> bool: ...
    def promote(
        self, version: Version, alias: str, *, reason: str, who: str, with_gaps: str = ""
    ) -> Promotion: ...


@dataclass(frozen=True)
class Services:
    """One for the process."""

    settings: Settings
    registry: Versions
    trainer: Trains
    promoter: Promotes


@dataclass(frozen=True)
class Chosen:
    """The version a session works with, verified and loaded, and the route it scores by."""

    version: Version
    model: LoadedModel
    scorer: Scorer


@dataclass(frozen=True)
class Foreign:
    """A version somebody else logged, asked for through the endpoint named for it."""

    version: Version
    model: ForeignModel
