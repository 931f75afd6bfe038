"""Whether a receipt's number comes again: the same version, asked about the same patient."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from model.errors import ReceiptRefused
from model.intake import check_patient
from model.record.record import Record
from model.scoring import LoadedModel
from model.scoring.assessment import Assessment

TOLERANCE = 1e-9
"""In risk, in the ends of its interval, and in contributions."""


def differences(record: Record, model: LoadedModel) -> tuple[str, ...]:
    """What is not as the receipt says, a sentence each; none if the number comes again.

    No sentence holds a value of the patient.

    Raises
    ------
    ReceiptRefused
        If the model does not accept the receipt's patient.
    """
    return tuple(_differences(record, model))


def _differences(record: Record, model: LoadedModel) -> Iterator[str]:
    if record.origin.digest != model.digest:
        yield "The model is another one: the sha256 of its manifest is not the receipt's."
    if record.certificate is not None and record.certificate != model.certificate:
        yield "The certificate is another one: it proves something else than the receipt's."
    table = check_patient(record.values, model.schema)
    if table.stopped:
        said = " ".join(issue.message for issue in table.stopped)
        raise ReceiptRefused(f"This version does not take the receipt's patient. {said}")
    unknown = set(record.values) - set(model.schema.names)
    if unknown:
        yield f"The model does not ask for {', '.join(sorted(unknown))}."
    answer = model.assess(table.rows, explain=True)
    if record.prevalence is not None:
        answer = record.prevalence.applied(answer)
        if not _same(record.prevalence.training, model.training_prevalence):
            yield "The prevalence in training is not the receipt's."
    yield from _of_the_answer(record, answer)


def _of_the_answer(record: Record, answer: Assessment) -> Iterator[str]:
    why = answer.explanation
    assert why is not None  # asked for
    named = {
        "risk": (record.risk, answer.risk[0]),
        "lower end of the interval": (record.low, why.low[0]),
        "upper end of the interval": (record.high, why.high[0]),
        "base value": (record.base, why.base[0]),
    }
    for name, (receipt, now) in named.items():
        given = math.nan if receipt is None else receipt
        if not _same(given, float(now)):
            yield f"The {name} differs by {abs(given - float(now)):.2g}."
    if record.submodel != why.submodel[0]:
        yield "Another submodel answers."
    shares = {str(name): float(share) for name, share in why.contributions.iloc[0].items()}
    other = sorted(
        name
        for name in shares.keys() | record.contributions.keys()
        if not _same(shares.get(name, np.nan), record.contributions.get(name, np.nan))
    )
    if other:
        yield f"Contributions differ: {', '.join(other)}."


def _same(one: float, other: float | None) -> bool:
    """Neither of them known is the same, too."""
    other = math.nan if other is None else other
    return bool(abs(one - other) <= TOLERANCE) or (math.isnan(one) and math.isnan(other))
