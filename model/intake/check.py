"""The one door for patients: form, file, REST and command line are all checked here.

The rules come from the schema alone. A row with a fault is rejected and named; the
others pass on as numbers in canonical units and codes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.intake import cells
from model.intake.issue import Issue, Severity
from model.schema import Feature, Schema

MARKS_IN_NUMBERS = frozenset({-9.0, -99.0, -999.0, -1.0, 99.0, 999.0, 9999.0})
"""Numbers people write for "missing"; refused with that advice where they are no value."""


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
    doubled = [each for each in schema.features if list(table.columns).count(each.name) > 1]
    if doubled:
        return CheckedTable(_no_rows(schema), tuple(_doubled(feature) for feature in doubled))
    absent = [feature for feature in schema.features if feature.name not in table.columns]
    refused = [_absent(feature) for feature in absent if feature.required]
    values = np.full((len(table), len(schema.features)), np.nan)
    rejected = np.zeros(len(table), dtype=bool)
    issues = [_absent(feature) for feature in absent if not feature.required]
    found: list[Issue] = []
    for at, feature in enumerate(schema.features):
        if feature in absent:
            continue
        read = cells.read(table[feature.name], feature)
        values[:, at] = read.values
        for mask, severity, code, message in _findings(feature, read):
            if severity is Severity.REJECTED:
                rejected |= mask
            found.extend(
                Issue(
                    severity,
                    code,
                    f"Row {row + 1}, {feature.label} ({feature.name}): {message}",
                    row=int(row) + 1,
                    column=feature.name,
                )
                for row in np.flatnonzero(mask)
            )
    found.sort(key=lambda issue: issue.row or 0)  # stable: within a row, the order of the form
    kept = ~rejected if not refused else np.zeros(len(table), dtype=bool)
    rows = pd.DataFrame(
        values[kept],
        columns=list(schema.names),
        index=pd.Index(np.flatnonzero(kept) + 1, name="row"),
    )
    return CheckedTable(rows, (*refused, *issues, *found))


Finding = tuple[NDArray[np.bool_], Severity, str, str]


def _findings(feature: Feature, read: cells.Cells) -> Iterator[Finding]:
    """Each fault with the rows that have it. A cell has at most one fault."""
    values, blank = read.values, np.isnan(read.values) & ~read.unreadable
    known = _known(feature, values)
    wrong = ~blank & ~read.unreadable & ~known
    remedy = f"Allowed: {feature.allowed}" + ("." if feature.required else ", or blank.")
    if read.unreadable.any():
        yield read.unreadable, Severity.REJECTED, "not-a-number", f"not understood. {remedy}"
    if wrong.any():
        marks = wrong & np.isin(values, list(MARKS_IN_NUMBERS))
        if marks.any() and not feature.required:
            yield (
                marks,
                Severity.REJECTED,
                "missing-mark",
                f"looks like a mark for a missing value. If it was not measured, leave it blank. "
                f"{remedy}",
            )
            wrong &= ~marks
        if wrong.any():
            code, what = (
                ("unknown-code", "not a code of this study.")
                if feature.is_coded
                else ("out-of-range", "outside what is plausible.")
            )
            yield wrong, Severity.REJECTED, code, f"{what} {remedy}"
    if feature.required and blank.any():
        yield blank, Severity.REJECTED, "required", f"blank, and needed for every patient. {remedy}"
    if feature.trained is not None:
        outside = known & ((values < feature.trained.low) | (values > feature.trained.high))
        if outside.any():
            yield (
                outside,
                Severity.FLAGGED,
                "outside-training-range",
                f"outside the range the model was trained on ({feature.trained} {feature.unit}).",
            )
    if read.from_words.any():
        yield read.from_words, Severity.NORMALISED, "words", "given in words, read as its code."


def _known(feature: Feature, values: NDArray[np.float64]) -> NDArray[np.bool_]:
    if feature.plausible is None:
        return np.isin(values, feature.levels)
    with np.errstate(invalid="ignore"):
        return (values >= feature.plausible.low) & (values <= feature.plausible.high)


def _no_rows(schema: Schema) -> pd.DataFrame:
    nobody = pd.Index([], dtype=np.int64, name="row")
    return pd.DataFrame(columns=list(schema.names), index=nobody, dtype=np.float64)


def _doubled(feature: Feature) -> Issue:
    return Issue(
        Severity.REFUSED,
        "column-twice",
        f"Column {feature.name} ({feature.label}) is there more than once. Keep the right one.",
        column=feature.name,
    )


def _absent(feature: Feature) -> Issue:
    if feature.required:
        return Issue(
            Severity.REFUSED,
            "required-column-missing",
            f"Column {feature.name} ({feature.label}) is missing, and is needed for every "
            "patient. Add it.",
            column=feature.name,
        )
    return Issue(
        Severity.FLAGGED,
        "column-missing",
        f"Column {feature.name} ({feature.label}) is missing: counted as not measured in "
        "every patient.",
        column=feature.name,
    )
