"""What MLflow says of versions, logged models and runs, each as a `Version`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from model.evaluation.measured import Answer, Eligibility, Measured
from model.registry import conventions, store_state
from model.registry.versions import Kind, Promotion, Version, What

HISTORY = "mlflow.log-model.history"
MLFLOWS = "mlflow."
USER, NOTE, FLAVOURS = "mlflow.user", "mlflow.note.content", "flavors"
NO_STAGE = ("", "None", "Archived")
GONE = "its files are gone"
OF_A_RUN = {
    "FINISHED": "",
    "RUNNING": "not finished",
    "SCHEDULED": "not finished",
    "FAILED": "failed",
    "KILLED": "stopped",
}
OF_A_VERSION = {"PENDING_REGISTRATION": "being registered", "FAILED_REGISTRATION": "not registered"}
OF_A_LOGGED_MODEL = {"PENDING": "being logged", "FAILED": "failed while it was logged"}


def version_from(entry: Any, aliases: tuple[str, ...] = ()) -> Version | None:
    """A registered version; None for one of ours whose training has not finished.

    A stage of MLflow 2 counts as an alias: it says the same.
    """
    tags = dict(entry.tags)
    ours = conventions.STUDY in tags and conventions.DIGEST in tags
    if tags.get(conventions.STATUS, "" if not ours else conventions.STARTED) == conventions.STARTED:
        return None
    source, stage = str(entry.source or ""), str(getattr(entry, "current_stage", None) or "")
    status = OF_A_VERSION.get(str(getattr(entry, "status", "")), "")
    return Version(
        study=entry.name,
        number=int(entry.version),
        model_id=source.removeprefix("models:/") if source.startswith("models:/m-") else "",
        run_id=entry.run_id or "",
        created=time_of(entry.creation_timestamp),
        kind=_kind(tags) if ours else Kind.SEEN,
        aliases=(*aliases, *(() if stage in NO_STAGE else (stage,))),
        estimator=tags.get(conventions.ESTIMATOR, ""),
        data_sha256=tags.get(conventions.DATA_SHA256, ""),
        git_commit=tags.get(conventions.GIT_COMMIT, ""),
        author=tags.get(conventions.AUTHOR, "") or str(getattr(entry, "user_id", None) or ""),
        digest=tags.get(conventions.DIGEST, ""),
        description=entry.description or "",
        metrics=_metrics(tags.get(conventions.METRICS, "{}")),
        eligibility=_eligibility(tags.get(conventions.ELIGIBILITY, "")),
        promotions=promotions_from(tags.get(conventions.PROMOTIONS, "[]")),
        repeats=int(told) if (told := tags.get(conventions.REPEATS, "")).isdecimal() else None,
        tags=_own(tags),
        status=status or ("archived" if stage == "Archived" else _gone(source)),
    )


def logged_from(entry: Any, experiment: str) -> Version:
    """A logged model that nobody registered."""
    tags, status = dict(entry.tags or {}), str(getattr(entry.status, "value", entry.status))
    unfinished = "its training did not finish" if conventions.STUDY in tags else ""
    return Version(
        study=experiment,
        number=0,
        name=entry.name or "",
        what=What.LOGGED,
        model_id=entry.model_id,
        run_id=entry.source_run_id or "",
        experiment_id=str(entry.experiment_id or ""),
        created=time_of(entry.creation_timestamp),
        kind=Kind.SEEN,
        estimator=tags.get(conventions.ESTIMATOR, "") or str(entry.model_type or ""),
        author=tags.get(conventions.AUTHOR, "") or tags.get(USER, ""),
        description=tags.get(NOTE, ""),
        metrics={metric.key: Measured(metric.value) for metric in entry.metrics or ()},
        parameters=dict(sorted((entry.params or {}).items())),
        tags=_own(tags),
        status=OF_A_LOGGED_MODEL.get(status, "")
        or unfinished
        or _gone(str(entry.artifact_location or "")),
    )


def run_from(entry: Any, experiment: str) -> Version:
    """A run, of whatever code; with the model it logged, if it logged one."""
    tags, info = dict(entry.data.tags), entry.info
    outputs = getattr(getattr(entry, "outputs", None), "model_outputs", None) or ()
    model_id = outputs[0].model_id if outputs else ""
    history = _history(tags.get(HISTORY, ""))
    path = str(history.get("artifact_path", ""))
    status = OF_A_RUN.get(info.status, str(info.status).lower())
    ours = conventions.STUDY in tags
    if ours and not status and tags.get(conventions.STATUS) != conventions.COMPLETE:
        status = OF_A_RUN["RUNNING"]
    return Version(
        study=tags.get(conventions.STUDY, experiment),
        number=0,
        name=info.run_name or "",
        what=What.RUN,
        model_id=model_id,
        run_id=info.run_id,
        experiment_id=str(info.experiment_id),
        source=f"runs:/{info.run_id}/{path}" if path and not model_id else "",
        created=time_of(info.start_time),
        kind=Kind.SEEN,
        estimator=tags.get(conventions.ESTIMATOR, "") or _flavour(history),
        data_sha256=tags.get(conventions.DATA_SHA256, ""),
        git_commit=tags.get(conventions.GIT_COMMIT, ""),
        author=tags.get(conventions.AUTHOR, "") or tags.get(USER, "") or str(info.user_id or ""),
        description=tags.get(NOTE, ""),
        metrics={name: Measured(value) for name, value in sorted(entry.data.metrics.items())},
        parameters=dict(sorted(entry.data.params.items())),
        tags=_own(tags),
        status=status or (_gone(f"{info.artifact_uri}/{path}") if path else ""),
    )


def _kind(tags: Mapping[str, str]) -> Kind:
    """Of one of ours."""
    return Kind.WORKER if tags.get(conventions.ADOPTED_KIND) == Kind.WORKER else Kind.DATA


def _own(tags: Mapping[str, str]) -> dict[str, str]:
    """The tags people gave it: neither ours nor MLflow's."""
    hidden = (conventions.OURS, MLFLOWS)
    return {name: tags[name] for name in sorted(tags) if not name.startswith(hidden)}


