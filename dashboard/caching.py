"""The only caches. Keys are addresses and immutable model ids; no patient is ever in one."""

from __future__ import annotations

import atexit
import threading

import streamlit as st

from dashboard import settings
from dashboard.adopter.process import Adopter
from dashboard.services import Services, Versions
from dashboard.settings import Endpoint, Settings
from dashboard.trainer import Trainer
from model.endpoints.rest_scorer import RestScorer
from model.registry.audit_log import AuditLog
from model.registry.list_query import Cursor, ListPage, ListQuery
from model.registry.promotion import Promoter
from model.registry.registry import Registry
from model.registry.signature import Interface
from model.registry.versions import Version
from model.scoring import LoadedModel
from model.scoring.engines import Start

SECONDS_LISTED = 4  # a server that comes back, and an alias that moves, show within this
SECONDS_PROVEN = 30  # every answer of an endpoint is proven anyway; this is for the badge
MODELS_KEPT = 32


@st.cache_resource(show_spinner=False)
def services() -> Services:
    """The real services, made once a process."""
    read = settings.read()
    start = _workers(read.address) if read.workers else None
    registry = Registry(read.address, look_first=True, start=start)
    log = AuditLog(read.audit_log) if read.audit_log else None
    return Services(
        settings=read,
        registry=registry,
        trainer=Trainer(settings.command_environment(read)),
        promoter=Promoter(registry, read.allow_promotion, log, shared=not read.is_embedded),
        audit=log,
        adopter=_adopter(read) if read.allow_adoption else None,
    )


def _adopter(read: Settings) -> Adopter:
    """Who adopts models when asked; what runs at the end of this program is stopped."""
    adopter = Adopter(settings.command_environment(read))
    atexit.register(adopter.close)
    return adopter


def _workers(address: str) -> Start:
    """Who starts the workers of adopted versions, and stops them at the end of this program."""
    # Not above: where no worker may run, the first page does not wait for what starts them.
    from model.adoption.pool import Pool

    return Pool.until_exit(address, settings.worker_environment()).start


@st.cache_data(ttl=SECONDS_LISTED, show_spinner="Looking for models …")
def studies(_registry: Versions, address: str) -> tuple[str, ...]:
    return _registry.studies()


@st.cache_data(ttl=SECONDS_LISTED, show_spinner=False)
def versions(_registry: Versions, address: str, study: str) -> tuple[Version, ...]:
    return _registry.versions(study)


@st.cache_data(ttl=SECONDS_LISTED, show_spinner=False)
def registered(_registry: Versions, address: str) -> tuple[Version, ...]:
    names = studies(_registry, address)
    # Where there is one model, the sidebar has asked for its versions.
    return versions(_registry, address, *names) if len(names) == 1 else _registry.registered()


@st.cache_data(ttl=SECONDS_LISTED, show_spinner="Looking for models …")
def everything(
    _registry: Versions, address: str, query: ListQuery, cursor: Cursor | None = None
) -> ListPage:
    is_known = query.knows_first(cursor) or len(studies(_registry, address)) == 1
    known = registered(_registry, address) if is_known else None
    return _registry.everything(query, cursor, known)


@st.cache_data(ttl=SECONDS_LISTED, show_spinner=False)
def resolved(_registry: Versions, address: str, reference: str) -> Version:
    return _registry.resolve(reference)


@st.cache_resource(max_entries=MODELS_KEPT, show_spinner=False)
def run_link(_registry: Versions, address: str, run_id: str, _version: Version) -> str:
    """Where MLflow shows a version's run, which changes no more."""
    return _registry.run_link(_version)


def forget_listed() -> None:
    """Ask the server anew: what it lists has just changed."""
    studies.clear()
    versions.clear()
    registered.clear()
    everything.clear()
    resolved.clear()


def loaded(services: Services, version: Version) -> LoadedModel:
    """A version's verified model. Models never change, so it is kept for good."""
    address = services.registry.shown_address
    return _loaded(services.registry, address, version.model_id, version.digest, version)


@st.cache_resource(max_entries=MODELS_KEPT, show_spinner="Loading and verifying the model …")
def _loaded(
    _registry: Versions, address: str, model_id: str, digest: str, _version: Version
) -> LoadedModel:
    return _registry.load(_version)


@st.cache_resource(max_entries=MODELS_KEPT, show_spinner="Reading the signature …")
def interface(_registry: Versions, address: str, reference: str, _version: Version) -> Interface:
    """What somebody else's model takes. Models never change, so it is kept for good."""
    return _registry.interface(_version)


@st.cache_data(ttl=SECONDS_PROVEN, show_spinner="Asking the endpoint …")
def proven(_scorer: RestScorer, endpoint: Endpoint, digest: str) -> bool:
    """Whether the endpoint reproduces the model's golden patients; raises if not."""
    _scorer.verify()
    return True


@st.cache_resource(scope="session", on_release=threading.Event.set, show_spinner=False)
def session_ended() -> threading.Event:
    """Set when this session ends, so that what it started ends too. Holds nothing else."""
    return threading.Event()
