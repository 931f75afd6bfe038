"""The patient in the form, and what the version in use answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property

import numpy as np
import pandas as pd

from dashboard.services import Chosen
from dashboard.text import set_aside
from model.evaluation import unusual
from model.evaluation.wording import listed
from model.intake import CheckedTable, Issue
from model.interpretation.against_expectation import contraries
from model.interpretation.local_prevalence import Prevalence
from model.interpretation.reasons import Bounds, Reason, causes, reasons
from model.record import Record
from model.schema import Schema
from model.scoring import Assessment, Explanation
from model.scoring.documents import Contrary

OUTSIDE = "outside-training-range"
UNUSUAL = (
    "An unusual combination: further from the average patient in training than 99 of 100 of them."
)


@dataclass(frozen=True)
class Case:
    """One patient that passed the checks.

    patient : one value a feature, canonical units and codes, NaN for "not measured". answer :
    explained, and at the local prevalence if there is one.
    """

    chosen: Chosen
    patient: pd.Series = field(repr=False)
    answer: Assessment = field(repr=False)
    issues: tuple[Issue, ...] = ()
    prevalence: Prevalence | None = None

    @classmethod
    def of(cls, chosen: Chosen, table: CheckedTable, local: float | None = None) -> Case:
        """Ask about the one patient of a table.

        Parameters
        ----------
        local : the prevalence at the user's own place, 0 to 1; None for that in training.

        Raises
        ------
        EndpointError
            If the endpoint that is to answer cannot.
        """
        prevalence, training = None, chosen.model.training_prevalence
        if local is not None and training is not None:
            prevalence = Prevalence(local, training)
        answer = _ask(chosen, table.rows, prevalence, explain=True)
        return cls(chosen, table.rows.iloc[0], answer, table.issues, prevalence)

    def other(self, table: CheckedTable) -> Case:
        """Another patient, asked about in the same way."""
        return Case.of(self.chosen, table, self.prevalence.local if self.prevalence else None)

    @property
    def schema(self) -> Schema:
        return self.chosen.model.schema

    @property
    def values(self) -> dict[str, float]:
        """One value a feature, NaN for "not measured"."""
        return {str(name): float(value) for name, value in self.patient.items()}

    @property
    def rows(self) -> pd.DataFrame:
        """The patient as a table of one row."""
        return self.patient.to_frame().T

    @property
    def risk(self) -> float:
        return float(self.answer.risk[0])

    @property
    def interval(self) -> tuple[float, float] | None:
        """Ends of the 95 % interval; None where nobody knows how sure the model is."""
        why = self.answer.explanation
        if why is None or not why.has_interval:
            return None
        return float(why.low[0]), float(why.high[0])

    @property
    def explains(self) -> bool:
        """Whether there are reasons; a row of a file at an endpoint has none."""
        why = self.answer.explanation
        return why is not None and bool(np.isfinite(why.base[0]))

    @property
    def why(self) -> Explanation:
        assert self.answer.explanation is not None  # asked for
        return self.answer.explanation

    @property
    def base(self) -> float:
        """The average in training, on the scale of the contributions: before a local prevalence.

        One for the whole version, whichever tests were measured.
        """
        average = self.chosen.model.average
        return self._own_base if average is None else average

    @property
    def _own_base(self) -> float:
        """The same of the submodel that answered."""
        return float(self.why.base[0]) - (self.prevalence.offset if self.prevalence else 0.0)

    @cached_property
    def findings(self) -> tuple[Reason, ...]:
        """What was found in the patient, and by how much each moved the number."""
        shares = self.why.contributions.iloc[0]
        return reasons(self.schema, self.patient, shares, self.bounds, self.contraries)

    @cached_property
    def bounds(self) -> Bounds | None:
        """The ends of the 95 % interval of every contribution; None if the version has none."""
        found = self.chosen.model.contribution_bounds(self.rows)
        return (found[0].iloc[0], found[1].iloc[0]) if found else None

    @property
    def contraries(self) -> tuple[Contrary, ...]:
        """Effects of this version that run against expectation."""
        return contraries(self.chosen.model.card)

    @property
    def causes(self) -> tuple[Reason, ...]:
        """All that leads from the average in training to the number: a local prevalence first."""
        return causes(self.findings, self.prevalence, self._own_base - self.base)

    @cached_property
    def warnings(self) -> tuple[str, ...]:
        """What should make a reader trust the number less."""
        outside = [issue.column for issue in self.issues if issue.code == OUTSIDE and issue.column]
        if outside:
            named = listed([self.schema[name].label for name in outside])
            return (
                f"{named}: outside the range the model was trained on. Trust this number less.",
            )
        if self.chosen.model.unusual(self.rows)[0]:
            evaluation = self.chosen.model.evaluation
            return (f"{UNUSUAL} {unusual.verdict(evaluation.unusual if evaluation else None)}",)
        return ()

    @cached_property
    def set_aside(self) -> tuple[str, ...]:
        """What was typed and does nothing, and what is needed for it to count."""
        return set_aside(self.schema, self.findings)

    def ask(self, rows: pd.DataFrame, *, explain: bool = False) -> Assessment:
        """The same version by the same route, at the same prevalence, about other patients."""
        return _ask(self.chosen, rows, self.prevalence, explain=explain)

    def explain(self, rows: pd.DataFrame) -> Assessment:
        """The same, with interval and contributions."""
        return self.ask(rows, explain=True)

    def record(self, when: datetime | None = None) -> Record:
        """The number with everything it came from."""
        return Record.of(
            self.chosen.version,
            self.chosen.scorer.route,
            self.patient,
            self.answer,
            when or datetime.now(UTC),
            self.prevalence,
            (*self.warnings, *self.set_aside),
            self.bounds,
            self.contraries,
            self.schema.outcome.population,
            self.chosen.model.average,
            self.chosen.model.certificate,
        )


def _ask(
    chosen: Chosen, rows: pd.DataFrame, prevalence: Prevalence | None, *, explain: bool
) -> Assessment:
    answer = chosen.scorer.assess(rows, explain=explain)
    return prevalence.applied(answer) if prevalence else answer
