"""What a view is given: the settings, the versions and who scores, each behind a protocol."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from dashboard.audit_trail import Trail
from dashboard.scorers import Scorer
from dashboard.settings import Settings
from dashboard.trainer import Stage
from model.endpoints.foreign_model import ForeignModel
from model.errors import TrainingFailed
from model.evaluation.measured import Eligibility
from model.registry.audit_log import AuditLog
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
    def start(self, study: str, table: bytes | None = None, *options: str) -> None: ...


class Promotes(Protocol):
    """Points aliases at versions; `model.registry.promotion.Promoter` is the real one."""

    @property
    def allowed(self) -> bool: ...
    def promote(
        self, version: Version, alias: str, *, reason: str, who: str, with_gaps: str = ""
    ) -> Promotion: ...
    def judged(self, version: Version) -> Eligibility | None: ...


@dataclass(frozen=True)
class Services:
    """One for the process."""

    settings: Settings
    registry: Versions
    trainer: Trains
    promoter: Promotes
    audit: AuditLog | None = None


@dataclass(frozen=True)
class Chosen:
    """The version a session works with, verified and loaded, the route it scores by, and where what
    is done with it is written down.
    """

    version: Version
    model: LoadedModel
    scorer: Scorer
    trail: Trail = field(default_factory=Trail)


@dataclass(frozen=True)
class Foreign:
    """A version somebody else logged, asked for through the endpoint named for it."""

    version: Version
    model: ForeignModel
