"""The words shared by what writes to MLflow and what reads from it."""

from __future__ import annotations

from collections.abc import Mapping

OURS = "bedside."
STATUS = "bedside.status"
STARTED = "started"
COMPLETE = "complete"
STUDY = "bedside.study"
ESTIMATOR = "bedside.estimator"
DIGEST = "bedside.manifest_sha256"
DATA_SHA256 = "bedside.data_sha256"
DATA_PINNED = "bedside.data_pinned"
GIT_COMMIT = "bedside.git_commit"
METRICS = "bedside.metrics"
ELIGIBILITY = "bedside.eligibility"
AUTHOR = "bedside.author"
PROMOTIONS = "bedside.promotions"
REPEATS = "bedside.repeats"
ADOPTED_FROM = "bedside.adopted_from"
ADOPTED_SHA256 = "bedside.adopted_sha256"
ADOPTED_KIND = "bedside.adopted_kind"

CHAMPION = "champion"
CHALLENGER = "challenger"

PICKLES = "MLFLOW_ALLOW_PICKLE_DESERIALIZATION"

EMBEDDED_STORE = "sqlite:///mlflow.db"

CLIENT_SETTINGS: Mapping[str, str] = {
    "MLFLOW_DISABLE_TELEMETRY": "true",
    # By default a dead server holds the client for four minutes.
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "1",
    "MLFLOW_HTTP_REQUEST_TIMEOUT": "5",
    # Where a server sends requests on to, and how long it tells a client to wait, is not obeyed.
    "MLFLOW_ALLOW_HTTP_REDIRECTS": "false",
    "MLFLOW_HTTP_RESPECT_RETRY_AFTER_HEADER": "false",
    # Nor where it sends a client to for files, each piece of which is asked for many times.
    "MLFLOW_ENABLE_PROXY_MULTIPART_DOWNLOAD": "false",
    "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false",
    "MLFLOW_LOGGING_LEVEL": "WARNING",
    PICKLES: "false",
}
"""For the environment, before mlflow is imported, wherever the operator has not chosen."""


def without_credentials(address: str) -> str:
    """The address as it may be shown: user, password and query removed."""
    scheme, found, rest = address.partition("://")
    if not found:
        return address
    authority, slash, path = rest.partition("/")
    return f"{scheme}://{authority.rpartition('@')[2]}{slash}{path.partition('?')[0]}"
