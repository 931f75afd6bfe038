"""From an opened original to an engine of our own with its certificate, or the reason why not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from model.adoption.original import Original
from model.adoption.transcription import hints, trees
from model.adoption.transcription.certificate import prove
from model.adoption.transcription.columns import Columns
from model.adoption.transcription.known_rows import KnownRows
from model.adoption.transcription.left import LeftAsItIs
from model.adoption.transcription.repeatable import require_repeatable
from model.adoption.transcription.sums import linear, scales
from model.adoption.transcription.sums import read as sums
from model.adoption.transcription.sums.additivity import likeliest_scale
from model.errors import AdoptionError, InputError
from model.numerics.arrays import Floats
from model.scoring import Additive
from model.scoring.certificate import SINGLE_TOLERANCE, TOLERANCE, Certificate
from model.scoring.tree_ensemble import TreeEnsemble

MADE_UP_ROWS = 200
MADE_UP = "made-up patients: each value drawn from what the model is known to take"


@dataclass(frozen=True)
class Transcribed:
    """An engine that is the original, with the proof."""

    engine: Additive | TreeEnsemble
    certificate: Certificate

    @property
    def files(self) -> dict[str, bytes]:
        """The files a bundle holds them in."""
        return {
            self.engine.FILE: self.engine.to_json().encode(),
            Certificate.FILE: self.certificate.to_json().encode(),
        }


def transcribe(
    original: Original,
    *,
    codes: Mapping[str, Sequence[float]] | None = None,
    rows: pd.DataFrame | None = None,
    background: pd.DataFrame | None = None,
    origin: str = MADE_UP,
) -> Transcribed:
    """Turn an original into numbers, and prove that they are it.

    Parameters
    ----------
    original : opened in this process, so that its fitted object can be read; where it is not,
        only sums are found.
    codes : of inputs of words, the code of each word; see `Columns`.
    rows : known rows in the original's own words, beside those logged with it.
    background : rows that contributions are held against, in the original's own words; without
        them, made-up ones. origin : where they come from, as a phrase.

    Raises
    ------
    LeftAsItIs
        If it is neither a sum nor trees, or that cannot be proven; the message says why.
    """
    columns = Columns(original.inputs, codes)
    known = KnownRows(columns, _known(original, rows))
    against = (
        known.hybrids(MADE_UP_ROWS, seed=6) if background is None else columns.values(background)
    )
    reason = "nothing was handed over to be read"
    if original.fitted is not None:
        try:
            return _as_trees(original, known, against, origin)
        except (LeftAsItIs, AdoptionError) as left:
            reason = str(left).rstrip(".")
    try:
        return _as_sum(original, known, against)
    except AdoptionError as error:  # it answers some made-up patient with what is no risk
        said = str(error).rstrip(".")
        raise LeftAsItIs(f"As trees: {reason}. As a sum: {said}.") from error
    except (ArithmeticError, ValueError, InputError) as error:
        # Numbers that no term takes: a slope without end, edges that fall together.
        raise LeftAsItIs(f"As trees: {reason}. As a sum: its terms are not finite.") from error
    except LeftAsItIs as left:
        raise LeftAsItIs(f"As trees: {reason}. As a sum: {left}.") from left


def transcribed_or_left(original: Original, **given: Any) -> dict[str, Any]:
    """What `transcribe` makes of an original, as a process tells it to another: the files of a
    bundle as text and how closely they were compared; or, under ``left``, why it was left.

    given : as of `transcribe`.
    """
    try:
        made = transcribe(original, **given)
    except LeftAsItIs as left:
        return {"left": str(left)}
    return {
        "files": {name: data.decode() for name, data in made.files.items()},
        "rows_compared": made.certificate.rows_compared,
        "largest_difference": made.certificate.largest_difference,
    }


def _known(original: Original, rows: pd.DataFrame | None) -> pd.DataFrame | None:
    parts = [part for part in (original.example, rows) if part is not None and len(part)]
    names = [of.name for of in original.inputs]
    return pd.concat([part[names] for part in parts], ignore_index=True) if parts else None


def _as_trees(original: Original, known: KnownRows, background: Floats, origin: str) -> Transcribed:
    read = trees.read(original, known, background, origin)
    tolerance = SINGLE_TOLERANCE if read.single else TOLERANCE
    require_repeatable(original, known.columns, read.known, tolerance)
    certificate = prove(original, read.known, read.engine.risk, kind="trees", tolerance=tolerance)
    return Transcribed(read.engine, certificate)


def _as_sum(original: Original, known: KnownRows, background: Floats) -> Transcribed:
    require_repeatable(original, known.columns, known)
    told = linear.read(original.fitted, known, background)
    if told is not None:
        linear.require_risks(told, known)
        try:
            return _proven(original, known, told)
        except LeftAsItIs:
            pass  # its parameters are not all there is to it: it may be a sum of another kind
    scale = scales.of_statsmodels(original.fitted) or likeliest_scale(original, known)
    where = hints.of_fitted(original.fitted, known.columns)
    form, beside = sums.read(original, known, background, where, scale)
    linear.require_risks(form, beside)
    return _proven(original, beside, form)


def _proven(original: Original, known: KnownRows, form: Additive) -> Transcribed:
    return Transcribed(form, prove(original, known, form.risk, kind="sum"))
