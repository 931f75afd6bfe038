"""What the operator decides, read from the environment once.

MLFLOW_TRACKING_URI   where the models are; default: the embedded store
BEDSIDE_ENDPOINTS     REST endpoints people may choose, as name=url pairs with commas
BEDSIDE_ALLOW_PROMOTION   true lets people point champion and challenger at a version
BEDSIDE_WORKERS       true lets adopted versions that are no numbers run, each in a process apart
BEDSIDE_AUDIT_LOG     the file that says who promoted which version
BEDSIDE_ALLOW_TRAINING   true lets people train studies of their own on a configured server
BEDSIDE_ALLOW_ADOPTION   true lets people adopt models; those that bring their own code only with
                         BEDSIDE_WORKERS
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from model.adoption.worker.environment import computing
from model.endpoints.endpoint import Endpoint
from model.endpoints.endpoint import endpoints as read_endpoints
from model.errors import BedsideError
from model.registry import conventions

__all__ = [
    "Endpoint",
    "Settings",
    "SettingsError",
    "command_environment",
    "read",
    "worker_environment",
]

ROOT = Path(__file__).parents[1]


class SettingsError(BedsideError):
    """A setting cannot be used as it is."""


class Settings(BaseSettings):
    """The settings of one process."""

    model_config = SettingsConfigDict(
        env_prefix="BEDSIDE_", frozen=True, extra="ignore", hide_input_in_errors=True
    )

    tracking_uri: str | None = Field(default=None, validation_alias="MLFLOW_TRACKING_URI")
    allow_promotion: bool = False
    workers: bool = False
    audit_log: Path | None = None
    allow_training: bool = False
    allow_adoption: bool = False
    endpoints: Annotated[tuple[Endpoint, ...], NoDecode] = ()

    @property
    def is_embedded(self) -> bool:
        """Whether nobody configured a tracking server, so the store is the app's own."""
        return not self.tracking_uri

    @property
    def may_train(self) -> bool:
        """Whether people may train studies of their own: in the app's own store always."""
        return self.allow_training or self.is_embedded

    @property
    def may_run_original_code(self) -> bool:
        """Whether people may adopt a model that only its own code can open."""
        return self.allow_adoption and self.workers

    @property
    def address(self) -> str:
        return self.tracking_uri or conventions.EMBEDDED_STORE

    @field_validator("endpoints", mode="before")
    @classmethod
    def _read_endpoints(cls, text: object) -> object:
        return read_endpoints(text) if isinstance(text, str) else text


def read() -> Settings:
    """Read the environment, and set what MLflow's client should find there.

    Raises
    ------
    SettingsError
        If a setting is not understood.
    """
    for name, value in conventions.CLIENT_SETTINGS.items():
        os.environ.setdefault(name, value)
    try:
        return Settings()
    except ValidationError as error:
        faults = "; ".join(
            str(fault["msg"]).removeprefix("Value error, ") for fault in error.errors()
        )
        raise SettingsError(f"The settings cannot be used: {faults}.") from None


def worker_environment() -> dict[str, str]:
    """What reaches somebody else's model."""
    return computing(os.environ)


def command_environment(settings: Settings) -> dict[str, str]:
    """The environment for a command started by the app: same store, and it finds `model`."""
    paths = [str(ROOT), os.environ.get("PYTHONPATH", "")]
    return {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(path for path in paths if path),
        "MLFLOW_TRACKING_URI": settings.address,
    }
