"""On which input each column of a preprocessing depends, and how far it makes numbers of one."""

from __future__ import annotations

import numpy as np

from model.adoption.transcription.asking import encoded
from model.adoption.transcription.encoded_trees import Encode
from model.adoption.transcription.known_rows import KnownRows
from model.adoption.transcription.left import LeftAsItIs
from model.numerics.arrays import Flags, Floats, Places

VARIANT_VALUES = 6


def owners(encode: Encode, known: KnownRows, base: Floats, columns: Places) -> dict[int, int]:
    """The input each of these columns depends on; -1 for one that never changes.

    Parameters
    ----------
    base : (b, inputs) rows in which one input after the other is changed.

    Raises
    ------
    LeftAsItIs
        If a column depends on several.
    """
    found: dict[int, set[int]] = {int(column): set() for column in columns}
    variants = [_variants(known, at) for at in range(len(known.columns))]
    rows = [base]
    for at, values in enumerate(variants):
        changed = np.repeat(base, len(values), axis=0)
        changed[:, at] = np.tile(values, len(base))
        rows.append(changed)
    answers = encoded(encode, known.columns, np.vstack(rows))
    start, before_all = len(base), answers[: len(base)]
    for at, values in enumerate(variants):
        stop = start + len(base) * len(values)
        before = np.repeat(before_all, len(values), axis=0)
        differs = ~_same(answers[start:stop], before)
        for column in columns[differs[:, columns].any(axis=0)]:
            found[int(column)].add(at)
        start = stop
    mixed = next((inputs for inputs in found.values() if len(inputs) > 1), None)
    if mixed is not None:
        names = " and ".join(known.columns.names[at] for at in sorted(mixed))
        raise LeftAsItIs(f"a step before the trees makes one number of several inputs: {names}")
    return {column: next(iter(inputs), -1) for column, inputs in found.items()}


def _variants(known: KnownRows, at: int) -> Floats:
    if known.columns.is_coded(at):
        values = known.columns.codes(at)
    else:
        random = np.random.default_rng(at)
        values = random.choice(known.values[at], VARIANT_VALUES)
    return np.append(values, np.nan) if known.blanks[at] else values


def ends(encode: Encode, known: KnownRows, base: Floats, at: int) -> tuple[float, float]:
    """As far beyond the known range of an input as the preprocessing makes numbers of it: ten times
    its width, once, a quarter, or not at all.
    """
    low, high = known.spans[at]
    for reach in (10.0, 1.0, 0.25, 0.0):
        ends = np.array([low - reach * (high - low), high + reach * (high - low)])
        rows = np.repeat(base, 2, axis=0)
        rows[:, at] = ends
        if np.isfinite(encoded(encode, known.columns, rows)).all() or not reach:
            return float(ends[0]), float(ends[1])
    raise AssertionError


def _same(ones: Floats, others: Floats) -> Flags:
    same: Flags = (ones == others) | (np.isnan(ones) & np.isnan(others))
    return same
