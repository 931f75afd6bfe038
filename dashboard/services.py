"""What a view is given: the settings, the versions and who scores, each behind a protocol."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from dashboard.adopter.order import Order
from dashboard.adopter.outcome import Outcome
from dashboard.audit_trail import Trail
from dashboard.progress import Stage
from dashboard.scorers import Scorer
from dashboard.settings import Settings
from model.errors import BedsideError, TrainingFailed
from model.evaluation.measured import Eligibility
from model.registry.audit_log import AuditLog
from model.registry.list_query import Cursor, ListPage, ListQuery
from model.registry.signature import Interface
from model.registry.store_copy import Notice
from model.registry.versions import Kind, Promotion, Version
from model.scoring import LoadedModel
from model.scoring.scorer import Model


class Versions(Protocol):
    """The versions on a tracking server; `model.Registry` is the real one."""

    @property
    def shown_address(self) -> str: ...
    @property
    def notice(self) -> Notice | None: ...
    def connect(self) -> None: ...
    def studies(self) -> tuple[str, ...]: ...
    def versions(self, study: str) -> tuple[Version, ...]: ...
    def registered(self) -> tuple[Version, ...]: ...
    def everything(
        self,
        query: ListQuery,
        cursor: Cursor | None = None,
        registered: tuple[Version, ...] | None = None,
    ) -> ListPage: ...
    def resolve(self, reference: str) -> Version: ...
    def run_link(self, version: Version) -> str: ...
    def load(self, version: Version) -> LoadedModel: ...
    def interface(self, version: Version) -> Interface: ...


class Trains(Protocol):
    """Makes a first model; `dashboard.trainer.Trainer` is the real one."""

    @property
    def stage(self) -> Stage | None: ...
    @property
    def failure(self) -> TrainingFailed | None: ...
    def start(self, study: str, table: bytes | None = None, *options: str) -> None: ...


class Watched(Protocol):
    """One adoption, for whoever started it; `dashboard.adopter.process.Adoption` is the real one.

    stage : None once it has ended; `outcome` is there then.
    """

    @property
    def order(self) -> Order: ...
    @property
    def stage(self) -> Stage | None: ...
    @property
    def outcome(self) -> Outcome | None: ...
    def stop(self) -> None: ...
    def wait(self, seconds: float) -> None: ...


class Adopts(Protocol):
    """Adopts other people's models; `dashboard.adopter.process.Adopter` is the real one."""

    @property
    def is_busy(self) -> bool: ...
    def start(self, order: Order) -> Watched | None: ...


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
    """One for the process. adopter : None where the operator lets nobody adopt from the app."""

    settings: Settings
    registry: Versions
    trainer: Trains
    promoter: Promotes
    audit: AuditLog | None = None
    adopter: Adopts | None = None

    @property
    def adopts(self) -> bool:
        """Whether models can be adopted from the app: allowed, and the store is written to."""
        return self.adopter is not None and self.registry.notice is None


@dataclass(frozen=True)
class Chosen:
    """The version a session works with, the route it scores by, and where what is done with it is
    written down. The model says what it can do.

    kind : how it is asked; an endpoint is the operator's word for a version that is only seen.
    """

    version: Version
    model: Model
    scorer: Scorer
    trail: Trail = field(default_factory=Trail)
    kind: Kind = Kind.DATA

    @property
    def bundle(self) -> LoadedModel:
        """The verified files behind it.

        Raises
        ------
        BedsideError
            If it has none: it is a server's answers alone.
        """
        if isinstance(self.model, LoadedModel):
            return self.model
        raise BedsideError(
            f"{self.version.title} is known by its answers alone: no files of it are read here."
        )
