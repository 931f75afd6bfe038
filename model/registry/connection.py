"""The one way to a tracking server: what goes wrong there leaves as one of our errors."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from model.errors import (
    BedsideError,
    FileStoreRetired,
    TrackingError,
    TrackingUnavailable,
    VersionNotFound,
)
from model.registry import conventions

PROBE_SECONDS = 2.0


class Gateway:
    """Guards every question to one tracking server."""

    def __init__(self, address: str) -> None:
        self._address = address
        self.shown_address = conventions.without_credentials(address)

    @contextmanager
    def asking(self) -> Iterator[None]:
        """Whatever goes wrong inside leaves as a `TrackingError`."""
        try:
            self._probe()
            yield
        except BedsideError:
            raise
        except Exception as error:
            # Not chained: the original's text may hold credentials or a server's whole answer.
            raise self._translated(error) from None

    def _probe(self) -> None:
        """Fail in two seconds where nothing answers; the client itself takes far longer."""
        if not self._address.startswith(("http://", "https://")):
            return
        request = urllib.request.Request(self.shown_address.rstrip("/") + "/health")
        try:
            with _OPENER.open(request, timeout=PROBE_SECONDS):
                return
        except urllib.error.HTTPError:
            return  # it answers; whether it serves MLflow the client will see
        except (OSError, ValueError):
            raise self._unavailable("does not answer") from None

    def _unavailable(self, what: str) -> TrackingUnavailable:
        return TrackingUnavailable(
            f"The tracking server at {self.shown_address} {what}. Start it or check "
            "MLFLOW_TRACKING_URI."
        )

    def _translated(self, error: Exception) -> TrackingError:
        code = getattr(error, "error_code", "")
        text = str(error)
        if "filesystem tracking backend" in text:
            return FileStoreRetired(
                f"{self.shown_address} is a folder, and MLflow no longer keeps runs in folders. "
                f"Run `mlflow migrate-filestore --source {self.shown_address} --target "
                f"{conventions.EMBEDDED_STORE}` and set "
                f"MLFLOW_TRACKING_URI={conventions.EMBEDDED_STORE}."
            )
        if code in ("RESOURCE_DOES_NOT_EXIST", "NOT_FOUND"):
            return VersionNotFound(
                f"The tracking server at {self.shown_address} no longer has what was asked for. "
                "Choose another version."
            )
        if code in ("UNAUTHENTICATED", "PERMISSION_DENIED"):
            return self._unavailable(
                "refused the login: check MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD"
            )
        if isinstance(error, ImportError):
            return self._unavailable("needs a database driver that is not installed here")
        if "valid JSON" in text or isinstance(error, json.JSONDecodeError):
            return self._unavailable("answers, but not as MLflow does")
        if "unsupported URI" in text:
            return self._unavailable("has an address MLflow does not understand")
        return self._unavailable(f"does not answer as it should ({code or type(error).__name__})")


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_args: Any, **_kwargs: Any) -> None:
        return None


_OPENER = urllib.request.build_opener(_NoRedirects)
