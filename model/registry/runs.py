"""Training runs, as the tracking server describes them, and how they are asked for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from model.errors import InputError
from model.registry import conventions
from model.registry.versions import time_of

RUNS_A_PAGE = 50
SAFE = re.compile(r"[\w .:+-]+")
BETTER_WHEN_SMALL = ("brier", "log_loss", "ici", "e_max")


@dataclass(frozen=True)
class Run:
    """One training run. Its texts are somebody's: show them as text, never as markup."""

    run_id: str
    name: str
    started: datetime
    estimator: str
    author: str
    metrics: Mapping[str, float]
    state: str = "complete"


@dataclass(frozen=True)
class RunQuery:
    """Which runs of a study, and in what order.

    named : a part of the name. metric, at_least, at_most : of which metric, between what.
    best_first : by that metric; else the newest first. unfinished : also those that have not
    finished, or failed.
    """

    study: str
    named: str = ""
    metric: str = ""
    at_least: float | None = None
    at_most: float | None = None
    best_first: bool = False
    unfinished: bool = False

    @property
    def filter(self) -> str:
        """In MLflow's language.

        Raises
        ------
        InputError
            If a text holds what would be read as a part of the language.
        """
        clauses = [f"tags.`{conventions.STUDY}` = '{_safe(self.study)}'"]
        if not self.unfinished:
            clauses.append(f"tags.`{conventions.STATUS}` = '{conventions.COMPLETE}'")
        if self.named:
            clauses.append(f"attributes.run_name ILIKE '%{_safe(self.named)}%'")
        if self.metric:
            limits = {">=": self.at_least, "<=": self.at_most}
            clauses += [
                f"metrics.`{_safe(self.metric)}` {sign} {limit}"
                for sign, limit in limits.items()
                if limit is not None
            ]
        return " and ".join(clauses)

    @property
    def order(self) -> list[str]:
        newest = "attributes.start_time DESC"
        if not (self.best_first and self.metric):
            return [newest]
        way = "ASC" if self.metric in BETTER_WHEN_SMALL else "DESC"
        return [f"metrics.`{_safe(self.metric)}` {way}", newest]


@dataclass(frozen=True)
class RunPage:
    """Some of the runs, and what asks for the next ones; None after the last."""

    runs: tuple[Run, ...]
    next_token: str | None = None


@dataclass(frozen=True)
class LoggedModel:
    """One logged model, registered or not."""

    model_id: str
    name: str
    created: datetime
    status: str
    run_id: str
    estimator: str


@dataclass(frozen=True)
class LoggedPage:
    """Some of the logged models, and what asks for the next ones; None after the last."""

    models: tuple[LoggedModel, ...]
    next_token: str | None = None


@dataclass(frozen=True)
class RunDetails:
    """What one run was asked for, by name, and where MLflow shows it; blank where nothing does."""

    parameters: Mapping[str, str]
    link: str = ""


def run_from(entry: Any) -> Run:
    """A training run."""
    tags = entry.data.tags
    is_complete = tags.get(conventions.STATUS) == conventions.COMPLETE
    return Run(
        run_id=entry.info.run_id,
        name=entry.info.run_name or "",
        started=time_of(entry.info.start_time),
        estimator=tags.get(conventions.ESTIMATOR, ""),
        author=tags.get(conventions.AUTHOR, ""),
        metrics=dict(entry.data.metrics),
        state="complete" if is_complete else _unfinished(entry.info.status),
    )


def logged_from(entry: Any) -> LoggedModel:
    """A logged model."""
    return LoggedModel(
        model_id=entry.model_id,
        name=entry.name or "",
        created=time_of(entry.creation_timestamp),
        status=str(getattr(entry.status, "value", entry.status)).lower(),
        run_id=entry.source_run_id or "",
        estimator=dict(entry.tags or {}).get(conventions.ESTIMATOR, ""),
    )


def _unfinished(status: str) -> str:
    return "unfinished" if status in ("RUNNING", "SCHEDULED", "FINISHED") else "failed"


def _safe(text: str) -> str:
    if not SAFE.fullmatch(text):
        raise InputError("Search for letters, digits, spaces and . : + - alone.")
    return text