def _gone(place: str) -> str:
    """What to say of files that should lie on this machine and do not; else blank."""
    folder = None if place.startswith(("runs:", "models:")) else store_state.folder_of(place)
    return GONE if folder is not None and place and not folder.is_dir() else ""


def _history(text: str) -> dict[str, Any]:
    """What MLflow 2 notes in a run of the model it logged last."""
    try:
        found = json.loads(text)[-1]
        return found if isinstance(found, dict) else {}
    except (ValueError, LookupError, TypeError):
        return {}  # a tag anybody may have edited


def _flavour(history: Mapping[str, Any]) -> str:
    flavours = history.get(FLAVOURS)
    names = [name for name in flavours if name != "python_function"] if flavours else []
    return str(names[0]) if names else ""


def _metrics(text: str) -> dict[str, Measured]:
    try:
        return {
            str(name): Measured(float(ends["value"]), float(ends["low"]), float(ends["high"]))
            for name, ends in json.loads(text).items()
        }
    except (ValueError, KeyError, TypeError, AttributeError):
        return {}  # a tag anybody may have edited: shown as no metrics


def _eligibility(text: str) -> Eligibility | None:
    try:
        found = json.loads(text)
        reasons = tuple(str(reason) for reason in found["reasons"])
        given = found.get("answer")
        answer = Answer(given) if given else None
        return Eligibility(str(found["against"]), found["eligible"] is True, reasons, answer)
    except (ValueError, KeyError, TypeError):
        return None


def promotions_from(text: str) -> tuple[Promotion, ...]:
    """What a version's tag says of its promotions, oldest first."""
    try:
        return tuple(Promotion(**promotion) for promotion in json.loads(text))
    except (ValueError, TypeError):
        return ()  # a tag anybody may have edited


def time_of(milliseconds: int) -> datetime:
    """From what MLflow writes for a time."""
    return datetime.fromtimestamp(milliseconds / 1000, tz=UTC)
