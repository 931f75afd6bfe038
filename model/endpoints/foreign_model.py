"""A model somebody else logged, asked for one patient through an endpoint of its own."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import numpy as np

from model.endpoints.invocations import JSON, Invocations
from model.endpoints.sampled_shapley import Shares, shares
from model.registry.signature import Interface, Row
from model.scoring.terms import Floats

SECONDS = 30.0  # to give it: it may be asked about thousands of rows at once
NOT_PROBABILITIES = (
    "gives classes, not probabilities. Log it again so that it predicts probabilities"
)


class ForeignModel:
    """A model of which only its signature and its answers are known.

    That the endpoint serves it nobody can prove: the operator named it so.
    """

    def __init__(self, there: Invocations, interface: Interface) -> None:
        self.interface = interface
        self.route = f"endpoint {there.endpoint.name}"
        self._there = there

    def risk(self, patient: Row) -> float:
        """What it answers to one patient, one value a column of the signature.

        Raises
        ------
        EndpointUnavailable, EndpointRefused
            The message holds no patient's value.
        """
        return float(self.risks([patient])[0])

    def risks(self, rows: Sequence[Row]) -> Floats:
        """(n,) answers, each finite and in [0, 1]; see `risk`."""
        columns = [column.name for column in self.interface.columns]
        body = json.dumps({"dataframe_split": {"columns": columns, "data": rows}}, allow_nan=False)
        answer = self._there.ask(body.encode(), JSON, len(rows))
        try:
            found = [_number(each) for each in json.loads(answer)["predictions"]]
        except (ValueError, LookupError, TypeError, RecursionError):
            raise self._there.refused(
                "sent something that is not one probability for each patient"
            ) from None
        if len(found) != len(rows):
            raise self._there.refused(f"sent {len(found)} answers for {len(rows)} patients")
        if all(isinstance(each, int) for each in found):
            raise self._there.refused(NOT_PROBABILITIES)
        risks = np.array(found, dtype=np.float64)
        if not (np.isfinite(risks).all() and (risks >= 0).all() and (risks <= 1).all()):
            raise self._there.refused("sent something that is not a probability")
        return risks

    def shares(self, patient: Row) -> Shares | None:
        """What each column contributed, against the example it was logged with.

        None if there is no example that can be used. It is approximate: a few made-up or sampled
        rows stand for all patients.
        """
        if not self.interface.example:
            return None
        return shares(self.risks, patient, self.interface.example)


def _number(answer: Any) -> int | float:
    """One answer: a number; the only one of a record; the second of the probabilities of two
    classes.
    """
    if isinstance(answer, dict) and len(answer) == 1:
        (answer,) = answer.values()
    if isinstance(answer, list) and len(answer) == 2:
        answer = float(answer[1])
    if isinstance(answer, bool) or not isinstance(answer, int | float):
        raise TypeError
    return answer
