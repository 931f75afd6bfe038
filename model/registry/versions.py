"""Versions: everything on a tracking server that is a model or could become one."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import cached_property

from model.errors import BundleRefused, NotAdopted
from model.evaluation.measured import Eligibility, Measured, quick

ID_LETTERS = 10


class Kind(StrEnum):
    """How a version can be asked for a number, in order of trust."""

    DATA = "data"
    """Numbers, verified and read in this process."""
    WORKER = "worker"
    """Its own code, in a process and an environment of its own."""
    ENDPOINT = "endpoint"
    """A server that the operator named for it."""
    SEEN = "seen"
    """Not at all: nobody adopted it yet."""


class What(StrEnum):
    """What a version is to MLflow."""

    REGISTERED = "registered"
    LOGGED = "logged"
    RUN = "run"


@dataclass(frozen=True)
class Promotion:
    """An alias that was pointed at a version: by whom, why, and at which version it was before.

    verdict : how it stood beside the champion of that moment; blank where nobody judged.
    """

    alias: str
    when: str
    who: str
    reason: str
    before: int | None
    with_gaps: str = ""
    """Why it was made champion although its study has gaps; blank if it had none."""
    verdict: str = ""


@dataclass(frozen=True)
class Version:
    """One version of a registered model, a logged model or a run, as the server describes it.

    All texts are somebody's: show them as text, never as markup. study : the registered model; of
    what is not registered, the experiment. number : 0 where it is not registered. name : of what is
    not registered. source : where the model of a run lies, if it has no id. tags : those people
    gave it. status : what is wrong with it, in words; blank if nothing is.
    """

    study: str
    number: int
    model_id: str
    run_id: str
    created: datetime
    kind: Kind = Kind.SEEN
    what: What = What.REGISTERED
    aliases: tuple[str, ...] = ()
    estimator: str = ""
    data_sha256: str = ""
    git_commit: str = ""
    author: str = ""
    digest: str = ""
    description: str = ""
    metrics: Mapping[str, Measured] = field(default_factory=dict)
    parameters: Mapping[str, str] = field(default_factory=dict)
    eligibility: Eligibility | None = None
    promotions: tuple[Promotion, ...] = ()
    repeats: int | None = None
    tags: Mapping[str, str] = field(default_factory=dict)
    name: str = ""
    source: str = ""
    status: str = ""
    experiment_id: str = ""

    @property
    def title(self) -> str:
        """What tells it from every other, for a reader."""
        if self.what is What.REGISTERED:
            return f"{self.study} v{self.number}"
        identity = self.model_id or self.run_id
        return f"{self.name or self.what.value} ({identity[:ID_LETTERS]})"

    @property
    def label(self) -> str:
        """What tells it from the others of its study."""
        return f"v{self.number}" if self.what is What.REGISTERED else self.title

    @property
    def address(self) -> str:
        """What names it in the address of a page: a number, or an id."""
        return str(self.number) if self.what is What.REGISTERED else self.model_id or self.run_id

    @property
    def quick(self) -> str:
        """That its numbers come from few repeats, in words; blank if they do not."""
        return quick(self.cross_validations)

    @property
    def is_quick(self) -> bool:
        """Whether it was trained with fewer repeats than usual, so that its metrics are rough."""
        return bool(self.quick)

    @property
    def cross_validations(self) -> int | None:
        """How often it was cross-validated; None of a version that is not ours."""
        if self.repeats is not None:
            return self.repeats
        logged = self.parameters.get("repeats", "")
        return int(logged) if (self.git_commit or self.digest) and logged.isdecimal() else None

    @property
    def reference(self) -> str:
        """What MLflow calls it, for good: no alias. Blank of a run that logged no model."""
        if self.model_id:
            return f"models:/{self.model_id}"
        return f"models:/{self.study}/{self.number}" if self.number else self.source

    @property
    def scores(self) -> bool:
        """Whether this app can have a number of it."""
        return self.kind in (Kind.DATA, Kind.WORKER)

    @property
    def can_be_adopted(self) -> bool:
        return self.kind is Kind.SEEN and bool(self.reference) and self.status in ("", "archived")

    @property
    def original(self) -> str:
        """What it is adopted from: by name and number if it has those."""
        return f"models:/{self.study}/{self.number}" if self.number else self.reference

    @property
    def adopt_command(self) -> str:
        """What adopts it, for a shell."""
        return f"python -m model adopt {shlex.quote(self.original)}"

    @cached_property
    def searched(self) -> str:
        """Everything a search looks at, in small letters."""
        words = (
            self.title,
            self.study,
            self.name,
            self.estimator,
            *self.aliases,
            self.author,
            self.git_commit,
            self.data_sha256,
            self.run_id,
            self.model_id,
            self.description,
            self.status,
            *(f"{name} {value}" for name, value in self.tags.items()),
        )
        return " ".join(words).lower()


def require_numbers(version: Version) -> None:
    """Refuse a version that gives none.

    Raises
    ------
    NotAdopted
        If somebody else logged it, and it can be adopted.
    BundleRefused
        If there is nothing to be done with it.
    """
    if version.can_be_adopted:
        raise NotAdopted(
            f"{version.title} was logged by other code, and nobody adopted it yet: it gives no "
            f"number. Adopt it: {version.adopt_command}"
        )
    if not version.scores:
        why = version.status or "it logged no model"
        raise BundleRefused(f"{version.title} gives no number: {why}.")
