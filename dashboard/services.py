"""What a view is given: the settings, the versions and who scores, each behind a protocol."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from dashboard.adopter.order import Order
from dashboard.adopter.outcome import Outcome
from dashboard.audit_trail import Trail
from dashboard.progress import Stage
from dashboard.scorers import Routed
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
    def shown_address(self) -> str:
        """Where they are, without a login."""
        ...

    @property
    def notice(self) -> Notice | None:
        """What to say of a store that is read through a copy; None of any other."""
        ...

    def connect(self) -> None:
        """Import MLflow, which takes seconds, and open the store with it.

        As every question here, it raises `TrackingError`, with the cause in a sentence, if the
        server does not answer in time.
        """
        ...

    def studies(self) -> tuple[str, ...]:
        """Names of the registered models, sorted."""
        ...

    def versions(self, study: str) -> tuple[Version, ...]:
        """The finished versions of a registered model, newest first."""
        ...

    def registered(self) -> tuple[Version, ...]:
        """The finished versions of all registered models, newest first."""
        ...

    def everything(
        self,
        query: ListQuery,
        cursor: Cursor | None = None,
        registered: tuple[Version, ...] | None = None,
    ) -> ListPage:
        """A page of everything that is a model or could become one; see `Registry.everything`."""
        ...

    def resolve(self, reference: str) -> Version:
        """The version a reference means now; see `Registry.resolve`."""
        ...

    def run_link(self, version: Version) -> str:
        """Where MLflow's own pages show a version's run; blank where nothing does."""
        ...

    def load(self, version: Version) -> LoadedModel:
        """A version's numbers, verified and proven; see `Registry.load`."""
        ...

    def interface(self, version: Version) -> Interface:
        """What a version takes, by its signature; of a model somebody else logged, too."""
        ...


class Trains(Protocol):
    """Makes a first model; `dashboard.trainer.Trainer` is the real one."""

    @property
    def stage(self) -> Stage | None:
        """What it is at, and how much is done; None where no training runs."""
        ...

    @property
    def failure(self) -> TrainingFailed | None:
        """Why the last training failed; None once another is started."""
        ...

    def start(self, study: str, table: bytes | None = None, *options: str) -> None:
        """Begin one, unless one runs; `table` is handed over through a pipe."""
        ...


class Watched(Protocol):
    """One adoption, for whoever started it; `dashboard.adopter.process.Adoption` is the real one.

    stage : None once it has ended; `outcome` is there then. mark : by which whoever started it
    finds it again; nobody can guess it.
    """

    @property
    def mark(self) -> str: ...
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
    def found(self, mark: str) -> Watched | None:
        """The newest one, running or ended, if that is its mark."""
        ...


class Promotes(Protocol):
    """Points aliases at versions; `model.registry.promotion.Promoter` is the real one."""

    @property
    def allowed(self) -> bool:
        """Whether the operator lets people promote."""
        ...

    def promote(
        self, version: Version, alias: str, *, reason: str, who: str, with_gaps: str = ""
    ) -> Promotion:
        """Point an alias at a version, on record; see `Promoter.promote` for what it refuses."""
        ...

    def judged(self, version: Version) -> Eligibility | None:
        """How a version stands beside today's champion; None where there is nothing to judge."""
        ...


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
    scorer: Routed
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
