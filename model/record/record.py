"""One patient's number, and everything it came from."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

import pandas as pd

from model.interpretation.local_prevalence import Prevalence
from model.interpretation.reasons import Bounds
from model.registry.versions import Version
from model.scoring.assessment import Assessment
from model.scoring.certificate import Certificate
from model.scoring.documents import Contrary
from model.scoring.engine import LOG_ODDS


@dataclass(frozen=True)
class Origin:
    """The version a number came from, by names and hashes that never change."""

    study: str
    version: int
    model_id: str
    run_id: str
    digest: str
    data_sha256: str
    git_commit: str
    estimator: str

    @classmethod
    def of(cls, version: Version) -> Origin:
        return cls(
            study=version.study,
            version=version.number,
            model_id=version.model_id,
            run_id=version.run_id,
            digest=version.digest,
            data_sha256=version.data_sha256,
            git_commit=version.git_commit,
            estimator=version.estimator,
        )


@dataclass(frozen=True)
class Record:
    """What was known of a patient, what a version answered, and when.

    when : with its time zone. route : where it was scored. values : what was measured, by feature,
    in canonical units and codes. risk, low, high : at the local prevalence, if there is one.
    base, contributions : on the model's `scale`, nearly always log-odds; together they give the
    risk. low, high : None where no interval is known. flags : sentences that should
    make a reader trust the number less. bounds : 95 % interval of every contribution; nothing if
    the version has none. contraries : effects of the version that run against expectation.
    population : for whom the number holds; blank of a version that does not say. average : the base
    of the whole version, where submodels have others; before a local prevalence. certificate : of
    an adopted version, that its numbers are the original.
    """

    when: datetime
    origin: Origin
    route: str
    values: Mapping[str, float] = field(repr=False)
    risk: float = field(repr=False)
    low: float | None = field(repr=False)
    high: float | None = field(repr=False)
    submodel: str
    base: float = field(repr=False)
    contributions: Mapping[str, float] = field(repr=False)
    prevalence: Prevalence | None = None
    flags: tuple[str, ...] = ()
    bounds: Mapping[str, tuple[float, float]] = field(default_factory=dict, repr=False)
    contraries: tuple[Contrary, ...] = ()
    population: str = ""
    scale: str = LOG_ODDS
    average: float | None = field(default=None, repr=False)
    certificate: Certificate | None = None

    @classmethod
    def of(
        cls,
        version: Version,
        route: str,
        patient: pd.Series,
        assessment: Assessment,
        when: datetime,
        prevalence: Prevalence | None = None,
        flags: tuple[str, ...] = (),
        bounds: Bounds | None = None,
        contraries: tuple[Contrary, ...] = (),
        population: str = "",
        average: float | None = None,
        certificate: Certificate | None = None,
    ) -> Record:
        """Of one patient; `assessment` is of this patient alone, explained, and already at the
        local prevalence.
        """
        why = assessment.explanation
        if why is None or len(assessment.risk) != 1:
            raise ValueError("a record is of one patient, explained")
        shares = why.contributions.iloc[0]
        return cls(
            when=when,
            origin=Origin.of(version),
            route=route,
            values={
                str(name): float(value) for name, value in patient.items() if not math.isnan(value)
            },
            risk=float(assessment.risk[0]),
            low=float(why.low[0]) if why.has_interval else None,
            high=float(why.high[0]) if why.has_interval else None,
            submodel=str(why.submodel[0]),
            base=float(why.base[0]),
            contributions={str(name): float(share) for name, share in shares.items()},
            prevalence=prevalence,
            flags=flags,
            bounds={name: (bounds[0][name], bounds[1][name]) for name in shares.index}
            if bounds
            else {},
            contraries=contraries,
            population=population,
            scale=why.scale,
            average=average,
            certificate=certificate,
        )
