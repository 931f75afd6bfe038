"""The rules for patients, from the schema alone: form, file, REST and command line share them.

A row with a fault is rejected and named; the others pass on as numbers in canonical units and
codes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.intake import cells
from model.intake.cells import Cells, How
from model.intake.issue import Finding, Issue, Severity
from model.schema import Feature, Schema, mid_sentence

MARKS_IN_NUMBERS = frozenset({-9.0, -99.0, -999.0, -1.0, 99.0, 999.0, 9999.0})
"""Numbers people write for "missing"; refused with that advice where they are no value."""
NOT_MEASURED = "not-measured"
COLUMN_MISSING = "column-missing"
READ_ANOTHER_WAY = (
    (How.WORDS, "words", "given in words, read as its code."),
    (How.COMMA, "decimal-comma", "read with the comma as decimal point."),
    (How.SPACED, "spaces", "read without the spaces around it."),
)

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Checked:
    """n rows that were checked.

    values : (n, features) canonical units and codes, NaN for "not measured"; of a rejected row
        whatever was understood. rejected : (n,) rows that must not be scored.
    """

    values: Floats
    rejected: Bools
    findings: tuple[Finding, ...]

    @property
    def accepted(self) -> Floats:
        """(m, features) of the rows that may be scored, column by column as `values`."""
        return self.values.T[:, ~self.rejected].T if self.rejected.any() else self.values


@dataclass(frozen=True)
class CheckedTable:
    """Patients that may be scored, and everything to be said about those handed in.

    rows : accepted patients, one float64 column a feature, NaN for "not measured"; the index
        holds the data row number, from 1.
    issues : in order of row, then of the form.
    """

    rows: pd.DataFrame
    issues: tuple[Issue, ...]

    @property
    def stopped(self) -> tuple[Issue, ...]:
        """The issues that keep a row, or all, from being scored."""
        return tuple(
            issue
            for issue in self.issues
            if issue.severity in (Severity.REFUSED, Severity.REJECTED)
        )

    def of(self, column: str) -> tuple[Issue, ...]:
        """The issues of one column."""
        return tuple(issue for issue in self.issues if issue.column == column)


def check_patient(values: Mapping[str, object], schema: Schema) -> CheckedTable:
    """Check one patient: a value a feature, None or blank for "not measured"."""
    return check(pd.DataFrame([dict(values)], dtype=object), schema)


def check(table: pd.DataFrame, schema: Schema) -> CheckedTable:
    """Check a table with one column a feature; other columns are ignored.

    Numbers may be numbers or text, codes may be in words. A column that is absent counts as
    blank: for a required feature the whole is refused, for another it is flagged.
    """
    names = list(table.columns)
    findings = tuple(_doubled(f) for f in schema.features if names.count(f.name) > 1)
    if findings:
        nobody = np.empty((0, len(schema.features)))
        checked = Checked(nobody, np.zeros(0, dtype=bool), findings)
    else:
        read = {f.name: cells.read(table[f.name], f) for f in schema.features if f.name in names}
        checked = check_cells(read, len(table), schema)
    kept = ~checked.rejected
    rows = pd.DataFrame(
        checked.values[kept],
        columns=list(schema.names),
        index=pd.Index(np.flatnonzero(kept) + 1, name="row"),
    )
    issues = [issue for finding in checked.findings for issue in finding.issues()]
    issues.sort(key=lambda issue: issue.row or 0)  # stable: within a row, the order of the form
    return CheckedTable(rows, tuple(issues))


def check_cells(read: Mapping[str, Cells], count: int, schema: Schema) -> Checked:
    """Check `count` rows of which some features were read; the others are blank in all."""
    # Features are written and read column by column.
    values = np.empty((count, len(schema.features)), order="F")
    rejected = np.zeros(count, dtype=bool)
    absent = [feature for feature in schema.features if feature.name not in read]
    findings = sorted(
        map(_absent, absent), key=lambda finding: finding.severity is not Severity.REFUSED
    )
    if any(feature.required for feature in absent):
        rejected[:] = True
    for at, feature in enumerate(schema.features):
        values[:, at] = read[feature.name].values if feature.name in read else np.nan
        if feature.name in read:
            for mask, severity, code, what in _faults(feature, read[feature.name]):
                if severity is Severity.REJECTED:
                    rejected |= mask
                place = f"{feature.label} ({feature.name})"
                rows = np.flatnonzero(mask)
                findings.append(Finding(severity, code, what, place, feature.name, rows))
    return Checked(values, rejected, tuple(findings))


Fault = tuple[Bools, Severity, str, str]


def _faults(feature: Feature, read: Cells) -> Iterator[Fault]:
    """Each fault with the rows that have it. A cell has at most one that stops it."""
    values, unreadable = read.values, read.unreadable
    if _needs_no_word(feature, read):  # as nearly always: told at a glance
        return
    blank = np.isnan(values) & ~unreadable
    known = _known(feature, values)
    wrong = ~(blank | unreadable | known)
    remedy = f"{_in_words(feature)}Allowed: {feature.allowed}"
    remedy += "." if feature.required else ", or blank."
    if unreadable.any():
        yield unreadable, Severity.REJECTED, "not-a-number", f"not understood. {remedy}"
    if wrong.any():
        yield from _wrong(feature, values, wrong, remedy)
    if blank.any():
        if feature.required:
            what = f"blank, and needed for every patient. {remedy}"
            yield blank, Severity.REJECTED, "required", what
        else:
            yield blank, Severity.FLAGGED, NOT_MEASURED, "not measured."
    yield from _remarkable(feature, values, known)
    for how, code, what in READ_ANOTHER_WAY:
        if (read.how == how).any():
            yield read.how == how, Severity.NORMALISED, code, what


def _in_words(feature: Feature) -> str:
    """The words that are read for the codes of an input."""
    words = [mid_sentence(code.label) for code in feature.codes]
    return f"Allowed words: {', '.join(words[:-1])} or {words[-1]}. " if words else ""


def _needs_no_word(feature: Feature, read: Cells) -> bool:
    """Whether every cell is a plain number that is known, usual and was trained on."""
    if not len(read.values):
        return True
    if read.how.any():
        return False
    if feature.plausible is None:
        return feature.trained is None and bool(_known(feature, read.values).all())
    low, high = read.values.min(), read.values.max()  # a blank makes both NaN
    spans = (feature.plausible, feature.usual, feature.trained)
    return all(span.low <= low and high <= span.high for span in spans if span is not None)


def _wrong(feature: Feature, values: Floats, wrong: Bools, remedy: str) -> Iterator[Fault]:
    """Values that are none, by what they seem to be."""
    if not feature.required:
        marks = wrong & np.isin(values, list(MARKS_IN_NUMBERS))
        if marks.any():
            advice = "If it was not measured, leave it blank."
            what = f"looks like a mark for a missing value. {advice} {remedy}"
            yield marks, Severity.REJECTED, "missing-mark", what
            wrong = wrong & ~marks
    for unit in feature.other_units:
        other = wrong & _known(feature, unit.canonical(values))
        if other.any():
            what = f"looks like {unit.name}. Give it in {feature.unit}. {remedy}"
            yield other, Severity.REJECTED, "other-unit", what
            wrong = wrong & ~other
    if wrong.any():
        coded = ("unknown-code", "not a code of this study.")
        code, what = coded if feature.is_coded else ("out-of-range", "outside what is plausible.")
        yield wrong, Severity.REJECTED, code, f"{what} {remedy}"


def _remarkable(feature: Feature, values: Floats, known: Bools) -> Iterator[Fault]:
    if feature.usual is not None:
        unusual = known & ((values < feature.usual.low) | (values > feature.usual.high))
        if unusual.any():
            what = f"outside what is usual ({feature.with_unit(feature.usual)}). Check it is meant."
            yield unusual, Severity.FLAGGED, "unusual", what
    if feature.trained is not None:
        outside = known & ((values < feature.trained.low) | (values > feature.trained.high))
        if outside.any():
            span = feature.with_unit(feature.trained)
            what = f"outside the range the model was trained on ({span})."
            yield outside, Severity.FLAGGED, "outside-training-range", what


def _known(feature: Feature, values: Floats) -> Bools:
    if feature.plausible is None:
        return np.isin(values, feature.levels)
    with np.errstate(invalid="ignore"):
        return (values >= feature.plausible.low) & (values <= feature.plausible.high)


def _doubled(feature: Feature) -> Finding:
    return Finding(
        Severity.REFUSED,
        "column-twice",
        f"Column {feature.name} ({feature.label}) is there more than once. Keep the right one.",
        column=feature.name,
    )


def _absent(feature: Feature) -> Finding:
    if feature.required:
        return Finding(
            Severity.REFUSED,
            "required-column-missing",
            f"Column {feature.name} ({feature.label}) is missing, and is needed for every "
            "patient. Add it.",
            column=feature.name,
        )
    return Finding(
        Severity.FLAGGED,
        COLUMN_MISSING,
        f"Column {feature.name} ({feature.label}) is missing: counted as not measured in "
        "every patient.",
        column=feature.name,
    )
