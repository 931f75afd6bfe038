"""What the operator decides, read from the environment once.

MLFLOW_TRACKING_URI   where the models are; default: the embedded store
BEDSIDE_ENDPOINTS     REST endpoints people may choose, as name=url pairs with commas
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from model import tracking
from model.errors import BedsideError

ROOT = Path(__file__).parents[1]


class SettingsError(BedsideError):
    """A setting cannot be used as it is."""


@dataclass(frozen=True)
class Endpoint:
    """A model server the operator vouches for."""

    name: str
    url: str


class Settings(BaseSettings):
    """The settings of one process."""

    model_config = SettingsConfigDict(
        env_prefix="BEDSIDE_", frozen=True, extra="ignore", hide_input_in_errors=True
    )

    tracking_uri: str | None = Field(default=None, validation_alias="MLFLOW_TRACKING_URI")
    endpoints: Annotated[tuple[Endpoint, ...], NoDecode] = ()

    @property
    def is_embedded(self) -> bool:
        """Whether nobody configured a tracking server, so the store is the app's own."""
        return not self.tracking_uri

    @property
    def address(self) -> str:
        return self.tracking_uri or tracking.EMBEDDED_STORE

    @field_validator("endpoints", mode="before")
    @classmethod
    def _read_endpoints(cls, text: object) -> object:
        if not isinstance(text, str):
            return text
        endpoints = tuple(_endpoint(pair.strip()) for pair in text.split(",") if pair.strip())
        if len({endpoint.name for endpoint in endpoints}) < len(endpoints):
            raise ValueError("two endpoints in BEDSIDE_ENDPOINTS have the same name")
        return endpoints


def read() -> Settings:
    """Read the environment, and set what MLflow's client should find there.

    Raises
    ------
    SettingsError
        If a setting is not understood.
    """
    for name, value in tracking.CLIENT_SETTINGS.items():
        os.environ.setdefault(name, value)
    try:
        return Settings()
    except ValidationError as error:
        faults = "; ".join(
            str(each["msg"]).removeprefix("Value error, ") for each in error.errors()
        )
        raise SettingsError(f"The settings cannot be used: {faults}.") from None


def training_environment(settings: Settings) -> dict[str, str]:
    """The environment for a training started by the app: same store, and it finds `model`."""
    paths = [str(ROOT), os.environ.get("PYTHONPATH", "")]
    return {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(path for path in paths if path),
        "MLFLOW_TRACKING_URI": settings.address,
    }


def _endpoint(pair: str) -> Endpoint:
    name, equals, url = pair.partition("=")
    try:
        parts = urlsplit(url.strip())
    except ValueError:  # its text repeats the address, with a login there may be in it
        raise ValueError("an address in BEDSIDE_ENDPOINTS is not an address") from None
    if not equals or not name.strip() or parts.scheme not in ("http", "https") or not parts.netloc:
        raise ValueError(
            "BEDSIDE_ENDPOINTS takes name=url pairs, such as ward=http://127.0.0.1:5001"
        )
    if "@" in parts.netloc or parts.query:
        raise ValueError("an address in BEDSIDE_ENDPOINTS may hold no login and no query")
    return Endpoint(name.strip(), url.strip().rstrip("/"))
