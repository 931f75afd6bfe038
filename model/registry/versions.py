"""Versions, as the tracking server describes them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from model.evaluation.measured import Eligibility, Measured
from model.registry import conventions


class State(StrEnum):
    """Whether a version can be used, and how."""

    READY = "ready"
    FOREIGN = "needs an endpoint: carries its own code"


@dataclass(frozen=True)
class Promotion:
    """An alias that was pointed at a version: by whom, why, and at which version it was before."""

    alias: str
    when: str
    who: str
    reason: str
    before: int | None
    with_gaps: str = ""
    """Why it was made champion although its study has gaps; blank if it had none."""


@dataclass(frozen=True)
class Version:
    """One version of a registered model, as the tracking server describes it.

    All texts are somebody's: show them as text, never as markup. `tags` are those people gave it.
    """

    study: str
    number: int
    model_id: str
    run_id: str
    created: datetime
    state: State
    aliases: tuple[str, ...] = ()
    estimator: str = ""
    data_sha256: str = ""
    git_commit: str = ""
    author: str = ""
    digest: str = ""
    description: str = ""
    metrics: Mapping[str, Measured] = field(default_factory=dict)
    eligibility: Eligibility | None = None
    promotions: tuple[Promotion, ...] = ()
    tags: Mapping[str, str] = field(default_factory=dict)

    @property
    def title(self) -> str:
        return f"{self.study} v{self.number}"

    @property
    def reference(self) -> str:
        """What MLflow calls it, for good: no alias."""
        return f"models:/{self.model_id or f'{self.study}/{self.number}'}"


def version_from(entry: Any, aliases: list[str]) -> Version | None:
    """A registered version; None for one of ours whose training has not finished."""
    tags = dict(entry.tags)
    ours = conventions.STUDY in tags and conventions.DIGEST in tags
    if tags.get(conventions.STATUS, "" if not ours else conventions.STARTED) == conventions.STARTED:
        return None
    source = str(entry.source or "")
    return Version(
        study=entry.name,
        number=int(entry.version),
        model_id=source.removeprefix("models:/") if source.startswith("models:/m-") else "",
        run_id=entry.run_id or "",
        created=time_of(entry.creation_timestamp),
        state=State.READY if ours else State.FOREIGN,
        aliases=tuple(aliases),
        estimator=tags.get(conventions.ESTIMATOR, ""),
        data_sha256=tags.get(conventions.DATA_SHA256, ""),
        git_commit=tags.get(conventions.GIT_COMMIT, ""),
        author=tags.get(conventions.AUTHOR, ""),
        digest=tags.get(conventions.DIGEST, ""),
        description=entry.description or "",
        metrics=_metrics(tags.get(conventions.METRICS, "{}")),
        eligibility=_eligibility(tags.get(conventions.ELIGIBILITY, "")),
        promotions=promotions_from(tags.get(conventions.PROMOTIONS, "[]")),
        tags={name: tags[name] for name in sorted(tags) if not name.startswith(conventions.OURS)},
    )


def _metrics(text: str) -> dict[str, Measured]:
    try:
        return {
            str(name): Measured(float(each["value"]), float(each["low"]), float(each["high"]))
            for name, each in json.loads(text).items()
        }
    except (ValueError, KeyError, TypeError, AttributeError):
        return {}  # a tag anybody may have edited: shown as no metrics


def _eligibility(text: str) -> Eligibility | None:
    try:
        found = json.loads(text)
        reasons = tuple(str(each) for each in found["reasons"])
        return Eligibility(str(found["against"]), found["eligible"] is True, reasons)
    except (ValueError, KeyError, TypeError):
        return None


def promotions_from(text: str) -> tuple[Promotion, ...]:
    """What a version's tag says of its promotions, oldest first."""
    try:
        return tuple(Promotion(**each) for each in json.loads(text))
    except (ValueError, TypeError):
        return ()  # a tag anybody may have edited


def time_of(milliseconds: int) -> datetime:
    """From what MLflow writes for a time."""
    return datetime.fromtimestamp(milliseconds / 1000, tz=UTC)
