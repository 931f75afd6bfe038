"""Asks steps and models of other people for numbers, without their warnings."""

from __future__ import annotations

import warnings

import numpy as np

from model.adoption.transcription.columns import Columns
from model.adoption.transcription.encoded_trees import Encode
from model.adoption.transcription.left import LeftAsItIs
from model.numerics.arrays import Floats


def encoded(encode: Encode, columns: Columns, values: Floats) -> Floats:
    """(n, encoded columns) what a preprocessing makes of rows of numbers and codes.

    Raises
    ------
    LeftAsItIs
        If it fails on them, or does not answer with numbers.
    """
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        try:
            answer = encode(columns.frame(values))
            answer = answer.toarray() if hasattr(answer, "toarray") else answer
            numbers = np.asarray(answer, dtype=np.float64)
        except Exception as error:
            raise LeftAsItIs(
                f"a step before the trees fails on made-up rows ({type(error).__name__})"
            ) from error
    if numbers.ndim != 2 or len(numbers) != len(values):
        raise LeftAsItIs("a step before the trees does not answer a row with a row")
    return numbers
