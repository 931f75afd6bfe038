"""Columns that must not become inputs, and inputs that look too good: each in one sentence."""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

from model.drafting import odd_cells, people
from model.drafting.columns import LARGEST_NUMBER, Column, Kind
from model.drafting.outcome import OutcomeColumn
from model.drafting.words import plain

FEWEST_MEASURED = 20
TOO_GOOD_AUC = 0.97

_IDENTIFIER = re.compile(
    r"(.* )?(id|ids|identifier|mrn|nhs number|patient number|patient no|record|subject|study no"
    r"|case no|case number|obs|row|index|unnamed( \d+)?|column \d+|ssn|uuid|guid)"
)
_NAME = re.compile(r"(.* )?(first|last|given|family|sur|full)? ?name|address|phone|email|postcode")
_SIGNS = re.compile(r"[\x00-\x1f\x7f]")
_LATER = re.compile(
    r"time|(.* )?(follow ?up|survival|time to .*|days to .*|date of death|length of stay|los)( .*)?"
)


def why_left_out(column: Column, outcome: OutcomeColumn) -> str:
    """Why a column is no input, as a sentence; "" if it may be one. No cell is in it."""
    words = plain(column.name)
    if column.kind is Kind.EMPTY:
        return "Holds nothing."
    if column.kind is Kind.LISTS:
        return "Holds lists in its cells. Make a column of one value a patient of it."
    if column.kind is Kind.ENDLESS:
        return (
            f"{_rows(column.endless)} no number with an end, or one above {LARGEST_NUMBER:.0e}. "
            "Correct the table."
        )
    if column.kind is Kind.CONSTANT:
        return "Holds the same value in every patient."
    if column.kind is Kind.DATE:
        return "Looks like a date. Make a number of it, such as an age or a count of days."
    if _NAME.fullmatch(words):
        return "Looks like what names a person."
    if _IDENTIFIER.fullmatch(words) and (column.is_unique or not column.is_numeric):
        return "Looks like an identifier."
    if column.is_unique and column.is_numeric and _counts_up(column):
        return "Looks like a row number: it goes up by one from patient to patient."
    if why := people.why_people(column) or odd_cells.why_no_number(column):
        return why
    if column.kind is Kind.TEXT:
        return _no_choice(column)
    if column.kind is Kind.MIXED:
        return (
            f"{_rows(column.not_numbers)} no number, the others are. Correct the table, or list "
            "the word under data.missing if it means that nothing was measured."
        )
    if column.kind is Kind.WORDS and any(_SIGNS.search(str(level)) for level in column.levels):
        return "Has answers with line breaks or other signs that cannot be shown. Rewrite them."
    if _is_outcome(column, outcome):
        return "Looks like the outcome in disguise: it says the same of every patient."
    return ""


def doubt(column: Column, outcome: OutcomeColumn) -> str:
    """What is odd about an input, as a sentence; "" if nothing is."""
    if people.may_be_people(column):
        return "Its answers may be names of people. If they are, leave it out."
    auc = _auc(column, outcome)
    if auc == 1:
        return (
            "Separates patients with and without the outcome completely. Is it known before the "
            "outcome is? If it is not, leave it out."
        )
    if auc is not None and auc > TOO_GOOD_AUC:
        return f"Tells the outcome almost alone (AUC {auc:.3f}). Is it known before the outcome is?"
    if _LATER.fullmatch(plain(column.name)):
        return (
            "By its name it is only known after the outcome, such as a time of follow-up. If it "
            "is, leave it out."
        )
    return ""


def outside(column: Column, plausible: tuple[float, float] | None) -> str:
    """Whether values lie beyond the range that was declared for them, as a sentence; else ""."""
    if plausible is None or not column.is_numeric:
        return ""
    values = column.values.dropna()
    count = int((~values.between(*plausible)).sum())
    if not count:
        return ""
    who = "1 patient lies" if count == 1 else f"{count:,} patients lie"
    return (
        f"{who} outside its plausible range, {plausible[0]:g} to {plausible[1]:g}: the table has "
        f"{values.min():g} to {values.max():g}. Widen the range, or correct the table; training "
        "refuses them."
    )


def _no_choice(column: Column) -> str:
    if column.is_unique:
        return "Holds a text of its own for every patient: names, notes or an identifier."
    return (
        f"Holds {len(column.levels):,} different texts, more than a form can offer. Put them into "
        "a few groups, or leave the column out."
    )


def _rows(rows: NDArray[np.int64]) -> str:
    """The first of them and how many more, as the beginning of a sentence."""
    more = f" and {len(rows) - 1:,} more" if len(rows) > 1 else ""
    return f"Row {rows[0] + 1}{more} {'are' if more else 'is'}"


def _counts_up(column: Column) -> bool:
    values = column.values.dropna().to_numpy(dtype=np.float64)
    return bool(values[0] in (0, 1) and (np.diff(values) == 1).all())


def _is_outcome(column: Column, outcome: OutcomeColumn) -> bool:
    """Whether two values stand for the outcome's two, in every patient who has both."""
    both = outcome.known & ~column.blank
    if len(column.levels) != 2 or both.sum() < FEWEST_MEASURED:
        return False
    first = np.asarray(column.values == column.levels[0])[both]
    present = outcome.present[both]
    return bool((first == present).all() or (first != present).all())


def _auc(column: Column, outcome: OutcomeColumn) -> float | None:
    """How well the column alone orders patients, 0.5 to 1; None of words or too few patients."""
    both = outcome.known & ~column.blank
    present = outcome.present[both]
    events = int(present.sum())
    others = len(present) - events
    if not column.is_numeric or min(events, others) == 0 or len(present) < FEWEST_MEASURED:
        return None
    ranks: NDArray[np.float64] = rankdata(column.values.to_numpy(dtype=np.float64)[both])
    # Mann and Whitney: the share of pairs in which the patient with the outcome ranks higher.
    auc = float((ranks[present].sum() - events * (events + 1) / 2) / (events * others))
    return max(auc, 1 - auc)
